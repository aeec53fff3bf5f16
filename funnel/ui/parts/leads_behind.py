"""Which leads stand behind a mark of a figure: an entry for every figure that can be clicked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from funnel.months import Months
from funnel.ui.state.business_day import day_ahead
from funnel.ui.state.cache import Answer
from funnel.ui.state.view import View
from funnel.words.dates import as_date, month_near

Mark = Mapping[str, Any]
WENT_ON = ("company", "lead_id", "converted_at", "entered_at", "stage", "owner", "score", "record")
COMMON = ("company", "lead_id", "stage", "owner", "score")


@dataclass(frozen=True)
class Behind:
    """What lies behind a mark: what it is called, the answer with its leads, the columns to show."""

    title: str
    answer: Answer
    columns: tuple[str, ...]
    counted: str = "title"
    note: str = ""  # of a rate: how many of these leads are its numerator, and how they are told


# ---------------------------------------------------------------------------------------- what lies behind
def _month(view: View, mark: Mark) -> tuple[date, str]:
    month = as_date(mark["month"])
    return month, month_near(month, view.last_seen, view.language)


def _with(view: View, *names: str | None) -> str:
    return view.say("app.dot").join(name for name in names if name)


def _segment(view: View, mark: Mark) -> str | None:
    return view.labels.value(mark["by"], mark.get("segment")) if mark.get("by") else None


def _conversion(view: View, mark: Mark) -> Behind:
    month, name = _month(view, mark)
    answer = view.ask(
        "behind_conversion",
        by=mark.get("by"),
        month=month,
        segment=mark.get("segment"),
        from_stage=mark["from_stage"],
        to_stage=mark["to_stage"],
        window_days=mark["window_days"],
    )
    title = _with(view, name, view.labels.stages[mark["from_stage"]], _segment(view, mark))
    note = _converted(view, answer, mark["to_stage"])
    return Behind(title, answer, WENT_ON, note=note)


def _converted(view: View, answer: Answer, stage: str) -> str:
    return view.say(
        "drill.converted", n=int(answer.frame["converted_at"].notna().sum()), stage=view.labels.stages[stage]
    )


def _period(view: View, mark: Mark) -> Behind:
    month, name = _month(view, mark)
    answer = view.ask(
        "behind_period_ratio",
        month=month,
        segment=None,
        from_stage=mark["from_stage"],
        to_stage=mark["to_stage"],
    )
    return Behind(
        _with(view, name, view.labels.stages[mark["to_stage"]]), answer, (*COMMON, "reached_at", "record")
    )


def _funnel(view: View, mark: Mark) -> Behind:
    """Those who got to `stage`; where the mark is a rate, its whole base with those who `reached` a stage."""
    columns = (*COMMON, "created_at", "record")
    if "stage" in mark:
        answer = _reached(view, mark, mark["stage"])
        return Behind(_with(view, _segment(view, mark), view.labels.stages[mark["stage"]]), answer, columns)
    answer = _reached(view, mark, view.db.rules.stages[0].key, mark["reached"])
    name = view.labels.stages[mark["reached"]]
    note = view.say("drill.reached", n=int(answer.frame["reached_stage"].notna().sum()), stage=name)
    title = _segment(view, mark) or view.say("kpi.leads")
    return Behind(title, answer, ("company", "lead_id", "reached_stage", *columns[2:]), note=note)


def _reached(view: View, mark: Mark, stage: str, further: str | None = None) -> Answer:
    return view.ask(
        "behind_funnel",
        by=mark.get("by"),
        segment=mark.get("segment"),
        stage=stage,
        reached=further,
        min_age_days=int(mark.get("min_age_days", 0)),
    )


def _benchmark(view: View, mark: Mark) -> Behind:
    group = {"by": mark["dimension"], "segment": mark["value"], "reached": mark["stage"], "min_age_days": 90}
    return _funnel(view, group)


def _aging(view: View, mark: Mark) -> Behind:
    ratio = mark.get("ratio_from")
    answer = view.ask(
        "behind_aging",
        stage=mark.get("stage"),
        bucket=mark.get("bucket"),
        ratio_from=float(ratio) if ratio is not None else None,
        over_only=bool(mark.get("over_only", False)),
    )
    bucket = view.say(f"bucket.{mark['bucket']}") if mark.get("bucket") else None
    step = view.say("drill.ratio", low=float(ratio), high=float(ratio) + 0.25) if ratio is not None else None
    if ratio is not None and float(ratio) >= 3:
        step = view.say("drill.ratio_beyond")
    over = view.say("column.over_limit") if mark.get("over_only") else None
    stage = view.labels.stages[mark["stage"]] if mark.get("stage") else None
    columns = (
        "company",
        "lead_id",
        "ratio",
        "owner",
        "stage",
        "waiting",
        "limit",
        "score",
        "last_touch",
        "record",
    )
    return Behind(_with(view, stage, bucket, step, over), answer, columns)


def _scores(view: View, mark: Mark) -> Behind:
    start = mark.get("bin_from")
    answer = view.ask(
        "behind_scores",
        at=mark["at"],
        bin=10,
        stage=mark["stage"],
        bin_from=float(start) if start is not None else None,
    )
    points = (
        view.say("drill.unscored") if start is None else view.say("drill.points", low=start, high=start + 9)
    )
    title = _with(view, view.labels.stages[mark["stage"]], points)
    return Behind(title, answer, ("company", "lead_id", "then_score", "stage", "owner", "score", "record"))


def _bands(view: View, mark: Mark) -> Behind:
    answer = view.ask(
        "behind_bands",
        band=mark["band"],
        day=mark["day"],
        to_stage=mark["to_stage"],
        window_days=mark["window_days"],
    )
    title = view.labels.bands.get(mark["band"], view.say("drill.no_band"))
    return Behind(
        title, answer, ("company", "lead_id", "then_score", "stage", "owner", "converted_at", "record")
    )


def _clocks(view: View, mark: Mark) -> Behind:
    first, last = mark["months"]
    answer = view.ask(
        "behind_clocks",
        months=Months(as_date(first), as_date(last)),
        policy=mark["policy"],
        segment=mark.get("segment"),
        of_owner=bool(mark.get("of_owner", True)),
    )
    owner = view.labels.value("owner", mark.get("segment")) if mark.get("of_owner", True) else None
    title = _with(view, owner, view.labels.policies[mark["policy"]])
    columns = (
        "company",
        "lead_id",
        "late",
        "owner",
        "state",
        "due",
        "elapsed_hours",
        "stage",
        "score",
        "record",
    )
    note = view.say("drill.met", n=int((answer.frame["state"] == "met").sum()))
    return Behind(title, answer, columns, "title_clocks", note)


def _due_today(view: View, mark: Mark) -> Behind:
    answer = view.ask("due_next" if mark.get("of_next") else "overdue")
    rows, owner = answer.frame, mark["owner"]
    first, last = pd.Timestamp(mark["due_from"]), pd.Timestamp(mark["due_to"])
    same = (rows["owner"].isna() if owner is None else rows["owner"] == owner) & rows["due_at"].between(
        first, last
    )
    chosen = rows[same & ((rows["state"] == "overdue") == mark["is_overdue"])]
    day = view.say("state.due_today")
    if mark.get("of_next") or day_ahead(view):
        day = view.say("state.due_ahead", day=first.tz_convert(view.db.rules.timezone))
    title = _with(view, view.labels.value("owner", owner), day)
    columns = ("company", "lead_id", "due", "owner", "state", "policy", "score", "attempts", "record")
    return Behind(title, answer.with_rows(chosen), columns, "title_clocks")


def _silent(view: View, mark: Mark) -> Behind:
    answer = view.ask("behind_silence", stage=mark.get("stage"), band=mark.get("band"))
    columns = ("company", "lead_id", "max_score", "owner", "silent", "stage", "score", "opted_out", "record")
    if "stage" not in mark:
        return Behind(view.say("column.silent"), answer, columns)
    band = view.labels.bands.get(mark.get("band") or "", view.say("drill.no_band"))
    return Behind(_with(view, view.labels.stages[mark["stage"]], band), answer, columns)


def _silence_flow(view: View, mark: Mark) -> Behind:
    month, name = _month(view, mark)
    answer = view.ask("behind_silence_flow", month=month, flow=mark["flow"])
    return Behind(
        _with(view, name, view.say(f"column.{mark['flow']}")), answer, (*COMMON, "happened_at", "record")
    )


def _kpi(view: View, mark: Mark) -> Behind:
    month, name = _month(view, mark)
    answer = view.ask("behind_kpi", month=month, kpi=mark["kpi"])
    counted = view.labels.milestone(mark["kpi"]) if mark["kpi"] in ("mql", "sql", "opportunity") else None
    title = _with(view, name, counted or view.say(f"kpi.{mark['kpi']}"))
    return Behind(title, answer, (*COMMON, "reached_at", "record"))


def _refused(view: View, mark: Mark) -> Behind:
    answer = view.ask("quarantined_rows", reason=mark["name"])
    return Behind(view.say(f"quality.{mark['name']}"), answer, (), "title_rows")


def _finding(view: View, mark: Mark) -> Behind:
    answer = view.ask("finding_rows", finding=mark["name"])
    return Behind(view.say(f"quality.{mark['name']}"), answer, (*COMMON, "created_at", "record"))


BEHIND: dict[str, Callable[[View, Mark], Behind]] = {
    "conversion": _conversion,
    "period_ratio": _period,
    "funnel": _funnel,
    "benchmark": _benchmark,
    "aging": _aging,
    "scores": _scores,
    "bands": _bands,
    "clocks": _clocks,
    "due_today": _due_today,
    "silent": _silent,
    "silence_flow": _silence_flow,
    "kpi": _kpi,
    "refused": _refused,
    "finding": _finding,
}
