"""The rules in force as tables that people read, and what the words at numbers mean."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd

from funnel.rules.calendar import parse_closed
from funnel.rules.models import WEEKDAYS, Due, HandoffItem, Policy, Start, Stop
from funnel.ui.cards.kpis import kpi_label, written
from funnel.ui.ground.heads import distinct
from funnel.ui.parts import cards, lists, readable
from funnel.ui.state.view import View
from funnel.words.dates import day_month, full_date
from funnel.words.names import listed
from funnel.words.numbers import count, percent
from funnel.words.translate import has


def table_card(view: View, name: str, table: pd.DataFrame | None, **values: object) -> None:
    """A card with a part of the rules; left out where the rules do not have it."""
    if table is None:
        return
    sub = view.say(f"say.definitions.{name}_sub") if has(f"say.definitions.{name}_sub") else ""
    headline = view.say(f"say.definitions.{name}", **values)
    with cards.card(view, headline, sub, None, f"rules.{name}"):
        if len(table):
            lists.printed(table, headline)


def _table(view: View, rows: list[dict[str, Any]]) -> pd.DataFrame:
    table = pd.DataFrame(rows)
    return table.set_axis(distinct(readable.head(view, str(name)) for name in table.columns), axis=1)


def agreed_line(view: View) -> str:
    """Who agreed, when, and until when."""
    agreed, words = view.db.rules.agreed, []
    if agreed.on and agreed.by:
        names = view.say("app.comma").join(agreed.by)
        words.append(view.say("say.definitions.agreed", day=agreed.on, names=names))
    if agreed.review_by:
        name = "review_over" if agreed.review_by < view.last_seen.date() else "review_by"
        words.append(view.say(f"say.definitions.{name}", day=agreed.review_by))
    return view.say("app.and_then").join(words)


def stages_table(view: View) -> pd.DataFrame:
    """Every stage: definition, role in charge, action, limit."""
    labels = view.labels
    return _table(
        view,
        [
            {
                "stage": labels.stages[stage.key],
                "definition": _text(view, stage.definition),
                "in_charge": labels.team(stage.owner),
                "action": _text(view, stage.action),
                "limit": labels.written_limits.get(stage.key),
            }
            for stage in view.db.rules.stages
        ],
    )


def aliases_table(view: View) -> pd.DataFrame:
    """What the tools call the stages, where they call them otherwise."""
    rows = [
        {"stage": view.labels.stages[stage.key], "aliases": view.say("app.comma").join(stage.aliases)}
        for stage in view.db.rules.stages
        if stage.aliases
    ]
    return _table(view, rows)


def _text(view: View, label: Any) -> str | None:
    if label is None:
        return None
    return str(label.japanese if view.language == "ja" else label.english)


def points_name(view: View) -> str:
    """Whether the score is the rules' or the tool's own."""
    return "points" if view.db.rules.scoring.source == "rules" else "points_exported"


def rule_count(view: View) -> int:
    """How many rules give points."""
    scoring = view.db.rules.scoring
    return len(scoring.attributes) + len(scoring.behaviours)


def points_table(view: View) -> pd.DataFrame:
    """Which attribute and which act gives how many points."""
    scoring, labels = view.db.rules.scoring, view.labels
    rows = [
        {"rule": _text(view, rule.label) or _when(view, rule.when), "points": rule.points, "validity": None}
        for rule in scoring.attributes
    ]
    for rule in scoring.behaviours:
        name = labels.activities.get(rule.type, rule.type)
        limits = []
        if rule.from_nth > 1:
            limits.append(view.say("rule.from_nth", n=rule.from_nth))
        if rule.max_times is not None:
            limits.append(view.say("rule.max_times", n=rule.max_times))
        if rule.valid_days is not None:
            limits.append(view.say("rule.valid_days", n=rule.valid_days))
        shown = f"{name}({rule.asset})" if rule.asset else name
        rows.append(
            {"rule": shown, "points": rule.points, "validity": view.say("app.comma").join(limits) or None}
        )
    return _table(view, rows) if scoring.source == "rules" else pd.DataFrame()


def _when(view: View, when: Any) -> str:
    found = []
    for name, condition in when.items():
        values = [view.labels.value(name, value) for value in condition.values]
        if condition.min is not None or condition.max is not None:
            low = "" if condition.min is None else f"{condition.min:g}"
            high = "" if condition.max is None else f"{condition.max:g}"
            values.append(view.say("rule.range", low=low, high=high))
        found.append(f"{view.labels.dimension(name)}: {view.say('app.comma').join(values)}")
    return view.say("app.dot").join(found)


def bands_table(view: View) -> pd.DataFrame | None:
    """Score bands and what each gets."""
    labels = view.labels
    rows = [
        {
            "band": labels.bands[band.key],
            "range": labels.band_ranges[band.key],
            "treat": _text(view, band.treat),
        }
        for band in view.db.rules.scoring.bands
    ]
    return _table(view, rows) if rows else None


def handoff_table(view: View) -> pd.DataFrame:
    """The agreed conditions, one per line."""
    items = view.db.rules.handoff.any_of
    rows = [
        {"number": place, "condition": handoff_text(view, item)} for place, item in enumerate(items, start=1)
    ]
    return _table(view, rows)


def handoff_text(view: View, item: HandoffItem) -> str:
    """One condition in words."""
    found = [view.say("say.lead.need_score", n=item.score)] if item.score is not None else []
    found += [view.labels.activities.get(name, name) for name in item.did]
    if item.known:
        fields = [
            view.say(f"value.known.{name}") if has(f"value.known.{name}") else name for name in item.known
        ]
        found.append(view.say("say.lead.need_known", things=view.say("app.dot").join(fields)))
    return view.say("say.lead.plus").join(found)


def matrix_table(view: View) -> pd.DataFrame | None:
    """The words agreed for what a lead did, a row per grade, and what is known of it, a column per grade."""
    matrix = view.db.rules.definition_matrix
    if not matrix.behaviour:
        return None
    words = {name: view.labels.milestone(name) or name.upper() for name in ("mql", "sql")} | {
        "": view.say("rule.not_yet")
    }
    rows = [
        [_text(view, grade.label) or grade.key, *(words[word] for word in agreed)]
        for grade, agreed in zip(matrix.behaviour, matrix.agreed, strict=True)
    ]
    heads = [_text(view, grade.label) or grade.key for grade in matrix.information]
    return pd.DataFrame(rows, columns=distinct([view.say("rule.behaviour"), *heads]))


def sla_table(view: View) -> pd.DataFrame | None:
    """Follow-up policies: when a clock starts, by when, what stops it, who answers for it."""
    rules, labels = view.db.rules, view.labels
    rows = [
        {
            "policy": labels.policies[policy.key],
            "in_charge": labels.team(policy.owner),
            "start": _start(view, policy.start, policy),
            "due": _due(view, policy.due),
            "stop": _stop(view, policy.stop),
            "target": percent(rules.targets[policy.key]) if policy.key in rules.targets else None,
        }
        for policy in rules.sla
    ]
    return _table(view, rows) if rows else None


def _start(view: View, start: Start, policy: Policy) -> str:
    labels = view.labels
    if start.created:
        text = view.say("rule.created")
    elif start.stage:
        text = view.say("rule.enters", stage=labels.stages[start.stage])
    elif start.score is not None:
        text = view.say("rule.reaches", n=start.score)
    else:
        names = [labels.activities.get(name, name) for name in start.activity or ()]
        text = view.say("app.comma").join(names)
    return view.say("rule.every", start=text) if policy.every else text


def _due(view: View, due: Due) -> str:
    if due.elapsed_hours is not None:
        return view.say("rule.elapsed_hours", n=due.elapsed_hours)
    if due.business_hours is not None:
        return view.say("rule.business_hours", n=due.business_hours)
    if due.business_days == 0:
        return view.say("rule.same_day")
    return view.say("rule.business_days", n=due.business_days)


def _stop(view: View, stop: Stop) -> str:
    labels = view.labels
    acts = [labels.activities.get(name, name) for name in stop.activity]
    names = acts + [view.say("rule.enters", stage=labels.stages[stage]) for stage in stop.stage]
    text = view.say("app.comma").join(names)
    return view.say("rule.connected", acts=text) if stop.connected else text


def calendar_card(view: View) -> None:
    """When the team works."""
    calendar = view.db.rules.calendar
    spans: dict[str, list[str]] = {}
    for day in WEEKDAYS:
        hours = _hours(view, getattr(calendar.hours, day))
        spans.setdefault(hours or view.say("rule.closed"), []).append(view.say(f"weekday.{day}"))
    rows: list[dict[str, Any]] = [
        {
            "weekday": listed(days, view.language)
            if len(days) < 3
            else f"{days[0]}{view.say('app.to')}{days[-1]}",
            "hours": hours,
        }
        for hours, days in spans.items()
    ]
    rows += [
        {"weekday": _closed_days(view, str(closed)), "hours": view.say("rule.closed")}
        for closed in calendar.closed
    ]
    rows += [
        {"weekday": full_date(opened.date, view.language), "hours": _hours(view, opened.hours)}
        for opened in calendar.open
    ]
    usual = next((hours for hours in spans if hours != view.say("rule.closed")), "")
    holidays = view.say(f"say.definitions.holidays_{calendar.holidays.lower()}")
    headline = view.say("say.definitions.calendar", hours=usual)
    zone = view.db.rules.timezone
    if has(f"zone.{zone}"):
        zone = view.say(f"zone.{zone}")
    begins = view.say("say.definitions.fiscal_year", month=view.db.rules.fiscal_year_start)
    sub = view.say("say.definitions.calendar_sub", zone=zone, holidays=holidays, fiscal_year=begins)
    with cards.card(view, headline, sub, None, "rules.calendar"):
        lists.printed(_table(view, rows), headline)


def _hours(view: View, spans: Iterable[Any]) -> str:
    """`9:00〜12:00、13:00〜18:00`."""
    each = ("-".join(end.removeprefix("0") for end in str(span).split("-")) for span in spans)
    return view.say("app.comma").join(text.replace("-", view.say("app.to")) for text in each)


def _closed_days(view: View, text: str) -> str:
    """`8月13日〜8月15日`: every year, or with its year."""
    closed = parse_closed(text)
    if closed is None:
        return text
    ends = dict.fromkeys((closed.first, closed.last))
    named = [
        full_date(date(year, month, day), view.language)
        if year
        else day_month(date(2000, month, day), view.language)
        for year, month, day in ends
    ]
    return view.say("app.to").join(named)


def targets_table(view: View) -> pd.DataFrame | None:
    """Every target of a month."""
    rows = [
        {"kpi": kpi_label(view, name), "target": written(view, name, target)}
        for name, target in view.db.rules.targets.items()
    ]
    return _table(view, rows) if rows else None


def benchmarks_table(view: View) -> pd.DataFrame | None:
    """Every benchmark: which leads, how many of them should get how far, and who says so."""
    labels = view.labels
    rows = [
        {
            "value": labels.value(benchmark.dimension, benchmark.value),
            "stage": labels.stages[benchmark.stage],
            "low": percent(benchmark.low),
            "high": percent(benchmark.high),
            "source": benchmark.source,
        }
        for benchmark in view.db.rules.benchmarks
    ]
    return _table(view, rows) if rows else None


def versions_table(view: View) -> pd.DataFrame:
    """All versions, the one in use marked."""
    rows = [
        {
            "version": rules.version,
            "effective_from": full_date(rules.effective_from, view.language),
            "in_use": view.say("rule.in_use") if rules.version == view.db.rules.version else None,
            "note": rules.note,
        }
        for rules in view.db.versions
    ]
    return _table(view, rows)


NUMBERS = (
    "rate",
    "window",
    "young",
    "interval",
    "small",
    "chance",
    "period_ratio",
    "reach",
    "undeterminable",
    "limit",
    "attainment",
    "silent",
    "wakeable",
    "assumed",
)


def numbers_table(view: View) -> pd.DataFrame:
    """The words that stand at numbers."""
    values = {"days": count(view.db.rules.dormancy.days, view.language)}
    rows = [
        {"word": view.say(f"numbers.{name}.word"), "definition": view.say(f"numbers.{name}.text", **values)}
        for name in NUMBERS
    ]
    return _table(view, rows)
