"""Who is worth waking up?"""

from funnel import ui
from funnel.ui.cards import dormant as cards

view = ui.current()
head = ui.head(view, "dormant")
matrix = view.ask("silent_matrix")
pool = view.ask("dormant_leads")
falling = view.ask("falling_asleep")

if not pool and not falling:
    ui.stop_without_leads(view, head)
head.say(cards.page_headline(view, matrix), cards.stage_beside(view, matrix))
left, right = ui.columns(view, 2)
with left:
    cards.matrix_card(view, matrix)
with right:
    cards.flow_card(view)
cards.pool_card(view, pool)
cards.falling_card(view, falling)
