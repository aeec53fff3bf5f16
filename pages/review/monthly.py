"""Was the month good, and what to change?"""

from functools import partial

from streamlit import container

from funnel import charts, headlines, ui
from funnel.ui.cards import aging as aging_cards
from funnel.ui.cards import conversion, follow_ups, funnel, next_steps
from funnel.ui.cards import month as month_cards

COUNTS = ("leads", "mql", "sql", "won")


def month(framed: ui.View) -> None:
    """Everything: it all depends on the month."""
    view = month_cards.choose_month(framed)
    head = ui.head(view, "monthly")
    kpis = view.ask("kpis")
    reach = view.ask("funnel")
    standing = month_cards.at_month_end(view)
    aging = standing.ask("stage_aging")
    ratios = standing.ask("stage_age_ratio")
    flow = standing.ask("dormant_flow")
    rules, labels, language = view.db.rules, view.labels, view.language

    if not aging.frame["waiting_leads"].sum():
        ui.stop_without_leads(view, head)
    figures = ui.comparable(view, kpis.frame)
    names = ui.tile_labels(view, figures, (*COUNTS, *month_cards.rates(view)))
    head.say(
        headlines.monthly_headline(figures, view.local, ui.kpi_labels(view), names, language),
        headlines.monthly_note(figures, names, partial(ui.written, view), language),
    )
    month_cards.month_control(view, framed)
    ui.heading(view, month_cards.month_heading(view), kpis, "kpis")
    ui.tiles(view, ui.kpi_tiles(view, figures, COUNTS, with_verdict=True), "counts")
    rates = ui.kpi_tiles(view, figures, month_cards.rates(view), with_month=True, with_verdict=True)
    ui.tiles(view, rates, "rates", width=200)

    left, right = ui.columns(view, 2)
    with left:
        finding = headlines.funnel(
            reach.frame, labels.stages, rules.milestone("mql"), rules.milestone("sql"), language
        )
        with ui.card(view, finding, funnel.funnel_sub(view, reach), reach, "funnel"):
            drawn = charts.funnel_bars(reach.frame, say=view.words, labels=labels.stages)
            ui.figure(view, drawn, "funnel", finding, behind="funnel")
    with right:
        conversion.cohort_card(view, "conversion")
    beside = list(ui.columns(view, 2)) if rules.sla else [container()]
    with beside[0]:
        funnel.benchmark_card(view, "conversion")
    if rules.sla:
        with beside[1]:
            follow_ups.policy_card(view, "follow_ups")
    left, right = ui.columns(view, 2)
    with left:
        finding = headlines.aging_ridge(aging.frame, language)
        sub = month_cards.standing_sub(standing, view.say("say.aging.ridge_sub_month"))
        with ui.card(standing, finding, sub, ratios, "ridge"):
            drawn = charts.age_ratio_ridge(
                ratios.frame, aging.frame, say=view.words, labels=labels.stages, limits=labels.limits
            )
            ui.figure(standing, drawn, "ridge", finding, behind="aging")
            ui.door(view, "stage_aging", view.say("page.stage_aging"))
    with right:
        finding = headlines.dormant_flow(flow.frame.tail(1), standing.local, language)
        sub = headlines.dormant_flow_sub(flow.frame, standing.local, language)
        with ui.card(standing, finding, sub, flow, "flow"):
            drawn = charts.dormant_balance(
                flow.frame,
                say=view.words,
                running=ui.running_month(view),
                height=aging_cards.ridge_height(labels),
            )
            ui.figure(standing, drawn, "flow", finding, behind="silence_flow")
            ui.door(view, "dormant", view.say("page.dormant"))
    next_steps.next_card(view)


ui.part(partial(month, ui.current()))
