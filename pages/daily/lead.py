"""What has happened to this lead, and what does it need?"""

from funnel import charts, ui
from funnel.charts import Names
from funnel.ui.cards import lead as lead_cards

view = ui.current()
card = lead_cards.find(view)
if card is not None:
    spells, scores, acts, clocks = lead_cards.story(view, card)
    labels = view.labels
    lead_cards.headline(view, card, clocks)
    left, right = ui.columns(view, [7, 3])
    with left:
        finding = lead_cards.path_line(view, card, spells)
        with ui.card(view, finding, view.say("say.lead.timeline_sub"), clocks, "timeline"):
            drawn = charts.lead_timeline(
                spells.frame,
                scores.frame,
                acts.frame,
                clocks.frame,
                say=view.words,
                names=Names(labels.stages, labels.activities, labels.policies),
                as_of=view.local,
                timezone=view.db.rules.timezone,
                threshold=view.db.rules.scoring.thresholds.mql,
            )
            ui.figure(view, drawn, "timeline", finding)
    with right:
        lead_cards.conditions(view, card)
    lead_cards.activities(view, acts)
