"""What the review's pages share: the choice of step and window, benchmarks, breakdowns, scores, the month."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from funnel import charts, sentences
from funnel.answers import Months
from funnel.frames import records
from funnel.instants import zone
from funnel.sentences import Step
from funnel.sentences.common import next_month
from funnel.ui import address, frame, lists
from funnel.ui.heads import distinct
from funnel.ui.moments import whole_months
from funnel.ui.parts import card, choice, door, figure
from funnel.ui.store import Asked
from funnel.ui.view import View
from funnel.words import as_date, day_month, month_near, month_range, year_month

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


def benchmark_card(view: View, page: str | None = None) -> None:
    """Groups against their benchmarks; where the rules have none, the newest mature month by channel group."""
    asked = view.ask("benchmarks")
    if not asked:
        _segment_card(view)
        return
    labels = view.labels
    values = {row["value"]: labels.value(row["dimension"], row["value"]) for row in records(asked.frame)}
    finding = sentences.benchmarks(asked.frame, values, view.language)
    sources = view.say("app.comma").join(asked.frame["source"].dropna().astype(str).unique())
    stages = view.say("app.comma").join(labels.stages[stage] for stage in asked.frame["stage"].unique())
    key, told = "sub" if sources else "sub_plain", {"source": sources, "days": asked.bound["min_age_days"]}
    sub = view.say(f"say.benchmarks.{key}", stages=stages, **told)
    with card(view, finding, sub, asked, "benchmarks"):
        drawn = charts.benchmark_dots(asked.frame, say=view.words, values=values, stages=labels.stages)
        figure(view, drawn, "benchmarks", finding, behind="benchmark", fills=page is None)
        if page:
            door(view, page, view.say("page.conversion"))


def _segment_card(view: View) -> None:
    rules = view.db.rules
    mql, sql = rules.milestone("mql"), rules.milestone("sql")
    usual = [name for name in ("channel_group", "channel", *rules.dimensions) if name in rules.dimensions]
    dimension = usual[0] if usual else "stage"
    if not mql or not sql:
        return
    asked = view.ask("conversion", by=dimension, from_stage=mql, to_stage=sql)
    mature = asked.frame[asked.frame["mature"].fillna(False).astype(bool) & (asked.frame["entered"] > 0)]
    rows = mature[mature["month"] == mature["month"].max()]
    if not len(rows):
        return
    month = month_near(rows["month"].iloc[0], view.last_seen, view.language)
    labels = {row["segment"] or "": view.labels.value(dimension, row["segment"]) for row in records(rows)}
    finding = view.say("say.segments.headline", month=month, dimension=view.labels.dimension(dimension))
    chosen = Asked(asked.name, rows, asked.bound, asked.months)
    with card(view, finding, view.say("say.segments.sub", window=90), chosen, "segments"):
        drawn = charts.segment_dots(rows, say=view.words, labels=labels)
        figure(
            view, drawn, "segments", finding, behind="conversion", fills=True,
            window_days="90", from_stage=mql, to_stage=sql, by=dimension,
        )  # fmt: skip


def breakdown_card(view: View) -> None:
    """How far the leads of each value of a dimension get."""
    rules, labels = view.db.rules, view.labels
    mql, sql = rules.milestone("mql"), rules.milestone("sql")
    dimensions = list(dict.fromkeys(rules.dimensions)) or ["stage"]
    if not mql or not sql:
        return
    usual = "channel" if "channel" in dimensions else dimensions[0]
    by = _chosen(view, "by", dimensions, usual)
    asked = view.ask("funnel", by=by)
    table = _reaches(asked.frame, mql, sql)
    names = {value: labels.value(by, value) for value in table["segment"] if isinstance(value, str)}
    a, b = labels.stages[mql], labels.stages[sql]
    finding = sentences.channels(table, names, view.language, labels.dimension(by), a, b)
    with card(view, finding, view.say("say.channels.sub", b=b), asked, "breakdown"):
        choice(view, "by", dimensions, labels.dimension, view.say("control.by"), default=usual, hidden=True)
        shown = _as_table(view, table, by)
        lists.opening(
            shown,
            "breakdown",
            finding,
            partial(_behind_number, table, by, mql, sql),
            _breakdown_config(shown),
        )


def _chosen(view: View, name: str, options: Sequence[str], usual: str) -> str:
    """What a choice that is drawn further down will give."""
    code = st.session_state.get(f"c.{name}.{view.language}") or address.first(name)
    return code if code and code in options else usual


def _reaches(funnel: pd.DataFrame, mql: str, sql: str) -> pd.DataFrame:
    """One row per segment: leads, mql, sql and the reach of sql, small bases last."""
    first = funnel.drop_duplicates("segment").set_index("segment")["reached"]
    wide = funnel.pivot(index="segment", columns="stage", values="reached")
    rates = funnel[funnel["stage"] == sql].set_index("segment")["rate_from_first"]
    table = pd.DataFrame({"leads": first, "mql": wide[mql], "sql": wide[sql], "rate": rates}).reset_index()
    table["small"] = table["leads"] < sentences.SMALL_BASE
    return table.sort_values(["small", "rate", "leads"], ascending=[True, False, False], ignore_index=True)


def _as_table(view: View, table: pd.DataFrame, by: str) -> pd.DataFrame:
    labels = view.labels
    remark = table["small"].map({True: view.say("unit.small"), False: ""})
    values = [labels.value(by, value if isinstance(value, str) else None) for value in table["segment"]]
    columns = [  # a dimension or a stage may be called as another column is
        (labels.dimension(by), pd.Series(values, index=table.index, dtype="object")),
        (view.say("column.leads"), table["leads"]),
        (labels.milestone("mql"), table["mql"]),
        (labels.milestone("sql"), table["sql"]),
        (view.say("column.reach_rate", sql=labels.milestone("sql")), table["rate"] * 100),
    ]
    if table["small"].any():
        columns.append((view.say("column.remark"), remark))
    heads = distinct(head for head, _ in columns)
    return pd.concat([values for _, values in columns], axis=1).set_axis(heads, axis=1)


def _breakdown_config(shown: pd.DataFrame) -> dict[str, object]:
    rate = shown.columns[4]
    if frame.is_phone():  # a bar, or numbers of rows, would push the rate out of sight
        narrow: dict[str, object] = {"_index": None, shown.columns[0]: st.column_config.Column(width=98)}
        for name in shown.columns[1:4]:
            narrow[name] = st.column_config.NumberColumn(format="%,d", width=50)
        return narrow | {rate: st.column_config.NumberColumn(format="%.1f%%", width=80)}
    top = float(shown[rate].max() or 1)
    return {
        rate: st.column_config.ProgressColumn(format="%.1f%%", max_value=max(top * 1.05, 1), color="blue")
    }


def _behind_number(
    table: pd.DataFrame, by: str, mql: str, sql: str, row: int, column: int
) -> tuple[str, dict[str, Any]]:
    """The leads of the number that was clicked; of the rate its base, with those that got there."""
    value = table["segment"].iloc[row]
    mark = {"by": by, "segment": value if isinstance(value, str) else None}
    stage = {2: mql, 3: sql}.get(column)
    return "funnel", {**mark, "stage": stage} if stage else {**mark, "reached": sql}


# ---------------------------------------------------------------------------------------- scores
def bands_answer(view: View, day: int, window: int) -> Asked | None:
    """score_bands, where the rules have bands and a stage for SQL."""
    sql = view.db.rules.milestone("sql")
    if sql is None or not view.labels.bands:
        return None
    return view.ask("score_bands", day=day, window_days=window, to_stage=sql)


def scores_finding(view: View, bands: Asked | None, days: int) -> str:
    """The highest band against the next."""
    sql = view.labels.milestone("sql")
    if bands is None or sql is None:
        return view.say("say.scores.bands_small")
    return sentences.scores_headline(bands.frame, view.labels.bands, sql, days, view.language)


def spread_card(view: View) -> None:
    """How the scores are spread over the stages: now, or at another moment of each lead."""
    mql = view.db.rules.milestone("mql")
    moments = ("now", "mql", "created") if mql else ("now", "created")
    at = _chosen(view, "at", moments, "now")
    asked = view.ask("score_distribution", at=at)
    threshold = view.db.rules.scoring.thresholds.mql
    finding = sentences.score_distribution(asked.frame, mql, view.labels.stages, threshold, view.language)
    with card(view, finding, spread_sub(view, at), asked, "scores"):
        choice(
            view,
            "at",
            moments,
            lambda code: view.say(f"control.at_{code}", mql=view.labels.milestone("mql")),
            view.say("control.score_at"),
            hidden=True,
        )
        drawn = charts.score_ridge(
            asked.frame, say=view.words, labels=open_stages(view), thresholds=thresholds(view)
        )
        figure(view, drawn, "scores", finding, behind="scores", at=at)


def spread_sub(view: View, at: str) -> str:
    """The grey line of the distribution."""
    threshold = view.db.rules.scoring.thresholds.mql
    name = view.say(f"control.at_{at}", mql=view.labels.milestone("mql"))
    if threshold is None:
        return view.say("say.scores.spread_sub_plain", at=name)
    return view.say("say.scores.spread_sub", at=name, threshold=threshold)


def open_stages(view: View) -> dict[str, str]:
    """The stages in which leads wait, in the order of the path."""
    return {stage: view.labels.stages[stage] for stage in view.labels.path}


def thresholds(view: View) -> dict[str, float]:
    """The thresholds that the rules have."""
    found = view.db.rules.scoring.thresholds
    pairs = {"interest": found.interest, "consideration": found.consideration, "mql": found.mql}
    return {name: value for name, value in pairs.items() if value is not None}


def band_names(view: View) -> dict[str, str]:
    """Bands with their points: ホット(100〜点)."""
    labels = view.labels
    return {
        key: view.say("drill.band", band=name, points=labels.band_ranges[key])
        for key, name in labels.bands.items()
    }


# ---------------------------------------------------------------------------------------- the month
def choose_month(view: View) -> View:
    """The month to look back on: the last one that is over, else any of the period; everything up to it."""
    usual = f"{whole_months(view, 1).last:%Y-%m}"
    chosen = as_date(_chosen(view, "month", _month_codes(view), usual))
    return replace(view, months=Months(min(view.months.first, chosen), chosen))


def at_month_end(view: View) -> View:
    """The state that the review looks back on: as it was when the chosen month ended, or at T before that."""
    ended = datetime.combine(next_month(view.months.last), time(), zone(view.db.rules.timezone))
    return replace(view, as_of=min(view.as_of, ended))


def standing_sub(standing: View, sub: str) -> str:
    """The grey line of a state: of which day, or which moment, it is."""
    if standing.local.time() == time():
        return standing.say("say.monthly.standing", day=standing.last_seen.date(), sub=sub)
    return standing.say("say.monthly.standing_now", at=standing.last_seen, sub=sub)


def _month_codes(view: View) -> list[str]:
    months = pd.period_range(view.all_months.first, view.all_months.last, freq="M")
    return [str(month) for month in months[::-1]]


def month_control(view: View, framed: View) -> None:
    """The choice of the month, by default the last one that is over under what is chosen in the frame."""
    usual = whole_months(framed, 1).last
    choice(
        view,
        "month",
        _month_codes(view),
        lambda code: year_month(code, view.language),
        view.say("control.month"),
        default=f"{usual:%Y-%m}",
    )


def rates(view: View) -> list[str]:
    """The tiles under the counts: conversion, attainment of the policies with a target, silence, what an MQL costs."""
    policies = [policy.key for policy in view.db.rules.sla if policy.key in view.db.rules.targets]
    return ["mql_to_sql", *policies[:1], "dormant_share", "cost_per_mql"]


def cohort_card(view: View, page: str) -> None:
    """MQL to SQL by cohort."""
    rules = view.db.rules
    mql, sql = rules.milestone("mql"), rules.milestone("sql")
    if not mql or not sql:
        return
    said, target = step_of(view, (mql, sql), "90"), target_of(view, (mql, sql), "90")
    asked = view.ask("conversion", from_stage=mql, to_stage=sql)
    finding = sentences.conversion_trend(asked.frame, said, revised(view), view.language)
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


def month_heading(view: View) -> str:
    """`今月(11月1〜9日) 増減は前月の同じ日数との差`."""
    last = view.months.last
    if next_month(last) <= view.local.date():
        name = month_range(last, last, view.language)
        return view.say("say.home.month_over", range=name)
    return view.say("say.home.this_month", range=days_range(view))


def days_range(view: View) -> str:
    """`11月1〜9日`, the days of the running month that are seen."""
    day = view.last_seen.date()
    if day.day == 1:
        return day_month(day, view.language)
    return view.say("say.home.days_range", month=day, last=day.day)


def funnel_sub(view: View, reach: Asked) -> str:
    """The grey line of the funnel."""
    months = month_range(view.months.first, view.months.last, view.language)
    base = int(reach.frame["reached"].iloc[0]) if reach else 0
    return view.say("say.funnel.sub", months=months, n=base)


def policy_card(view: View, page: str) -> None:
    """How well each agreed deadline is kept, by policy and by no person."""
    rules = view.db.rules
    month = Months(view.months.last, view.months.last)
    asked = view.ask("sla_summary", months=month)
    targets = {policy.key: rules.targets[policy.key] for policy in rules.sla if policy.key in rules.targets}
    finding = sentences.policies_below_target(asked.frame, targets, view.labels.policies, view.language)
    months = month_range(month.first, month.last, view.language)
    with card(view, finding, view.say("say.overdue.policies_sub", months=months), asked, "policies"):
        judged = asked.frame[asked.frame["attainment"].notna()]
        drawn = charts.attainment_dots(
            judged, say=view.words, labels=view.labels.policies, by="policy", targets=targets
        )
        span = [month.first.isoformat(), month.last.isoformat()]
        figure(view, drawn, "policies", finding, behind="clocks", months=span, of_owner=False)
        door(view, page, view.say("page.follow_ups"))


def conversion_note(
    view: View, cohorts: Asked, step: tuple[str, str], said: Step, target: float | None
) -> str:
    """The line under the headline, and why the review counts more leads of the step's start in that month."""
    line = sentences.conversion_note(cohorts.frame, said, target, view.language)
    name = next((name for name in ("mql", "sql") if view.db.rules.milestone(name) == step[0]), None)
    if name is None:
        return line
    history = records(view.ask("kpi_history").frame)
    counts = {as_date(row["month"]): row[name] for row in history}
    more = sentences.beside_kpi(cohorts.frame, counts, said, view.language)
    return view.say("app.and_then").join(part for part in (line, more) if part)
