"""What things cost, whether a change helped, whether staged targets are met: on rows that the reader can see."""

from datetime import date
from math import gamma, pi, sqrt
from pathlib import Path
from typing import Any

import pytest

from funnel.errors import BadQuestion
from funnel.layer.build import open_warehouse
from funnel.layer.warehouse import Warehouse
from funnel.questions.ask import ask
from tests.reference_costs import t_quantile
from tests.reference_judging import newcombe
from tests.reference_loading import Row, World
from tests.test_reference import at, lead, move, one, world
from tests.told import Told, teller
from tests.world_files import write_world

OWN = {
    "dimensions": ["channel", "channel_group", "campaign", "industry"],
    "channel_groups": {"inbound": {"channels": ["seo", "ad"]}},
}


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return teller(tmp_path)


def booked(month: str, cost: float | None, channel: str | None = "seo", campaign: str | None = None) -> Row:
    return {
        "month": date.fromisoformat(f"2026-{month}-01"),
        "channel": channel,
        "campaign": campaign,
        "cost": cost,
    }


def with_costs(costs: list[Row], leads: list[Row], events: list[Row] | None = None, **rules: Any) -> World:
    made = world(leads, events or [], **{**OWN, **rules})
    return World(made.leads, made.activities, costs, made.versions)


# ---------------------------------------------------------------- costs


def test_a_segment_is_listed_for_a_lead_a_reach_or_a_cost(told: Told) -> None:
    history = with_costs(
        [booked("05", 300), booked("05", 0, "list"), booked("04", 50, "event"), booked("05", None, "fair")],
        [lead("L1", "05-02 09:00", channel="seo"), lead("L2", "05-03 09:00", channel=None),
         lead("L3", "04-02 09:00", channel="ad"), lead("L4", "04-02 09:00", channel="call")],
        [move("sql", "05-09 09:00", "L3")],
    )  # fmt: skip
    rows = told("costs", history, date(2026, 5, 31), by="channel", from_month="2026-05")
    listed = [(row["segment"], row["cost"], row["leads"], row["mql"], row["sql"], row["cpl"]) for row in rows]
    assert listed == [
        ("ad", None, 0, 1, 1, None),
        ("list", 0, 0, 0, 0, None),
        ("seo", 300, 1, 0, 0, 300),
        (None, None, 1, 0, 0, None),
    ]
    (whole,) = told("costs", history, date(2026, 5, 31), from_month="2026-05")
    assert (whole["cost"], whole["leads"], whole["cpl"], whole["cost_per_sql"]) == (300, 2, 150, 300)
    assert (whole["cpa"], whole["small"]) == (None, True)


def test_what_is_booked_of_a_month_is_shared_out_once_it_is_over(told: Told) -> None:
    history = with_costs([booked("05", 300)], [lead("L1", "05-02 09:00", channel="seo")])
    (running,) = told("costs", history, at("05-31 23:59:59"), from_month="2026-05")
    assert (running["cost"], running["leads"], running["cpl"]) == (300, 1, None)
    (over,) = told("costs", history, at("06-01 00:00"), from_month="2026-05")
    assert over["cpl"] == 300


def test_a_filter_on_anything_but_what_a_cost_has_leaves_no_cost(told: Told) -> None:
    leads = [lead("L1", "05-02 09:00", channel="seo", industry="IT"), lead("L2", "05-02 09:00", channel="ad")]
    history = with_costs([booked("05", 300), booked("05", 7, "ad", "spring")], leads)
    asked: dict[str, Any] = {"from_month": "2026-05"}
    for where, cost in (
        ((("channel", "seo"),), 300),
        ((("channel_group", "inbound"), ("campaign", "spring")), 7),
        ((("campaign", None),), 300),
        ((("industry", "IT"),), None),
        ((("channel", "seo"), ("industry", "IT")), None),
    ):
        (row,) = told("costs", history, date(2026, 5, 31), where=where, **asked)
        assert row["cost"] == cost
    rows = told("costs", history, date(2026, 5, 31), where=(("channel", "ad"),), by="campaign", **asked)
    assert [(row["segment"], row["cost"], row["leads"]) for row in rows] == [
        ("spring", 7, 0),
        (None, None, 1),
    ]


def test_a_cost_is_by_what_it_has_itself_and_by_nothing_else(tmp_path: Path) -> None:
    write_world(with_costs([], [lead()]), tmp_path)
    with open_warehouse(tmp_path) as db:
        with pytest.raises(
            BadQuestion, match="costs cannot be broken down by industry: channel, "
        ) as refused:
            ask(db, "costs", by="industry")
        assert "industry別" in refused.value.ja
        with pytest.raises(BadQuestion, match="Unknown dimension"):
            ask(db, "costs", by="region")


# ---------------------------------------------------------------- before_after


def entered(month: str, leads: int, converted: int, year: int = 2026) -> tuple[list[Row], list[Row]]:
    names = [f"{year}-{month}-{number}" for number in range(leads)]
    events = [move("mql", f"{year}-{month}-02 09:00", name) for name in names]
    events += [move("sql", f"{year}-{month}-03 09:00", name) for name in names[:converted]]
    return [lead(name, f"{year}-{month}-01 09:00") for name in names], events


def months_of(*given: tuple[str, int, int], **rules: Any) -> World:
    made = [entered(*each) for each in given]
    return world(
        [row for leads, _ in made for row in leads], [row for _, events in made for row in events], **rules
    )


FLAT = (("01", 4, 1), ("02", 6, 1), ("03", 5, 2), ("04", 9, 5), ("05", 11, 6), ("06", 13, 2))


def change(told: Told, history: World, as_of: Any, day: str, **params: Any) -> dict[str, Row]:
    rows = told("before_after", history, as_of, params={"change": day, **params})
    return {row["kpi"]: row for row in rows}


def test_counts_are_means_and_rates_are_of_all_months_together(told: Told) -> None:
    rows = change(told, months_of(*FLAT), date(2026, 12, 31), "2026-04-01", months=3)
    leads = rows["leads"]
    assert (leads["before"], leads["after"], leads["change"], leads["base_before"]) == (5, 11, 6, None)
    # variances 1 and 4, pooled 2.5; t at 0.975 for 4 degrees is 2.776
    reach = 2.7764451051977987 * sqrt(2.5) * sqrt(2 / 3)
    assert (leads["ci_low"], leads["ci_high"]) == pytest.approx((6 - reach, 6 + reach), abs=1e-9)
    assert (leads["verdict"], leads["small"]) == ("higher", False)
    rate = rows["mql_to_sql"]
    assert (rate["before"], rate["after"]) == pytest.approx((4 / 15, 13 / 33))
    assert (rate["base_before"], rate["base_after"], rate["small"]) == (15, 33, True)
    assert (rate["ci_low"], rate["ci_high"]) == pytest.approx(newcombe((4, 15), (13, 33)))
    assert rate["verdict"] == "unclear"
    assert list(rows)[-1] == "days_to_opportunity"


def test_newcombe_is_that_of_his_paper() -> None:
    """Newcombe 1998, method 10, table II: 56/70 − 48/80 and 9/10 − 3/10."""
    assert newcombe((48, 80), (56, 70)) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert newcombe((3, 10), (9, 10)) == pytest.approx((0.1705, 0.8090), abs=5e-5)


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [("2026-04-01", 3, 3), ("2026-03-31", 2, 3), ("2026-04-02", 3, 2), ("2026-04-30", 3, 2)],
)
def test_a_month_that_is_cut_by_the_change_is_on_neither_side(
    day: str, before: int, after: int, told: Told
) -> None:
    leads = change(told, months_of(*FLAT), at("07-01 00:00"), day, months=6)["leads"]
    assert (leads["months_before"], leads["months_after"]) == (before, after)


def test_a_month_is_after_once_it_is_over_and_a_conversion_once_it_is_mature(told: Told) -> None:
    history = months_of(*FLAT)
    for as_of, leads, conversions in (
        (at("06-30 23:59:59"), 2, 0),
        (at("07-01 00:00"), 3, 0),
        (at("07-29 23:59:59"), 3, 0),
        (at("07-30 00:00"), 3, 1),
    ):
        rows = change(told, history, as_of, "2026-04-01", months=3)
        assert (rows["leads"]["months_after"], rows["mql_to_sql"]["months_after"]) == (leads, conversions)


def test_a_side_of_one_month_has_no_interval_of_its_mean_and_none_has_no_value(told: Told) -> None:
    rows = change(told, months_of(*FLAT), date(2026, 12, 31), "2026-02-01", months=3)
    leads = rows["leads"]
    assert (leads["months_before"], leads["before"], leads["after"]) == (1, 4, pytest.approx(20 / 3))
    assert leads["ci_low"] is leads["verdict"] is None
    nothing = change(told, months_of(*FLAT), date(2026, 12, 31), "2026-01-01", months=3)
    assert {(row["months_before"], row["before"], row["base_before"]) for row in nothing.values()} == {
        (0, None, None)
    }
    assert nothing["leads"]["after"] == 5 and nothing["leads"]["change"] is None


def test_months_that_are_all_alike_differ_by_nothing(told: Told) -> None:
    alike = months_of(("01", 3, 0), ("02", 3, 0), ("03", 3, 0), ("04", 3, 0), ("05", 3, 0))
    leads = change(told, alike, at("06-01 00:00"), "2026-03-01", months=3)["leads"]
    assert (leads["ci_low"], leads["ci_high"], leads["verdict"]) == (0, 0, "unclear")


def test_against_last_year_are_the_same_months(told: Told) -> None:
    made = [entered("04", 2, 0, 2025), entered("05", 4, 0, 2025), entered("03", 9, 0), entered("04", 5, 0)]
    history = world(
        [row for leads, _ in made for row in leads], [row for _, events in made for row in events]
    )
    asked = {"months": 2, "against": "last_year"}
    rows = change(told, history, at("06-01 00:00"), "2026-04-01", **asked)
    assert (rows["leads"]["before"], rows["leads"]["after"]) == (3, 2.5)
    rows = change(
        told, history, at("05-31 00:00"), "2026-04-01", **asked
    )  # May is not over: nor is May compared
    assert (rows["leads"]["months_before"], rows["leads"]["before"], rows["leads"]["after"]) == (1, 2, 5)
    rows = change(told, history, at("06-01 00:00"), "2026-03-01", months=3, against="last_year")
    assert (rows["leads"]["months_before"], rows["leads"]["months_after"]) == (2, 3)


def test_costs_are_of_the_months_with_a_cost(told: Told) -> None:
    leads = [
        lead(f"{month}{number}", f"{month}-02 09:00", channel="seo")
        for month in ("03", "04", "05")
        for number in range(4)
    ]
    history = with_costs([booked("03", 100), booked("04", 0), booked("06", 60)], leads)
    rows = change(told, history, at("07-01 00:00"), "2026-05-01", months=2)
    cpl = rows["cpl"]
    assert (cpl["months_before"], cpl["before"], cpl["base_before"]) == (2, 12.5, 8)
    assert (cpl["months_after"], cpl["after"], cpl["base_after"]) == (1, None, 0)
    assert cpl["change"] is cpl["ci_low"] is cpl["verdict"] is None
    assert (rows["leads"]["months_after"], rows["leads"]["after"]) == (2, 2)


def test_days_to_opportunity_are_of_those_that_reached_it_in_the_months(told: Told) -> None:
    history = world(
        [
            lead("L1", "03-01 09:00"),
            lead("L2", "04-01 09:00"),
            lead("L3", "04-20 09:00"),
            lead("L4", "03-01 09:00"),
        ],
        [
            move("opportunity", "03-11 09:00", "L1"),
            move("won", "04-03 09:00", "L2"),  # implied
            move("opportunity", "04-10 09:00", "L3"),  # before it was acquired
            move("opportunity", "04-30 09:00", "L4"),
        ],
    )
    row = change(told, history, at("05-01 00:00"), "2026-04-01", months=1)["days_to_opportunity"]
    assert (row["before"], row["base_before"], row["after"], row["base_after"]) == (10, 1, 2, 3)
    assert (row["change"], row["ci_low"], row["verdict"], row["small"]) == (-8, None, None, True)


def test_the_change_is_the_beginning_of_the_version_in_force_whatever_the_view(tmp_path: Path) -> None:
    one_version = months_of(*FLAT).versions[0]
    history = months_of(*FLAT)
    newer = {**one_version, "version": "w", "effective_from": date(2026, 4, 1)}
    later = {**one_version, "version": "x", "effective_from": date(2027, 4, 1)}
    write_world(World(history.leads, history.activities, None, [one_version, newer, later]), tmp_path)
    for version in (None, "v", "w"):
        with open_warehouse(tmp_path, version, as_of=date(2026, 12, 31)) as db:
            asked = ask(db, "before_after", date(2026, 12, 31))
            assert asked.params == {"change": date(2026, 4, 1), "months": 6, "against": "before"}
            assert ask(db, "before_after", date(2026, 3, 31)).params["change"] == date(2020, 1, 1)


def test_what_is_no_change_is_refused_in_one_sentence(sample: Warehouse) -> None:
    for params in (
        {"change": "2026-4-1"}, {"change": "1989-12-31"}, {"change": "2026-W14-3"}, {"months": "0"}, {"months": "13"},
        {"against": "after"},
    ):  # fmt: skip
        (name, value) = next(iter(params.items()))
        with pytest.raises(BadQuestion, match=f"{name}={value} is wrong"):
            ask(sample, "before_after", params=params)
    with pytest.raises(BadQuestion, match="has no use for --to"):
        ask(sample, "before_after", to_month="2026-04")


# ---------------------------------------------------------------- Student's t


def central_share(t: float, degrees: int, steps: int = 4000) -> float:
    """P(|T| < t), by Simpson's rule over the density."""
    scale = gamma((degrees + 1) / 2) / (sqrt(degrees * pi) * gamma(degrees / 2))
    width = 2 * t / steps
    heights = [
        scale * (1 + (-t + number * width) ** 2 / degrees) ** (-(degrees + 1) / 2)
        for number in range(steps + 1)
    ]
    inner = 4 * sum(heights[1:-1:2]) + 2 * sum(heights[2:-1:2])
    return width / 3 * (heights[0] + inner + heights[-1])


PRINTED = {2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 10: 2.228, 20: 2.086, 22: 2.074}


def test_the_quantiles_of_t_are_exact(sample: Warehouse) -> None:
    for degrees in range(2, 23):
        (found,) = sample.run("select t_quantile($degrees) as t", {"degrees": degrees}).to_pylist()
        assert found["t"] == pytest.approx(t_quantile(degrees), abs=1e-12)
        assert central_share(found["t"], degrees) == pytest.approx(0.95, abs=1e-10)
        assert round(found["t"], 3) == PRINTED.get(degrees, round(found["t"], 3))


# ---------------------------------------------------------------- staged_targets


def staged(kpi: str, baseline: str, *steps: tuple[int, float]) -> Row:
    listed = [{"months": months, "plus_points": points} for months, points in steps]
    return {"kpi": kpi, "baseline_month": date.fromisoformat(baseline), "steps": listed}


def test_a_step_is_judged_once_its_month_is_mature_and_reached_at_its_target(told: Told) -> None:
    targets = [staged("mql_to_sql", "2026-01-20", (1, 10), (2, 10.1), (11, 90))]
    history = months_of(("01", 10, 2), ("02", 10, 3), ("03", 10, 3), staged_targets=targets)
    rows = told("staged_targets", history, at("06-30 00:00"))
    assert [(row["step"], row["due_month"], row["reached"]) for row in rows] == [
        (1, "2026-02", True),  # 20 % and 10 points are 30 %
        (2, "2026-03", False),
        (3, "2026-12", None),
    ]
    assert [row["target"] for row in rows] == pytest.approx([0.3, 0.301, 1])
    assert (rows[2]["baseline"], rows[2]["actual"], rows[2]["ci_low"]) == (0.2, None, None)
    young = told("staged_targets", history, at("06-29 23:59:59"))
    assert (young[1]["target"], young[1]["actual"], young[1]["reached"]) == (pytest.approx(0.301), None, None)
    younger = told("staged_targets", history, at("04-30 00:00"))
    assert {row["baseline"] for row in younger} == {row["target"] for row in younger} == {None}


def test_fewer_silent_leads_are_better_and_a_share_stands_at_the_end_of_its_month(told: Told) -> None:
    targets = [staged("dormant_share", "2026-04-01", (1, -50))]
    history = world(
        [lead("L1", "04-01 00:00"), lead("L2", "05-28 00:00")],
        dormancy={"days": 7, "warn_days": 2},
        staged_targets=targets,
    )
    (row,) = told("staged_targets", history, at("06-01 00:00"))
    assert (row["baseline"], row["target"], row["actual"], row["reached"]) == (1, 0.5, 0.5, True)
    (row,) = told("staged_targets", history, at("05-31 23:59:59"))
    assert (row["baseline"], row["target"], row["actual"], row["reached"]) == (1, 0.5, None, None)


def test_a_policy_needs_no_target_to_be_staged_and_a_month_without_a_base_has_no_rate(told: Told) -> None:
    policy = {
        "key": "call",
        "start": {"created": True},
        "stop": {"activity": ["call"]},
        "due": {"elapsed_hours": 1},
    }
    targets = [staged("call", "2026-04-01", (1, 5)), staged("call", "2026-03-01", (1, 5))]
    rows = told("staged_targets", world([lead()], sla=[policy], staged_targets=targets), at("06-01 00:00"))
    assert [(row["baseline"], row["target"], row["actual"], row["reached"]) for row in rows] == [
        (0, 0.05, None, None),
        (None, None, 0, None),
    ]
    assert one(rows, due_month="2026-04")["ci_high"] > 0
