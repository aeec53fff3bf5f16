"""Where to act now?"""

from funnel import ui
from funnel.rows import records
from funnel.ui.cards import aging, funnel, kpis, morning

view = ui.current()
head = ui.head(view, "home")
counts = view.ask("morning", before=ui.business_day(view).before)
owners = view.ask("morning_owners")
waiting = view.ask("stage_aging")
now = records(counts.frame)[0]

if not waiting.frame["waiting_leads"].sum():
    ui.stop_without_leads(view, head)
head.say(morning.home_headline(view, now, owners))
ui.heading(view, view.say("say.home.now"), counts, "morning")
ui.tiles(view, morning.door_tiles(view, now), "doors")
kpis.month_tiles(view)

left, right = ui.columns(view, 2)
with left:
    funnel.funnel_card(view, view.ask("funnel"))
with right:
    aging.over_limit_card(view, waiting)
