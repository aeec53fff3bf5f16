"""How far can these numbers be trusted?"""

from funnel import sentences, ui
from funnel.ui import import_quality, trust

view = ui.current()
head = ui.head(view, "data_quality")
quality = view.ask("data_quality", everywhere=True)
frame, language = quality.frame, view.language
imported = import_quality.imported(view)

head.say(import_quality.headline(view, frame, imported), import_quality.note(view, imported))
if imported is not None:
    import_quality.refused_card(view, imported)
of = "imported" if imported is not None else "files"
with ui.card(view, view.say(f"say.quality.{of}"), view.say(f"say.quality.{of}_sub"), quality, "files"):
    ui.plain(view, trust.files_table(view, frame), "files", view.say(f"say.quality.{of}_sub"))
if imported is None or (frame["part"] == "reason").any():
    finding = sentences.quality_reasons(frame, language)
    with ui.card(view, finding, view.say("say.quality.reasons_sub"), quality, "reasons"):
        trust.part_list(view, frame, "reason")
finding = sentences.quality_kinds(frame, language)
with ui.card(view, finding, view.say("say.quality.kinds_sub"), quality, "findings"):
    trust.part_list(view, frame, "finding")
