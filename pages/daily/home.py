"""Where to act now?"""

from funnel import charts, headlines, ui
from funnel.rows import records
from funnel.ui.cards import follow_ups, funnel
from funnel.ui.cards import month as month_cards

view = ui.current()
head = ui.head(view, "home")
morning = view.ask("morning", before=ui.business_day(view).before)
owners = view.ask("morning_owners")
kpis = view.ask("kpis")
reach = view.ask("funnel")
aging = view.ask("stage_aging")
rules, labels, now = view.db.rules, view.labels, records(morning.frame)[0]

if not aging.frame["waiting_leads"].sum():
    ui.stop_without_leads(view, head)
head.say(
    headlines.home_headline(
        now,
        owners.frame,
        now["longest_late"],
        labels.hours_per_day,
        now["unassigned"],
        view.language,
        ahead=ui.day_ahead(view),
    )
    if rules.sla or now["unassigned"]
    else view.say("say.overdue.not_judged")
)
ui.heading(view, view.say("say.home.now"), morning, "morning")
ui.tiles(view, follow_ups.door_tiles(view, now), "doors")
ui.heading(view, month_cards.month_heading(view), kpis, "kpis")
ui.tiles(view, ui.kpi_tiles(view, ui.comparable(view, kpis.frame), ("leads", "mql", "sql", "won")), "month")

left, right = ui.columns(view, 2)
with left:
    finding = headlines.funnel(
        reach.frame, labels.stages, rules.milestone("mql"), rules.milestone("sql"), view.language
    )
    with ui.card(view, finding, funnel.funnel_sub(view, reach), reach, "funnel"):
        drawn = charts.funnel_bars(reach.frame, say=view.words, labels=labels.stages)
        ui.figure(view, drawn, "funnel", finding, behind="funnel")
with right:
    finding = headlines.aging_rates(aging.frame, labels.stages, view.language)
    with ui.card(view, finding, view.say("say.aging.rates_sub"), aging, "over_limit"):
        drawn = charts.over_limit_dots(
            aging.frame, say=view.words, labels=labels.stages, limits=labels.limits
        )
        ui.figure(view, drawn, "over_limit", finding, behind="aging", over_only=True)
