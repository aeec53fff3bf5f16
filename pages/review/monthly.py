"""Was the month good, and what to change?"""

from functools import partial

from streamlit import container

from funnel import ui
from funnel.ui.cards import aging, attainment, benchmarks, conversion, dormant, funnel, kpis, next_steps
from funnel.ui.cards import month as months


def month(framed: ui.View) -> None:
    """Everything: it all depends on the month."""
    view = months.choose_month(framed)
    head = ui.head(view, "monthly")
    figures = view.ask("kpis")
    standing = months.at_month_end(view)
    waiting = standing.ask("stage_aging")

    if not waiting.frame["waiting_leads"].sum():
        ui.stop_without_leads(view, head)
    head.say(*kpis.review_lines(view, figures))
    months.month_control(view, framed)
    kpis.review_tiles(view, figures)

    left, right = ui.columns(view, 2)
    with left:
        funnel.funnel_card(view, view.ask("funnel"))
    with right:
        conversion.review_card(view)
    beside = list(ui.columns(view, 2)) if view.db.rules.sla else [container()]
    with beside[0]:
        benchmarks.benchmark_card(view, "conversion")
    if view.db.rules.sla:
        with beside[1]:
            attainment.policy_card(view, "follow_ups")
    left, right = ui.columns(view, 2)
    with left:
        sub = months.standing_sub(standing, view.say("say.aging.ridge_sub_month"))
        aging.ridge_card(standing, waiting, sub, "stage_aging")
    with right:
        dormant.flow_card(standing, aging.ridge_height(view.labels), "dormant")
    next_steps.next_card(view)


ui.part(partial(month, ui.current()))
