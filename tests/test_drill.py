"""From a mark to exactly its leads, and from a number to SQL that anyone can run."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
import streamlit as st

from funnel import charts
from funnel.errors import BadQuestion
from funnel.layer.warehouse import Warehouse
from funnel.local_time import zone
from funnel.questions.scope import EVERYTHING, Scope
from funnel.rows import records
from funnel.ui.cards import funnel
from funnel.ui.cards import lead as lead_cards
from funnel.ui.cards import overdue as overdue_cards
from funnel.ui.parts import cells, leads_behind, lists, pasteable_sql, readable
from funnel.ui.state import filters
from funnel.ui.state.view import View

FILTERED = Scope.of(channel=("seo", "exhibition", "web_form"))


@pytest.fixture(scope="module", params=[EVERYTHING, FILTERED], ids=["all leads", "three channels"])
def view(request: pytest.FixtureRequest, sample: Warehouse) -> View:
    every = filters.all_months_of(sample, sample.as_of_default)
    months = filters.months_of("13m", every)
    return View(sample, sample.as_of_default, months, request.param, "ja", every)


def behind(view: View, figure: str, **mark: Any) -> pd.DataFrame:
    return leads_behind.BEHIND[figure](view, mark).answer.frame


STEP = {"from_stage": "mql", "to_stage": "sql"}


def test_a_cohort_opens_those_who_entered_and_tells_who_went_on(view: View) -> None:
    for window in ("90", "none"):
        for row in records(view.ask("conversion", window_days=window, **STEP).frame)[::4]:
            leads = behind(view, "conversion", month=f"{row['month']:%Y-%m}", window_days=window, **STEP)
            assert (len(leads), int(leads["converted_at"].notna().sum())) == (
                row["entered"],
                row["converted"],
            )


def test_a_segment_of_a_cohort_opens_its_own_leads(view: View) -> None:
    for row in records(view.ask("conversion", by="channel", **STEP).frame)[::17]:
        mark = {
            "month": f"{row['month']:%Y-%m}",
            "segment": row["segment"],
            "by": "channel",
            "window_days": "90",
        }
        assert len(behind(view, "conversion", **mark, **STEP)) == row["entered"]


def test_a_period_ratio_opens_those_who_arrived(view: View) -> None:
    for row in records(view.ask("period_ratio", **STEP).frame)[::4]:
        assert len(behind(view, "period_ratio", month=f"{row['month']:%Y-%m}", **STEP)) == row["entered_to"]


def test_a_bar_of_the_funnel_opens_those_who_got_there(view: View) -> None:
    for row in records(view.ask("funnel").frame):
        assert len(behind(view, "funnel", stage=row["stage"])) == row["reached"]
    for row in records(view.ask("funnel", by="channel").frame)[::7]:
        mark = {"stage": row["stage"], "by": "channel", "segment": row["segment"]}
        assert len(behind(view, "funnel", **mark)) == row["reached"]


def test_a_benchmark_opens_its_group(view: View) -> None:
    for row in records(view.ask("benchmarks").frame):
        mark = {"dimension": row["dimension"], "value": row["value"], "stage": row["stage"]}
        leads = behind(view, "benchmark", **mark)
        assert (len(leads), int(leads["reached_stage"].notna().sum())) == (row["leads"], row["reached"])


def test_every_number_of_the_breakdown_opens_its_leads(view: View) -> None:
    table = view.ask("breakdown", by="channel").frame
    for place, row in enumerate(records(table)[:2]):
        for column, name in enumerate(("leads", "mql", "sql", "leads"), start=1):
            figure, mark = funnel._behind_number(table, "channel", "mql", "sql", place, column)
            leads = behind(view, figure, **mark)
            assert len(leads) == row[name]
            if name == "leads":
                assert leads["reached_stage"].notna().sum() == row["sql"]


def test_a_cell_a_bar_and_a_rate_of_aging_open_their_leads(view: View) -> None:
    for row in records(view.ask("stage_aging_buckets").frame)[::5]:
        assert len(behind(view, "aging", stage=row["stage"], bucket=row["bucket"])) == row["leads"]
    for row in records(view.ask("stage_age_ratio").frame)[::4]:
        assert len(behind(view, "aging", stage=row["stage"], ratio_from=row["ratio_from"])) == row["leads"]
    for row in records(view.ask("stage_aging").frame):
        if row["over_limit"] is not None:
            assert len(behind(view, "aging", stage=row["stage"], over_only=True)) == row["over_limit"]


@pytest.mark.parametrize("at", ["now", "mql", "created"])
def test_a_bar_of_scores_opens_its_leads(view: View, at: str) -> None:
    for row in records(view.ask("score_distribution", at=at).frame)[::6]:
        assert (
            len(behind(view, "scores", at=at, stage=row["stage"], bin_from=row["bin_from"])) == row["leads"]
        )


def test_a_band_opens_its_leads_and_tells_who_went_on(view: View) -> None:
    asked = {"day": 30, "window_days": 90, "to_stage": "sql"}
    for row in records(view.ask("score_bands", **asked).frame):
        leads = behind(view, "bands", band=row["band"], **asked)
        assert (len(leads), int(leads["converted_at"].notna().sum())) == (row["leads"], row["converted"])


def test_an_attainment_opens_the_clocks_it_is_made_of(view: View) -> None:
    span = [view.months.first.isoformat(), view.months.last.isoformat()]
    for row in records(view.ask("sla_summary").frame):
        clocks = behind(view, "clocks", policy=row["policy"], of_owner=False, months=span)
        met = int((clocks["state"] == "met").sum())
        assert row["attainment"] == (met / len(clocks) if len(clocks) else None)
    for row in records(view.ask("sla_summary", by="owner").frame)[::9]:
        clocks = behind(view, "clocks", policy=row["policy"], segment=row["segment"], months=span)
        met = int((clocks["state"] == "met").sum())
        assert row["attainment"] == (met / len(clocks) if len(clocks) else None)


def test_a_deadline_of_today_opens_its_lead(view: View) -> None:
    due = view.ask("overdue").frame
    for row in records(due[due["state"] == "due_today"])[:3]:
        at = row["due_at"].isoformat()
        mark = {"owner": row["owner"], "is_overdue": False, "due_from": at, "due_to": at}
        assert row["lead_id"] in set(behind(view, "due_today", **mark)["lead_id"])


def test_the_marks_of_the_strip_open_every_clock_of_today_once(view: View) -> None:
    count = 0
    for day in range(2, 14):
        morning = replace(view, as_of=datetime(2026, 3, day, 9, 30, tzinfo=zone("Asia/Tokyo")))
        due = morning.ask("overdue").frame
        figure = charts.due_today_strip(
            due, say=morning.words, now=morning.as_of, spans=[], timezone="Asia/Tokyo"
        )
        opened = [
            (clock["lead_id"], clock["policy"])
            for trace in (figure.data if figure else ())
            for mark in trace.customdata
            for clock in records(behind(morning, "due_today", **mark))
        ]
        today = due[due["due_at"].dt.date == morning.as_of.date()]
        assert sorted(opened) == sorted(zip(today["lead_id"], today["policy"], strict=True))
        count += len(opened)
    assert count > 10


def test_silence_opens_its_cells_and_its_bars(view: View) -> None:
    matrix = view.ask("silent_matrix").frame
    for row in records(matrix):
        assert len(behind(view, "silent", stage=row["stage"], band=row["band"])) == row["leads"]
    assert matrix["leads"].sum() == view.ask("dormant_pool").frame["leads"].sum()
    assert matrix["contactable"].sum() == view.ask("dormant_pool").frame["contactable"].sum()
    for row in records(view.ask("dormant_flow").frame)[::4]:
        for flow in ("fell_silent", "woken_by_lead", "woken_by_us", "left_otherwise"):
            assert len(behind(view, "silence_flow", month=f"{row['month']:%Y-%m}", flow=flow)) == row[flow]


def test_the_history_of_the_tiles_is_that_of_kpis(view: View) -> None:
    history = records(view.ask("kpi_history").frame)[-1]
    now = {row["kpi"]: row for row in records(view.ask("kpis").frame)}
    for kpi in ("leads", "mql", "sql", "opportunity", "won"):
        assert history[kpi] == now[kpi]["value"]
        assert len(behind(view, "kpi", month=f"{history['month']:%Y-%m}", kpi=kpi)) == history[kpi]


def test_the_morning_in_one_row_agrees_with_its_lists(view: View) -> None:
    now = records(view.ask("morning", before=view.as_of).frame)[0]
    listed = view.ask("overdue").frame
    for state in ("overdue", "due_today", "at_risk"):
        assert now[state] == (listed["state"] == state).sum()
    assert now["overdue_before"] == now["overdue"]
    assert now["unassigned"] == len(view.ask("unassigned").frame)
    assert now["falling"] == len(view.ask("falling_asleep").frame)
    owners = view.ask("morning_owners").frame
    assert owners["clocks"].sum() == len(listed)
    late = listed.loc[listed["state"] == "overdue", "late_hours"]
    assert now["longest_late"] == (late.max() if len(late) else None)


def test_a_reason_opens_its_rows_and_a_finding_its_leads(view: View) -> None:
    for row in records(view.ask("data_quality", everywhere=True).frame):
        if row["part"] == "reason":
            assert len(behind(view, "refused", name=row["name"])) == row["rows"]
        if row["part"] == "finding":
            assert behind(view, "finding", name=row["name"])["lead_id"].nunique() == row["leads"]


def test_the_leads_held_back_have_the_score_and_were_never_handed_off(view: View) -> None:
    held = view.ask("held_back").frame
    assert (held["score"] >= 100).all()
    assert set(held["stage"]) <= {"new", "nurturing"}


ASKED: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in ("funnel", "conversion", "period_ratio", "benchmarks", "kpis", "stage_aging")),
    *((name, {}) for name in ("stage_age_ratio", "stage_aging_buckets", "score_distribution", "score_bands")),
    *((name, {}) for name in ("sla_summary", "overdue", "unassigned", "dormant_leads", "dormant_flow")),
    *((name, {}) for name in ("falling_asleep", "silent_matrix", "held_back", "kpi_history", "data_quality")),
    ("behind_aging", {"stage": None, "bucket": None, "ratio_from": None, "over_only": True}),
    (
        "behind_conversion",
        {"window_days": 90, "segment": None, "month": pd.Timestamp("2026-07-01").date(), **STEP},
    ),
    ("lead_clocks", {"lead_id": "it's not there"}),
    ("what_if", {"shift": -10}),
    ("what_if_leads", {"version": "2025-04"}),
]


SHELL = """
import json, sys, duckdb
path, texts = json.load(sys.stdin)
with duckdb.connect(path, read_only=True) as shell:
    found = [shell.execute(text).to_arrow_table() for text in texts]
json.dump([[table.num_rows, table.column_names] for table in found], sys.stdout)
"""


def test_the_sql_of_every_number_runs_as_pasted_over_the_layer(view: View) -> None:
    asked = [view.ask(name, **params) for name, params in ASKED]
    texts = [pasteable_sql.pasteable(view.db, each.name, each.bound) for each in asked]
    run = subprocess.run(  # a shell of its own, without our macros, parameters and settings
        [sys.executable, "-c", SHELL],
        input=json.dumps([str(view.db.path), texts]),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(run.stdout)
    assert found == [[len(each.frame), list(each.frame.columns)] for each in asked]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_figure_explains_itself_in_words(view: View, language: str) -> None:
    for name, params in ASKED:
        if name.startswith(("behind_c", "lead_")):
            continue
        asked = view.ask(name, **params)
        for part in ("definition", "base"):
            assert readable.explained(view, asked, part)
        assert readable.title_of(view, asked) != name


def test_tables_to_take_along_carry_japanese_heads_and_no_code(view: View) -> None:
    for name in ("stage_aging", "sla_summary", "overdue", "dormant_leads", "conversion", "benchmarks"):
        table = readable.readable(view, view.ask(name))
        assert all(not str(head).isascii() or str(head) in ("SFA", "MQL", "SQL") for head in table.columns), (
            name
        )
        texts = {
            value for head in table.select_dtypes(["object", "str"]).columns for value in table[head].dropna()
        }
        assert not texts & {
            "nurturing",
            "due_today",
            "first_contact",
            "cold",
            "email_click",
            "channel_group",
            "event",
        }


def test_a_change_in_a_life_tells_from_what_to_what(view: View) -> None:
    lead = records(view.ask("overdue").frame)[0]["lead_id"]
    spells = records(view.ask("lead_spells", lead_id=lead).frame)
    acts = view.ask("lead_activities", lead_id=lead)
    told = [(row["before"], row["after"]) for row in records(acts.frame) if row["type"] == "stage_change"]
    passed = [(one["stage"], two["stage"]) for one, two in pairwise(spells)]
    assert told[::-1] == passed
    shown = list(lead_cards._shown_acts(view, acts)["活動"])
    for before, after in passed:
        assert f"ステージ変更({view.labels.stages[before]}→{view.labels.stages[after]})" in shown


def test_one_persons_list_comes_along_alone_and_tells_the_delay_as_the_screen_does(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    owners, overdue = view.ask("morning_owners"), view.ask("overdue")
    fullest = records(owners.frame)[0]
    monkeypatch.setitem(st.session_state, "c.who.ja", fullest["owner"])
    own = overdue_cards.of_owner(view, owners, overdue)
    assert (set(own.frame["owner"]), len(own.frame)) == ({fullest["owner"]}, fullest["clocks"])
    table = readable.readable(view, own)
    assert len(table) == len(own.frame) and own.part == fullest["owner"]
    assert list(table["遅れ"].dropna()) == list(cells.late(view, own.frame).dropna())
    text = lists.copied(view, own)
    assert text.startswith(f"対応期限の一覧 {fullest['owner']} {fullest['clocks']}件(11月10日(火) 8:42時点)")
    for lead in records(own.frame):
        assert lead["lead_id"] in text and str(lead["record_url"]) in text


def test_a_mark_that_does_not_fit_opens_nothing(view: View) -> None:
    for figure, mark in (("aging", {"stage": "no such"}), ("conversion", {}), ("clocks", {"policy": 3})):
        with pytest.raises((BadQuestion, KeyError, ValueError, TypeError)):
            leads_behind.BEHIND[figure](view, mark)


def test_a_closed_day_looks_at_the_next_business_day_and_its_marks_open(view: View) -> None:
    saturday = replace(view, as_of=datetime(2026, 2, 21, tzinfo=zone("Asia/Tokyo")))
    coming = saturday.ask("due_next").frame
    assert len(coming) and {f"{due:%m-%d}" for due in coming["due_at"]} == {"02-24"}  # Monday is a holiday
    due = coming["due_at"].iloc[0]
    same = coming[coming["due_at"] == due]
    same = (
        same[same["owner"].isna()]
        if same["owner"].isna().any()
        else same[same["owner"] == same["owner"].iloc[0]]
    )
    owner = None if same["owner"].isna().any() else same["owner"].iloc[0]
    at = due.isoformat()
    mark = {"owner": owner, "is_overdue": False, "due_from": at, "due_to": at, "of_next": True}
    assert len(leads_behind.BEHIND["due_today"](saturday, mark).answer.frame) == len(same)
    assert "2月24日(火)期限" in leads_behind.BEHIND["due_today"](saturday, mark).title
