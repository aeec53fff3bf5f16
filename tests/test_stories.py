"""Every story planted in the sample company is seen in an answer: nothing here looks behind the screens."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from statistics import mean, median
from typing import Any

import pytest

from funnel.layer.warehouse import Warehouse
from funnel.questions.ask import ask

AS_OF = "2026-11-10T09:00:00+09:00"
EXPO = "そらいろEXPO 2026年2月"
WEBINAR = "ウェビナー 2026年5月 原価の見える化"
OVERLOADED = "高橋 健"

Rows = list[dict[str, Any]]


@pytest.fixture
def db(sample: Warehouse) -> Warehouse:
    return sample


def answer(db: Warehouse, name: str, **how: Any) -> Rows:
    return ask(db, name, as_of=AS_OF, **how).rows


def total(rows: Sequence[dict[str, Any]], column: str, **where: object) -> int:
    return sum(row[column] or 0 for row in rows if all(row[key] == value for key, value in where.items()))


def test_the_data_end_in_the_morning_of_10_november_2026(db: Warehouse) -> None:
    assert db.newest_at is not None
    assert db.newest_at.isoformat() == "2026-11-10T08:42:00+09:00"
    assert db.rules.version == "2026-04"


def test_nobody_called_the_leads_of_the_february_exhibition_for_two_weeks(db: Warehouse) -> None:
    clocks = [
        clock
        for clock in answer(
            db, "sla_clocks", where=[("campaign", EXPO)], from_month="2026-02", to_month="2026-03"
        )
        if clock["policy"] == "first_contact"
    ]
    booth = [clock for clock in clocks if clock["started_at"].isoformat() < "2026-03-01"]
    assert len(booth) >= 20
    assert not any(clock["state"] == "met" for clock in booth)
    assert min(clock["stopped_at"] - clock["started_at"] for clock in booth) > timedelta(days=10)
    others = answer(db, "sla_summary", by="campaign")
    assert all(
        row["attainment"] > 0.5
        for row in others
        if row["policy"] == "first_contact" and row["segment"] != EXPO and row["clocks"] >= 10
    )


def test_the_leads_of_the_february_exhibition_waited_in_new_and_seldom_became_sql(db: Warehouse) -> None:
    def waited(campaign: str) -> float:
        rows = answer(db, "stage_aging", where=[("campaign", campaign)])
        return next(float(row["finished_median_days"]) for row in rows if row["stage"] == "new")

    assert waited(EXPO) > 12
    assert waited("そらいろEXPO 2025年10月") < 5

    rows = answer(db, "conversion", by="campaign")
    this = [row for row in rows if row["segment"] == EXPO and row["month"] == "2026-02"]
    others = [row for row in rows if row["month"] < "2026-04" and row["segment"] != EXPO]
    rate = total(this, "converted") / total(this, "entered")
    assert rate < 0.6 * total(others, "converted") / total(others, "entered")


def test_one_person_has_three_times_the_load_and_half_the_attainment(db: Warehouse) -> None:
    rows = [
        row
        for row in answer(db, "sla_summary", by="owner", from_month="2026-05", to_month="2026-10")
        if row["policy"] == "first_contact" and row["clocks"] >= 20
    ]
    overloaded = next(row for row in rows if row["segment"] == OVERLOADED)
    others = [row for row in rows if row["segment"] != OVERLOADED]
    assert len(others) == 5
    assert 2.4 < overloaded["clocks"] / mean(row["clocks"] for row in others) < 3.8
    assert 0.4 < overloaded["attainment"] / mean(row["attainment"] for row in others) < 0.62
    assert all(row["ci_low"] > overloaded["ci_high"] for row in others)


def test_white_papers_bring_many_mqls_and_few_sqls(db: Warehouse) -> None:
    rows = answer(db, "conversion", by="channel")
    entered: dict[str, int] = defaultdict(int)
    converted: dict[str, int] = defaultdict(int)
    for row in rows:
        if row["mature"]:
            entered[row["segment"]] += row["entered"]
            converted[row["segment"]] += row["converted"]
    assert "whitepaper" in sorted(entered, key=lambda channel: -entered[channel])[:3]
    rates = {channel: converted[channel] / entered[channel] for channel in entered if entered[channel] >= 20}
    assert min(rates, key=lambda channel: rates[channel]) == "whitepaper"
    assert rates["whitepaper"] < 0.4 * sum(converted.values()) / sum(entered.values())


def test_the_lower_threshold_doubled_the_mqls_but_not_the_sqls(db: Warehouse) -> None:
    rows = [row for row in answer(db, "bridge") if row["month"] != "2026-02"]
    entered = {row["month"]: row["entered"] for row in answer(db, "conversion")}
    before = [row for row in rows if "2025-06" <= row["month"] <= "2026-03"]
    after = [row for row in rows if "2026-05" <= row["month"] <= "2026-10"]
    mqls = [mean(entered[row["month"]] for row in months) for months in (before, after)]
    sqls = [mean(row["period_converted"] for row in months) for months in (before, after)]
    assert 1.7 < mqls[1] / mqls[0] < 2.9
    assert sqls[1] / sqls[0] < 1.5
    assert {rules.version: rules.scoring.thresholds.mql for rules in db.versions} == {
        "2025-04": 120,
        "2026-04": 100,
    }


def test_leads_that_were_too_early_came_back_half_a_year_later(db: Warehouse) -> None:
    passes: dict[str, Rows] = defaultdict(list)
    accepted: dict[str, Rows] = defaultdict(list)
    for clock in answer(db, "sla_clocks"):
        if clock["policy"] == "sql_decision":
            passes[clock["lead_id"]].append(clock)
        elif clock["policy"] == "sales_first_meeting":
            accepted[clock["lead_id"]].append(clock)
    again = {lead: clocks for lead, clocks in passes.items() if len(clocks) > 1}
    assert len(again) >= 40
    gaps = [
        (later["started_at"] - sooner["started_at"]).days
        for clocks in again.values()
        for sooner, later in pairwise(clocks)
    ]
    assert 120 < median(gaps) < 220
    won_over = [
        lead
        for lead, clocks in again.items()
        if any(clock["started_at"] > clocks[1]["started_at"] for clock in accepted[lead])
    ]
    assert len(won_over) >= 15


def test_most_of_the_silent_leads_that_were_hot_were_never_called(db: Warehouse) -> None:
    hot = {row["lead_id"] for row in answer(db, "dormant_leads") if (row["max_score"] or 0) >= 100}
    waiting = {row["lead_id"]: row["last_touch_at"] for row in answer(db, "stage_aging_leads")}
    uncalled = [lead for lead in hot if waiting[lead] is None]
    assert 80 <= len(hot) <= 200
    assert len(uncalled) > 0.5 * len(hot)


def test_the_webinar_of_may_2026_made_the_most_sqls_of_all_events(db: Warehouse) -> None:
    rows = {
        row["segment"]: row["reached"]
        for row in answer(db, "funnel", by="campaign", where=[("channel_group", "event")])
        if row["stage"] == "sql"
    }
    leads = {
        row["segment"]: row["reached"]
        for row in answer(db, "funnel", by="campaign", where=[("channel_group", "event")])
        if row["stage"] == "new"
    }
    rates = {campaign: rows[campaign] / leads[campaign] for campaign in rows if leads[campaign] >= 20}
    assert max(rows, key=lambda campaign: rows[campaign]) == WEBINAR
    assert max(rates, key=lambda campaign: rates[campaign]) == WEBINAR


def test_the_sooner_the_first_contact_the_more_sqls(db: Warehouse) -> None:
    rows = [
        row for row in answer(db, "response_times", params={"policy": "first_contact"}) if not row["small"]
    ]
    rate = {row["bucket"]: row["rate"] for row in rows}
    soon = [row for row in rows if row["bucket"] in ("≤1h", "≤4h")]
    late = [row for row in rows if row["bucket"] in ("≤48h", ">48h")]
    assert len(rate) >= 5
    assert total(soon, "converted") / total(soon, "clocks") > 1.5 * total(late, "converted") / total(
        late, "clocks"
    )


def test_the_morning_list_is_a_list_and_not_a_wall(db: Warehouse) -> None:
    rows = answer(db, "overdue")
    states = {state: [row for row in rows if row["state"] == state] for state in ("overdue", "due_today")}
    assert 8 <= len(states["overdue"]) <= 40
    assert 3 <= len(states["due_today"]) <= 12
    owners = [row["owner"] for row in states["overdue"]]
    assert owners.count(OVERLOADED) >= 0.4 * len(owners)
    assert 1 <= len(answer(db, "unassigned")) <= 6
    assert 20 <= len(answer(db, "falling_asleep")) <= 75
    assert 1000 <= total(answer(db, "dormant_pool"), "leads") <= 2000


def test_the_volumes_are_those_of_a_middling_company(db: Warehouse) -> None:
    months = answer(db, "bridge", from_month="2025-08", to_month="2026-10")
    assert 9 <= mean(row["period_converted"] for row in months) <= 16
    deals = answer(
        db,
        "bridge",
        from_month="2025-08",
        to_month="2026-10",
        params={"from_stage": "sql", "to_stage": "won"},
    )
    assert 2.5 <= mean(row["period_converted"] for row in deals) <= 6
    mature = [row for row in answer(db, "conversion", from_month="2025-06") if row["mature"]]
    assert 0.18 < total(mature, "converted") / total(mature, "entered") < 0.36


def test_a_higher_score_means_more_sqls(db: Warehouse) -> None:
    cold, warm, hot = (row["rate"] for row in answer(db, "score_bands"))
    assert cold < warm < hot / 2


def test_the_faults_are_few_and_all_found(db: Warehouse) -> None:
    rows = {(row["part"], row["name"]): row for row in answer(db, "data_quality")}
    quarantined = rows["file", "activities.parquet quarantined"]["rows"]
    assert 5 <= quarantined <= 15
    assert rows["file", "leads.parquet quarantined"]["rows"] == 1
    reasons = {name for part, name in rows if part == "reason"}
    assert reasons >= {
        "unknown_lead",
        "unknown_type",
        "unknown_stage",
        "duplicate_key",
        "missing_time",
        "out_of_range",
    }
    findings = {name: row["leads"] for (part, name), row in rows.items() if part == "finding"}
    assert findings.keys() >= {"before_creation", "future", "stage_mismatch", "no_history", "no_owner"}
    assert all(leads <= 60 for name, leads in findings.items() if name != "before_rules")
