"""Business time: windows, holidays, closed days and daylight saving."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import jpholiday
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funnel.rules.calendar import (
    FIRST_DAY,
    LAST_DAY,
    WINDOWS,
    BusinessCalendar,
    business_windows,
    ever_opens,
    merge,
    parse_closed,
    parse_span,
    weekday_seconds,
)

OFFICE = ((540, 720), (780, 1080))
WEEK = (OFFICE,) * 5 + ((), ())
ALWAYS = (((0, 1440),),) * 7
TOKYO = ZoneInfo("Asia/Tokyo")


def calendar(closed=(), opened=(), weekdays=WEEK, timezone="Asia/Tokyo", japanese_holidays=True):
    return BusinessCalendar(
        timezone, weekdays, tuple(map(parse_closed, closed)), tuple(opened), japanese_holidays
    )


def on(day, of=None):
    """The windows of one local day as local clock times."""
    of = of or calendar()
    windows = business_windows(of)
    rows = windows.filter(pc.equal(windows["local_date"], pa.scalar(day))).to_pylist()
    zone = ZoneInfo(of.timezone)
    return [
        f"{row['opens_at'].astimezone(zone):%H:%M}-{row['closes_at'].astimezone(zone):%H:%M}" for row in rows
    ]


def is_open(instant, of=None):
    windows = business_windows(of or calendar())
    covering = pc.and_(
        pc.less_equal(windows["opens_at"], pa.scalar(instant, WINDOWS.field("opens_at").type)),
        pc.greater(windows["closes_at"], pa.scalar(instant, WINDOWS.field("opens_at").type)),
    )
    return pc.any(covering).as_py()


def test_a_weekday_has_its_spans_and_a_weekend_none():
    assert on(date(2026, 10, 23)) == ["09:00-12:00", "13:00-18:00"]
    assert on(date(2026, 10, 24)) == []


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("08:59:59", False),
        ("09:00:00", True),
        ("11:59:59", True),
        ("12:00:00", False),
        ("12:59:59", False),
        ("13:00:00", True),
        ("17:59:59", True),
        ("18:00:00", False),
    ],
)
def test_a_span_includes_its_first_instant_and_not_its_last(clock, expected):
    instant = datetime.fromisoformat(f"2026-10-23T{clock}").replace(tzinfo=TOKYO)
    assert is_open(instant) is expected


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 9, 21),  # 敬老の日
        date(2026, 9, 22),  # 国民の休日, between two holidays
        date(2026, 9, 23),  # 秋分の日
        date(2026, 5, 6),  # 振替休日, three days after the Sunday
        date(2019, 4, 30),  # 国民の休日
        date(2019, 5, 1),  # the accession, one year only
        date(2020, 7, 24),  # moved for the games
        date(2093, 1, 1),
    ],
)
def test_a_japanese_holiday_is_closed(day):
    assert on(day) == []
    assert on(day, calendar(japanese_holidays=False)) != []


def test_the_holidays_are_those_of_the_library():
    windows = business_windows(calendar(weekdays=ALWAYS))
    open_days = set(windows["local_date"].to_pylist())
    years = (1990, 1993, 2009, 2015, 2019, 2020, 2021, 2026, 2032, 2099, 2103)
    for day in (date(year, 1, 1) + timedelta(days=n) for year in years for n in range(365)):
        assert (day not in open_days) == jpholiday.is_holiday(day), day


def test_closed_days_come_once_or_every_year():
    closed = calendar(closed=["2026-08-13/2026-08-14", "12-29/01-03", "02-29", "2026-10-23"])
    assert [on(date(2026, 8, day), closed) == [] for day in (12, 13, 14, 17)] == [False, True, True, False]
    for year in (1999, 2026, 2041):
        new_year = [date(year, 12, 28), date(year, 12, 29), date(year + 1, 1, 3), date(year + 1, 1, 4)]
        every_day = calendar(closed=["12-29/01-03"], weekdays=ALWAYS)
        assert [on(day, every_day) == [] for day in new_year] == [False, True, True, False]
    assert on(date(2028, 2, 29), closed) == []
    assert on(date(2028, 2, 28), closed) != []
    assert on(date(2026, 10, 23), closed) == []


def test_a_range_from_29_february_begins_on_1_march_in_other_years():
    closed = calendar(closed=["02-29/03-02"], weekdays=ALWAYS, japanese_holidays=False)
    assert [on(date(2027, *day), closed) == [] for day in ((2, 28), (3, 1), (3, 2), (3, 3))] == [
        False,
        True,
        True,
        False,
    ]


def test_a_working_saturday_opens_and_extra_hours_join_the_day():
    opened = calendar(
        opened=[
            (date(2026, 10, 24), ((600, 900),)),
            (date(2026, 10, 23), ((720, 780), (1080, 1200))),
            (date(2026, 10, 26), ((480, 500),)),
            (date(2026, 10, 26), ((490, 520),)),
        ]
    )
    assert on(date(2026, 10, 24), opened) == ["10:00-15:00"]
    assert on(date(2026, 10, 23), opened) == ["09:00-20:00"]
    assert on(date(2026, 10, 26), opened) == ["08:00-08:40", "09:00-12:00", "13:00-18:00"]


def test_an_opening_on_a_holiday_opens_its_own_hours_only():
    opened = calendar(
        closed=["2026-10-23"],
        opened=[(date(2026, 11, 3), ((600, 660),)), (date(2026, 10, 23), ((600, 660),))],
    )
    assert on(date(2026, 11, 3), opened) == ["10:00-11:00"]
    assert on(date(2026, 10, 23), opened) == ["10:00-11:00"]


def test_adjacent_spans_are_one_window_but_a_day_keeps_its_end():
    around_the_clock = calendar(weekdays=(((0, 720), (720, 1440)),) * 7, japanese_holidays=False)
    windows = business_windows(around_the_clock)
    assert windows.num_rows == (LAST_DAY - FIRST_DAY).days + 1
    assert windows["business_day_no"].to_pylist() == list(range(windows.num_rows))
    assert pc.all(pc.equal(windows["opens_at"][1:], windows["closes_at"][:-1])).as_py()


def test_a_day_whose_midnight_is_skipped_is_an_hour_shorter():
    of = calendar(weekdays=ALWAYS, timezone="America/Sao_Paulo", japanese_holidays=False)
    windows = business_windows(of)
    hours = {
        row["local_date"]: (row["closes_at"] - row["opens_at"]) / timedelta(hours=1)
        for row in windows.slice(10_000, 2_000).to_pylist()
    }
    assert hours[date(2018, 11, 3)] == 24
    assert hours[date(2018, 11, 4)] == 23  # 00:00 became 01:00
    assert hours[date(2019, 2, 16)] == 25  # 24:00 became 23:00
    assert on(date(2018, 11, 4), of) == ["01:00-00:00"]


def test_a_skipped_opening_moves_forward_and_of_a_doubled_hour_the_first_counts():
    of = calendar(
        weekdays=(((0, 45), (60, 120), (150, 480)),) * 7, timezone="America/New_York", japanese_holidays=False
    )
    assert on(date(2026, 3, 8), of) == ["00:00-00:45", "01:00-03:00", "03:30-08:00"]
    windows = business_windows(of)
    autumn = windows.filter(pc.equal(windows["local_date"], pa.scalar(date(2026, 11, 1)))).to_pylist()
    assert [row["opens_at"] for row in autumn] == [
        datetime(2026, 11, 1, 4, tzinfo=UTC),
        datetime(2026, 11, 1, 5, tzinfo=UTC),
        datetime(2026, 11, 1, 7, 30, tzinfo=UTC),
    ]
    assert autumn[1]["closes_at"] == datetime(2026, 11, 1, 7, tzinfo=UTC)  # 01:00 to 02:00 came twice


def test_windows_that_a_skipped_hour_pushes_together_do_not_overlap():
    of = calendar(weekdays=(((0, 45), (60, 120)),) * 7, timezone="America/Sao_Paulo", japanese_holidays=False)
    assert on(date(2018, 11, 4), of) == ["01:00-02:00"]


def test_a_day_that_a_zone_skipped_has_no_window():
    of = calendar(weekdays=(((540, 1020),),) * 7, timezone="Pacific/Apia", japanese_holidays=False)
    assert [on(date(2011, 12, day), of) for day in (29, 30, 31)] == [["09:00-17:00"], [], ["09:00-17:00"]]


def test_a_calendar_that_never_opens_is_an_empty_table_of_the_same_shape():
    windows = business_windows(calendar(weekdays=((),) * 7))
    assert windows.num_rows == 0
    assert windows.schema == WINDOWS == business_windows(calendar()).schema


def test_the_range_is_the_one_that_data_and_due_times_need():
    windows = business_windows(calendar(weekdays=ALWAYS, japanese_holidays=False))
    assert windows["local_date"][0].as_py() == date(1990, 1, 1)
    assert windows["local_date"][-1].as_py() == date(2103, 12, 31)


spans = st.tuples(st.integers(0, 1440), st.integers(0, 1440)).map(sorted).map(tuple)
some_spans = st.lists(spans, max_size=3).map(tuple)
days = st.dates(date(2017, 1, 1), date(2020, 12, 31))


@settings(max_examples=25, deadline=None)
@given(
    weekdays=st.lists(some_spans, min_size=7, max_size=7).map(tuple),
    opened=st.lists(st.tuples(days, some_spans), max_size=4).map(tuple),
    closed=st.lists(
        st.sampled_from(["02-29", "12-29/01-03", "2018-11-01/2019-02-20", "2018-11-04"]), max_size=3
    ),
    timezone=st.sampled_from(
        ["Asia/Tokyo", "UTC", "America/Sao_Paulo", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]
    ),
    probe=st.lists(days, min_size=4, max_size=4),
)
def test_windows_never_overlap_and_their_totals_add_up(weekdays, opened, closed, timezone, probe):
    of = calendar(closed, opened, weekdays, timezone, japanese_holidays=False)
    windows = business_windows(of)
    opens, closes = (windows[name].cast(pa.int64()).to_numpy() for name in ("opens_at", "closes_at"))
    assert (opens < closes).all()
    assert (opens[1:] >= closes[:-1]).all()
    before, day_numbers = windows["us_before"].to_numpy(), windows["business_day_no"].to_numpy()
    if len(opens):
        assert before[0] == 0 and day_numbers[0] == 0
    assert (before[1:] - before[:-1] == (closes - opens)[:-1]).all()
    assert (windows["seconds_before"].to_numpy() * 1e6 == before).all()
    assert (windows["window_no"].to_numpy() == range(len(opens))).all()
    local_dates = windows["local_date"].cast(pa.int32()).to_numpy()
    assert ((local_dates[1:] > local_dates[:-1]) == (day_numbers[1:] > day_numbers[:-1])).all()
    assert (day_numbers[1:] - day_numbers[:-1] <= 1).all()
    for day in probe:
        rows = windows.filter(pc.equal(windows["local_date"], pa.scalar(day))).to_pylist()
        found = [(row["opens_at"], row["closes_at"]) for row in rows]
        assert found == _slowly(of, day), day


def _slowly(of, day):
    """The windows of one day, span by span; only for days on which no clock changes near a span's end."""
    zone = ZoneInfo(of.timezone)
    midnight = datetime.combine(day, datetime.min.time())
    shut = any(_covers(days, day) for days in of.closed)
    todays = [] if shut else list(of.weekdays[day.weekday()])
    for opened_on, more in of.opened:
        if opened_on == day:
            todays += more
    minutes = sorted({minute for begin, end in todays for minute in range(begin, end)})
    windows = []
    for minute in minutes:
        begin, end = (
            (midnight + timedelta(minutes=each)).replace(tzinfo=zone).astimezone(UTC)
            for each in (minute, minute + 1)
        )
        if windows and begin <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(windows[-1][1], end))
        elif begin < end:
            windows.append((begin, end))
    return windows


def _covers(closed, day):
    first, last = closed.first, closed.last
    if first[0]:
        return date(*first) <= day <= date(*last)
    begin, end, today = first[1:], last[1:], (day.month, day.day)
    return begin <= today <= end if begin <= end else today >= begin or today <= end


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("09:00-12:00", (540, 720)),
        ("9:00-24:00", (540, 1440)),
        ("12:00-09:00", (720, 540)),
        ("09:00-24:01", None),
        ("09:60-10:00", None),
        ("09:00〜12:00", None),
        ("9-12", None),
        ("", None),
        ("０９:00-12:00", None),
    ],
)
def test_hours_are_read_as_minutes_or_not_at_all(text, minutes):
    assert parse_span(text) == minutes


@pytest.mark.parametrize(
    "text", ["2026-02-30", "13-01", "12-29/2027-01-03", "2026-1-1", "0000-01-01", "a/b", ""]
)
def test_what_is_no_day_is_not_read(text):
    assert parse_closed(text) is None


def test_merging_joins_what_overlaps_or_touches():
    assert merge([(5, 6), (1, 3), (3, 4), (2, 3), (9, 9)]) == ((1, 4), (5, 6))


def test_the_mean_opening_of_a_weekday_leaves_closed_ones_out():
    assert weekday_seconds(WEEK) == 8 * 3600
    assert weekday_seconds((*WEEK[:5], ((540, 720),), ())) == pytest.approx((5 * 8 + 3) / 6 * 3600)
    assert weekday_seconds(((),) * 7) is None


def test_a_calendar_closed_all_year_never_opens():
    assert ever_opens(calendar())
    assert not ever_opens(calendar(closed=["03-01/02-29"]))
    assert not ever_opens(calendar(weekdays=((),) * 7))
