"""Was the month good, and what to change?"""

from streamlit import markdown

from funnel import charts, sentences, ui
from funnel.ui import daily, review

COUNTS = ("leads", "mql", "sql", "won")
CONVERSION, AGING, DORMANT = (
    "pages/conversion.py",
    "pages/stage_aging.py",
    "pages/dormant.py",
)

view = review.choose_month(ui.current())
head = ui.head(view, "monthly")
kpis = view.ask("kpis")
reach = view.ask("funnel")
aging = view.ask("stage_aging")
ratios = view.ask("stage_age_ratio")
flow = view.ask("dormant_flow")
rules, labels, language = view.db.rules, view.labels, view.language

head.say(sentences.monthly_headline(kpis.frame, view.local, ui.kpi_labels(view), language))
review.month_control(view)
markdown(f"**{ui.esc(review.month_heading(view))}**")
ui.tiles(view, ui.kpi_tiles(view, kpis.frame, COUNTS), "counts")
ui.tiles(view, ui.kpi_tiles(view, kpis.frame, review.rates(view), with_month=True), "rates")

left, right = ui.columns(view, 2)
with left:
    finding = sentences.funnel(
        reach.frame, labels.stages, rules.milestone("mql"), rules.milestone("sql"), language
    )
    with ui.card(view, finding, review.funnel_sub(view, reach), reach, "funnel"):
        drawn = charts.funnel_bars(reach.frame, say=view.words, labels=labels.stages)
        ui.figure(view, drawn, "funnel", finding, behind="funnel")
with right:
    review.cohort_card(view, CONVERSION)
left, right = ui.columns(view, 2)
with left:
    review.benchmark_card(view, CONVERSION)
with right:
    review.policy_card(view, daily.FOLLOW_UPS)
left, right = ui.columns(view, 2)
with left:
    finding = sentences.aging_ridge(aging.frame, language)
    with ui.card(view, finding, view.say("say.aging.ridge_sub"), ratios, "ridge"):
        drawn = charts.age_ratio_ridge(
            ratios.frame, aging.frame, say=view.words, labels=labels.stages, limits=labels.limits
        )
        ui.figure(view, drawn, "ridge", finding, behind="aging")
        ui.door(view, AGING, view.say("page.stage_aging"))
with right:
    finding = sentences.dormant_flow(flow.frame, view.local, language)
    with ui.card(view, finding, sentences.dormant_flow_sub(flow.frame, view.local, language), flow, "flow"):
        drawn = charts.dormant_balance(flow.frame, say=view.words, running=ui.running_month(view))
        ui.figure(view, drawn, "flow", finding, behind="silence_flow")
        ui.door(view, DORMANT, view.say("page.dormant"))
