"""What has happened to this lead, and what does it need?"""

from funnel import ui
from funnel.ui.cards import lead as cards

view = ui.current()
card = cards.find(view)
if card is not None:
    spells, scores, acts, clocks = cards.story(view, card)
    cards.headline(view, card, clocks)
    left, right = ui.columns(view, [7, 3])
    with left:
        cards.timeline_card(view, card, spells, scores, acts, clocks)
    with right:
        cards.conditions(view, card)
    cards.activities(view, acts)
