"""How far can these numbers be trusted?"""

from funnel import ui
from funnel.ui.cards import data_quality as cards

view = ui.current()
head = ui.head(view, "data_quality")
quality = view.ask("data_quality", everywhere=True)
imported = cards.imported(view)

head.say(cards.page_headline(view, quality.frame, imported), cards.page_note(view, imported))
if imported is not None:
    cards.refused_card(view, imported)
cards.files_card(view, quality, imported is not None)
if imported is None or (quality.frame["part"] == "reason").any():
    cards.reasons_card(view, quality)
cards.findings_card(view, quality)
