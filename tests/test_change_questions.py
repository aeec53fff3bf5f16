"""What moved a rate, who has converted by which day, how long leads need: on rows that the reader can see."""

from datetime import date, timedelta
from math import exp, log, sqrt
from pathlib import Path

import pytest

from funnel.errors import BadQuestion
from tests.reference_loading import Row, World
from tests.test_reference import act, at, lead, move, one, world
from tests.told import Told, teller

LATE = date(2026, 12, 31)
OWNED = {"dimensions": ["channel", "owner"]}


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return teller(tmp_path)


# ---------------------------------------------------------------- rate_change


def cohort(month: str, channel: str | None, entered: int, converted: int) -> tuple[list[Row], list[Row]]:
    """Leads of a channel that entered mql on the 2nd of a month, some of whom went on."""
    names = [f"{month}-{channel}-{number}" for number in range(entered)]
    events = [move("mql", f"{month}-02 09:00", name) for name in names]
    events += [move("sql", f"{month}-03 09:00", name) for name in names[:converted]]
    return [lead(name, f"{month}-01 09:00", channel=channel) for name in names], events


def cohorts(*given: tuple[str, str | None, int, int]) -> World:
    made = [cohort(*each) for each in given]
    return world([row for leads, _ in made for row in leads], [row for _, events in made for row in events])


def test_the_two_effects_of_all_segments_add_up_to_the_change(told: Told) -> None:
    history = cohorts(
        ("04", "ad", 4, 1), ("04", "seo", 4, 3), ("04", "list", 2, 2),
        ("05", "seo", 50, 0), ("06", "ad", 6, 3), ("06", "seo", 2, 1), ("06", None, 2, 0),
    )  # fmt: skip
    rows = told("rate_change", history, LATE, by="channel", from_month="2026-04", to_month="2026-06")
    assert [row["segment"] for row in rows] == ["ad", "list", "seo", None]
    assert sum(row["mix_effect"] + row["rate_effect"] for row in rows) == pytest.approx(0.4 - 0.6)
    ad, gone, _, new = rows
    assert ad["mix_effect"] == pytest.approx((0.6 - 0.4) * (0.25 - 0.6))
    assert ad["rate_effect"] == pytest.approx(0.6 * (0.5 - 0.25))
    assert (gone["base_after"], gone["share_after"], gone["rate_after"], gone["rate_effect"]) == (
        0,
        0,
        None,
        0,
    )
    assert gone["mix_effect"] == pytest.approx(-0.2 * (1 - 0.6))
    assert (new["base_before"], new["share_before"], new["rate_before"], new["mix_effect"]) == (0, 0, None, 0)
    assert new["rate_effect"] == pytest.approx(0.2 * (0 - 0.6))


@pytest.mark.parametrize(
    ("months", "empty"), [(("2026-04", "2026-05"), "before"), (("2026-05", "2026-06"), "after")]
)
def test_a_month_without_any_base_has_no_shares_and_leaves_no_effect(
    months: tuple[str, str], empty: str, told: Told
) -> None:
    (row,) = told(
        "rate_change",
        cohorts(("05", "ad", 2, 1)),
        LATE,
        by="channel",
        from_month=months[0],
        to_month=months[1],
    )
    assert row[f"base_{empty}"] == 0
    assert row[f"share_{empty}"] is row[f"rate_{empty}"] is row["mix_effect"] is row["rate_effect"] is None


def test_one_month_alone_has_not_changed(told: Told) -> None:
    (row,) = told(
        "rate_change",
        cohorts(("05", "ad", 2, 1)),
        LATE,
        by="channel",
        from_month="2026-05",
        to_month="2026-05",
    )
    assert (row["share_before"], row["share_after"], row["mix_effect"], row["rate_effect"]) == (1, 1, 0, 0)


def test_the_owner_is_whoever_owned_the_lead_right_after_the_entry(told: Told) -> None:
    history = world(
        [lead(owner="z")],
        [
            act("owner_change", "04-02 09:00", from_value="a", to_value="b"),
            move("mql", "04-02 09:00"),
            act("owner_change", "04-02 09:01", from_value="b", to_value="c"),
        ],
        **OWNED,
    )
    (row,) = told("rate_change", history, LATE, by="owner", from_month="2026-04", to_month="2026-04")
    assert (row["segment"], row["base_before"]) == ("b", 1)
    given = {"by": "channel", "from_month": "2026-04", "to_month": "2026-04"}
    assert told("rate_change", history, LATE, where=(("owner", "c"),), **given) == []


# ---------------------------------------------------------------- conversion_curve


def curve(told: Told, history: World, as_of: object = LATE, **given: object) -> list[Row]:
    return told("conversion_curve", history, as_of, **given)


def test_the_curve_is_that_of_a_text_book(told: Told) -> None:
    """Six leads: on after 1, 3, 3 days; followed without it for 2, 5 and 5 days."""
    entries = {"L1": 1, "L2": 3, "L3": 3}
    seen = {"L4": 2, "L5": 5, "L6": 5}
    end = at("05-10 09:00")
    leads, events = [], []
    for name in (*entries, *seen):
        entered = end - timedelta(days=seen.get(name, 9))
        leads.append(lead(name))
        events.append({**move("mql", "05-01 09:00", name), "occurred_at": entered})
        if name in entries:
            moved = entered + timedelta(days=entries[name])
            events.append({**move("sql", "05-01 09:00", name), "occurred_at": moved})
    rows = curve(told, world(leads, events), end)
    assert [row["days"] for row in rows] == list(range(181))
    assert [row["at_risk"] for row in rows[:7]] == [6, 6, 5, 4, 2, 2, 0]
    assert [row["converted"] for row in rows[:7]] == [0, 1, 1, 3, 3, 3, 3]
    assert [rows[day]["rate"] for day in (0, 1, 2, 3, 180)] == pytest.approx(
        [0, 1 / 6, 1 / 6, 1 - 5 / 6 * 2 / 4, 1 - 5 / 12]
    )
    assert (rows[0]["ci_low"], rows[0]["ci_high"]) == (0, 0)
    staying, spread = 5 / 12, 1 / (6 * 5) + 2 / (4 * 2)
    reach = (
        1.959963984540054 * sqrt(spread) / log(staying)
    )  # of log(-log S), as Kalbfleisch and Prentice have it
    assert rows[3]["ci_low"] == pytest.approx(1 - staying ** exp(reach), abs=1e-12)
    assert rows[3]["ci_high"] == pytest.approx(1 - staying ** exp(-reach), abs=1e-12)


def test_a_lead_goes_on_at_the_instant_of_a_day_and_is_still_followed_at_it(told: Told) -> None:
    history = world(
        [lead("L1"), lead("L2")],
        [
            move("mql", "04-02 09:00", "L1"),
            move("sql", "04-04 09:00", "L1"),
            move("mql", "04-02 09:00", "L2"),
            move("sql", "04-04 09:00:00.000001", "L2"),
        ],
    )
    rows = curve(told, history)
    assert [(row["at_risk"], row["converted"], row["rate"]) for row in rows[1:4]] == [
        (2, 0, 0),
        (2, 1, 0.5),
        (0, 2, 1),
    ]
    assert (rows[3]["ci_low"], rows[3]["ci_high"]) == (1, 1)


def test_who_goes_on_at_once_has_done_so_on_day_0_and_who_is_lost_stays_at_risk(told: Told) -> None:
    history = world(
        [lead("L1"), lead("L2"), lead("L3")],
        [
            move("mql", "04-02 09:00", "L1"),
            move("sql", "04-02 09:00", "L1"),
            move("mql", "04-02 09:00", "L2"),
            move("lost", "04-03 09:00", "L2"),
            move("mql", "04-04 09:00", "L2"),  # a second pass converts nobody
            move("sql", "04-05 09:00", "L2"),
            move("sql", "04-01 10:00", "L3"),  # before the entry, and never again
            move("mql", "04-02 09:00", "L3"),
        ],
    )
    rows = curve(told, history, at("05-02 09:00"))
    assert (rows[0]["at_risk"], rows[0]["converted"], rows[0]["rate"]) == (3, 1, pytest.approx(1 / 3))
    assert [rows[day]["at_risk"] for day in (1, 30, 31)] == [2, 2, 0]
    assert rows[180]["rate"] == rows[0]["rate"]


def test_without_an_entry_there_is_no_rate_but_every_day(told: Told) -> None:
    rows = curve(told, world([lead("L1"), lead("L2", stage="mql")]))
    assert len(rows) == 181
    assert {(row["at_risk"], row["converted"], row["rate"], row["ci_low"]) for row in rows} == {
        (0, 0, None, None)
    }


def test_the_entries_are_those_of_the_months_and_the_owner_is_refused(told: Told) -> None:
    history = world(
        [lead("L1"), lead("L2")],
        [move("mql", "04-30 23:59:59", "L1"), move("mql", "05-01 00:00", "L2")],
    )
    assert curve(told, history, from_month="2026-05", to_month="2026-05")[0]["at_risk"] == 1
    with pytest.raises(BadQuestion, match="owner says how they stand in the end"):
        curve(told, world([lead()], **OWNED), where=(("owner", "a"),))


# ---------------------------------------------------------------- lead_time


def test_lead_time_follows_who_is_not_there_yet(told: Told) -> None:
    history = world(
        [*(lead(f"L{number}") for number in range(1, 5)), lead("L5", stage="won"), lead("L6", "05-01 00:00")],
        [
            move("opportunity", "04-11 09:00", "L1"),
            move("won", "04-21 09:00", "L2"),
            move("opportunity", "03-01 09:00", "L3"),  # before it was acquired
        ],
    )
    rows = told("lead_time", history, at("05-01 09:00"))
    assert [(row["month"], row["to_stage"], row["leads"], row["reached"]) for row in rows] == [
        ("2026-04", "opportunity", 5, 4),
        ("2026-04", "won", 5, 2),
        ("2026-05", "opportunity", 1, 0),
        ("2026-05", "won", 1, 0),
    ]
    # after 0, 10 and 20 days; one is not there after 30, and of one nobody knows when
    assert (rows[0]["median_days"], rows[0]["p90_days"]) == (10, 18)
    assert (rows[1]["median_days"], rows[1]["p90_days"]) == (None, 20)
    assert (rows[2]["median_days"], rows[2]["p90_days"]) == (None, None)


def test_exactly_half_is_half_and_a_reach_at_t_is_not_seen(told: Told) -> None:
    history = world(
        [lead("L1"), lead("L2")],
        [move("won", "04-11 09:00", "L1"), move("won", "04-21 09:00", "L2")],
    )
    row = one(told("lead_time", history, at("04-21 09:00")), to_stage="won")
    assert (row["reached"], row["median_days"]) == (1, 10)


def test_a_milestone_that_is_mapped_to_nothing_has_no_rows(told: Told) -> None:
    stages = [stage for stage in world([]).versions[0]["stages"] if stage["key"] != "opportunity"]
    rows = told("lead_time", world([lead()], stages=stages), date(2026, 4, 30))
    assert [row["to_stage"] for row in rows] == ["won"]
