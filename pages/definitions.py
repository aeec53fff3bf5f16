"""What do the words and the numbers mean?"""

from funnel import ui
from funnel.ui import targets, trust

view = ui.current()
head = ui.head(view, "definitions")
rules = view.db.rules

head.say(
    view.say("say.definitions.headline", version=rules.version, day=rules.effective_from),
    trust.agreed_line(view),
)
trust.table_card(view, "stages", trust.stages_table(view), n=len(rules.stages))
left, right = ui.columns(view, 2)
with left:
    trust.table_card(view, trust.points_name(view), trust.points_table(view), n=trust.rule_count(view))
    trust.table_card(view, "bands", trust.bands_table(view), n=len(rules.scoring.bands))
with right:
    trust.table_card(view, "handoff" if rules.handoff.any_of else "handoff_none", trust.handoff_table(view))
    trust.calendar_card(view)
    if any(stage.aliases for stage in rules.stages):
        trust.table_card(view, "aliases", trust.aliases_table(view))
trust.table_card(view, "sla", trust.sla_table(view), n=len(rules.sla))
left, right = ui.columns(view, 2)
with left:
    trust.table_card(view, "targets", targets.targets_table(view), n=len(rules.targets))
    trust.table_card(view, "benchmarks", targets.benchmarks_table(view), n=len(rules.benchmarks))
    trust.table_card(view, "versions", trust.versions_table(view), n=len(view.db.versions))
with right:
    trust.table_card(view, "numbers", trust.numbers_table(view))
