"""How far can these numbers be trusted?"""

from funnel import sentences, ui
from funnel.ui import trust

view = ui.current()
head = ui.head(view, "data_quality")
quality = view.ask("data_quality", everywhere=True)
frame, language = quality.frame, view.language

head.say(sentences.quality_headline(frame, language), trust.stale_note(view))
with ui.card(view, view.say("say.quality.files"), view.say("say.quality.files_sub"), quality, "files"):
    ui.plain(view, trust.files_table(view, frame), "files", view.say("say.quality.files_sub"))
finding = sentences.quality_reasons(frame, language)
with ui.card(view, finding, view.say("say.quality.reasons_sub"), quality, "reasons"):
    trust.part_list(view, frame, "reason")
finding = sentences.quality_kinds(frame, language)
with ui.card(view, finding, view.say("say.quality.kinds_sub"), quality, "findings"):
    trust.part_list(view, frame, "finding")
