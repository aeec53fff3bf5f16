"""The cards of conversion by cohort, and the choice of step and window."""

from datetime import date

from funnel import charts, headlines
from funnel.headlines import Step
from funnel.months import next_month
from funnel.rows import records
from funnel.ui.parts.cards import card, choice, door, figure
from funnel.ui.state.cache import Asked
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
    found: dict[str, tuple[str, str]] = {}
    for code, (start, end) in STEPS.items():
        first = path[0] if start is None else rules.milestone(start)
        last = path[-1] if end is None else rules.milestone(end)
        if first and last and rules.ranks()[first] < rules.ranks()[last]:
            found[code] = (first, last)
    if not found:
        found["first-last"] = (path[0], path[-1])
    usual = "mql-sql" if "mql-sql" in found else next(iter(found))

    def label(code: str) -> str:
        start, end = found[code]
        return view.say("control.step_of", a=_start_name(view, start), b=view.labels.stages[end])

    code = choice(view, "step", list(found), label, view.say("control.step"), default=usual)
    return found[code]


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


def target_of(view: View, step: tuple[str, str], window: str) -> float | None:
    """The team's target for the step, where it has one; it is meant for 90 days."""
    rules = view.db.rules
    if window != "90":
        return None
    if step == (rules.milestone("mql"), rules.milestone("sql")):
        return rules.targets.get("mql_to_sql")
    if step[0] == rules.milestone("sql") and step[1] == list(rules.ranks())[-1]:
        return rules.targets.get("sql_to_won")
    return None


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


def cohort_card(view: View, page: str) -> None:
    """MQL to SQL by cohort."""
    rules = view.db.rules
    mql, sql = rules.milestone("mql"), rules.milestone("sql")
    if not mql or not sql:
        return
    said, target = step_of(view, (mql, sql), "90"), target_of(view, (mql, sql), "90")
    asked = view.ask("conversion", from_stage=mql, to_stage=sql)
    finding = headlines.conversion_trend(asked.frame, said, revised(view), view.language)
    sub = view.say("say.conversion.trend_sub_half", a=said.from_label, window=90)
    with card(view, finding, sub, asked, "cohorts"):
        drawn = charts.conversion_trend(
            asked.frame, say=view.words, target=target, versions=version_lines(view), ticks=5
        )
        figure(
            view,
            drawn,
            "cohorts",
            finding,
            behind="conversion",
            window_days="90",
            from_stage=mql,
            to_stage=sql,
        )
        door(view, page, view.say("page.conversion"))


def conversion_note(
    view: View, cohorts: Asked, step: tuple[str, str], said: Step, target: float | None
) -> str:
    """The line under the headline, and why the review counts more leads of the step's start in that month."""
    line = headlines.conversion_note(cohorts.frame, said, target, view.language)
    name = next((name for name in ("mql", "sql") if view.db.rules.milestone(name) == step[0]), None)
    if name is None:
        return line
    history = records(view.ask("kpi_history").frame)
    counts = {as_date(row["month"]): row[name] for row in history}
    more = headlines.beside_kpi(cohorts.frame, counts, said, view.language)
    return view.say("app.and_then").join(part for part in (line, more) if part)
