"""How far can these numbers be trusted?"""

from funnel import headlines, ui
from funnel.ui.cards import data_quality

view = ui.current()
head = ui.head(view, "data_quality")
quality = view.ask("data_quality", everywhere=True)
frame, language = quality.frame, view.language
imported = data_quality.imported(view)

head.say(data_quality.headline(view, frame, imported), data_quality.note(view, imported))
if imported is not None:
    data_quality.refused_card(view, imported)
of = "imported" if imported is not None else "files"
with ui.card(view, view.say(f"say.quality.{of}"), view.say(f"say.quality.{of}_sub"), quality, "files"):
    ui.plain(view, data_quality.files_table(view, frame), "files", view.say(f"say.quality.{of}_sub"))
if imported is None or (frame["part"] == "reason").any():
    finding = headlines.quality_reasons(frame, language)
    with ui.card(view, finding, view.say("say.quality.reasons_sub"), quality, "reasons"):
        data_quality.part_list(view, frame, "reason")
finding = headlines.quality_kinds(frame, language)
with ui.card(view, finding, view.say("say.quality.kinds_sub"), quality, "findings"):
    data_quality.part_list(view, frame, "finding")
