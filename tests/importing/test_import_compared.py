"""Exports compared with each other, against a slow twin in plain Python on random sequences of exports."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.importing.imports import at, csv, fresh, take

HEADER = (
    "Record ID", "Email", "Lifecycle Stage", "Contact owner", "HubSpot Score", "Create Date", "Date entered current stage",
    "Became a Marketing Qualified Lead Date", "Became a Sales Qualified Lead Date",
)  # fmt: skip
STAGES = {
    "": None,
    "lead": "new",
    "Marketing Qualified Lead": "mql",
    "salesqualifiedlead": "sql",
    "Customer": "won",
}
Change = tuple[str, str, datetime, str | None, str | None, datetime | None]


@dataclass(frozen=True)
class Row:
    """One lead in one export."""

    lead: str
    stage: str
    owner: str
    score: str
    since: str
    mql: str
    sql: str


def days(hour: int) -> st.SearchStrategy[str]:
    """A time of the days around the exports, or none; each column has an hour of its own."""
    return st.sampled_from([""] * 3 + [f"2024-04-{day:02} {hour:02}:30" for day in range(1, 16)])


row = st.builds(
    Row, st.sampled_from("123"), st.sampled_from(list(STAGES)), st.sampled_from(["", "佐藤", "鈴木"]), st.sampled_from(["", "0", "5", "10.5"]),
    days(9), days(10), days(11),
)  # fmt: skip
export = st.lists(row, min_size=1, max_size=3, unique_by=lambda each: each.lead)
exports = st.dictionaries(st.sampled_from([2, 5, 9, 14]), export, min_size=2, max_size=3)


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(made=exports, order=st.randoms(use_true_random=False), split=st.integers(0, 3))
def test_what_is_found_between_exports_is_what_the_slow_twin_finds(
    tmp_path_factory: pytest.TempPathFactory, made: dict[int, list[Row]], order: Any, split: int
) -> None:
    files = [
        {
            f"hubspot-2024-04-{day:02}.csv": csv(
                HEADER,
                *(
                    (
                        each.lead,
                        "",
                        each.stage,
                        each.owner,
                        each.score,
                        "2024-03-01",
                        each.since,
                        each.mql,
                        each.sql,
                    )
                    for each in rows
                ),
            )
        }
        for day, rows in made.items()
    ]
    order.shuffle(files)
    folder = fresh(tmp_path_factory.mktemp("import"))
    first = take(folder, *files[: max(split % len(files), 1)])
    found = first.then(*files[max(split % len(files), 1) :])
    seen = [row for row in found.activities if ":seen:" in row["activity_id"]]
    assert sorted(map(str, (changed(row) for row in seen))) == sorted(map(str, expected(made)))
    assert found.report.compared == len(seen)


def changed(row: dict[str, Any]) -> Change:
    moment, since = row["occurred_at"], row["not_before"]
    return row["lead_id"], row["type"], utc(moment), row["from_value"], row["to_value"], since and utc(since)


def utc(moment: datetime) -> datetime:
    return moment.astimezone(at("2024-01-01").tzinfo)


def expected(made: dict[int, list[Row]]) -> list[Change]:
    """Lead by lead and export by export, as one would do it by hand."""
    told: dict[tuple[str, str], list[tuple[datetime, str | None, datetime | None]]] = defaultdict(list)
    dated: dict[str, set[tuple[datetime, str]]] = defaultdict(set)
    for day in sorted(made):
        exported = at(f"2024-04-{day:02} 23:59:59")
        for each in made[day]:
            if STAGES[each.stage] is not None:
                told[each.lead, "stage_change"].append(
                    (exported, STAGES[each.stage], at(each.since) if each.since else None)
                )
            told[each.lead, "owner_change"].append((exported, each.owner or None, None))
            told[each.lead, "score_change"].append((exported, each.score or None, None))
            for text, stage in ((each.mql, "mql"), (each.sql, "sql")):
                if text:
                    dated[each.lead].add((at(text), stage))
    found: list[Change] = []
    for (lead, kind), values in told.items():
        for (before_at, before, _), (now, value, since) in pairwise(values):
            if value == before:
                continue
            known = [each for each in dated[lead] if each[0] <= now] if kind == "stage_change" else []
            last_at, last = max(known, default=(None, None))
            if last is not None and last == value:
                continue
            start, come_from = before_at, before
            if last_at is not None and last_at > before_at:
                start, come_from = last_at, last
            if since is not None and start < since <= now:
                found.append((lead, kind, since, come_from, value, None))
            else:
                found.append((lead, kind, now, come_from, value, start))
    return found
