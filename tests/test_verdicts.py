"""Where a verdict turns: at a base of 20, at a target that an interval touches, at a difference that chance can make."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest

from funnel.layer.build import open_warehouse
from funnel.layer.warehouse import Warehouse
from funnel.questions.ask import ask
from tests.reference import answer
from tests.reference_judging import differ, interval_on_target, is_small, target_verdict, verdict_of
from tests.reference_loading import Row, World
from tests.reference_numbers import wilson
from tests.test_answers_against_reference import differences
from tests.test_reference import act, lead, move, world
from tests.world_files import write_world

T = date(2026, 11, 30)
FUNNEL = Path(__file__).parent.parent / "funnel"


def said(db: Warehouse, judgement: str, **values: Any) -> Any:
    """What one macro of the layer says of plain values."""
    return db.run(f"select {judgement} as said", values).to_pylist()[0]["said"]


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Any]:
    """Asks a question of a world, of the product and of its twin, which must agree."""
    opened: list[Warehouse] = []

    def tell(name: str, history: World, as_of: datetime | date = T, **asked: Any) -> list[Row]:
        place = tmp_path / str(len(opened))
        write_world(history, place)
        opened.append(open_warehouse(place))
        rows = ask(opened[-1], name, as_of, **asked).rows
        assert not list(differences(rows, answer(name, history, as_of=as_of, **asked)))
        return rows

    yield tell
    for db in opened:
        db.close()


# ---------------------------------------------------------------- plain numbers


def test_a_base_is_small_below_twenty(sample: Warehouse) -> None:
    assert [said(sample, "is_small($n)", n=n) for n in (0, 19, 20)] == [True, True, False]
    assert [is_small(n) for n in (0, 19, 20)] == [True, True, False]


@pytest.mark.parametrize(
    ("low", "high", "base", "verdict"),
    [
        (0.5, 0.9, 20, "reached"),  # an interval that begins at the target
        (0.4, 0.5, 20, "unclear"),  # one that ends at it
        (0.1, 0.4999, 20, "missed"),
        (0.49, 0.9, 20, "unclear"),
        (0.5, 0.9, 19, "unclear"),
        (0.1, 0.2, 19, "unclear"),
        (None, None, 0, None),
    ],
)
def test_a_target_is_judged_by_where_the_whole_interval_lies(
    low: float | None, high: float | None, base: int, verdict: str | None, sample: Warehouse
) -> None:
    given = {"low": low, "high": high, "base": base, "target": 0.5}
    judgement = "target_verdict($low::double, $high::double, $base, $target)"
    assert said(sample, judgement, **given) == verdict
    assert interval_on_target((low, high), base, 0.5) == verdict
    assert said(sample, judgement, **{**given, "target": None}) is None


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.1, 0.3, "reached"), (0.1, 0.31, "unclear"), (0.3, 0.5, "unclear"), (0.31, 0.5, "missed")],
)
def test_where_lower_is_better_an_interval_that_ends_at_the_target_reaches_it(
    low: float, high: float, verdict: str, sample: Warehouse
) -> None:
    judgement = "target_verdict(-$high::double, -$low::double, 20, -$target::double)"
    assert said(sample, judgement, low=low, high=high, target=0.3) == verdict
    assert interval_on_target((low, high), 20, 0.3, lower_is_better=True) == verdict


def test_two_proportions_differ_only_beyond_196_standard_errors(sample: Warehouse) -> None:
    # by hand: 60 of 100 against 46 of 100: z = 1.983; against 47 of 100: z = 1.841; 160/400 against 90/400: z = 5.34
    cases = {
        (60, 100, 46, 100): True, (46, 100, 60, 100): True, (60, 100, 47, 100): False, (160, 400, 90, 400): True,
        (16, 40, 12, 40): False, (0, 0, 5, 10): False, (5, 10, 0, 0): False, (10, 10, 20, 20): False,
    }  # fmt: skip
    for (k1, n1, k2, n2), apart in cases.items():
        assert said(sample, "differs($k1, $n1, $k2, $n2)", k1=k1, n1=n1, k2=k2, n2=n2) is apart
        assert differ(k1, n1, k2, n2) is apart


def test_a_change_is_judged_as_the_twin_judges_it_whatever_the_counts(sample: Warehouse) -> None:
    bases, shares = (19, 20, 21, 60, 400), (0, 0.05, 0.25, 0.5, 1)
    pairs = [(round(base * share), base) for base in bases for share in shares]
    rows = sample.run(
        """
        select change_verdict(k1, n1, k2, n2) as verdict
        from (
            select unnest($k1::bigint[]) as k1, unnest($n1::bigint[]) as n1, unnest($k2::bigint[]) as k2,
                unnest($n2::bigint[]) as n2, unnest(range(len($k1::bigint[]))) as place
        )
        order by place
        """,
        {
            name: [pair[which][side] for pair in product(pairs, pairs)]
            for name, which, side in (("k1", 0, 0), ("n1", 0, 1), ("k2", 1, 0), ("n2", 1, 1))
        },
    ).to_pylist()
    expected = [verdict_of(*pair) for pair in product(pairs, pairs)]
    assert [row["verdict"] for row in rows] == expected
    assert set(expected) == {"higher", "lower", "unclear", None}


def test_nothing_is_judged_and_no_rate_is_counted_back_above_the_sql() -> None:
    judging = re.compile(
        r"\.groupby\(|pivot|wilson|\bdiffer\(|is_small|SMALL_BASE|round\([^)]*(value|rate)\"\]? \*|[<>]=? 20\b"
    )
    for folder in ("headlines", "charts", "ui/cards", "ui/parts", "ui/state", "ui/shell"):
        for path in (FUNNEL / folder).glob("**/*.py"):
            assert not judging.findall(path.read_text(encoding="utf-8")), path


def test_the_base_that_is_small_stands_in_one_place() -> None:
    bound = re.compile(r"[<>]=? *20\b")
    places = {
        path.name: len(found)
        for path in FUNNEL.glob("**/*.sql")
        if "importing" not in path.parts and (found := bound.findall(path.read_text(encoding="utf-8")))
    }
    assert places == {"90_macros.sql": 1}


# ---------------------------------------------------------------- answers


def of_month(month: int, entered: int, converted: int) -> tuple[list[Row], list[Row]]:
    """Leads that enter mql in a month of 2026, of whom some go on to sql a day later."""
    names = [f"L{month}-{number}" for number in range(entered)]
    acts = [move("mql", f"{month:02}-10 09:00", name) for name in names]
    acts += [move("sql", f"{month:02}-11 09:00", name) for name in names[:converted]]
    return [lead(name, f"{month:02}-01 09:00") for name in names], acts


def of_months(*counts: tuple[int, int, int], **rules: Any) -> World:
    parts = [of_month(*each) for each in counts]
    return world(
        [row for part in parts for row in part[0]], [row for part in parts for row in part[1]], **rules
    )


def test_a_month_is_compared_with_the_one_before_from_twenty_leads_on(told: Any) -> None:
    rows = told("conversion", of_months((2, 20, 10), (3, 20, 10), (4, 20, 1), (5, 19, 19), (6, 20, 20)))
    judged = [(row["month"], row["small"], row["previous_base"], row["verdict"]) for row in rows[:5]]
    assert judged == [
        ("2026-02", False, None, None),  # nothing before it
        ("2026-03", False, 20, "unclear"),  # equal rates
        ("2026-04", False, 20, "lower"),
        ("2026-05", True, 20, None),
        ("2026-06", False, 19, None),
    ]
    young = told("conversion", of_months((2, 20, 20), (3, 20, 1)), as_of=date(2026, 6, 28))
    assert [(row["mature"], row["verdict"]) for row in young[:2]] == [(True, None), (False, None)]


def test_a_step_has_its_target_only_where_it_is_a_figure_of_the_month(told: Any) -> None:
    history = of_months((2, 20, 1), (3, 20, 18), (4, 20, 10), targets={"mql_to_sql": 0.4, "sql_to_won": 0.9})
    rows = told("conversion", history)
    assert [row["target_verdict"] for row in rows[:3]] == ["missed", "reached", "unclear"]
    assert {row["target"] for row in rows} == {0.4}
    for params in ({"window_days": "30"}, {"from_stage": "new"}, {"window_days": "none"}):
        assert {row["target"] for row in told("conversion", history, params=params)} == {None}
    wins = {"from_stage": "sql", "to_stage": "won"}
    assert {row["target"] for row in told("conversion", history, params=wins)} == {0.9}


def test_the_target_of_a_month_is_that_of_the_version_in_force_on_its_last_day(told: Any) -> None:
    history = of_months((2, 20, 10), (3, 20, 10), (4, 20, 10), targets={"mql_to_sql": 0.4})
    later = {
        **history.versions[0],
        "version": "w",
        "effective_from": date(2026, 3, 31),
        "targets": {"mql_to_sql": 0.6},
    }
    history.versions.append(later)
    assert [row["target"] for row in told("conversion", history)[:3]] == [0.4, 0.6, 0.6]
    assert told("kpis", history, to_month="2026-02")[5]["target"] == 0.4


def test_the_run_from_a_revision_on_begins_with_its_month(told: Any) -> None:
    history = of_months((2, 20, 10), (3, 20, 1), (4, 20, 1))
    history.versions.append({**history.versions[0], "version": "w", "effective_from": date(2026, 3, 31)})
    (revision, recent) = told("conversion_runs", history)
    assert (revision["began_on"], revision["first_month"]) == (date(2026, 3, 31), date(2026, 3, 1))
    assert (revision["base_before"], revision["base_after"], revision["verdict"]) == (20, 40, "lower")
    assert (recent["base_before"], recent["small"], recent["verdict"]) == (0, True, None)
    few = of_months((2, 19, 10), (3, 20, 1), (4, 20, 1), (5, 20, 1))
    assert [(row["base_before"], row["small"]) for row in told("conversion_runs", few)] == [(19, True)]


CALL = {
    "key": "first_call",
    "start": {"created": True},
    "stop": {"activity": ["call"]},
    "due": {"elapsed_hours": 24},
}


def test_a_clock_that_is_met_before_a_deadline_still_to_come_is_not_in_the_attainment(told: Any) -> None:
    history = world(
        [lead("L1", "04-01 09:00"), lead("L2", "04-10 09:00"), lead("L3", "04-10 08:00")],
        [act("call", "04-02 08:00", "L1"), act("call", "04-10 10:00", "L2")],
        sla=[CALL],
        targets={"first_call": 0.5},
    )
    (row,) = told("sla_summary", history, date(2026, 4, 10))
    assert (row["met"], row["attained"], row["judged"], row["attainment"]) == (2, 1, 1, 1.0)
    assert (row["small"], row["target"], row["target_verdict"]) == (True, 0.5, "unclear")


@pytest.mark.parametrize(
    ("met", "of", "verdict"),
    [(20, 20, "reached"), (0, 20, "missed"), (0, 19, "unclear"), (10, 20, "unclear")],
)
def test_a_policy_is_judged_against_its_target_from_twenty_deadlines_on(
    met: int, of: int, verdict: str, told: Any
) -> None:
    names = [f"L{number}" for number in range(of)]
    history = world(
        [lead(name, "04-01 09:00") for name in names],
        [act("call", "04-01 10:00", name) for name in names[:met]],
        sla=[CALL],
        targets={"first_call": 0.5},
    )
    (row,) = told("sla_summary", history, from_month="2026-04", to_month="2026-04")
    assert (row["judged"], row["target_verdict"]) == (of, verdict)


def test_a_band_is_held_against_the_next_lower_one_that_is_not_small(told: Any) -> None:
    scores = {"cold": (0, 20, 0), "warm": (30, 19, 19), "hot": (60, 20, 20)}
    leads, acts = [], []
    for band, (score, count, converted) in scores.items():
        for number in range(count):
            name = f"{band}{number}"
            leads.append(lead(name, "04-01 09:00"))
            acts.append(act("score_change", "04-02 09:00", name, to_value=str(score)))
            acts += [move("sql", "06-01 09:00", name)] if number < converted else []
    bands = [{"key": "cold", "from": 0}, {"key": "warm", "from": 30}, {"key": "hot", "from": 60}]
    rows = told("score_bands", world(leads, acts, scoring={"source": "exported", "bands": bands}))
    judged = [(row["band"], row["small"], row["against"], row["verdict"], row["apart"]) for row in rows]
    assert judged == [
        ("cold", False, None, None, None),
        ("warm", True, None, None, None),
        ("hot", False, "cold", "higher", True),
    ]
    assert [row["times"] for row in rows] == [None, None, None]  # nothing goes into 0


def test_leads_at_the_threshold_are_not_short_of_it(sample: Warehouse) -> None:
    threshold = sample.rules.scoring.thresholds.mql
    (row,) = ask(sample, "score_shortfall").rows
    leads = [
        each
        for each in ask(sample, "score_distribution", params={"bin": "1"}).rows
        if each["bin_from"] is not None
    ]
    there = [each for each in leads if each["stage"] == sample.rules.milestone("mql")]
    assert threshold is not None
    assert row["scored"] == sum(each["leads"] for each in leads)
    assert row["base"] == sum(each["leads"] for each in there)
    assert row["short"] == sum(each["leads"] for each in there if each["bin_from"] < threshold)


# ---------------------------------------------------------------- the sample company, as a whole


def test_every_verdict_of_the_sample_company_is_what_the_twin_says_of_its_counts(sample: Warehouse) -> None:
    cohorts = ask(sample, "conversion").rows
    for before, now in pairwise(cohorts):
        pairs = [(row["converted"], row["entered"]) for row in (before, now)]
        assert now["verdict"] == (verdict_of(*pairs) if now["mature"] else None)
        assert (now["previous"], now["previous_base"]) == (before["rate"], before["entered"])
    for row in cohorts:
        expected = target_verdict(row["converted"], row["entered"], row["target"]) if row["mature"] else None
        assert row["target_verdict"] == expected
        assert row["small"] == is_small(row["entered"])
    for row in ask(sample, "sla_summary", by="owner").rows:
        assert row["target_verdict"] == target_verdict(row["attained"], row["judged"], row["target"])
    for row in ask(sample, "conversion_runs").rows:
        pairs = [(row[f"converted_{side}"], row[f"base_{side}"]) for side in ("before", "after")]
        assert row["verdict"] == verdict_of(*pairs)
    bands = [row for row in ask(sample, "score_bands").rows if row["verdict"]]
    assert len(bands) >= 2 and {row["verdict"] for row in bands} == {"higher"}
    for row in ask(sample, "kpis").rows:
        if row["numerator"] is not None:
            assert row["value"] == pytest.approx(row["numerator"] / row["base"])
            low_high = wilson(row["numerator"], row["base"])
            assert (row["ci_low"], row["ci_high"]) == pytest.approx(low_high)
