"""What a text of a file means: numbers, days and times, ids, words for nothing. One grammar, whatever the tool."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from funnel import engine
from funnel.importing.converting.convert import ALWAYS
from funnel.importing.converting.session import ImportSession
from tests.importing.imports import csv, take

TOKYO = ZoneInfo("Asia/Tokyo")

NUMBERS: dict[str, float | None] = {
    "1200": 1200, "1,200": 1200, "１，２００": 1200, "1'200": 1200, "1’200": 1200, "1 200": 1200, "1 200 000": 1200000,
    "1.5": 1.5, "１．５": 1.5, "0.125": 0.125, ".5": 0.5, "-1.5": -1.5, "+5": 5, "1e3": 1000, "1.2E6": 1200000,
    "−5": -5, "▲1,200円": -1200, "△1,000": -1000, "(1,000)": -1000, "¥(1,000)": -1000, "-¥5": -5, "¥-5": -5,
    "¥1,200,000": 1200000, "￥1,200,000-": 1200000, "JPY 1,200,000": 1200000, "1,200,000 JPY": 1200000, "税込 1,200円": 1200,
    "1,200円(税込)": 1200, "$341.09K": 341090, "1.2M": 1200000, "120名": 120, "約 300 人": 300, "85点": 85, "85 pt": 85,
    "120万円": 1200000, "1万2千": 12000, "1.5億": 150000000, "1億2,000万円": 120000000, "5千万": 50000000, "1,200千円": 1200000,
    # no number, and never a part of one
    "1,5": None, "12,34": None, "1,2345": None, "01,200": None, "1,200,00": None, "1.2.3": None, "1.200.000": None,
    "1,200.000.000": None, "(1,000": None, "1,000)": None, "2-": None, "51-200": None, "12abc": None, "abc": None, "千": None,
    "1_000": None, "nan": None, "inf": None, "1e999": None, "100以上": None, "\\1,200": None,
}  # fmt: skip
POINTED: dict[str, float | None] = {
    "1.200": 1200, "1.200.000": 1200000, "1.200,50": 1200.5, "1.200.000,00 €": 1200000, "0.125": 0.125, "12,5": 12.5,
    "1,200": 1200, "1.200,500": None, "7": 7,
}  # fmt: skip
PEOPLE: dict[str, int | None] = {
    "1.200": 1200, "1.200.000": 1200000, "51-200": 51, "100～299人": 100, "100〜299名": 100, "1000名以上": 1000, "500+": 500,
    "10,001+": 10001, "10,001 or more": 10001, "1,000-4,999": 1000, "1200 - 3000": 1200, "約300名": 300, "1万2千": 12000,
    "50": 50, "5-10-15": None, "50以下": None, "~50": None, "1.5": None, "-5": None, "many": None,
}  # fmt: skip
OCTOBER = (
    "2026-10-01", "20261001", "2026.10.01", "2026.10.1", "2026/10/1", "01 Oct 2026", "Oct 1, 2026", "1-Oct-2026",
    "October 1, 2026", "Thu, 01 Oct 2026", "2026年10月1日", "2026年10月1日(木)", "２０２６年１０月１日", "令和8年10月1日",
    "R8.10.1", "R8/10/01", "46296", " 2026-10-01 ", '"2026-10-01"',
)  # fmt: skip
AFTERNOON = (
    "2026-10-01 15:05", "2026/10/01 午後3:05", "2026年10月1日 午後3時5分", "2026年10月1日 15時05分00秒", "R8.10.1 15:05",
    "46296.628472", "2026.10.01 15:05", "20261001 15:05", "20261001150500", "2026/10/01(木) 15:05", "1 Oct 2026 3:05 PM",
    "2026-10-01T15:05:00",
)  # fmt: skip
OTHER_DAYS = {
    "令和元年5月1日": "2019-05-01",
    "平成31年4月30日": "2019-04-30",
    "H31.4.30": "2019-04-30",
    "S64.1.7": "1989-01-07",
}
OTHER_HOURS = {"午前0:05": "00:05", "午後0:30": "12:30", "午前12:30": "00:30", "午前9:05": "09:05"}
NO_TIMES = (
    "R8",
    "R8.13.1",
    "2026-13-01",
    "2026-02-30",
    "午後3:05",
    "12345",
    "99999",
    "昨日",
    "10/13/26",
    "26/11/2",
    "26-11-02",
)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[ImportSession]:
    with ImportSession(tmp_path, "Asia/Tokyo") as session:
        yield session


def value(session: ImportSession, expression: str, text: str) -> object:
    """What the macros of the import make of a text."""
    query = f"select {expression} as value from (select $text::varchar as text)"
    return engine.selected(session._connection, query, {"text": text}).to_pylist()[0]["value"]


def wrong(session: ImportSession, expression: str, wanted: dict[str, object]) -> dict[str, object]:
    """What is read otherwise than it is meant."""
    found = {}
    for text, meant in wanted.items():
        read = value(session, expression, text)
        if read != meant or (read is None) != (meant is None):
            found[text] = read
    return found


def test_a_number_is_the_whole_text_or_none(session: ImportSession) -> None:
    assert wrong(session, "number_in(text, 'score')", dict(NUMBERS)) == {}


def test_a_point_parts_thousands_where_the_column_says_so(session: ImportSession) -> None:
    session.set(pointed_targets=["amount"])
    assert wrong(session, "number_in(text, 'amount')", dict(POINTED)) == {}
    assert value(session, "number_in(text, 'score')", "1.200") == 1.2


def test_people_are_a_whole_number_and_of_a_range_the_lower(session: ImportSession) -> None:
    assert wrong(session, "people_in(text)", dict(PEOPLE)) == {}


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "UTC", "America/New_York"])
def test_a_day_is_the_midnight_of_the_company_in_every_spelling_and_every_file(
    session: ImportSession, zone: str
) -> None:
    session.zone(zone, None if zone == "Asia/Tokyo" else "Asia/Tokyo")
    session.set(formats=["%m/%d/%Y", "%m/%d/%Y %I:%M %p", *ALWAYS])
    midnight = datetime(2026, 10, 1, tzinfo=TOKYO)
    afternoon = datetime(2026, 10, 1, 15, 5, tzinfo=ZoneInfo(zone))
    assert wrong(session, "instant(text)", dict.fromkeys((*OCTOBER, "10/1/2026"), midnight)) == {}
    assert wrong(session, "instant(text)", dict.fromkeys((*AFTERNOON, "10/1/2026 3:05 PM"), afternoon)) == {}
    days = {text: datetime.fromisoformat(day).replace(tzinfo=TOKYO) for text, day in OTHER_DAYS.items()}
    assert wrong(session, "instant(text)", dict(days)) == {}
    hours = {
        f"2026/10/1 {text}": datetime.fromisoformat(f"2026-10-01 {clock}").replace(tzinfo=ZoneInfo(zone))
        for text, clock in OTHER_HOURS.items()
    }
    assert wrong(session, "instant(text)", dict(hours)) == {}
    assert wrong(session, "instant(text)", dict.fromkeys(NO_TIMES)) == {}


def of_days(tmp_path: Path, *days: str) -> tuple[dict[str, object], dict[int, list[str]]]:
    """When the leads of a list were acquired, and why its lines are refused."""
    rows = [(str(number), day, "Co") for number, day in enumerate(days)]
    done = take(
        tmp_path, {"leads.csv": csv(("lead_id", "created_at", "company"), ("x", "2026-01-01", "Co"), *rows)}
    )
    found = {key: row["created_at"].astimezone(TOKYO) for key, row in done.leads.items() if key != "x"}
    return found, done.reasons


def test_a_year_of_two_digits_is_read_where_the_column_leaves_no_doubt(tmp_path: Path) -> None:
    leads, refused = of_days(tmp_path, "10/13/26 3:10 PM", "11/1/26 15:10")
    assert leads == {
        "0": datetime(2026, 10, 13, 15, 10, tzinfo=TOKYO),
        "1": datetime(2026, 11, 1, 15, 10, tzinfo=TOKYO),
    }
    assert refused == {}


@pytest.mark.parametrize("days", [("10/13/26", "11/1/26", "26/11/2"), ("11/1/26",), ("26-11-02", "26-10-05")])
def test_else_it_has_a_reason_of_its_own(tmp_path: Path, days: tuple[str, ...]) -> None:
    leads, refused = of_days(tmp_path, *days)
    assert leads == {}
    assert refused == {line: ["short_year"] for line in range(3, 3 + len(days))}


def test_an_id_is_judged_with_its_column(tmp_path: Path) -> None:
    def ids(*named: str) -> tuple[list[str], dict[int, list[str]]]:
        place = tmp_path / str(len(named))
        table = csv(("lead_id", "created_at"), *((name, "2026-10-01") for name in named))
        done = take(place, {"leads.csv": table})
        return list(done.leads), done.reasons

    kept, refused = ids("NA", "0", "007", "5E123456", "1E10")
    assert sorted(kept) == ["0", "007", "1E10", "5E123456", "NA"] and refused == {}
    kept, refused = ids("a", "2.58E+16", "5E12")  # a spreadsheet was there
    assert kept == ["a"] and refused == {3: ["damaged_key"], 4: ["damaged_key"]}


def test_what_cannot_be_read_costs_its_value_and_is_counted_by_the_load(tmp_path: Path) -> None:
    header = ("lead_id", "created_at", "amount", "employees", "score", "opted_out", "excluded")
    rows = [
        ("1", "2026-10-01", "1.2.3", "many", "12", "maybe", ""),
        ("2", "2026-10-01", "5", "10", "8", "はい", "no"),
    ]
    done = take(tmp_path, {"leads.csv": csv(header, *rows)})
    assert done.reasons == {} and done.leads["1"]["amount"] == "1.2.3"
    assert done.leads["2"] | {} == done.leads["2"] | {
        "amount": "5.0", "employees": "10", "score": 8.0, "opted_out": "true", "excluded": False,
    }  # fmt: skip


@pytest.mark.parametrize("word", ["--None--", "-None-", "--なし--", "-"])
def test_a_word_for_nothing_is_no_channel(tmp_path: Path, word: str) -> None:
    header = ("Lead ID", "Create Date", "Lead Source", "Lead Status", "Company / Account", "Lead Owner")
    rows = [("00Q5i00000AbC00", "2026-10-01", word, word, "Co", "Sato")]
    done = take(tmp_path, {"report1699999999998.csv": csv(header, *rows)})
    (lead,) = done.leads.values()
    assert lead["channel"] is None and lead["stage"] is None
