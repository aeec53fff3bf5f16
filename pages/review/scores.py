"""Does the score predict meetings?"""

from functools import partial

from funnel import ui
from funnel.ui.cards import scores as cards

view = ui.current()
head = ui.head(view, "scores")
scores = view.ask("score_distribution", at="now")
if not scores:
    ui.empty(view, head)
elif not scores.frame["bin_from"].notna().any():
    head.say(view.say("say.scores.unscored"), view.say("say.scores.unscored_how"))
    ui.door(view, "definitions", view.say("page.definitions"))
else:
    bands = cards.bands_answer(view)
    head.say(cards.page_headline(view, bands))
    left, right = ui.columns(view, [6, 5])
    with left:
        ui.part(partial(cards.spread_card, view))
    with right:
        if bands:
            cards.bands_card(view, bands)
        cards.held_card(view)
