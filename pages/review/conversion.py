"""How many MQLs become SQLs?"""

from functools import partial
from typing import Any

from streamlit import container

from funnel import charts, headlines, ui
from funnel.ui.cards import conversion, funnel
from funnel.ui.state.cache import Asked


def period_sub(view: ui.View, step: headlines.Step, ratios: Asked) -> str:
    """The grey line of the period ratio: what is divided, and the counts of the month that is named."""
    key = "period_sub_created" if step.from_creation else "period_sub"
    found = [view.say(f"say.conversion.{key}", a=step.from_label, b=step.to_label)]
    found.append(headlines.period_parts(ratios.frame, view.local, view.language))
    return view.say("app.dot").join(filter(None, found))


def steps(view: ui.View) -> None:
    """What depends on the step and the window."""
    head = ui.head(view, "conversion")
    with container(horizontal=True, gap="medium"):
        step = conversion.choose_step(view)
        window = conversion.choose_window(view, step)
    language, T = view.language, view.local
    asked: dict[str, Any] = {"from_stage": step[0], "to_stage": step[1]}

    cohorts = view.ask("conversion", window_days=window, **asked)
    ratios = view.ask("period_ratio", **asked)
    if not (cohorts.frame["entered"].sum() or ratios.frame["entered_to"].sum()):
        ui.empty(view, head)
        return
    said, target = conversion.step_of(view, step, window), conversion.target_of(view, step, window)
    head.say(
        headlines.conversion_headline(cohorts.frame, said, language),
        conversion.conversion_note(view, cohorts, step, said, target),
    )
    left, right = ui.columns(view, [7, 4])
    with left:
        finding = headlines.conversion_trend(cohorts.frame, said, conversion.revised(view), language)
        with ui.card(view, finding, conversion.trend_sub(view, said), cohorts, "cohorts"):
            drawn = charts.conversion_trend(
                cohorts.frame, say=view.words, target=target, versions=conversion.version_lines(view)
            )
            ui.figure(view, drawn, "cohorts", finding, behind="conversion", window_days=window, **asked)
    with right:
        finding = headlines.period_ratio(ratios.frame, T, language)
        with ui.card(view, finding, period_sub(view, said, ratios), ratios, "period"):
            drawn = charts.period_ratio_trend(
                ratios.frame,
                say=view.words,
                rates=charts.rate_range(cohorts.frame, target),
                running=ui.running_month(view),
            )
            ui.figure(view, drawn, "period", finding, behind="period_ratio", **asked)


view = ui.current()
ui.part(partial(steps, view))
if view.ask("funnel").frame["reached"].sum():
    left, right = ui.columns(view, 2)
    with left:
        funnel.benchmark_card(view)
    with right:
        ui.part(partial(funnel.breakdown_card, view))
