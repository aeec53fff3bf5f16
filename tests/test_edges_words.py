"""Numbers, days, months and business days are written and reckoned right on both sides of every bound."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow.compute as pc
import pytest

from funnel.errors import BadQuestion
from funnel.local_time import as_of_instant, local_day, midnight, month_of, read_month
from funnel.months import Months, months_apart, next_month
from funnel.rules.calendar import (
    FIRST_DAY,
    LAST_DAY,
    BusinessCalendar,
    ClosedDays,
    business_windows,
    ever_opens,
    merge,
    parse_closed,
    parse_span,
)
from funnel.ui.state.filters import months_of
from funnel.words.dates import as_date, clock, full_date, month_near, month_range, weekday
from funnel.words.durations import between, late_by, late_range
from funnel.words.names import called, listed
from funnel.words.numbers import count, money, percent, points, signed
from funnel.words.translate import say

TOKYO = "Asia/Tokyo"

# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("number", "japanese", "english"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (1000, "1,000", "1,000"),
        (99_999, "99,999", "99,999"),
        (-99_999, "-99,999", "-99,999"),
        (100_000, "10.0万", "100.0k"),
        (-100_000, "-10.0万", "-100.0k"),
        (12_345_678, "1,234.6万", "12,345.7k"),
    ],
)
def test_a_count_is_shortened_from_a_hundred_thousand_on(number: int, japanese: str, english: str) -> None:
    assert (count(number, "ja"), count(number, "en")) == (japanese, english)


@pytest.mark.parametrize(
    ("amount", "currency", "japanese", "english"),
    [
        (0, "JPY", "0円", "0 JPY"),
        (9_999, "JPY", "9,999円", "9,999 JPY"),
        (10_000, "JPY", "1.0万円", "10,000 JPY"),
        (-10_000, "JPY", "-1.0万円", "-10,000 JPY"),
        (99_990_000, "JPY", "9,999.0万円", "99,990,000 JPY"),
        (100_000_000, "JPY", "1.0億円", "100,000,000 JPY"),
        (-100_000_000, "JPY", "-1.0億円", "-100,000,000 JPY"),
        (100_000_000, "USD", "100,000,000 USD", "100,000,000 USD"),
    ],
)
def test_money_turns_into_man_and_oku_at_the_bound_and_only_yen_in_japanese(
    amount: int, currency: str, japanese: str, english: str
) -> None:
    assert (money(amount, currency, "ja"), money(amount, currency, "en")) == (japanese, english)


def test_a_sign_is_written_of_whatever_is_not_zero() -> None:
    assert [signed(n, "ja") for n in (-1234, -1, 0, 1, 1234)] == ["−1,234", "−1", "0", "+1", "+1,234"]
    assert [points(change) for change in (-0.1, -0.001, 0.0, 0.001, 1.0)] == [
        "−10.0pt", "−0.1pt", "+0.0pt", "+0.1pt", "+100.0pt"
    ]  # fmt: skip
    assert [percent(rate) for rate in (0, 0.004, 0.006, 1)] == ["0%", "0.4%", "1%", "100%"]
    assert percent(0.12345, digits=1) == "12.3%"


def test_one_is_singular_and_zero_and_two_are_not() -> None:
    assert [say("unit.of_leads", "en", n=n) for n in (0, 1, 2)] == ["0 leads", "1 lead", "2 leads"]


def test_names_are_joined_by_how_many_there_are() -> None:
    assert [listed(names, "ja") for names in (["A"], ["A", "B"], ["A", "B", "C"])] == ["A", "AとB", "A・B・C"]
    assert [listed(names, "en") for names in (["A"], ["A", "B"], ["A", "B", "C"])] == [
        "A", "A and B", "A, B and C"
    ]  # fmt: skip
    assert [called(name, "ja") for name in ("", "高橋", "高橋 健", "J. Smith")] == [
        "さん", "高橋さん", "高橋さん", "J. Smithさん"
    ]  # fmt: skip
    assert called("高橋 健", "en") == "高橋 健"


# ---------------------------------------------------------------- durations


@pytest.mark.parametrize(
    ("hours", "asked", "japanese", "english"),
    [
        (0.0, {}, "5分未満", "< 5 minutes"),
        (0.0499, {}, "5分未満", "< 5 minutes"),
        (0.06, {}, "0.1営業時間", "0.1 business hours"),
        (1.0, {}, "1.0営業時間", "1.0 business hour"),
        (16.0, {}, "16.0営業時間", "16.0 business hours"),
        (16.01, {}, "2.0営業日", "2.0 business days"),
        (0.3, {"longest": 16.01}, "1営業時間未満", "< 1 business hour"),
        (0.4, {"longest": 16.01}, "0.1営業日", "0.1 business days"),
        (0.4, {"longest": 16.0}, "0.4営業時間", "0.4 business hours"),
        (48.0, {"is_elapsed": True}, "48.0時間", "48.0 hours"),
        (48.01, {"is_elapsed": True}, "2.0日", "2.0 days"),
        (0.0499, {"is_elapsed": True}, "5分未満", "< 5 minutes"),
        (1.19, {"is_elapsed": True, "longest": 49.0}, "2時間未満", "< 2 hours"),
        (1.21, {"is_elapsed": True, "longest": 49.0}, "0.1日", "0.1 days"),
    ],
)
def test_a_delay_changes_its_unit_beyond_two_days(
    hours: float, asked: dict[str, Any], japanese: str, english: str
) -> None:
    assert late_by(hours, 8, "ja", **asked) == japanese
    assert late_by(hours, 8, "en", **asked) == english


@pytest.mark.parametrize(
    ("least", "most", "is_elapsed", "japanese"),
    [
        (2, 16.0, False, "2〜16営業時間"),
        (8, 16.8, False, "1〜2営業日"),
        (2, 48.0, True, "2〜48時間"),
        (24, 60.0, True, "1〜2日"),
        (24, 72.0, True, "1〜3日"),
    ],
)
def test_a_delay_between_two_changes_its_unit_where_the_longer_one_does(
    least: float, most: float, is_elapsed: bool, japanese: str
) -> None:
    assert late_range(least, most, 8, "ja", is_elapsed) == japanese


def test_a_range_that_reads_the_same_on_both_ends_is_one_number() -> None:
    assert between("days", 2.6, 3.4, "ja") == "3.4日"
    assert between("days", 2.4, 3.4, "ja") == "2〜3日"


# ---------------------------------------------------------------- days and months


def test_a_month_says_its_year_from_twelve_months_away() -> None:
    assert month_near("2025-12", "2026-11", "ja") == "12月", "eleven months"
    assert month_near("2025-11", "2026-11", "ja") == "2025年11月", "twelve"
    assert month_near("2027-10", "2026-11", "en") == "Oct"
    assert month_near("2027-11", "2026-11", "en") == "Nov 2027"
    assert month_near("2025-12", "2026-01", "en") == "Dec"


@pytest.mark.parametrize(
    ("first", "last", "japanese", "english"),
    [
        ("2026-12", "2026-12", "2026年12月", "Dec 2026"),
        ("2026-01", "2026-12", "2026年1〜12月", "Jan–Dec 2026"),
        ("2025-12", "2026-01", "2025年12月〜2026年1月", "Dec 2025–Jan 2026"),
        ("2025-07", "2026-07", "2025年7月〜2026年7月", "Jul 2025–Jul 2026"),
    ],
)
def test_a_range_over_new_year_says_both_years(first: str, last: str, japanese: str, english: str) -> None:
    assert (month_range(first, last, "ja"), month_range(first, last, "en")) == (japanese, english)


def test_a_day_is_read_from_whatever_an_answer_holds() -> None:
    for value in ("2026-12", "2026-12-01", date(2026, 12, 1), datetime(2026, 12, 1, 23, 59)):
        assert as_date(value) == date(2026, 12, 1)
        assert type(as_date(value)) is date


def test_a_week_begins_on_monday_and_a_minute_has_two_digits() -> None:
    assert [weekday(date(2026, 11, day), "ja") for day in (9, 15)] == ["11月9日(月)", "11月15日(日)"]
    assert [weekday(date(2026, 11, day), "en") for day in (9, 15)] == ["Mon 9 Nov", "Sun 15 Nov"]
    assert full_date(date(2028, 2, 29), "ja") == "2028年2月29日(火)"
    assert full_date(date(2026, 12, 31), "en") == "Thu 31 Dec 2026"
    assert [clock(datetime(2026, 1, 1, *at), "ja") for at in ((0, 0), (0, 5), (18, 0), (23, 59))] == [
        "0:00", "0:05", "18:00", "23:59"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 1, 1), date(2026, 2, 1)),
        (date(2026, 1, 31), date(2026, 2, 1)),
        (date(2028, 2, 29), date(2028, 3, 1)),
        (date(2026, 10, 31), date(2026, 11, 1)),
        (date(2026, 11, 30), date(2026, 12, 1)),
        (date(2026, 12, 1), date(2027, 1, 1)),
        (date(2026, 12, 31), date(2027, 1, 1)),
    ],
)
def test_the_month_after_december_is_january(day: date, following: date) -> None:
    assert next_month(day) == following
    assert months_apart(day, following) == 1
    assert months_apart(following, day) == -1


def test_the_last_months_reach_over_new_year_and_no_further_than_the_data() -> None:
    every = Months(date(2024, 3, 1), date(2026, 1, 1))
    assert months_of("1m", every) == Months(date(2026, 1, 1), date(2026, 1, 1))
    assert months_of("2m", every) == Months(date(2025, 12, 1), date(2026, 1, 1))
    assert months_of("13m", every) == Months(date(2025, 1, 1), date(2026, 1, 1))
    assert months_of("36m", every) == every
    in_december = Months(date(2024, 3, 1), date(2025, 12, 1))
    assert months_of("12m", in_december) == Months(date(2025, 1, 1), date(2025, 12, 1))
    assert months_of("13m", in_december) == Months(date(2024, 12, 1), date(2025, 12, 1))


# ---------------------------------------------------------------- local time


def test_a_day_is_seen_to_its_end_over_new_year_and_a_leap_day() -> None:
    assert as_of_instant("2026-12-31", TOKYO) == datetime(2026, 12, 31, 15, tzinfo=UTC)
    assert as_of_instant("2028-02-29", TOKYO) == datetime(2028, 2, 29, 15, tzinfo=UTC)
    assert as_of_instant("2026-12-31T00:00", TOKYO) == midnight(date(2026, 12, 31), TOKYO)
    assert as_of_instant("2026-12-31 09:00+00:00", TOKYO) == datetime(2026, 12, 31, 9, tzinfo=UTC)


def test_midnight_belongs_to_the_day_that_it_begins() -> None:
    begins = midnight(date(2027, 1, 1), TOKYO)
    assert local_day(begins, TOKYO) == date(2027, 1, 1)
    assert local_day(begins - timedelta(microseconds=1), TOKYO) == date(2026, 12, 31)
    assert month_of(date(2026, 12, 31)) == date(2026, 12, 1)


def test_a_doubled_midnight_is_the_first_and_a_skipped_one_moves_on() -> None:
    assert midnight(date(2018, 11, 4), "America/Sao_Paulo") == datetime(2018, 11, 4, 3, tzinfo=UTC)
    assert midnight(date(2018, 2, 18), "America/Sao_Paulo") == datetime(2018, 2, 18, 3, tzinfo=UTC)
    assert midnight(date(2021, 11, 7), "America/Havana") == datetime(2021, 11, 7, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "is_read"),
    [("1899-12", False), ("1900-01", True), ("2200-12", True), ("2201-01", False), ("2026-00", False),
     ("2026-01", True), ("2026-12", True), ("2026-13", False), ("2026-1", False), ("2026-12-01", False)],
)  # fmt: skip
def test_a_month_is_read_from_1900_to_2200_and_from_january_to_december(text: str, is_read: bool) -> None:
    if is_read:
        assert f"{read_month(text, '--to'):%Y-%m-%d}" == f"{text}-01"
    else:
        with pytest.raises(BadQuestion, match=text):
            read_month(text, "--to")


@pytest.mark.parametrize(
    ("text", "is_read"),
    [("1899-12-31", False), ("1900-01-01", True), ("2200-12-31", True), ("2201-01-01", False),
     ("2026-02-29", False), ("2028-02-29", True), ("2026-10-31T24:01", False)],
)  # fmt: skip
def test_an_instant_is_read_from_1900_to_2200(text: str, is_read: bool) -> None:
    if is_read:
        assert local_day(as_of_instant(text, TOKYO), TOKYO) == date.fromisoformat(text) + timedelta(days=1)
    else:
        with pytest.raises(BadQuestion, match=text[:10]):
            as_of_instant(text, TOKYO)


# ---------------------------------------------------------------- business days

ALWAYS = (((0, 1440),),) * 7


def open_days(**asked: Any) -> set[date]:
    windows = business_windows(BusinessCalendar(TOKYO, ALWAYS, **asked))
    return set(pc.unique(windows["local_date"]).to_pylist())


def test_closed_days_hold_both_of_their_ends() -> None:
    texts = ["2026-12-31", "2026-08-13/2026-08-15", "12-29/01-03", "02-29", f"{FIRST_DAY}", f"{LAST_DAY}"]
    closed = [parse_closed(text) for text in texts]
    assert closed[0] == ClosedDays((2026, 12, 31), (2026, 12, 31))
    assert closed[2] == ClosedDays((0, 12, 29), (0, 1, 3))
    days = open_days(closed=tuple(each for each in closed if each))
    around = [date(2026, 8, 12), date(2026, 8, 13), date(2026, 8, 15), date(2026, 8, 16)]
    assert [day in days for day in around] == [True, False, False, True]
    around = [date(2027, 12, 28), date(2027, 12, 29), date(2028, 1, 3), date(2028, 1, 4)]
    assert [day in days for day in around] == [True, False, False, True]
    assert [date(2028, 2, day) in days for day in (28, 29)] == [True, False]
    assert date(2027, 3, 1) in days
    assert FIRST_DAY not in days
    assert LAST_DAY not in days
    assert LAST_DAY - timedelta(days=366) not in days, "New Year's Eve, every year"
    assert FIRST_DAY + timedelta(days=3) in days


def test_a_day_that_is_opened_counts_on_the_first_and_on_the_last_day_of_the_range_only() -> None:
    hours = ((540, 600),)
    shut = ((), (), (), (), (), (), ())
    outside = [FIRST_DAY - timedelta(days=1), LAST_DAY + timedelta(days=1)]
    opened = tuple((day, hours) for day in (*outside, FIRST_DAY, LAST_DAY))
    windows = business_windows(BusinessCalendar(TOKYO, shut, opened=opened))
    assert windows["local_date"].to_pylist() == [FIRST_DAY, LAST_DAY]
    assert windows["us_before"].to_pylist() == [0, 3_600_000_000]
    assert windows["business_day_no"].to_pylist() == [0, 1]


def test_the_end_of_a_span_may_be_midnight_and_no_later() -> None:
    assert parse_span("00:00-24:00") == (0, 1440)
    assert parse_span("23:59-24:00") == (1439, 1440)
    assert parse_span("00:00-00:00") == (0, 0)
    assert parse_span("24:01-24:00") is None
    assert parse_span("09:00-09:59") == (540, 599)
    assert parse_span("09:00-09:60") is None
    assert parse_span("09:60-10:00") is None


def test_spans_that_touch_are_one_and_a_minute_between_keeps_them_apart() -> None:
    assert merge([(0, 60), (60, 120)]) == ((0, 120),)
    assert merge([(0, 60), (61, 120)]) == ((0, 60), (61, 120))
    assert merge([(0, 120), (30, 60)]) == ((0, 120),)
    assert merge([(60, 60), (60, 61)]) == ((60, 61),)


def test_one_day_a_year_is_enough_to_open() -> None:
    def opens(closed: str) -> bool:
        days = parse_closed(closed)
        assert days is not None
        return ever_opens(BusinessCalendar(TOKYO, ALWAYS, closed=(days,)))

    assert opens("01-02/12-31")
    assert not opens("01-01/12-31")
    assert opens("03-01/02-28"), "the leap day"
    assert opens("2026-03-01/2027-02-28"), "closed once is not closed for good"
