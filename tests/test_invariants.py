"""What holds between answers whatever the data: sums, balances, parts within wholes. On the sample company."""

from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from funnel.layer.warehouse import Warehouse
from funnel.questions.ask import ask
from funnel.questions.catalogue import CATALOGUE, OF_STANDING, of_kind
from funnel.questions.standing import refusal
from tests.given import ALWAYS_BY, GIVEN

Row = dict[str, Any]
TOKYO = ZoneInfo("Asia/Tokyo")
INSTANTS = ("2025-06-30", "2026-04-01", "2026-11-10T09:00")
OF_LEADS: tuple[tuple[tuple[str, str | None], ...], ...] = (
    (),
    (("channel_group", "event"),),
    (("channel", "seo"), ("channel", "ad"), ("industry", "IT")),
)
SCOPES = (  # how leads stand at T, too
    *OF_LEADS,
    (("owner", "高橋 健"),),
    (("stage", "mql"), ("stage", "sql")),
    (("score_band", "hot"),),
)


def rows(db: Warehouse, name: str, as_of: str, **asked: Any) -> list[Row]:
    return ask(db, name, as_of, **asked).rows


def leads(db: Warehouse, as_of: str, where: tuple[tuple[str, str | None], ...]) -> int:
    first = rows(db, "funnel", as_of, where=where)[0]
    return int(first["reached"])


@pytest.mark.parametrize("as_of", INSTANTS)
@pytest.mark.parametrize("where", SCOPES)
def test_every_lead_waits_in_one_stage(
    as_of: str, where: tuple[tuple[str, str | None], ...], sample: Warehouse
) -> None:
    waiting = sum(row["waiting_leads"] for row in rows(sample, "stage_aging", as_of, where=where))
    scored = rows(sample, "score_distribution", as_of, where=where)
    assert waiting == sum(row["leads"] for row in scored if row["stage"] != "won")
    assert sum(row["leads"] for row in rows(sample, "stage_aging_buckets", as_of, where=where)) == waiting
    assert len(rows(sample, "stage_aging_leads", as_of, where=where)) == waiting


@pytest.mark.parametrize("as_of", INSTANTS)
@pytest.mark.parametrize("where", OF_LEADS)
def test_every_lead_is_in_one_stage(
    as_of: str, where: tuple[tuple[str, str | None], ...], sample: Warehouse
) -> None:
    waiting = {row["stage"]: row["waiting_leads"] for row in rows(sample, "stage_aging", as_of, where=where)}
    funnel = rows(sample, "funnel", as_of, where=where)
    here = sum(row["open_here"] + row["lost_here"] + row["dormant_here"] for row in funnel)
    won = [row for row in rows(sample, "flow", as_of, where=where) if row["stage"] == "won"][-1]["closing"]
    assert sum(waiting.values()) + won == here == funnel[0]["reached"]
    assert {row["stage"]: row["open_here"] for row in funnel} == {
        row["stage"]: waiting.get(row["stage"], won) for row in funnel
    }
    assert sum(row["leads"] for row in rows(sample, "score_distribution", as_of, where=where)) == here


@pytest.mark.parametrize("as_of", INSTANTS)
@pytest.mark.parametrize("name", ["flow", "dormant_flow"])
@pytest.mark.parametrize("where", OF_LEADS)
def test_stock_and_flow_closes(
    as_of: str, name: str, where: tuple[tuple[str, str | None], ...], sample: Warehouse
) -> None:
    closing: dict[str | None, int] = {}
    for row in rows(sample, name, as_of, where=where):
        stage = row.get("stage")
        left = sum(value for key, value in row.items() if key.startswith(("left_", "woken_")))
        entered = row["entered"] if name == "flow" else row["fell_silent"]
        assert row["opening"] + entered - left == row["closing"]
        assert row["opening"] == closing.get(stage, row["opening"])
        assert row["closing"] >= 0
        closing[stage] = row["closing"]


@pytest.mark.parametrize("as_of", INSTANTS)
def test_the_pool_is_what_its_flow_leaves(as_of: str, sample: Warehouse) -> None:
    pool = sum(row["leads"] for row in rows(sample, "dormant_pool", as_of))
    assert pool == len(rows(sample, "dormant_leads", as_of))
    assert pool == rows(sample, "dormant_flow", as_of)[-1]["closing"]
    for dimension in ("channel", "score_band", "owner"):
        assert pool == sum(row["leads"] for row in rows(sample, "dormant_pool", as_of, by=dimension))


BY = ("channel", "channel_group", "size_band", "owner", "score_band", "stage")
COUNTS = {
    "funnel": ("reached", "of_which_implied", "open_here", "lost_here", "dormant_here"),
    "conversion": ("entered", "converted", "skipped"),
    "period_ratio": ("entered_from", "entered_to"),
    "stage_aging": ("waiting_leads", "assumed", "finished"),
    "engagement": ("mailed_leads", "opened_leads", "downloads", "attendees", "active_leads"),
    "sla_summary": ("clocks", "met", "late", "missed", "overdue", "pending", "exempt"),
}
KEYS = {"conversion": "month", "period_ratio": "month", "engagement": "month", "sla_summary": "policy"}


@pytest.mark.parametrize(
    ("name", "by"),
    [
        (name, by)
        for name in COUNTS
        for by in BY
        if refusal(CATALOGUE[name], by, has_owner_history=True) is None
    ],
)
def test_the_segments_add_up_to_the_whole(name: str, by: str, sample: Warehouse) -> None:
    whole = rows(sample, name, INSTANTS[-1])
    parts = rows(sample, name, INSTANTS[-1], by=by)
    key = KEYS.get(name, "stage")
    for row in whole:
        same = [part for part in parts if part[key] == row[key]]
        for count in COUNTS[name]:
            if count == "finished" and by in OF_STANDING:
                assert {part[count] for part in same} == {None}
            else:
                assert sum(part[count] for part in same) == row[count], (row, count)


@pytest.mark.parametrize("by", ["channel", "industry", "owner"])
def test_a_lead_is_rejected_once_per_reason_and_by_each_owner_that_had_it(by: str, sample: Warehouse) -> None:
    whole = {row["reason"]: row["leads"] for row in rows(sample, "rejections", INSTANTS[-1])}
    parts: Counter[str] = Counter()
    for row in rows(sample, "rejections", INSTANTS[-1], by=by):
        parts[row["reason"]] += row["leads"]
    more = sum(parts[reason] - leads for reason, leads in whole.items())
    assert 0 < more < 20 if by == "owner" else parts == whole


@pytest.mark.parametrize("as_of", INSTANTS)
def test_a_part_lies_within_its_base_and_a_rate_within_its_interval(as_of: str, sample: Warehouse) -> None:
    for name, part, base in (
        ("conversion", "converted", "entered"),
        ("score_bands", "converted", "leads"),
        ("response_times", "converted", "clocks"),
        ("benchmarks", "reached", "leads"),
        ("handoff_agreement", "sql", "leads"),
        ("winners", "sql", "leads"),
        ("recycled", "back", "leads"),
        ("threshold_curve", "converted", "mature"),
        ("assets", "responded_leads", "leads"),
    ):
        for row in rows(sample, name, as_of):
            assert 0 <= row[part] <= row[base]
            if row[base] == 0:
                assert row["rate"] is None and row["ci_low"] is None and row["ci_high"] is None
            else:
                assert 0 <= row["ci_low"] <= row["rate"] <= row["ci_high"] <= 1
                assert row["rate"] == pytest.approx(row[part] / row[base])


def test_a_narrower_scope_never_adds_leads(sample: Warehouse) -> None:
    for name in (
        "overdue",
        "unassigned",
        "dormant_leads",
        "falling_asleep",
        "stage_aging_leads",
        "sla_clocks",
        "nurture_list",
    ):
        everyone = {row["lead_id"] for row in rows(sample, name, INSTANTS[-1])}
        for where in SCOPES[1:]:
            if any(refusal(CATALOGUE[name], dimension, True) is not None for dimension, _ in where):
                continue
            some = {row["lead_id"] for row in rows(sample, name, INSTANTS[-1], where=where)}
            both = {
                row["lead_id"] for row in rows(sample, name, INSTANTS[-1], where=(*where, ("industry", "IT")))
            }
            assert both <= some <= everyone


def test_the_bridge_adds_up_to_the_period_and_to_the_skipped(sample: Warehouse) -> None:
    conversion = rows(sample, "conversion", INSTANTS[-1])
    ratio = rows(sample, "period_ratio", INSTANTS[-1])
    for bridge, cohort, period in zip(rows(sample, "bridge", INSTANTS[-1]), conversion, ratio, strict=True):
        parts = bridge["from_this_month"] + bridge["from_earlier_months"] + bridge["never_entered_from"]
        assert bridge["period_converted"] == parts == period["entered_to"]
        assert cohort["skipped"] == bridge["never_entered_from"]
        assert cohort["entered"] == period["entered_from"]


def test_the_states_of_the_clocks_are_those_of_the_summary_and_of_the_morning_list(sample: Warehouse) -> None:
    clocks = rows(sample, "sla_clocks", INSTANTS[-1])
    for row in rows(sample, "sla_summary", INSTANTS[-1]):
        mine = [clock["state"] for clock in clocks if clock["policy"] == row["policy"]]
        assert row["clocks"] == len(mine)
        for state in set(mine):
            assert row[state] == mine.count(state)
    pressing = [clock for clock in clocks if clock["state"] in ("overdue", "due_today", "at_risk")]
    assert len(rows(sample, "overdue", INSTANTS[-1])) == len(pressing)


@pytest.mark.parametrize("as_of", INSTANTS)
def test_every_hand_off_is_of_one_kind_and_the_log_holds_every_decision(
    as_of: str, sample: Warehouse
) -> None:
    handed: Counter[str] = Counter()
    for row in rows(sample, "handoff_agreement", as_of):
        handed[row["month"]] += row["leads"] if row["kind"] != "held_back" else 0
    history = rows(sample, "kpi_history", as_of)
    assert dict(handed) == {row["month"]: row["mql"] for row in history}
    owned = rows(sample, "delays", as_of)[1]["leads"]
    assert 0 < owned <= sum(handed.values())
    log = rows(sample, "mql_log", as_of)
    first: dict[str, str] = {}
    for row in log:
        if row["pass"] == 1:
            first.setdefault(row["lead_id"], f"{row['reached_at'].astimezone(TOKYO):%Y-%m}")
    entered = {row["month"]: row["entered"] for row in rows(sample, "conversion", as_of)}
    assert Counter(first.values()) == Counter(entered)
    rejected = {(row["lead_id"], row["reason"]) for row in log if row["decision"] == "rejected"}
    counted = {row["reason"]: row["leads"] for row in rows(sample, "rejections", as_of)}
    assert counted == Counter(reason for _, reason in rejected)
    assert all(row["later_sql"] <= row["leads"] for row in rows(sample, "rejections", as_of))
    matrix = rows(sample, "definition_matrix", as_of)
    assert sum(row["handed_off"] for row in matrix) == sum(handed.values())
    assert all(row["handed_off"] == row["accepted"] + row["rejected"] + row["open"] for row in matrix)
    span = rows(sample, "touches", as_of)[0]
    assert span["leads"] == sum(row["opportunity"] for row in history)


@pytest.mark.parametrize("as_of", INSTANTS)
def test_a_road_has_no_more_parkings_than_all_roads_and_the_list_has_who_is_parked(
    as_of: str, sample: Warehouse
) -> None:
    found = rows(sample, "recycled", as_of)
    whole = {row["kind"]: row["leads"] for row in found if row["route"] is None}
    assert list(whole) == ["lost", "dormant", "rejected"]
    for row in found:
        assert row["won"] <= row["sql"] <= row["back"] <= row["leads"] <= whole[row["kind"]]
    listed = Counter(row["stage"] for row in rows(sample, "recycle_list", as_of))
    standing = {row["stage"]: row["waiting_leads"] for row in rows(sample, "stage_aging", as_of)}
    assert (listed["lost"], listed["dormant"]) == (standing["lost"], standing["dormant"])
    assert set(listed) <= {"new", "nurturing", "lost", "dormant"}


@pytest.mark.parametrize("as_of", INSTANTS)
@pytest.mark.parametrize("params", [{"shift": "-15"}, {"shift": "20"}, {"version": "2025-04"}])
def test_the_moves_add_up_and_the_leads_that_move_are_those_counted(
    params: dict[str, str], as_of: str, sample: Warehouse
) -> None:
    total: Counter[str] = Counter()
    for row in rows(sample, "what_if", as_of, params=params):
        total[row["move"]] += row["leads"]
        assert row["sql"] <= row["handed_off"] <= row["leads"]
    assert total["before"] == total["same"] + total["earlier"] + total["later"] + total["out"] > 0
    assert total["after"] == total["same"] + total["earlier"] + total["later"] + total["in"] > 0
    listed = Counter(row["move"] for row in rows(sample, "what_if_leads", as_of, params=params))
    assert listed == {move: total[move] for move in ("in", "out", "earlier", "later") if total[move]}


@pytest.mark.parametrize("where", SCOPES[:2])
def test_the_values_of_each_dimension_add_up_to_the_leads_of_90_days(
    where: tuple[tuple[str, str | None], ...], sample: Warehouse
) -> None:
    funnel = rows(sample, "funnel", INSTANTS[-1], where=where, params={"min_age_days": "90"})
    reached = {row["stage"]: row["reached"] for row in funnel}
    totals: dict[str, Counter[str]] = {}
    for row in rows(sample, "winners", INSTANTS[-1], where=where):
        totals.setdefault(row["dimension"], Counter()).update(leads=row["leads"], sql=row["sql"])
    assert list(totals) == [name for name in sample.rules.dimensions if not name.startswith("owner")]
    for total in totals.values():
        assert (total["leads"], total["sql"]) == (reached["new"], reached["sql"])


@pytest.mark.parametrize("as_of", INSTANTS)
def test_the_curve_begins_with_everybody_and_only_falls(as_of: str, sample: Warehouse) -> None:
    curve = rows(sample, "threshold_curve", as_of)
    created = sum(row["leads"] for row in rows(sample, "kpi_history", as_of))
    arrived = sum(row["sql"] for row in rows(sample, "kpi_history", as_of))
    assert created - arrived <= curve[0]["crossed"] <= created  # nobody has less than 0; some are born beyond
    assert curve[0]["captured_rate"] == 1
    for row, following in zip(curve, [*curve[1:], None], strict=True):
        assert row["converted"] <= row["mature"] <= row["crossed"]
        if following is not None:
            assert following["threshold"] == row["threshold"] + 5
            assert following["captured_rate"] <= row["captured_rate"]
            assert following["crossed"] <= row["crossed"]
    assert curve[-1]["crossed"] > 0  # over all months somebody had the highest
    per_lead = rows(sample, "threshold_curve", as_of, params={"step": "1000"})
    assert per_lead == curve[:1]


@pytest.mark.parametrize("where", SCOPES[:2])
@pytest.mark.parametrize("as_of", INSTANTS)
def test_every_rule_parts_the_same_leads(
    as_of: str, where: tuple[tuple[str, str | None], ...], sample: Warehouse
) -> None:
    funnel = rows(sample, "funnel", as_of, where=where, params={"min_age_days": "90"})
    base = {row["stage"]: row["reached"] for row in funnel}
    lift = rows(sample, "rule_lift", as_of, where=where)
    assert len(lift) == len(sample.rules.scoring.attributes) + len(sample.rules.scoring.behaviours)
    for row in lift:
        assert row["leads_with"] + row["leads_without"] == base["new"]
        with_it, without = ((row[f"rate_{way}"] or 0) * row[f"leads_{way}"] for way in ("with", "without"))
        assert with_it + without == pytest.approx(base["sql"])
        if row["odds_ratio"] is not None:
            assert 0 < row["ci_low"] < row["odds_ratio"] < row["ci_high"]


@pytest.mark.parametrize("where", SCOPES[:2])
@pytest.mark.parametrize("as_of", INSTANTS)
def test_the_mindsets_hold_every_lead_that_can_be_nurtured(
    as_of: str, where: tuple[tuple[str, str | None], ...], sample: Warehouse
) -> None:
    listed = rows(sample, "nurture_list", as_of, where=where)
    assert len({row["lead_id"] for row in listed}) == len(listed)
    grid = rows(sample, "mindset", as_of, where=where)
    last = {row["mindset"]: row["leads"] for row in grid[-4:]}
    assert list(last) == ["awareness", "interest", "consideration", "ready"]
    waiting = sum(row["waiting"] for row in rows(sample, "definition_matrix", as_of, where=where))
    assert 0 < len(listed) <= sum(last.values()) == waiting
    assert last["ready"] == len(rows(sample, "held_back", as_of, where=where))


@pytest.mark.parametrize("as_of", INSTANTS)
def test_the_flow_between_bands_moves_the_leads_that_were_there(as_of: str, sample: Warehouse) -> None:
    flow = rows(sample, "score_flow", as_of)
    created = rows(sample, "kpi_history", as_of)
    assert sum(row["leads"] for row in flow) == sum(row["leads"] for row in created[:-1])
    standing: Counter[str | None] = Counter()
    for row in flow:
        standing[row["to_band"]] += row["leads"]
    pool = {
        row["segment"]: row["waiting_leads"] for row in rows(sample, "stage_aging", as_of, by="score_band")
    }
    assert set(standing) <= {*pool, None}


@pytest.mark.parametrize("by", [None, "channel"])
@pytest.mark.parametrize("as_of", INSTANTS)
def test_who_opens_was_mailed_and_what_is_downloaded_is_of_a_paper(
    as_of: str, by: str | None, sample: Warehouse
) -> None:
    engagement = rows(sample, "engagement", as_of, by=by)
    for row in engagement:
        assert max(row["opened_leads"], row["clicked_leads"]) <= row["mailed_leads"]
    assets = rows(sample, "assets", as_of)
    papers = [row for row in assets if row["role"] == "download"]
    assert sum(row["acts"] for row in papers) == sum(row["downloads"] for row in engagement) > 0
    for row in assets:
        assert row["leads"] <= row["acts"]
        assert max(row["responded_leads"], row["mql_leads"], row["opened_leads"] or 0) <= row["leads"]
        assert (row["opened_leads"] is None) == (row["role"] != "mailed")


def test_rows_read_are_rows_loaded_and_rows_refused(sample: Warehouse) -> None:
    counted = {row["name"]: row["rows"] for row in rows(sample, "data_quality", INSTANTS[-1])}
    for file in ("leads.parquet", "activities.parquet", "costs.parquet"):
        read, loaded = counted[f"{file} rows_read"], counted[f"{file} loaded"]
        assert read == loaded + counted[f"{file} quarantined"]
    assert counted["leads.parquet loaded"] == 6000


@pytest.mark.parametrize("name", [name for name in of_kind("answer") if name != "data_quality"])
def test_the_past_does_not_hear_of_the_future(name: str, sample: Warehouse) -> None:
    assert sample.newest_at is not None
    given = GIVEN.get(name)
    asked: dict[str, Any] = {"by": ALWAYS_BY.get(name)}
    if CATALOGUE[name].months == "to":
        asked["to_month"] = "2026-03"
    assert (
        ask(sample, name, "2026-03-31", params=given, **asked).rows
        == ask(sample, name, "2026-04-01T00:00", params=given, **asked).rows
    )
