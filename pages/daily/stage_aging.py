"""Where are leads waiting too long?"""

from funnel import ui
from funnel.ui.cards import aging as cards

view = ui.current()
head = ui.head(view, "stage_aging")
aging = view.ask("stage_aging")

if not aging.frame["waiting_leads"].sum():
    ui.empty(view, head)
else:
    head.say(cards.page_headline(view, aging))
    left, right = ui.columns(view, [6, 5])
    with left:
        cards.ridge_card(view, aging, view.say("say.aging.ridge_sub"))
    with right:
        cards.buckets_card(view)
    cards.over_card(view)
