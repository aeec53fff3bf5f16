"""What can be asked, how it is checked, and what comes back: the catalogue of the questions.

Knows the rules and the warehouse; knows nothing of screens and of the command line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from funnel.arguments import Argument, Choice, Days, Number, PolicyKey, StageKey, Window
from funnel.errors import BadQuestion, suggest
from funnel.instants import as_of_instant, local_day, month_of, read_month
from funnel.scope import Scope
from funnel.warehouse import Warehouse


@dataclass(frozen=True)
class Months:
    """Calendar months of the rules' zone, both ends included; each is its first day."""

    first: date
    last: date


@dataclass(frozen=True)
class Question:
    """What a question takes.

    `months`: "range" (default: from the first lead's month to that of T), "due" (the same, but none by default),
    "to" (one month, default that of T) or None. `by`: the question can be broken down; `by_default` how without asking.
    """

    name: str
    arguments: Mapping[str, Argument]
    months: str | None = None
    by: bool = False
    by_default: str | None = None


@dataclass(frozen=True)
class Answer:
    """The rows of an answer with all that they depend on."""

    query: str
    rules_version: str
    as_of: datetime
    params: Mapping[str, Any]
    table: pa.Table

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Plain rows: instants in UTC, months as `2026-10`, None for null."""
        return [{name: _plain(name, value) for name, value in row.items()} for row in self.table.to_pylist()]


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, date) and name == "month":
        return f"{value:%Y-%m}"
    return value


STEP: dict[str, Argument] = {"from_stage": StageKey("mql"), "to_stage": StageKey("sql")}
WINDOW: dict[str, Argument] = {"window_days": Window(90)}

CATALOGUE: dict[str, Question] = {
    question.name: question
    for question in (
        Question("funnel", {"min_age_days": Days(0)}, months="range", by=True),
        Question("conversion", {**STEP, **WINDOW}, months="range", by=True),
        Question("period_ratio", STEP, months="range", by=True),
        Question("bridge", {**STEP, **WINDOW}, months="range"),
        Question("benchmarks", {"min_age_days": Days(90)}, months="range"),
        Question("kpis", {"window_days": Days(90)}, months="to"),
        Question("flow", {}, months="range"),
        Question("transitions", {}, months="range"),
        Question("stage_aging", {}, months="range", by=True),
        Question("stage_age_ratio", {}),
        Question("stage_aging_buckets", {}),
        Question("stage_aging_leads", {}),
        Question(
            "score_distribution",
            {"at": Choice(("now", "mql", "created"), milestones=("mql",)), "bin": Number(10)},
        ),
        Question(
            "score_bands",
            {"day": Days(30), "to_stage": StageKey("sql"), "window_days": Days(90)},
            months="range",
        ),
        Question("sla_summary", {}, months="due", by=True),
        Question("sla_clocks", {}, months="due"),
        Question("overdue", {}),
        Question(
            "response_times",
            {"policy": PolicyKey(), "to_stage": StageKey("sql"), "window_days": Days(90)},
            months="range",
        ),
        Question("unassigned", {}),
        Question("dormant_pool", {}, by=True, by_default="stage"),
        Question("dormant_leads", {}),
        Question("dormant_flow", {}, months="range"),
        Question("falling_asleep", {}),
        Question("data_quality", {}),
    )
}


def ask(
    db: Warehouse,
    name: str,
    as_of: str | date | datetime | None = None,
    from_month: str | None = None,
    to_month: str | None = None,
    where: Sequence[tuple[str, str | None]] = (),
    by: str | None = None,
    params: Mapping[str, str] | None = None,
) -> Answer:
    """The answer to a question as a person asks it: everything as text, checked, with defaults.

    Raises BadQuestion with the nearest name for whatever does not exist.
    """
    question = find(name)
    instant = db.as_of_default if as_of is None else as_of_instant(as_of, db.rules.timezone)
    allowed: dict[str, list[str | None]] = {}
    for dimension, value in where:
        allowed.setdefault(dimension, []).append(value)
    scope = Scope(tuple((dimension, tuple(values)) for dimension, values in sorted(allowed.items())))
    for given in params or {}:
        if given not in question.arguments:
            raise _unknown("parameter", "パラメーター", given, tuple(question.arguments))
    months = _read_months(db, question, instant, from_month, to_month)
    return answer(db, name, instant, scope, months, by, params or {})


def find(name: str) -> Question:
    """The question of that name. Raises BadQuestion with the nearest name."""
    if name not in CATALOGUE:
        raise _unknown("question", "質問", name, tuple(CATALOGUE))
    return CATALOGUE[name]


def answer(
    db: Warehouse,
    name: str,
    as_of: datetime,
    scope: Scope,
    months: Months | None,
    by: str | None,
    params: Mapping[str, object],
) -> Answer:
    """Check the arguments against the question and the rules, and run it."""
    question = find(name)
    for dimension in [*(dimension for dimension, _ in scope.where), *([by] if by is not None else [])]:
        known = (*db.rules.dimensions, "stage", "score_band")
        if dimension not in known:
            raise _unknown("dimension", "項目", dimension, known)
    if by is not None and not question.by:
        raise BadQuestion(
            f"{name} cannot be broken down by a dimension.", f"{name}は項目別に分けられません。"
        )
    values = {
        key: argument.read(params.get(key), key, db.rules) for key, argument in question.arguments.items()
    }
    if "from_stage" in values:
        _check_order(db, str(values["from_stage"]), str(values["to_stage"]))
    spans = _spans(db, question, as_of, months)
    bound = {
        **values,
        **spans,
        "as_of": as_of,
        "scope": scope.parameter(),
        "by": by or question.by_default,
    }
    return Answer(name, db.rules.version, as_of, values, db.answer(name, **bound))


def _spans(
    db: Warehouse, question: Question, as_of: datetime, months: Months | None
) -> dict[str, date | None]:
    if months is None and question.months != "due":
        months = default_months(db, as_of)
    if months is None:
        return {"from_month": None, "to_month": None}
    return {"from_month": months.first, "to_month": months.last}


def default_months(db: Warehouse, as_of: datetime) -> Months:
    """From the month of the first lead in the data to that of T, or of the last instant before it: a month that
    begins at T has no row."""
    last = month_of(local_day(as_of - timedelta(microseconds=1), db.rules.timezone))
    first = db.first_lead_at
    return Months(last if first is None else month_of(local_day(first, db.rules.timezone)), last)


def _read_months(
    db: Warehouse, question: Question, as_of: datetime, from_month: str | None, to_month: str | None
) -> Months | None:
    if from_month is None and to_month is None:
        return None
    if question.months is None or (question.months == "to" and from_month is not None):
        option = "--from" if from_month is not None else "--to"
        raise BadQuestion(
            f"{question.name} has no use for {option}: leave it out.",
            f"{question.name}に期間の指定({option})は使えません。外してください。",
        )
    default = default_months(db, as_of)
    first = default.first if from_month is None else read_month(from_month, "--from")
    last = default.last if to_month is None else read_month(to_month, "--to")
    if from_month is not None and first > last:
        raise BadQuestion(
            f"--from {first:%Y-%m} is after --to {last:%Y-%m}.",
            f"期間の始まり({first:%Y-%m})が終わり({last:%Y-%m})より後です。",
        )
    return Months(first, last)


def _check_order(db: Warehouse, from_stage: str, to_stage: str) -> None:
    ranks = db.rules.ranks()
    if ranks[from_stage] >= ranks[to_stage]:
        raise BadQuestion(
            f"from_stage {from_stage!r} must come before to_stage {to_stage!r} on the path.",
            f"from_stage「{from_stage}」はto_stage「{to_stage}」より前のステージにしてください。",
        )


def _unknown(what: str, what_ja: str, name: str, known: Sequence[str]) -> BadQuestion:
    near = suggest(name, known)
    hint = f"did you mean {near}?" if near else f"known: {', '.join(known) or 'none'}."
    hint_ja = f"{near}のことでしょうか。" if near else f"使えるのは{'、'.join(known) or 'ありません'}です。"
    return BadQuestion(f"Unknown {what} {name!r}: {hint}", f"{what_ja}「{name}」はありません。{hint_ja}")
