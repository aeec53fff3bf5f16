"""The one door to every number: what is asked is checked, bound and run here.

Knows the rules and the warehouse; knows nothing of screens and of the command line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from funnel.errors import BadQuestion
from funnel.layer.warehouse import Warehouse
from funnel.local_time import as_of_instant, local_day, month_of, read_month
from funnel.months import Months
from funnel.questions.catalogue import Question, _unknown, find
from funnel.questions.scope import Scope
from funnel.questions.texts import parameters_of, query_text


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
    return Answer(name, db.rules.version, as_of, values, run(db, name, bound))


def run(db: Warehouse, name: str, values: Mapping[str, Any]) -> pa.Table:
    """What sql/`name`.sql selects; of `values` it takes those that it names."""
    text = query_text(name)
    return db.run(text, {key: values[key] for key in parameters_of(text)})


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
