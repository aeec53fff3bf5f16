"""What waits in the morning, exactly on the bounds: of the warning, of the silence, of a week, of the first touch."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from funnel.layer.build import open_warehouse
from funnel.layer.warehouse import Warehouse
from funnel.questions.ask import ask
from tests.given import ALWAYS_BY
from tests.reference import WITH_MONTHS, answer
from tests.reference_loading import Row, World
from tests.test_answers_against_reference import REFUSED, differences, of_product, of_reference
from tests.test_reference import at, world
from tests.world_files import write_world

TICK, DAY = timedelta(microseconds=1), timedelta(days=1)
T = at("2026-05-01 00:00")  # the end of April
HOT = {
    "source": "exported",
    "bands": [{"key": "cold", "from": 0}, {"key": "hot", "from": 50}],
    "thresholds": {"interest": 10, "consideration": 30, "mql": 50},
}


def born(lead_id: str, before: timedelta) -> Row:
    return {"lead_id": lead_id, "created_at": T - before, "owner": "abe"}


LEADS = [
    born("silent", 30 * DAY + TICK),
    born("falls silent now", 30 * DAY),
    born("within the week", 23 * DAY + TICK),
    born("in seven days", 23 * DAY),
    born("warned now", 10 * DAY),
    born("not warned yet", 10 * DAY - TICK),
]


def event(lead_id: str, kind: str, when: datetime, **values: Any) -> Row:
    row = {"activity_id": f"{lead_id} {kind} {when}", "lead_id": lead_id, "occurred_at": when, "type": kind}
    return row | {"to_value": None} | values


ACTS = [
    *(event(each["lead_id"], "score_change", each["created_at"], to_value="50") for each in LEADS[:3]),
    event("silent", "call", T - TICK),
    event("falls silent now", "call", T),
    event("within the week", "call", T + TICK),
    event("warned now", "email_open", T + 40 * DAY),
]


@pytest.fixture(scope="module")
def bounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Warehouse, World]]:
    directory = tmp_path_factory.mktemp("bounds")
    lived = world(LEADS, ACTS, scoring=HOT, dormancy={"days": 30, "warn_days": 10})
    write_world(lived, directory)
    with open_warehouse(directory) as db:
        yield db, lived


def answered(both: tuple[Warehouse, World], name: str, when: datetime, **params: Any) -> list[Row]:
    """The product's rows, which must be the twin's."""
    db, lived = both
    rows = ask(db, name, when, params={key: str(value) for key, value in params.items()}).rows
    assert list(differences(rows, answer(name, lived, as_of=when, params=params))) == []
    return rows


def test_who_is_about_to_fall_silent_within_a_week(bounds: tuple[Warehouse, World]) -> None:
    (now,) = answered(bounds, "morning", T, before=T - DAY)
    assert (now["falling"], now["falling_this_week"]) == (4, 2)
    assert [row["lead_id"] for row in answered(bounds, "falling_asleep", T)] == [
        "falls silent now", "within the week", "in seven days", "warned now"
    ]  # fmt: skip
    (later,) = answered(bounds, "morning", T + TICK, before=T)
    assert (later["falling"], later["falling_this_week"]) == (4, 2), "one fell silent, the next is warned"


def test_a_touch_counts_from_the_microsecond_after_it_on(bounds: tuple[Warehouse, World]) -> None:
    for when, hot in (
        (T - TICK, ["falls silent now", "silent", "within the week"]),
        (T, ["falls silent now", "within the week"]),
        (T + TICK, ["within the week"]),
        (T + 2 * TICK, []),
    ):
        assert [row["lead_id"] for row in answered(bounds, "untouched", when)] == hot
        (now,) = answered(bounds, "morning", when, before=T - DAY)
        assert now["hot_untouched"] == len(hot)


@pytest.mark.parametrize("name", sorted(WITH_MONTHS))
def test_months_from_after_that_of_the_instant_are_refused(
    name: str, bounds: tuple[Warehouse, World]
) -> None:
    db, lived = bounds
    given: dict[str, Any] = {"stage": "new"} if name == "behind_funnel" else {}
    if name.startswith("what_if"):
        given = {"shift": -10.0}
    for when, month, is_refused in (
        (date(2026, 4, 30), "2026-04", False),
        (date(2026, 4, 30), "2026-05", True),
        (T + TICK, "2026-05", False),
        (T + TICK, "2026-06", True),
        (datetime(2026, 4, 1, tzinfo=UTC), "2027-01", True),
    ):
        asked: dict[str, Any] = {"from_month": month, "params": given, "by": ALWAYS_BY.get(name)}
        product, reference = of_product(db, name, when, asked), of_reference(lived, name, when, asked)
        assert (product == REFUSED, reference == REFUSED) == (is_refused, is_refused)
