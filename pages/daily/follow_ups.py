"""Who should contact which lead today?"""

from functools import partial

from funnel import ui
from funnel.rows import records
from funnel.ui.cards import follow_ups

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
head.say(follow_ups.overdue_finding(view, now, owners, overdue, day))
follow_ups.morning_head(view, morning)

if overdue:
    ui.part(partial(follow_ups.morning_card, view, owners, overdue, COLUMNS))

left, right = ui.columns(view, 2)
with left:
    follow_ups.today_card(view, now, overdue, day)
with right:
    follow_ups.attainment_card(view)
if now["hot_untouched"]:
    follow_ups.untouched_card(view)
if now["unassigned"]:
    follow_ups.unassigned_card(view)
