"""Who should contact which lead today?"""

from functools import partial

from funnel import ui
from funnel.frames import records
from funnel.ui import daily

COLUMNS = ("company", "lead_id", "late", "owner", "state", "due", "policy", "record", "score", "attempts")

view = ui.current()
head = ui.head(view, "follow_ups")
day = ui.business_day(view)
morning = view.ask("morning", before=day.before)
owners = view.ask("morning_owners")
overdue = view.ask("overdue")
now, labels = records(morning.frame)[0], view.labels

if not overdue and not now["unassigned"]:
    ui.stop_without_leads(view, head)
head.say(daily.overdue_finding(view, now, owners, overdue, day))
daily.morning_head(view, morning)

if overdue:
    ui.part(partial(daily.morning_card, view, owners, overdue, COLUMNS))

left, right = ui.columns(view, 2)
with left:
    daily.today_card(view, now, overdue, day)
with right:
    daily.attainment_card(view)
if now["hot_untouched"]:
    daily.untouched_card(view)
if now["unassigned"]:
    daily.unassigned_card(view)
