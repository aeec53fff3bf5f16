"""The slow twin itself, on rows that the reader can see: every case is a sentence of the contract."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.reference import answer
from tests.reference_clock import Calendar
from tests.reference_loading import Refused, Row, World
from tests.reference_numbers import HOUR, instant
from tests.reference_rules import read_rules
from tests.rule_histories import STAGES

TOKYO = ZoneInfo("Asia/Tokyo")
NUMBERS = count()


def at(text: str) -> datetime:
    """A wall clock of Tokyo; `10-05 09:00` is in 2026."""
    text = text if text[:2] == "20" else f"2026-{text}"
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO).astimezone(UTC)


def lead(lead_id: str = "L1", created: str = "04-01 09:00", **values: Any) -> Row:
    return {"lead_id": lead_id, "created_at": at(created), **values}


def act(kind: str, when: str, lead_id: str = "L1", **values: Any) -> Row:
    key = values.pop("activity_id", f"a{next(NUMBERS):06d}")
    return {"activity_id": key, "lead_id": lead_id, "occurred_at": at(when), "type": kind, **values}


def move(to: str | None, when: str, lead_id: str = "L1", **values: Any) -> Row:
    return act("stage_change", when, lead_id, to_value=to, **values)


def world(leads: list[Row], activities: list[Row] = [], **rules: Any) -> World:  # noqa: B006
    """One version of the rules, in force since 2020."""
    version = {
        "version": "v",
        "effective_from": date(2020, 1, 1),
        "stages": STAGES,
        "dimensions": ["channel"],
        **rules,
    }
    return World(leads, list(activities), None, [version])


def one(rows: list[Row], **keys: Any) -> Row:
    """The only row with these values."""
    (row,) = [row for row in rows if all(row[name] == value for name, value in keys.items())]
    return row


# ---------------------------------------------------------------- T, newest, versions


def test_a_day_is_seen_whole_and_an_event_at_t_is_not() -> None:
    history = world([lead()], [move("mql", "05-01 00:00")])
    assert one(answer("funnel", history, as_of=date(2026, 4, 30)), stage="mql")["reached"] == 0
    assert one(answer("funnel", history, as_of=at("05-01 00:00")), stage="mql")["reached"] == 0
    later = at("05-01 00:00") + timedelta(microseconds=1)
    assert one(answer("funnel", history, as_of=later), stage="mql")["reached"] == 1


def test_a_booking_does_not_move_newest_but_an_act_within_a_day_does() -> None:
    act_of_ours, booking = act("call", "04-02 09:00"), act("meeting", "04-02 09:00:01")
    rows = answer("unassigned", world([lead()], [act_of_ours, booking]))
    assert rows[0]["days"] == pytest.approx(1 + 1e-6 / 86400, rel=1e-12)


def test_the_version_is_the_one_in_force_on_the_last_day_seen() -> None:
    history = world([lead()])
    newer = {**history.versions[0], "version": "w", "effective_from": date(2026, 5, 1), "stages": STAGES[:3]}
    newer["stages"] = [*STAGES[:3], STAGES[5]]
    both = World(history.leads, [], None, [newer, history.versions[0]])
    assert len(answer("funnel", both, as_of=date(2026, 4, 30))) == 6
    assert len(answer("funnel", both, as_of=at("05-01 00:00"))) == 6
    assert len(answer("funnel", both, as_of=date(2026, 5, 1))) == 4


# ---------------------------------------------------------------- spells


def test_the_time_before_the_first_change_is_assumed_in_any_stage_but_the_first() -> None:
    born_sql = world([lead()], [move("won", "04-03 09:00", from_value="sql")])
    row = one(answer("transitions", born_sql, as_of=date(2026, 4, 5)), from_stage="sql")
    assert (row["moves"], row["median_days"]) == (1, None)
    born_new = world([lead()], [move("won", "04-03 09:00", from_value=None)])
    row = one(answer("transitions", born_new, as_of=date(2026, 4, 5)), from_stage="new")
    assert (row["moves"], row["median_days"]) == (1, 2.0)


def test_a_change_at_the_creation_leaves_no_spell_before_it() -> None:
    history = world([lead()], [move("mql", "04-01 09:00", from_value="sql")])
    assert one(answer("flow", history, as_of=date(2026, 4, 5)), stage="sql")["entered"] == 0


def test_the_first_stage_until_stage_since_waits_but_has_no_age() -> None:
    history = world([lead(stage="mql", stage_since=at("04-10 09:00"))])
    row = one(answer("stage_aging", history, as_of=date(2026, 4, 5)), stage="new")
    assert (row["waiting_leads"], row["assumed"], row["median_days"]) == (1, 1, None)
    row = one(answer("stage_aging", history, as_of=date(2026, 4, 15)), stage="mql")
    assert (row["waiting_leads"], row["assumed"]) == (1, 0)


def test_a_stage_without_any_date_is_in_no_month_but_in_stock() -> None:
    history = world([lead(stage="ＭＱＬ")])
    assert one(answer("flow", history, as_of=date(2026, 4, 5)), stage="mql")["entered"] == 1
    assert answer("conversion", history, as_of=date(2026, 4, 5))[0]["entered"] == 0
    assert one(answer("kpis", history, as_of=date(2026, 4, 5)), kpi="mql")["value"] == 0


def test_recycling_begins_a_new_pass_that_conversion_does_not_look_at() -> None:
    changes = [move("mql", "04-02 09:00"), move("lost", "04-03 09:00"), move("mql", "04-04 09:00")]
    history = world([lead()], [*changes, move("sql", "04-05 09:00")])
    row = answer("conversion", history, as_of=date(2026, 4, 30))[0]
    assert (row["entered"], row["converted"], row["skipped"]) == (1, 0, 0)
    assert one(answer("kpis", history, as_of=date(2026, 4, 30)), kpi="sql")["value"] == 1


def test_at_one_instant_an_entry_to_a_comes_before_an_entry_to_b() -> None:
    both = [
        move("sql", "04-02 09:00", activity_id="a"),
        move("mql", "04-02 09:00", activity_id="b"),
    ]
    row = answer("conversion", world([lead()], both), as_of=date(2026, 4, 30))[0]
    assert (row["entered"], row["converted"], row["skipped"], row["median_days"]) == (1, 1, 0, 0.0)


def test_a_window_ends_just_before_its_last_instant() -> None:
    def converted(when: str) -> int:
        history = world([lead()], [move("mql", "04-01 10:00"), move("sql", when)])
        rows = answer("conversion", history, as_of=date(2026, 6, 1), params={"window_days": 7})
        return rows[0]["converted"]

    assert converted("04-08 09:59:59.999999") == 1
    assert converted("04-08 10:00") == 0


def test_a_month_is_mature_when_its_window_has_passed() -> None:
    history = world([lead()], [move("mql", "04-01 10:00")])
    params = {"window_days": 30}
    early = answer("conversion", history, as_of=date(2026, 5, 29), params=params)
    late = answer("conversion", history, as_of=date(2026, 5, 30), params=params)
    assert (early[0]["mature"], late[0]["mature"]) == (False, True)


def test_the_bridge_adds_up_to_the_period() -> None:
    leads = [lead("a"), lead("b"), lead("c"), lead("d")]
    changes = [
        move("mql", "04-02 09:00", "a"), move("sql", "05-02 09:00", "a"),
        move("mql", "05-02 09:00", "b"), move("sql", "05-03 09:00", "b"),
        move("opportunity", "05-03 09:00", "c"), move("mql", "05-20 09:00", "d"),
    ]  # fmt: skip
    row = one(answer("bridge", world(leads, changes), as_of=date(2026, 5, 31)), month="2026-05")
    assert list(row.values()) == ["2026-05", 3, 1, 1, 1, 1]


def test_stock_and_flow_closes_in_every_row() -> None:
    changes = [move(to, f"0{3 + n}-15 09:00") for n, to in enumerate(["mql", "lost", "nurturing", "won"])]
    rows = answer("flow", world([lead(created="02-10 09:00")], changes), as_of=date(2026, 6, 20))
    for row in rows:
        left = sum(row[f"left_{way}"] for way in ("forward", "back", "lost", "dormant", "recycled"))
        assert row["opening"] + row["entered"] - left == row["closing"]
    assert one(rows, month="2026-05", stage="lost")["left_recycled"] == 1


# ---------------------------------------------------------------- aging


def test_age_is_judged_in_the_unit_of_the_limit() -> None:
    # new: one business day of eight hours; Friday 09:00 to Monday 09:00 is exactly one
    history = world([lead(created="04-03 09:00")], calendar={"holidays": "none"})
    exactly, beyond = at("04-06 09:00"), at("04-06 09:00:01")
    assert one(answer("stage_aging", history, as_of=exactly), stage="new")["over_limit"] == 0
    assert one(answer("stage_aging", history, as_of=beyond), stage="new")["over_limit"] == 1
    full = [row for row in answer("stage_age_ratio", history, as_of=exactly) if row["leads"]]
    assert full == [{"stage": "new", "ratio_from": 0.75, "leads": 1}]


def test_buckets_count_whole_days() -> None:
    history = world([lead()])
    rows = answer("stage_aging_buckets", history, as_of=at("04-09 08:59:59"))
    assert one(rows, stage="new", bucket="0-7")["leads"] == 1
    rows = answer("stage_aging_buckets", history, as_of=at("04-09 09:00"))
    assert one(rows, stage="new", bucket="8-30")["leads"] == 1


# ---------------------------------------------------------------- scores


def test_points_expire_to_the_microsecond() -> None:
    rules = {"behaviours": [{"type": "pricing_visit", "points": 30, "valid_days": 7}]}
    history = world([lead()], [act("pricing_visit", "04-01 10:00")], scoring=rules)

    def score(when: str) -> float:
        return answer("unassigned", history, as_of=at(when))[0]["score"]

    assert score("04-01 10:00") == 0
    assert score("04-01 10:00:00.000001") == 30
    assert score("04-08 10:00") == 30
    assert score("04-08 10:00:00.000001") == 0


def test_from_nth_and_max_times_choose_the_awards() -> None:
    rules = {"behaviours": [{"type": "product_visit", "points": 15, "from_nth": 2, "max_times": 1}]}
    visits = [act("product_visit", f"04-0{day} 10:00") for day in (2, 3, 4)]
    history = world([lead()], visits, scoring=rules)
    assert answer("unassigned", history, as_of=date(2026, 4, 2))[0]["score"] == 0
    assert answer("unassigned", history, as_of=date(2026, 4, 9))[0]["score"] == 15


def test_of_several_exported_scores_at_one_instant_the_last_counts() -> None:
    changes = [
        act("score_change", "04-02 09:00", activity_id="b", from_value="x", to_value="50"),
        act("score_change", "04-02 09:00", activity_id="a", from_value="7", to_value="90"),
    ]
    history = world([lead()], changes, scoring={"source": "exported"})
    assert answer("unassigned", history, as_of=date(2026, 4, 1))[0]["score"] == 7
    assert answer("unassigned", history, as_of=date(2026, 4, 2))[0]["score"] == 50


def test_the_score_at_export_holds_only_after_newest() -> None:
    history = world([lead(score=40.0), lead("L2", "04-05 09:00", owner="x")], scoring={"source": "exported"})
    assert answer("unassigned", history, as_of=at("04-05 09:00"))[0]["score"] is None
    assert answer("unassigned", history)[0]["score"] == 40.0


# ---------------------------------------------------------------- clocks


def contact(due: Row, **values: Any) -> list[Row]:
    stop = {"activity": ["call"], "stage": ["sql"]}
    return [{"key": "p", "start": {"stage": "mql"}, "stop": stop, "due": due, **values}]


def clock(history: World, as_of: Any) -> Row:
    (row,) = answer("sla_clocks", history, as_of=as_of)
    return row


@pytest.mark.parametrize(
    ("start", "due", "deadline"),
    [
        ("04-01 09:30", {"business_days": 0}, "04-01 18:00"),
        ("04-01 12:30", {"business_days": 0}, "04-01 18:00"),
        ("04-01 17:59:59.999999", {"business_days": 0}, "04-01 18:00"),
        ("04-01 18:00", {"business_days": 0}, "04-02 18:00"),
        ("04-03 19:00", {"business_days": 1}, "04-07 18:00"),
        ("04-01 09:00", {"business_hours": 3}, "04-01 12:00"),  # the end of the morning
        ("04-01 11:00", {"business_hours": 2}, "04-01 14:00"),
        ("04-30 17:00", {"business_hours": 2}, "05-01 10:00"),
        ("05-01 17:00", {"business_hours": 2}, "05-07 10:00"),  # Golden Week
        ("04-01 23:00", {"elapsed_hours": 1.5}, "04-02 00:30"),
    ],
)
def test_deadlines(start: str, due: Row, deadline: str) -> None:
    history = world([lead(created="03-01 09:00")], [move("mql", start)], sla=contact(due))
    assert clock(history, date(2026, 5, 30))["due_at"] == at(deadline)


def test_business_time_is_kept_through_a_doubled_hour() -> None:
    rules = read_rules(
        {
            "version": "v", "effective_from": date(2018, 1, 1), "stages": STAGES,
            "timezone": "America/Sao_Paulo",
            "calendar": {"holidays": "none", "hours": {"sat": ["00:00-24:00"], "sun": ["00:00-24:00"]}},
        }
    )  # fmt: skip
    zone = rules.zone
    saturday = instant(datetime(2018, 2, 17, tzinfo=zone))
    assert Calendar(rules).between(saturday, saturday + 72 * HOUR) == 49 * HOUR


def test_the_states_of_a_clock_on_their_edges() -> None:
    started = move("mql", "04-01 09:00")
    quiet = world([lead(created="03-01 09:00")], [started], sla=contact({"business_hours": 4}))
    assert clock(quiet, at("04-01 09:30"))["state"] == "due_today"
    assert clock(quiet, at("04-01 14:00"))["state"] == "due_today"
    assert clock(quiet, at("04-01 14:00:00.000001"))["state"] == "overdue"
    on_time = World(quiet.leads, [started, act("call", "04-01 14:00")], None, quiet.versions)
    assert clock(on_time, date(2026, 4, 9))["state"] == "met"
    late = World(quiet.leads, [started, act("call", "04-01 14:30")], None, quiet.versions)
    assert clock(late, date(2026, 4, 9))["state"] == "late"
    assert clock(late, date(2026, 4, 9))["late_hours"] == 0.5
    assert clock(late, at("04-01 14:30"))["state"] == "overdue"
    over_night = world([lead(created="03-01 09:00")], [move("mql", "04-01 09:00")])
    over_night.versions[0]["sla"] = contact({"business_hours": 16})
    assert clock(over_night, at("04-01 14:00"))["state"] == "pending"
    assert clock(over_night, at("04-01 18:00"))["state"] == "pending"


def test_a_lead_that_is_lost_in_time_is_exempt_and_later_is_missed() -> None:
    started = move("mql", "04-01 09:00")
    for when, state in (("04-01 12:00", "exempt"), ("04-01 13:30", "missed")):
        history = world([lead(created="03-01 09:00")], [started, move("lost", when)])
        history.versions[0]["sla"] = contact({"business_hours": 3})
        assert clock(history, date(2026, 4, 9))["state"] == state


def test_the_start_event_does_not_stop_its_clock_but_another_at_the_same_instant_does() -> None:
    policy = [{"key": "p", "start": {"activity": ["call"]}, "stop": {"activity": ["call"]}}]
    policy[0]["due"] = {"elapsed_hours": 1}
    history = world([lead()], [act("call", "04-02 09:00")], sla=policy)
    assert clock(history, date(2026, 4, 3))["stopped_at"] is None
    twice = World(history.leads, [*history.activities, act("call", "04-02 09:00")], None, history.versions)
    rows = answer("sla_clocks", twice, as_of=date(2026, 4, 3))
    assert [row["stopped_at"] for row in rows] == [at("04-02 09:00")] * 2


def test_a_cadence_goes_on_while_the_lead_stays_in_the_stage() -> None:
    policy = contact({"elapsed_hours": 24}, every=True)
    events = [move("mql", "04-01 09:00"), act("call", "04-01 09:00"), act("call", "04-02 09:00")]
    history = world([lead(created="03-01 09:00")], [*events, move("nurturing", "04-05 09:00")], sla=policy)
    rows = answer("sla_clocks", history, as_of=date(2026, 4, 9))
    assert [(row["state"], row["closed_at"]) for row in rows] == [
        ("met", None),
        ("missed", at("04-05 09:00")),
    ]


def test_no_clock_starts_under_a_stop_stage() -> None:
    policy = [{"key": "p", "start": {"score": 10}, "stop": {"stage": ["mql"]}, "due": {"elapsed_hours": 1}}]
    rules = {"behaviours": [{"type": "email_click", "points": 10}]}
    click = act("email_click", "04-02 09:00")
    during = world([lead()], [move("mql", "04-01 10:00"), click], sla=policy, scoring=rules)
    assert answer("sla_clocks", during, as_of=date(2026, 4, 9)) == []
    together = world([lead()], [move("mql", "04-02 09:00"), click], sla=policy, scoring=rules)
    assert clock(together, date(2026, 4, 9))["state"] == "met"


# ---------------------------------------------------------------- silence


def test_a_silence_needs_a_later_reset_and_is_not_seen_at_its_first_instant() -> None:
    rules = {"days": 7, "warn_days": 5}
    history = world([lead()], [act("inquiry", "04-08 09:00")], dormancy=rules)
    assert answer("dormant_leads", history, as_of=at("04-15 09:00")) == []
    (row,) = answer("dormant_leads", history, as_of=at("04-15 09:00:00.000001"))
    assert row["last_activity_type"] == "inquiry"
    flow = answer("dormant_flow", history, as_of=at("04-16 09:00"))
    assert [list(row.values()) for row in flow] == [["2026-04", 0, 1, 0, 0, 0, 1]]


def test_waking_up_wins_over_leaving_at_the_same_instant() -> None:
    acts = [act("call", "04-20 09:00", outcome="connected"), move("lost", "04-20 09:00")]
    history = world([lead()], acts, dormancy={"days": 7})
    (row,) = answer("dormant_flow", history, as_of=date(2026, 4, 30))
    assert list(row.values()) == ["2026-04", 0, 1, 0, 1, 0, 0]


def test_falling_asleep_includes_both_ends() -> None:
    history = world([lead()], dormancy={"days": 7, "warn_days": 5})
    assert answer("falling_asleep", history, as_of=at("04-06 08:59:59")) == []
    assert answer("falling_asleep", history, as_of=at("04-06 09:00"))[0]["silent_on"] == date(2026, 4, 8)
    assert len(answer("falling_asleep", history, as_of=at("04-08 09:00"))) == 1


# ---------------------------------------------------------------- months in part, quality


def test_a_month_that_is_not_over_is_compared_with_the_same_days_before() -> None:
    days = ["03-09 09:00", "03-10 09:00", "03-10 10:00", "04-01 09:00"]
    history = world([lead(f"L{n}", when) for n, when in enumerate(days)], targets={"leads": 1})
    row = one(answer("kpis", history, as_of=at("04-10 09:30")), kpi="leads")
    assert (row["value"], row["previous"], row["reached"]) == (1, 2, None)
    row = one(answer("kpis", history, as_of=date(2026, 4, 30)), kpi="leads")
    assert (row["value"], row["previous"], row["reached"]) == (1, 3, True)


def test_rows_read_are_rows_loaded_and_rows_quarantined() -> None:
    leads = [lead(), lead(company="z"), lead(), lead("L2")]
    acts = [act("fax", "04-02 09:00"), act("call", "04-02 09:00", "nobody"), move("???", "04-02 09:00")]
    rows = answer("data_quality", world(leads, acts))
    counted = {row["name"]: (row["rows"], row["leads"]) for row in rows}
    assert counted["leads.parquet rows_read"] == (4, None)
    assert counted["leads.parquet quarantined"] == (2, None)
    assert counted["duplicate_row"] == (1, 1)
    assert counted["duplicate_key"] == (1, 1)
    assert counted["unknown_type"] == counted["unknown_lead"] == counted["unknown_stage"] == (1, 1)


def test_without_a_lead_an_as_of_is_needed() -> None:
    with pytest.raises(Refused):
        answer("funnel", world([]))
    assert answer("funnel", world([]), as_of=date(2026, 4, 1))[0]["reached"] == 0
