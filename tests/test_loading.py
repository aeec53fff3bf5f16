"""The exports become rows: what is loaded, what is refused and why, and what is only a finding."""

import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.exports_loading import ACTIVITY, LEAD, Loaded, Row, load, run_loading, write_exports, write_rules


def lead(**values: Any) -> Row:
    return LEAD | values


def activity(**values: Any) -> Row:
    return ACTIVITY | values


LEAD_REFUSALS: list[tuple[Row, list[str]]] = [
    ({"lead_id": None}, ["missing_key"]),
    ({"lead_id": " \t　"}, ["missing_key"]),
    ({"created_at": None}, ["missing_time"]),
    ({"created_at": "  "}, ["missing_time"]),
    ({"created_at": "soon"}, ["unreadable_value"]),
    ({"created_at": "infinity"}, ["unreadable_value"]),
    ({"created_at": "2026-02-30"}, ["unreadable_value"]),
    ({"stage_since": "then"}, ["unreadable_value"]),
    ({"created_at": "1989-12-31T23:59:59.999999+09:00"}, ["out_of_range"]),
    ({"created_at": "2101-01-01T00:00:00+09:00"}, ["out_of_range"]),
    ({"created_at": "9999-12-31"}, ["out_of_range"]),
    ({"stage_since": "1970-01-01"}, ["out_of_range"]),
    ({"lead_id": "", "created_at": None, "stage_since": "1970-01-01", "score": "x"},
     ["missing_key", "missing_time", "out_of_range"]),
    ({"created_at": "x", "stage_since": "1970-01-01"}, ["unreadable_value", "out_of_range"]),
]  # fmt: skip


def test_a_lead_is_refused_for_each_reason_that_it_gives(tmp_path: Path) -> None:
    rows = [lead(lead_id=f"R{number}") | given for number, (given, _) in enumerate(LEAD_REFUSALS)]
    loaded = load(tmp_path, leads=[lead(), *rows])
    refused = loaded.rows("select row_number, reason, reasons from quarantine order by row_number")
    assert refused == [
        (number, reasons[0], reasons) for number, (_, reasons) in enumerate(LEAD_REFUSALS, start=2)
    ]
    assert loaded.values("select lead_id from export_leads") == ["L1"]


ACTIVITY_REFUSALS: list[tuple[Row, list[str]]] = [
    ({"activity_id": None}, ["missing_key"]),
    ({"lead_id": " "}, ["missing_key"]),
    ({"occurred_at": None}, ["missing_time"]),
    ({"occurred_at": "yesterday"}, ["unreadable_value"]),
    ({"not_before": "never"}, ["unreadable_value"]),
    ({"type": "score_change", "to_value": "high"}, ["unreadable_value"]),
    ({"type": "score_change", "to_value": "nan"}, ["unreadable_value"]),
    ({"occurred_at": "1989-12-31"}, ["out_of_range"]),
    ({"not_before": "2101-01-01"}, ["out_of_range"]),
    ({"lead_id": "L9"}, ["unknown_lead"]),
    ({"lead_id": "refused"}, ["unknown_lead"]),
    ({"type": "carrier_pigeon"}, ["unknown_type"]),
    ({"type": None}, ["unknown_type"]),
    ({"type": "Call"}, ["unknown_type"]),
    ({"type": "stage_change", "to_value": None}, ["unknown_stage"]),
    ({"type": "stage_change", "to_value": "limbo"}, ["unknown_stage"]),
    ({"lead_id": "L9", "type": "stage_change", "to_value": "limbo"}, ["unknown_lead", "unknown_stage"]),
    ({"activity_id": "", "lead_id": "L9", "occurred_at": None, "type": "pigeon", "points": "x",
      "not_before": "1970-01-01"},
     ["missing_key", "missing_time", "out_of_range", "unknown_lead", "unknown_type"]),
]  # fmt: skip


def test_an_activity_is_refused_for_each_reason_that_it_gives(tmp_path: Path) -> None:
    rows = [activity(activity_id=f"R{number}") | given for number, (given, _) in enumerate(ACTIVITY_REFUSALS)]
    loaded = load(
        tmp_path, leads=[lead(), lead(lead_id="refused", created_at=None)], activities=[activity(), *rows]
    )
    refused = loaded.rows(
        """select row_number, reason, reasons from quarantine where file = 'activities.parquet'
        order by row_number"""
    )
    assert refused == [
        (number, reasons[0], reasons) for number, (_, reasons) in enumerate(ACTIVITY_REFUSALS, start=2)
    ]
    assert loaded.values("select count(*) from export_activities") == [1]


UNREADABLE_CELLS = [
    {"score": "high"},
    {"score": "inf"},
    {"employees": "50-100"},
    {"employees": "12.5"},
    {"employees": "inf"},
    {"amount": "1,000"},
    {"amount": "-Infinity"},
    {"opted_out": "maybe"},
    {"excluded": "?"},
]


def test_a_number_or_flag_that_cannot_be_read_costs_the_value_and_not_the_lead(tmp_path: Path) -> None:
    rows = [lead(lead_id=f"R{number}") | given for number, given in enumerate(UNREADABLE_CELLS)]
    loaded = load(tmp_path, leads=rows)
    assert loaded.values("select reason from quarantine") == []
    assert loaded.rows("select distinct score, employees, amount, opted_out, excluded from export_leads") == [
        (None, None, None, None, False)
    ]
    found = "select rows, leads from findings where finding = 'unreadable_cell'"
    assert loaded.rows(found) == [(len(rows), len(rows))]


def test_points_that_cannot_be_read_cost_no_event(tmp_path: Path) -> None:
    rows = [
        activity(activity_id=str(n), points=points) for n, points in enumerate(["many", "inf", "5", "nan"])
    ]
    loaded = load(tmp_path, leads=[lead()], activities=rows)
    assert loaded.values("select count(*) from export_activities") == [4]
    assert loaded.rows("select rows, leads from findings where finding = 'unreadable_cell'") == [(2, 1)]


def test_two_unreadable_cells_of_a_lead_are_two_and_those_of_a_refused_row_none(tmp_path: Path) -> None:
    refused = lead(lead_id="L2", created_at=None, score="x")
    loaded = load(tmp_path, leads=[lead(score="x", opted_out="x", amount="nan"), refused])
    assert loaded.rows("select rows, leads from findings where finding = 'unreadable_cell'") == [(2, 1)]


def test_rows_that_differ_in_an_unreadable_cell_are_not_the_same_row(tmp_path: Path) -> None:
    loaded = load(tmp_path, leads=[lead(score="x"), lead(score=None), lead(score="x")])
    assert refused_twins(loaded) == [(1, "duplicate_key"), (3, "duplicate_key")]


@pytest.mark.parametrize(
    ("cell", "bends"),
    [
        ({"points": "x"}, None),
        ({"amount": "x"}, "recycled,recycle_list"),
        ({"excluded": "x"}, "all"),
        ({"opted_out": "x"}, "nurture_list,overdue,dormant_pool,dormant_leads,recycle_list"),
    ],
)
def test_an_unreadable_cell_bends_what_reads_its_column(cell: Row, bends: str | None, tmp_path: Path) -> None:
    loaded = load(tmp_path, leads=[lead(**({} if "points" in cell else cell))], activities=[activity(**cell)])
    found = {row[1]: row[4] for row in loaded.answer("data_quality")}
    assert found["unreadable_cell"] == bends


def test_a_refused_row_is_kept_whole(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        leads=[lead(), lead(lead_id="L2", created_at=None, company="桜\n商事", score="NaN", region="北")],
    )
    [(file, number, lead_id, values)] = loaded.rows(
        "select file, row_number, lead_id, values from quarantine"
    )
    assert (file, number, lead_id) == ("leads.parquet", 2, "L2")
    assert json.loads(values) == {
        "lead_id": "L2", "created_at": None, "company": "桜\n商事", "score": "NaN", "region": "北",
    }  # fmt: skip


def test_rows_read_are_rows_loaded_and_rows_quarantined_per_export(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        leads={"a": [lead(), lead()], "b": [lead(lead_id="L2")]},
        activities=[activity(), activity(activity_id="A2", type="?")],
        costs=[{"month": "2026-04-01", "channel": "ad", "cost": -1.0}],
    )
    assert loaded.rows("from file_counts") == [
        ("leads.parquet", 3, 2, 1), ("activities.parquet", 2, 1, 1), ("costs.parquet", 1, 0, 1),
    ]  # fmt: skip


def test_a_refused_row_names_its_own_part(tmp_path: Path) -> None:
    loaded = load(tmp_path, leads={"2026-01": [lead()], "2026-02": [lead(lead_id="L2"), lead(lead_id=None)]})
    assert loaded.rows("select file, row_number from quarantine") == [("leads/2026-02.parquet", 2)]


def test_no_lead_at_all_is_no_error(tmp_path: Path) -> None:
    loaded = load(tmp_path, leads=[lead(lead_id=None)], activities=[activity()])
    assert loaded.values("select reason from quarantine") == ["missing_key", "unknown_lead"]
    assert loaded.rows("from newest") == [(None, None)]
    assert loaded.rows("from findings") == []


# ---------------------------------------------------------------- rows with one key


def refused_twins(loaded: Loaded) -> list[tuple[int, str]]:
    return loaded.rows("select row_number, reason from quarantine order by row_number")


def test_an_identical_row_is_a_duplicate_row(tmp_path: Path) -> None:
    loaded = load(tmp_path, leads=[lead(company="A"), lead(company="A"), lead(company="A")])
    assert refused_twins(loaded) == [(2, "duplicate_row"), (3, "duplicate_row")]


def test_of_two_rows_with_one_key_the_earlier_is_loaded(tmp_path: Path) -> None:
    early = "2026-03-31T23:00:00Z"
    loaded = load(tmp_path, leads=[lead(company="A"), lead(company="B", created_at=early), lead(company="B")])
    assert loaded.values("select company from export_leads") == ["B"]
    assert refused_twins(loaded) == [(1, "duplicate_key"), (3, "duplicate_key")]


def test_at_one_time_the_columns_decide_in_the_order_of_the_contract_null_first(tmp_path: Path) -> None:
    rows = [
        lead(company="B", email=None, industry="a"),
        lead(company="A", email="z", industry="b"),
        lead(company="A", email=None, industry="c"),
        lead(company="A", email=None, industry="C"),
    ]
    loaded = load(tmp_path, leads=rows)
    assert loaded.values("select industry from export_leads") == ["C"]
    assert refused_twins(loaded) == [(1, "duplicate_key"), (2, "duplicate_key"), (3, "duplicate_key")]


def test_further_columns_decide_last_and_by_name(tmp_path: Path) -> None:
    first = [lead(zone="1", area="2"), lead(zone="2", area="1"), lead(zone=None, area="2")]
    loaded = load(tmp_path, leads=first)
    assert refused_twins(loaded) == [(1, "duplicate_key"), (3, "duplicate_key")]


def test_a_row_with_a_fault_of_its_own_is_no_rival(tmp_path: Path) -> None:
    loaded = load(tmp_path, leads=[lead(created_at="?"), lead(company="A"), lead(stage_since="?")])
    assert refused_twins(loaded) == [(1, "unreadable_value"), (3, "unreadable_value")]


def test_blanks_and_null_are_alike_in_twins(tmp_path: Path) -> None:
    loaded = load(tmp_path, leads=[lead(company=" "), lead(company=None)])
    assert refused_twins(loaded) == [(2, "duplicate_row")]


def test_activities_with_one_key_are_told_apart_alike(tmp_path: Path) -> None:
    rows = [
        activity(outcome="b"),
        activity(outcome="a"),
        activity(outcome="a"),
        activity(activity_id="A2", lead_id="L9"),
        activity(activity_id="A2"),
    ]
    loaded = load(tmp_path, leads=[lead()], activities=rows)
    assert loaded.values("select outcome from export_activities order by outcome") == ["a", None]
    assert refused_twins(loaded) == [(1, "duplicate_key"), (3, "duplicate_row"), (4, "unknown_lead")]


def test_the_same_part_twice_is_loaded_once(tmp_path: Path) -> None:
    part = [activity(activity_id=f"A{number}") for number in range(50)]
    loaded = load(tmp_path, activities={"a": part, "b": part})
    assert loaded.rows("select file, reason, count(*) from quarantine group by all") == [
        ("activities/b.parquet", "duplicate_row", 50)
    ]


# ---------------------------------------------------------------- what the rules make of a row


def test_stages_are_known_by_key_label_and_alias_however_they_are_written(tmp_path: Path) -> None:
    words = [
        "mql",
        "MQL",
        "ｍｑｌ",
        " M Q\u3000L ",
        "working-contacted",
        "Working\u00a0- Contacted",
        "受注",
        "ﾘｰﾄﾞ",
    ]
    loaded = load(tmp_path, leads=[lead(lead_id=f"L{n}", stage=word) for n, word in enumerate(words)])
    assert loaded.values("select stage from export_leads order by lead_id") == [*["mql"] * 6, "won", None]


def test_half_width_kana_are_the_same_word(tmp_path: Path) -> None:
    stages = '[{key = "new", kind = "path", aliases = ["ガイド"]}, {key = "won", kind = "won"}]'
    write_rules(tmp_path, stages=stages)
    loaded = run_loading(write_exports(tmp_path, leads=[lead(stage="ｶﾞｲﾄﾞ")]))
    assert loaded.values("select stage from export_leads") == ["new"]


def test_a_change_keeps_what_it_says(tmp_path: Path) -> None:
    changes = [
        activity(activity_id="1", type="stage_change", from_value="？", to_value="受注"),
        activity(activity_id="2", type="stage_change", from_value=" 新規", to_value="MQL"),
        activity(activity_id="3", type="owner_change", from_value="mql", to_value=None),
        activity(activity_id="4", type="score_change", from_value="ten", to_value=" 12.5 "),
        activity(activity_id="5", type="score_change", from_value="10", to_value=None),
        activity(activity_id="6", type="note", to_value="mql", from_value="10"),
    ]
    loaded = load(tmp_path, activities=changes)
    assert loaded.rows(
        "select from_stage, to_stage, from_score, to_score, side from export_activities order by event_no"
    ) == [
        (None, "won", None, None, "system"), ("new", "mql", None, None, "system"),
        (None, None, None, None, "system"), (None, None, None, 12.5, "system"),
        (None, None, 10.0, None, "system"), (None, None, None, None, "system"),
    ]  # fmt: skip


def test_only_an_act_of_ours_that_connects_is_a_contact(tmp_path: Path) -> None:
    kinds = [
        ("call", "connected"),
        ("call", "no_answer"),
        ("call", None),
        ("meeting", None),
        ("email_open", "connected"),
    ]
    rows = [
        activity(activity_id=str(n), type=kind, outcome=outcome) for n, (kind, outcome) in enumerate(kinds)
    ]
    loaded = load(tmp_path, activities=rows)
    assert loaded.values("select is_contact from export_activities order by event_no") == [
        True, False, False, True, False,
    ]  # fmt: skip


def test_events_are_numbered_by_lead_time_and_key(tmp_path: Path) -> None:
    rows = [
        activity(activity_id="b", asset="3"),
        activity(activity_id="a10", asset="2"),
        activity(activity_id="a", asset="1"),
        activity(activity_id="0", asset="4", occurred_at="2026-04-03"),
        activity(activity_id="z", asset="0", lead_id="L0"),
    ]
    leads = [lead(), lead(lead_id="L0", created_at="2026-03-01")]
    loaded = load(tmp_path, leads=leads, activities=rows)
    assert loaded.values("select asset from export_activities order by event_no") == ["0", "1", "2", "3", "4"]


def test_leads_are_numbered_by_creation_and_key(tmp_path: Path) -> None:
    leads = [
        lead(lead_id="b"),
        lead(lead_id="a"),
        lead(lead_id="c", created_at="2026-03-01"),
        lead(excluded=True),
    ]
    loaded = load(tmp_path, leads=leads)
    assert loaded.rows("select lead_no, lead_id, excluded from export_leads order by 1") == [
        (1, "c", False), (2, "L1", True), (3, "a", False), (4, "b", False),
    ]  # fmt: skip


def test_a_title_has_the_rank_of_the_first_pattern_that_matches(tmp_path: Path) -> None:
    ranks = {
        "代表取締役社長": "executive", "社長室長": "staff", "営業部長": "manager", "課長補佐": "section_chief",
        "Chief CEO": "executive", "ceo": "executive", "ＣＥＯ": "executive", "CEOs": "staff", "VP担当": "executive",
        "Head of Sales": "manager", "ﾏﾈｰｼﾞｬｰ": "section_chief", "主任": "staff", None: None,
    }  # fmt: skip
    leads = [lead(lead_id=f"{n:02}", title=title) for n, title in enumerate(ranks)]
    loaded = load(tmp_path, leads=[*leads, lead(lead_id="99", title="社長", title_rank="owner")])
    assert loaded.values("select title_rank from export_leads order by lead_id") == [*ranks.values(), "owner"]


def test_leads_are_grouped_by_channel_and_size(tmp_path: Path) -> None:
    leads = [
        lead(lead_id=str(n), channel=channel, employees=employees)
        for n, (channel, employees) in enumerate(
            [("seo", 0), ("list", 1), ("?", 49), (None, 50), ("ad", 10**6), ("ad", None)]
        )
    ]
    loaded = load(tmp_path, leads=leads)
    assert loaded.rows("select channel_group, size_band from export_leads order by lead_id") == [
        ("inbound", None), ("outbound", "1-49"), (None, "1-49"), (None, "50-299"), ("inbound", "1000+"), ("inbound", None),
    ]  # fmt: skip


def test_every_dimension_has_a_value_or_null_for_every_lead(tmp_path: Path) -> None:
    leads = [
        lead(lead_id="a", region="北", employees=5, channel="seo"),
        lead(lead_id="b", region=" ", employees=None),
    ]
    directory = write_exports(tmp_path, leads=leads)
    loaded = run_loading(directory, further=("region", "employees", "nowhere"))
    values = loaded.rows(
        "select dimension, value from export_lead_values where dimension in "
        "('region', 'employees', 'nowhere', 'channel', 'channel_group') order by dimension, lead_no"
    )
    assert values == [
        ("channel", "seo"), ("channel", None), ("channel_group", "inbound"), ("channel_group", None),
        ("employees", "5"), ("employees", None), ("nowhere", None), ("nowhere", None), ("region", "北"), ("region", None),
    ]  # fmt: skip
    assert loaded.values("select distinct dimension from export_lead_values where dimension = 'owner'") == []


def test_costs_are_read_by_month(tmp_path: Path) -> None:
    costs = [
        {"month": "2026-04-01", "channel": "ad", "campaign": "春", "cost": "100.5"},
        {"month": "2026-04", "channel": "ad", "cost": "1"},
        {"month": "2026-05-15T10:00:00", "channel": "seo", "cost": None},
        {"month": None, "channel": "ad", "cost": "1"},
        {"month": "April", "channel": "ad", "cost": "1"},
        {"month": "1989-12-01", "channel": "ad", "cost": "1"},
        {"month": "2026-04-01", "channel": "ad", "cost": "-0.01"},
        {"month": "2026-04-01", "channel": "ad", "cost": "inf"},
        {"month": "2026-04-01", "channel": "ad", "cost": "free"},
    ]
    loaded = load(tmp_path, costs=costs)
    april, may = date(2026, 4, 1), date(2026, 5, 1)
    assert loaded.rows("from export_costs order by month, cost") == [
        (april, "ad", None, 1.0), (april, "ad", "春", 100.5), (may, "seo", None, None),
    ]  # fmt: skip
    assert loaded.values("select reason from quarantine order by row_number") == [
        "missing_time", "unreadable_value", "out_of_range", "out_of_range", "out_of_range", "unreadable_value",
    ]  # fmt: skip


# ---------------------------------------------------------------- the whole


def everything(loaded: Loaded) -> dict[str, list[Any]]:
    """What the later models and the queries can see; where a refused row stood may differ."""
    return {
        "leads": loaded.rows("select * exclude (path, row_number) from export_leads order by lead_no"),
        "values": loaded.rows("from export_lead_values order by dimension, lead_no"),
        "activities": loaded.rows("from export_activities order by event_no"),
        "quarantine": sorted(loaded.rows("select reasons, lead_id, values from quarantine"), key=repr),
        "quality": loaded.answer("data_quality"),
        "finding_leads": loaded.rows("from finding_leads"),
    }


def test_the_order_of_rows_and_files_and_the_threads_change_nothing(tmp_path: Path) -> None:
    chance = random.Random(7)
    leads = [
        lead(lead_id=f"L{n % 90}", created_at=f"2026-04-0{n % 9 + 1}", company=f"{n % 4}") for n in range(200)
    ]
    kinds = ["call", "meeting", "stage_change", "?"]
    activities = [
        activity(activity_id=f"A{n % 700}", lead_id=f"L{n % 100}", type=kinds[n % 4], to_value="mql")
        for n in range(900)
    ]
    straight = run_loading(write_exports(tmp_path / "a", leads=leads, activities=activities), threads=1)
    chance.shuffle(leads)
    chance.shuffle(activities)
    parts = {
        "leads": {"x": leads[:50], "y": leads[50:]},
        "activities": {"p": activities[600:], "q": activities[:600]},
    }
    shuffled = run_loading(write_exports(tmp_path / "b", **parts), threads=4)
    assert everything(straight) == everything(shuffled)


@pytest.mark.parametrize("name", ["olist", "helpdesk"])
def test_real_exports_load_whole(name: str) -> None:
    directory = Path(__file__).parents[2] / "shared" / "data" / name
    if not directory.exists():
        pytest.skip(f"the real data of {name} is not on this machine")
    loaded = run_loading(directory)
    counts = {"olist": [(8000, 8000, 0), (842, 842, 0)], "helpdesk": [(4580, 4580, 0), (26408, 26408, 0)]}
    assert loaded.rows("select rows_read, rows_loaded, rows_quarantined from file_counts") == counts[name]
