"""Does the score predict meetings?"""

from functools import partial

from funnel import charts, headlines, ui
from funnel.ui.cards import scores as scores_cards

HELD = ("company", "score", "owner", "record")  # what fits a half-width card
DAY, WINDOW = 30, 90

view = ui.current()
head = ui.head(view, "scores")
labels, language, rules = view.labels, view.language, view.db.rules
sql = rules.milestone("sql")
scores = view.ask("score_distribution", at="now")
if not scores:
    ui.empty(view, head)
elif not scores.frame["bin_from"].notna().any():
    head.say(view.say("say.scores.unscored"), view.say("say.scores.unscored_how"))
    ui.door(view, "definitions", view.say("page.definitions"))
else:
    threshold = rules.scoring.thresholds.mql
    bands = scores_cards.bands_answer(view, DAY, WINDOW)
    head.say(scores_cards.scores_finding(view, bands, DAY + WINDOW))
    left, right = ui.columns(view, [6, 5])
    with left:
        ui.part(partial(scores_cards.spread_card, view))
    with right:
        if bands:
            to_label = labels.stages[sql or ""]
            finding = headlines.score_bands(bands.frame, labels.bands, to_label, language)
            with ui.card(
                view, finding, view.say("say.scores.bands_sub", day=DAY, window=WINDOW), bands, "bands"
            ):
                drawn = charts.band_dots(bands.frame, say=view.words, labels=scores_cards.band_names(view))
                ui.figure(
                    view, drawn, "bands", finding, behind="bands", day=DAY, window_days=WINDOW, to_stage=sql
                )
        if threshold is not None and rules.milestone("mql"):
            held = view.ask("held_back")
            finding = headlines.held_back(len(held.frame), threshold, language)
            sub = view.say("say.scores.held_sub", mql=labels.milestone("mql"))
            with ui.card(view, finding, sub, held, "held"):
                if held:
                    ui.leads(view, held, HELD, "held", finding, height=250)
