"""The one door to every number: what is asked is checked, bound and run here.

Knows the rules and the warehouse; knows nothing of screens and of the command line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa

from funnel.errors import BadQuestion
from funnel.layer.warehouse import Warehouse
from funnel.local_time import as_of_instant, local_day, month_of, read_month
from funnel.months import Months
from funnel.questions import other_rules
from funnel.questions.answer import Answer
from funnel.questions.arguments import Argument, dimensions_of, unknown
from funnel.questions.catalogue import Question, find, of_kind
from funnel.questions.scope import Scope
from funnel.questions.standing import refusal
from funnel.questions.texts import parameters_of, query_text
from funnel.rules.models import Rules


@dataclass(frozen=True)
class Bound:
    """A question with every value that its `$names` stand for, checked."""

    name: str
    as_of: datetime
    months: Months | None
    values: Mapping[str, Any]


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
    months = _read_months(db, question, instant, from_month, to_month)
    return answer(db, bind(db, name, instant, scope, months, by, params or {}))


def bind(
    db: Warehouse,
    name: str,
    as_of: datetime,
    scope: Scope,
    months: Months | None,
    by: str | None,
    params: Mapping[str, object],
) -> Bound:
    """Check what a person or a page gives against the question and the rules, and bind it.

    Raises BadQuestion: the same sentence for everybody.
    """
    question = find(name)
    for given in params:
        if given not in question.arguments:
            raise unknown("parameter", "パラメーター", given, tuple(question.arguments))
    known = dimensions_of(db.rules)
    asked_of = (*(dimension for dimension, _ in scope.where), *([by] if by is not None else []))
    for dimension in asked_of:
        if dimension not in known:
            raise unknown("dimension", "項目", dimension, known)
    if by is not None and not question.by:
        raise BadQuestion(
            f"{name} cannot be broken down by a dimension.", f"{name}は項目別に分けられません。"
        )
    if by is None and question.by_needed:
        raise BadQuestion(
            f"{name} needs a dimension: say which with --by.",
            f"{name}は項目別に答えます。どの項目かを--byで指定してください。",
        )
    for dimension in asked_of:
        refused = refusal(question, dimension, db.has_owner_history)
        if refused is not None:
            raise refused
    if by is not None and question.by_only and by not in question.by_only:
        raise BadQuestion(
            f"{name} cannot be broken down by {by}: {', '.join(question.by_only)} and no other.",
            f"{name}は{by}別には分けられません。使えるのは{'、'.join(question.by_only)}です。",
        )
    for milestone in question.milestones:
        _check_milestone(db.rules, name, milestone)
    for threshold in question.thresholds:
        _check_threshold(db.rules, name, threshold)
    values: dict[str, Any] = {
        key: _read(question, key, argument, params.get(key), db.rules)
        for key, argument in question.arguments.items()
    }
    if "shift" in values:
        other_rules.check(db, name, values["version"], values["shift"])
    if "change" in values and values["change"] is None:
        values["change"] = _began_of_version_in_force(db, as_of)
    if "from_stage" in values:
        _check_order(db, str(values["from_stage"]), str(values["to_stage"]))
    if values.get("segment") is not None and by is None and not values.get("of_owner"):
        wanted = "of_owner=true" if "of_owner" in values else "--by"
        raise BadQuestion(
            f"segment={values['segment']} is of no dimension: say of which with {wanted}.",
            f"segmentの値「{values['segment']}」がどの項目のものか、{wanted}で指定してください。",
        )
    if months is None and question.months != "due":
        months = default_months(db, as_of)
        if question.months == "last":
            months = Months(months.last, months.last)
    bound = {
        **values,
        "from_month": months.first if months else None,
        "to_month": months.last if months else None,
        "as_of": as_of,
        "scope": scope.parameter(),
        "by": by or question.by_default,
        "questions": list(of_kind("answer")),
    }
    return Bound(name, as_of, months, bound)


def _read(question: Question, key: str, argument: Argument, given: object, rules: Rules) -> object:
    """A value of the argument; an empty text is nothing."""
    given = None if given == "" else given
    if given is None and argument.is_needed:
        raise BadQuestion(
            f"{question.name} needs {key}: give it (--param {key}=…).",
            f"{question.name}には{key}の指定が必要です(--param {key}=…)。",
        )
    return argument.read(given, key, rules)


def answer(db: Warehouse, bound: Bound) -> Answer:
    """Run what was bound."""
    table = run(db, bound.name, bound.values)
    return Answer(bound.name, bound.values, bound.months, bound.as_of, db.rules.version, table)


def run(db: Warehouse, name: str, values: Mapping[str, Any]) -> pa.Table:
    """What sql/`name`.sql selects; of `values` it takes those that it names."""
    text = query_text(name)
    needed = parameters_of(text)
    if other_rules.ELSEWHERE in needed:
        values = {**values, other_rules.ELSEWHERE: other_rules.qualified_elsewhere(db, values)}
    return db.run(text, {key: values[key] for key in needed})


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
    if question.months == "last" and from_month is None:
        first = min(last, default.last)
    if from_month is not None and first > last:
        raise BadQuestion(
            f"--from {first:%Y-%m} is after --to {last:%Y-%m}.",
            f"期間の始まり({first:%Y-%m})が終わり({last:%Y-%m})より後です。",
        )
    return Months(first, last)


def _began_of_version_in_force(db: Warehouse, as_of: datetime) -> date:
    """The day on which the version in force at T began, whatever the view's; before all of them the first."""
    last_day = local_day(as_of - timedelta(microseconds=1), db.rules.timezone)
    begins = sorted(version.effective_from for version in db.versions)
    return max((day for day in begins if day <= last_day), default=begins[0])


def _check_milestone(rules: Rules, name: str, milestone: str) -> None:
    if rules.milestone(milestone) is None:
        raise BadQuestion(
            f"These rules map the milestone {milestone} to no stage, and {name} needs it: "
            f"map it under [milestones].",
            f"この定義では{milestone.upper()}に当たるステージが決まっていないため、{name}には答えられません。"
            "[milestones]で対応づけてください。",
        )


def _check_threshold(rules: Rules, name: str, threshold: str) -> None:
    if getattr(rules.scoring.thresholds, threshold) is None:
        raise BadQuestion(
            f"These rules have no threshold {threshold}, and {name} needs it: set it in [scoring] thresholds.",
            f"この定義にはスコアのしきい値{threshold}がないため、{name}には答えられません。"
            "[scoring]のthresholdsで決めてください。",
        )


def _check_order(db: Warehouse, from_stage: str, to_stage: str) -> None:
    ranks = db.rules.ranks()
    if ranks[from_stage] >= ranks[to_stage]:
        raise BadQuestion(
            f"from_stage {from_stage!r} must come before to_stage {to_stage!r} on the path.",
            f"from_stage「{from_stage}」はto_stage「{to_stage}」より前のステージにしてください。",
        )
