"""Who is nurtured, and what mails, papers and seminars do, on rows that the reader can see: every boundary once."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.reference_loading import Row
from tests.test_reference import act, at, lead, move, one, world
from tests.told import Told, teller

BANDS = [{"key": "cold", "from": 0}, {"key": "warm", "from": 50}, {"key": "hot", "from": 100}]
CLICKS: dict[str, Any] = {
    "bands": BANDS,
    "behaviours": [
        {"type": "email_click", "points": 50, "valid_days": 7},
        {"type": "inquiry", "points": -10},
    ],
}


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return teller(tmp_path)


def cells(rows: list[Row], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


# ---------------------------------------------------------------- nurture_list


def test_nurtured_is_who_stands_on_the_path_and_was_never_handed_off_nor_opted_out(told: Told) -> None:
    history = world(
        [
            lead("L1", opted_out=False),
            lead("L2", opted_out=True),
            lead("L3"),
            lead("L4"),
            lead("L5"),
            lead("L6", stage="mql"),
        ],
        [
            move("sql", "04-02 09:00", "L3"),
            move("nurturing", "04-03 09:00", "L3"),
            move("dormant", "04-02 09:00", "L4"),
            move("mql", "04-10 09:00", "L5"),
        ],
    )
    assert cells(told("nurture_list", history, at("04-10 09:00")), "lead_id") == [("L1",), ("L5",)]
    assert cells(told("nurture_list", history, date(2026, 4, 10)), "lead_id") == [("L1",)]


def test_the_points_of_thirty_days_count_from_their_first_instant_and_whether_or_not_they_were_withdrawn(
    told: Told,
) -> None:
    history = world(
        [lead("L1"), lead("L2"), lead("L3")],
        [
            act("email_click", "04-05 09:00", "L1"),  # exactly thirty days before
            act("inquiry", "04-20 09:00", "L1"),
            act("email_click", "04-05 08:59:59", "L2"),
            act("email_click", "05-05 09:00", "L2"),  # not seen
            act("email_click", "05-04 09:00", "L3"),
            act("email_click", "05-04 09:00", "L3"),
        ],
        scoring=CLICKS,
    )
    rows = told("nurture_list", history, at("05-05 09:00"))
    assert cells(rows, "band", "lead_id", "score", "points_30d") == [
        ("hot", "L3", 100, 100),
        ("cold", "L2", 0, 0),
        (None, "L1", -10, 40),
    ]


def test_with_the_tools_own_score_nobody_knows_the_points_of_thirty_days(told: Told) -> None:
    history = world(
        [lead("L1", score=60.0), lead("L2")],
        [act("email_click", "04-02 09:00", "L2")],
        scoring={**CLICKS, "source": "exported"},
    )
    rows = told("nurture_list", history, date(2026, 4, 30))
    assert cells(rows, "band", "lead_id", "points_30d") == [("warm", "L1", None), (None, "L2", None)]


def test_unopened_are_the_mails_after_the_last_opening_or_click_of_any(told: Told) -> None:
    history = world(
        [lead("L1"), lead("L2"), lead("L3"), lead("L4")],
        [
            act("email_sent", "04-02 09:00", "L1"),
            act("email_open", "04-03 09:00", "L1", activity_id="a"),
            act("email_sent", "04-03 09:00", "L1", activity_id="b"),  # at the instant of an opening
            act("email_sent", "04-04 09:00", "L1"),
            act("email_sent", "04-05 09:00", "L1"),
            act("email_sent", "04-02 09:00", "L2"),
            act("email_sent", "04-03 09:00", "L2"),
            act("email_click", "04-04 09:00", "L3"),
            act("email_sent", "04-05 09:00", "L3"),
            act("email_open", "04-20 09:00", "L3"),
        ],
    )
    rows = told("nurture_list", history, at("04-20 09:00"))
    assert cells(rows, "lead_id", "mails_unopened") == [("L1", 2), ("L2", 2), ("L3", 1), ("L4", 0)]


def test_the_last_activity_is_any_but_a_change_and_of_one_instant_the_last_by_id(told: Told) -> None:
    history = world(
        [lead("L1"), lead("L2"), lead("L3")],
        [
            act("note", "04-03 09:00", "L1", activity_id="a"),
            act("call", "04-03 09:00", "L1", activity_id="b"),
            act("owner_change", "04-04 09:00", "L1", to_value="x"),
            act("email_sent", "03-01 09:00", "L2"),  # before its creation
            move("nurturing", "04-05 09:00", "L3"),
        ],
    )
    rows = told("nurture_list", history, date(2026, 4, 30))
    assert cells(rows, "last_activity_at", "last_activity_type") == [
        (at("04-03 09:00"), "call"),
        (at("03-01 09:00"), "email_sent"),
        (None, None),
    ]


# ---------------------------------------------------------------- engagement


def test_an_opening_is_of_a_mail_from_its_instant_until_before_fourteen_days(told: Told) -> None:
    history = world(
        [lead(f"L{n}") for n in range(1, 6)],
        [
            act("email_sent", "04-20 09:00", "L1"),
            act("email_open", "04-20 09:00", "L1"),
            act("email_sent", "04-20 09:00", "L2"),
            act("email_open", "05-04 08:59:59", "L2"),  # in the next month
            act("email_click", "05-04 09:00", "L2"),
            act("email_sent", "04-20 09:00", "L3"),
            act("email_open", "05-04 09:00", "L3"),
            act("email_open", "04-20 08:59:59", "L3"),
            act("email_sent", "04-10 09:00", "L4"),  # one of two mails is enough
            act("email_sent", "04-20 09:00", "L4"),
            act("email_click", "04-30 09:00", "L4"),
            act("email_open", "04-22 09:00", "L5"),  # never mailed
        ],
    )
    april, may = told("engagement", history, date(2026, 5, 31))
    assert (april["mailed_leads"], april["opened_leads"], april["clicked_leads"]) == (4, 2, 1)
    assert (april["open_rate"], april["click_rate"]) == (0.5, 0.25)
    assert (may["mailed_leads"], may["open_rate"], may["open_ci_low"], may["click_ci_high"]) == (
        0,
        None,
        None,
        None,
    )
    assert (april["active_leads"], may["active_leads"]) == (4, 2)
    cut = told("engagement", history, at("05-04 08:59:59"))
    assert cells(cut, "opened_leads") == [(1,), (0,)]


def test_downloads_are_acts_and_attendees_are_leads_and_the_rules_say_of_which_types(told: Told) -> None:
    acts = [
        act("whitepaper_download", "04-30 23:59:59", "L1"),
        act("whitepaper_download", "04-20 09:00", "L1"),
        act("whitepaper_download", "05-01 00:00", "L1"),
        act("seminar_attend", "04-20 09:00", "L1"),
        act("webinar_attend", "04-21 09:00", "L1"),
        act("meeting", "04-22 09:00", "L2"),
    ]
    names = ("downloads", "attendees", "active_leads", "mailed_leads")
    history = world([lead("L1"), lead("L2")], acts)
    assert cells(told("engagement", history, date(2026, 5, 31)), *names) == [(2, 1, 1, 0), (1, 0, 1, 0)]
    own = {"download": ["seminar_attend", "webinar_attend"], "attendance": ["meeting"], "mailed": []}
    history = world([lead("L1"), lead("L2")], acts, roles=own)
    assert cells(told("engagement", history, date(2026, 5, 31)), *names) == [(2, 1, 1, 0), (0, 0, 1, 0)]


def test_a_segment_is_listed_in_every_month_where_any_of_its_counts_is_not_0(told: Told) -> None:
    history = world(
        [lead("L1", channel="seo"), lead("L2"), lead("L3", channel="ad"), lead("L4", channel="list")],
        [
            act("inquiry", "04-20 09:00", "L1"),
            act("email_sent", "05-04 09:00", "L2"),
            act("email_open", "06-02 09:00", "L4"),
        ],
    )
    rows = told("engagement", history, date(2026, 5, 31), by="channel")
    assert cells(rows, "month", "segment", "mailed_leads", "active_leads") == [
        ("2026-04", "seo", 0, 1),
        ("2026-04", None, 0, 0),
        ("2026-05", "seo", 0, 0),
        ("2026-05", None, 1, 0),
    ]


# ---------------------------------------------------------------- assets


def test_what_follows_an_act_is_looked_up_beyond_the_months_and_up_to_its_bound(told: Told) -> None:
    history = world(
        [lead(f"L{n}") for n in range(1, 5)],
        [
            *(act("whitepaper_download", "04-30 09:00", f"L{n}", asset="入門書") for n in range(1, 5)),
            act("web_visit", "04-30 09:00", "L1"),  # at the instant of the act is not after it
            act("email_open", "05-01 09:00", "L1"),  # an opening is no response
            act("email_click", "05-14 08:59:59", "L2"),
            act("web_visit", "05-14 09:00", "L3"),
            act("call", "05-01 09:00", "L4"),
            move("mql", "04-30 09:00", "L1"),
            move("sql", "05-30 08:59:59", "L2"),
            move("mql", "05-30 09:00", "L3"),
            move("mql", "04-30 08:59:59", "L4"),
        ],
    )
    row = one(told("assets", history, date(2026, 6, 30), to_month="2026-04"), asset="入門書")
    assert (row["role"], row["first_at"], row["acts"], row["leads"]) == ("download", at("04-30 09:00"), 4, 4)
    assert (row["responded_leads"], row["rate"], row["mql_leads"], row["small"]) == (1, 0.25, 2, True)
    assert (row["opened_leads"], row["clicked_leads"]) == (None, None)
    row = one(told("assets", history, at("05-14 08:59:59")), asset="入門書")
    assert (row["responded_leads"], row["mql_leads"]) == (0, 1)
    assert told("assets", history, date(2026, 6, 30), from_month="2026-05") == []


def test_an_opening_is_of_its_own_mail_or_of_none_that_is_named(told: Told) -> None:
    history = world(
        [lead(f"L{n}") for n in range(1, 6)],
        [
            *(act("email_sent", "04-20 09:00", f"L{n}", asset="春号") for n in range(1, 5)),
            act("email_sent", "04-20 09:00", "L5", asset=None),
            act("email_open", "04-20 09:00", "L1", asset="春号"),
            act("email_open", "04-21 09:00", "L2", asset="夏号"),
            act("email_open", "04-21 09:00", "L3", asset=None),
            act("email_click", "05-04 08:59:59", "L4", asset="春号"),
            act("email_open", "05-04 09:00", "L4", asset="春号"),
            act("email_open", "04-21 09:00", "L5", asset="夏号"),
        ],
    )
    rows = told("assets", history, date(2026, 5, 31))
    assert cells(rows, "asset", "leads", "opened_leads", "clicked_leads") == [
        ("春号", 4, 2, 1),
        (None, 1, 0, 0),
    ]
    assert cells(rows, "responded_leads") == [(1,), (0,)]


def test_a_hand_off_that_nobody_dates_follows_nothing(told: Told) -> None:
    history = world([lead(stage="mql")], [act("seminar_attend", "04-01 09:00")])
    assert cells(told("assets", history, date(2026, 4, 30)), "role", "mql_leads") == [("attendance", 0)]


def test_a_type_of_two_roles_stands_under_both_and_the_most_leads_come_first(told: Told) -> None:
    history = world(
        [lead("L1"), lead("L2")],
        [
            act("webinar_attend", "04-20 09:00", "L1", asset="b"),
            act("webinar_attend", "04-21 09:00", "L1", asset="b"),
            act("webinar_attend", "04-20 09:00", "L2", asset="a"),
            act("webinar_attend", "04-20 09:00", "L1", asset="c"),
            act("webinar_attend", "04-20 09:00", "L2", asset="c"),
            act("webinar_attend", "04-20 09:00", "L1"),
        ],
        roles={"download": ["webinar_attend"], "attendance": ["webinar_attend"]},
    )
    listed = [("c", 2, 2), ("a", 1, 1), ("b", 2, 1), (None, 1, 1)]
    assert cells(told("assets", history, date(2026, 4, 30)), "role", "asset", "acts", "leads") == [
        (role, *row) for role in ("download", "attendance") for row in listed
    ]
