"""What has happened to this lead, and what does it need?"""

from funnel import charts, ui
from funnel.charts import Names
from funnel.ui import life

view = ui.current()
card = life.find(view)
if card is not None:
    spells, scores, acts, clocks = life.story(view, card)
    labels = view.labels
    life.headline(view, card, clocks)
    left, right = ui.columns(view, [7, 3])
    with left:
        finding = life.path_line(view, card, spells)
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
        life.conditions(view, card)
    life.activities(view, acts)
