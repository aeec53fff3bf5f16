"""What do the words and the numbers mean?"""

from funnel import ui
from funnel.ui.cards import definitions

view = ui.current()
head = ui.head(view, "definitions")
rules = view.db.rules

head.say(
    view.say("say.definitions.headline", version=rules.version, day=rules.effective_from),
    definitions.agreed_line(view),
)
definitions.table_card(view, "stages", definitions.stages_table(view), n=len(rules.stages))
left, right = ui.columns(view, 2)
with left:
    definitions.table_card(
        view, definitions.points_name(view), definitions.points_table(view), n=definitions.rule_count(view)
    )
    definitions.table_card(view, "bands", definitions.bands_table(view), n=len(rules.scoring.bands))
with right:
    definitions.table_card(
        view, "handoff" if rules.handoff.any_of else "handoff_none", definitions.handoff_table(view)
    )
    definitions.calendar_card(view)
    if any(stage.aliases for stage in rules.stages):
        definitions.table_card(view, "aliases", definitions.aliases_table(view))
definitions.table_card(view, "matrix", definitions.matrix_table(view))
definitions.table_card(view, "sla", definitions.sla_table(view), n=len(rules.sla))
left, right = ui.columns(view, 2)
with left:
    definitions.table_card(view, "targets", definitions.targets_table(view), n=len(rules.targets))
    definitions.table_card(view, "benchmarks", definitions.benchmarks_table(view), n=len(rules.benchmarks))
    definitions.table_card(view, "versions", definitions.versions_table(view), n=len(view.db.versions))
with right:
    definitions.table_card(view, "numbers", definitions.numbers_table(view))
