"""Who should contact which lead today?"""

from streamlit import container

from funnel import charts, sentences, ui
from funnel.ui import daily

COLUMNS = ("company", "lead_id", "late", "owner", "state", "due", "policy", "score", "attempts", "record")

view = ui.current()
head = ui.head(view, "follow_ups")
day = ui.business_day(view)
morning = view.ask("morning", before=day.before)
owners = view.ask("morning_owners")
overdue = view.ask("overdue")
now, labels = sentences.rows(morning.frame)[0], view.labels

if not overdue and not now["unassigned"]:
    ui.stop_without_leads(view, head)
head.say(daily.overdue_finding(view, now, owners, overdue, day))
ui.tiles(view, daily.morning_tiles(view, now), "morning")

if overdue:
    shown = daily.of_owner(view, owners, overdue)
    with ui.card(view, view.say("say.overdue.list"), view.say("say.overdue.list_sub"), shown, "overdue"):
        daily.owner_chips(view, owners)
        with container(horizontal=True, vertical_alignment="center"):
            ui.small(
                daily.shown_line(view, shown.frame, ui.SHOWN)
            )  # on a touch screen its right end is covered
            ui.copy_list(view, shown, "overdue")
            ui.take_along(view, shown, "overdue.list")
        ui.leads(view, shown, COLUMNS, "overdue", view.say("page.follow_ups"))

left, right = ui.columns(view, 2)
with left:
    finding = sentences.due_by_closing(now["due_by_closing"], day.closing, view.local, view.language)
    with ui.card(view, finding, view.say("say.overdue.today_sub"), overdue, "today"):
        drawn = charts.due_today_strip(
            overdue.frame, say=view.words, now=view.local, spans=day.spans, timezone=view.db.rules.timezone
        )
        if drawn is not None:
            ui.figure(view, drawn, "today", finding, behind="due_today")
with right:
    daily.attainment_card(view)
if now["hot_untouched"]:
    daily.untouched_card(view)
if now["unassigned"]:
    daily.unassigned_card(view)
