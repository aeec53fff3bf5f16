"""What holds between the questions of change and cost and those that they read. On the sample company."""

from itertools import pairwise
from typing import Any

import pytest

from funnel.layer.warehouse import Warehouse
from tests.test_invariants import INSTANTS, OF_LEADS, rows


@pytest.mark.parametrize("by", ["channel", "industry", "size_band", "owner"])
@pytest.mark.parametrize("where", OF_LEADS)
def test_what_the_segments_add_up_to_is_the_change_of_the_rate(
    by: str, where: tuple[tuple[str, str | None], ...], sample: Warehouse
) -> None:
    asked: dict[str, Any] = {"where": where, "from_month": "2026-01", "to_month": "2026-06"}
    months = rows(sample, "conversion", INSTANTS[-1], **asked)
    parts = rows(sample, "rate_change", INSTANTS[-1], by=by, **asked)
    assert sum(row["base_before"] for row in parts) == months[0]["entered"]
    assert sum(row["base_after"] for row in parts) == months[-1]["entered"]
    effects = sum(row["mix_effect"] + row["rate_effect"] for row in parts)
    assert effects == pytest.approx(months[-1]["rate"] - months[0]["rate"], abs=1e-12)


@pytest.mark.parametrize("as_of", INSTANTS)
def test_the_curve_rises_from_the_entries_to_those_who_went_on_in_180_days(
    as_of: str, sample: Warehouse
) -> None:
    curve = rows(sample, "conversion_curve", as_of)
    months = rows(sample, "conversion", as_of, params={"window_days": "none"})
    assert curve[0]["at_risk"] == sum(row["entered"] for row in months)
    assert 0 < curve[-1]["converted"] <= sum(row["converted"] for row in months)
    for row, following in pairwise(curve):
        assert row["at_risk"] >= following["at_risk"] and row["converted"] <= following["converted"]
        assert row["rate"] <= following["rate"] <= 1
        assert 0 <= row["ci_low"] <= row["rate"] <= row["ci_high"] <= 1
    times = rows(sample, "lead_time", as_of)
    funnel = {row["stage"]: row["reached"] for row in rows(sample, "funnel", as_of)}
    for stage in ("opportunity", "won"):
        assert sum(row["reached"] for row in times if row["to_stage"] == stage) == funnel[stage]


@pytest.mark.parametrize("where", [(), (("channel_group", "inbound"),), (("industry", "IT"),)])
def test_costs_are_those_of_the_month_and_segments_add_up_to_them(
    where: tuple[tuple[str, str | None], ...], sample: Warehouse
) -> None:
    months = {row["month"]: row for row in rows(sample, "costs", INSTANTS[-1], where=where)}
    for month in ("2025-04", "2026-10", "2026-11"):
        kpis = {
            row["kpi"]: row
            for row in rows(sample, "kpis", INSTANTS[-1], where=where, to_month=month)
        }  # fmt: skip
        for name in ("leads", "mql", "sql", "won", "cpl", "cost_per_mql", "cost_per_sql", "cpa"):
            assert months[month][name] == kpis[name]["value"], (month, name)
    for by in ("channel", "channel_group", "campaign"):
        parts = rows(sample, "costs", INSTANTS[-1], where=where, by=by)
        for name in ("cost", "leads", "mql", "sql", "won"):
            assert sum(row[name] or 0 for row in parts) == sum(row[name] or 0 for row in months.values())


def test_before_and_after_read_the_counts_of_the_month(sample: Warehouse) -> None:
    asked = {"change": "2026-04-01", "months": "3"}
    found = {row["kpi"]: row for row in rows(sample, "before_after", INSTANTS[-1], params=asked)}
    for side, months in (
        ("before", ("2026-01", "2026-02", "2026-03")),
        ("after", ("2026-04", "2026-05", "2026-06")),
    ):
        kpis = [
            {row["kpi"]: row for row in rows(sample, "kpis", INSTANTS[-1], to_month=month)}
            for month in months
        ]
        for name in ("leads", "mql", "sql", "opportunity", "won", "dormant_share"):
            mean = sum(figures[name]["value"] for figures in kpis) / 3
            assert found[name][side] == pytest.approx(mean)
        base = sum(figures["first_contact"]["base"] for figures in kpis)
        met = sum(figures["first_contact"]["numerator"] for figures in kpis)
        assert (found["first_contact"][f"base_{side}"], found["first_contact"][side]) == (base, met / base)
        spent = sum(figures["cpl"]["cost"] for figures in kpis)
        assert found["cpl"][side] == pytest.approx(spent / sum(figures["leads"]["value"] for figures in kpis))
        cohorts = rows(sample, "conversion", INSTANTS[-1], from_month=months[0], to_month=months[-1])
        converted = sum(row["converted"] for row in cohorts)
        assert found["mql_to_sql"][side] == converted / sum(row["entered"] for row in cohorts)


@pytest.mark.parametrize("where", [(), (("channel_group", "inbound"),)])
def test_the_check_list_counts_what_the_others_count(
    where: tuple[tuple[str, str | None], ...], sample: Warehouse
) -> None:
    as_of = "2026-10-31"
    found = {row["key"]: row for row in rows(sample, "health_check", as_of, where=where)}
    open_stages = {stage.key for stage in sample.rules.stages if stage.kind == "path"}
    standing = rows(sample, "stage_aging", as_of, where=where)
    waiting = sum(row["waiting_leads"] for row in standing if row["stage"] in open_stages)
    unowned = len(rows(sample, "unassigned", as_of, where=where))
    assert found["roles_assigned"]["base"] == waiting
    assert found["roles_assigned"]["figure"] == (waiting - unowned) / waiting
    share = next(row for row in rows(sample, "kpis", as_of, where=where) if row["kpi"] == "dormant_share")
    assert found["silence_watched"]["base"] == share["base"]
    assert found["silence_watched"]["figure"] == pytest.approx(1 - share["value"])
    log = rows(sample, "mql_log", as_of, where=where)
    known = [row for row in log if row["decision"] == "rejected"]
    assert 0 < found["feedback"]["base"] <= len(known)
    assert all(0 <= row["figure"] <= 1 for row in found.values() if row["figure"] is not None)
