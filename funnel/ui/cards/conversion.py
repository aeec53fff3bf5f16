"""The cards of conversion: by cohort and by period, and the choice of step and window."""

from datetime import date

from streamlit import container

from funnel import charts, headlines
from funnel.headlines import Step
from funnel.months import next_month
from funnel.rows import records
from funnel.ui.parts.cards import card, choice, columns, door, empty, figure
from funnel.ui.parts.cards import head as page_head
from funnel.ui.state.business_day import running_month
from funnel.ui.state.cache import Answer
from funnel.ui.state.view import View
from funnel.words.dates import as_date

WINDOWS = ("30", "60", "90", "none")
STEPS = {
    "lead-mql": (None, "mql"),
    "mql-sql": ("mql", "sql"),
    "sql-won": ("sql", None),
}


def choose_step(view: View) -> tuple[str, str]:
    """From which stage to which: the steps that the rules can give."""
    rules = view.db.rules
    path = list(rules.ranks())
    steps: dict[str, tuple[str, str]] = {}
    for code, (start, end) in STEPS.items():
        first = path[0] if start is None else rules.milestone(start)
        last = path[-1] if end is None else rules.milestone(end)
        if first and last and rules.ranks()[first] < rules.ranks()[last]:
            steps[code] = (first, last)
    if not steps:
        steps["first-last"] = (path[0], path[-1])
    usual = "mql-sql" if "mql-sql" in steps else next(iter(steps))

    def label(code: str) -> str:
        start, end = steps[code]
        return view.say("control.step_of", a=_start_name(view, start), b=view.labels.stages[end])

    code = choice(view, "step", list(steps), label, view.say("control.step"), default=usual)
    return steps[code]


def _start_name(view: View, stage: str) -> str:
    return view.say("kpi.leads") if stage == view.db.rules.stages[0].key else view.labels.stages[stage]


def choose_window(view: View, step: tuple[str, str]) -> str:
    """How long the leads had."""

    def label(code: str) -> str:
        return view.say("control.window_none") if code == "none" else view.say("control.window_days", n=code)

    name = _start_name(view, step[0])
    help_text = view.say("control.window_help", a=name)
    return choice(view, "window", WINDOWS, label, view.say("control.window"), default="90", help=help_text)


def step_of(view: View, step: tuple[str, str], window: str) -> Step:
    """The step as sentences speak of it."""
    return Step(
        view.labels.stages[step[0]],
        view.labels.stages[step[1]],
        None if window == "none" else int(window),
        from_creation=step[0] == view.db.rules.stages[0].key,
    )


def target_of(cohorts: Answer) -> float | None:
    """The target that the figure draws: that of the month that is judged, else of the newest."""
    rows = records(cohorts.frame)
    row = headlines.newest_mature(cohorts.frame) or (rows[-1] if rows else None)
    return row["target"] if row else None


def revised(view: View) -> list[date]:
    """When a version of the rules began within the months."""
    return [
        rules.effective_from
        for rules in view.db.versions[1:]
        if view.months.first < rules.effective_from < next_month(view.months.last)
    ]


def version_lines(view: View) -> list[tuple[str, str, str | None]]:
    """The same for the figure, with their names and no note (notes are on the page of definitions)."""
    days = set(revised(view))
    return [
        (rules.effective_from.isoformat(), rules.version, None)
        for rules in view.db.versions
        if rules.effective_from in days
    ]


def trend_sub(view: View, step: Step) -> str:
    """The grey line of the cohorts."""
    a = view.say("kpi.leads") if step.from_creation else step.from_label
    if step.window_days is None:
        return view.say("say.conversion.trend_sub_to_date", a=a, b=step.to_label)
    key = "trend_sub_created" if step.from_creation else "trend_sub"
    return view.say(f"say.conversion.{key}", a=a, b=step.to_label, window=step.window_days)


def cohort_card(
    view: View,
    cohorts: Answer,
    named: Step,
    sub: str,
    window: str = "90",
    ticks: int = 7,
    page: str | None = None,
) -> None:
    """The share of each month's leads that went on, of the step that is `named`; `page`: the one that its door opens."""
    step = {name: cohorts.bound[name] for name in ("from_stage", "to_stage")}
    runs = view.ask("conversion_runs", window_days=window, **step)
    newest = as_date(cohorts.frame["month"].iloc[-1]) if cohorts else view.months.last
    headline = headlines.conversion_trend(runs.frame, named, newest, view.language)
    with card(view, headline, sub, cohorts, "cohorts"):
        drawn = charts.conversion_trend(
            cohorts.frame,
            say=view.words,
            target=target_of(cohorts),
            versions=version_lines(view),
            ticks=ticks,
        )
        figure(view, drawn, "cohorts", headline, behind="conversion", window_days=window, **step)
        if page:
            door(view, page, view.say(f"page.{page}"))


def review_card(view: View) -> None:
    """MQL to SQL within 90 days, for the review."""
    rules = view.db.rules
    mql, sql = rules.milestone("mql"), rules.milestone("sql")
    if not mql or not sql or mql == sql:
        return
    step = (mql, sql)
    named = step_of(view, step, "90")
    cohorts = view.ask("conversion", from_stage=mql, to_stage=sql)
    sub = view.say("say.conversion.trend_sub_half", a=named.from_label, window=90)
    cohort_card(view, cohorts, named, sub, ticks=5, page="conversion")


def period_card(view: View, ratios: Answer, named: Step, rates: tuple[float, float] | None) -> None:
    """What reached the step's end in a month over what reached its start in it; `rates`: the axis of its neighbour."""
    headline = headlines.period_ratio(ratios.frame, view.local, view.language)
    step = {name: ratios.bound[name] for name in ("from_stage", "to_stage")}
    with card(view, headline, period_sub(view, named, ratios), ratios, "period"):
        drawn = charts.period_ratio_trend(
            ratios.frame, say=view.words, rates=rates, running=running_month(view)
        )
        figure(view, drawn, "period", headline, behind="period_ratio", **step)


def period_sub(view: View, step: Step, ratios: Answer) -> str:
    """The grey line of the period ratio: what is divided, and the counts of the month that is named."""
    key = "period_sub_created" if step.from_creation else "period_sub"
    parts = [view.say(f"say.conversion.{key}", a=step.from_label, b=step.to_label)]
    parts.append(headlines.period_parts(ratios.frame, view.local, view.language))
    return view.say("app.dot").join(filter(None, parts))


def step_part(view: View) -> None:
    """The page's part that depends on the step and the window: headline, cohorts, period ratio."""
    head = page_head(view, "conversion")
    with container(horizontal=True, gap="medium"):
        step = choose_step(view)
        window = choose_window(view, step)
    cohorts = view.ask("conversion", window_days=window, from_stage=step[0], to_stage=step[1])
    ratios = view.ask("period_ratio", from_stage=step[0], to_stage=step[1])
    if not (cohorts.frame["entered"].sum() or ratios.frame["entered_to"].sum()):
        empty(view, head)
        return
    named = step_of(view, step, window)
    head.say(
        headlines.conversion_headline(cohorts.frame, named, view.language),
        conversion_note(view, cohorts, step, named),
    )
    left, right = columns(view, [7, 4])
    with left:
        cohort_card(view, cohorts, named, trend_sub(view, named), window)
    with right:
        period_card(view, ratios, named, charts.rate_range(cohorts.frame, target_of(cohorts)))


def conversion_note(view: View, cohorts: Answer, step: tuple[str, str], named: Step) -> str:
    """The line under the headline, and why the review counts more leads of the step's start in that month."""
    line = headlines.conversion_note(cohorts.frame, named, view.language)
    name = next((name for name in ("mql", "sql") if view.db.rules.milestone(name) == step[0]), None)
    if name is None:
        return line
    history = records(view.ask("kpi_history").frame)
    counts = {as_date(row["month"]): row[name] for row in history}
    more = headlines.beside_kpi(cohorts.frame, counts, named, view.language)
    return view.say("app.and_then").join(part for part in (line, more) if part)
