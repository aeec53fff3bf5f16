"""Who should contact which lead today?"""

from functools import partial

from funnel import ui
from funnel.rows import records
from funnel.ui.cards import attainment, due_today, morning, overdue, unattended

view = ui.current()
head = ui.head(view, "follow_ups")
day = ui.business_day(view)
counts = view.ask("morning", before=day.before)
owners = view.ask("morning_owners")
clocks = view.ask("overdue")
now = records(counts.frame)[0]

if not clocks and not now["unassigned"]:
    ui.stop_without_leads(view, head)
head.say(morning.overdue_headline(view, now, owners, clocks, day))
morning.morning_head(view, counts)

if clocks:
    ui.part(partial(overdue.overdue_card, view, owners, clocks))

left, right = ui.columns(view, 2)
with left:
    due_today.today_card(view, now, clocks, day)
with right:
    attainment.owner_card(view)
if now["hot_untouched"]:
    unattended.untouched_card(view)
if now["unassigned"]:
    unattended.unassigned_card(view)
