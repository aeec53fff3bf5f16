"""Every text exists in both languages, holds the same values in both, and is written as the house writes."""

import re
import string
from datetime import date, datetime
from pathlib import Path

import pytest

from funnel.words.dates import month_near, month_range
from funnel.words.durations import late_by, late_range
from funnel.words.names import called
from funnel.words.numbers import money, percent, percent_form
from funnel.words.translate import FORMATS, say, texts

JAPANESE = re.compile(r"[぀-ヿ一-鿿]")
PLACES = string.Formatter()


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in PLACES.parse(text) if name}


def test_every_text_is_there_in_both_languages() -> None:
    assert len(texts()) > 300
    assert all(set(text) == {"ja", "en"} and all(text.values()) for text in texts().values())


def test_no_english_text_holds_japanese_but_the_name_of_the_language() -> None:
    assert [key for key, text in texts().items() if JAPANESE.search(text["en"])] == ["app.ja"]


def test_both_languages_hold_the_same_values() -> None:
    left_out_on_purpose = {"say.dormant.matrix_sub", "chart.compact", "chart.compact_million"}
    differing = [key for key, text in texts().items() if fields(text["en"]) != fields(text["ja"])]
    assert set(differing) <= left_out_on_purpose


def test_no_text_shouts_or_uses_full_width_digits_or_brackets() -> None:
    wrong = [
        key
        for key, text in texts().items()
        if re.search("[!\uff01\uff1f\uff10-\uff19\uff08\uff09\uff05]", text["ja"] + text["en"])
    ]
    assert wrong == []


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(KeyError):
        say("no.such.key", "ja")


@pytest.mark.parametrize(
    ("spec", "value", "japanese", "english"),
    [
        ("count", 1284, "1,284", "1,284"),
        ("count", 123_456, "12.3万", "123.5k"),
        ("pct", 0.3226, "32%", "32%"),
        ("pct1", 0.219, "21.9%", "21.9%"),
        ("pt", -0.081, "−8.1pt", "−8.1pt"),
        ("pt", 0.012, "+1.2pt", "+1.2pt"),
        ("month", "2026-07", "7月", "Jul"),
        ("months", date(2025, 12, 1), "2025年12月", "Dec 2025"),
        ("day", date(2026, 11, 10), "11月10日(火)", "Tue 10 Nov"),
        ("moment", datetime(2026, 11, 10, 8, 42), "11月10日(火) 8:42", "Tue 10 Nov 8:42"),
        ("signed", -2, "−2", "−2"),
        ("signed", 0, "0", "0"),
    ],
)
def test_numbers_and_days_are_written_as_people_write_them(
    spec: str, value: object, japanese: str, english: str
) -> None:
    assert FORMATS[spec](value, "ja") == japanese
    assert FORMATS[spec](value, "en") == english


def test_a_plural_is_chosen_by_its_number() -> None:
    assert say("unit.of_leads", "en", n=1) == "1 lead"
    assert say("unit.of_leads", "en", n=1200) == "1,200 leads"


def test_a_month_a_year_away_says_its_year() -> None:
    assert month_near("2026-07", "2026-11", "ja") == "7月"
    assert month_near("2025-11", "2026-11", "ja") == "2025年11月"


@pytest.mark.parametrize(
    ("first", "last", "japanese"),
    [
        ("2026-02", "2026-07", "2026年2〜7月"),
        ("2025-11", "2026-03", "2025年11月〜2026年3月"),
        ("2026-07", "2026-07", "2026年7月"),
    ],
)
def test_a_range_of_months_says_each_year_once(first: str, last: str, japanese: str) -> None:
    assert month_range(first, last, "ja") == japanese


def test_a_delay_turns_into_business_days_after_two_of_them() -> None:
    assert late_by(9.2, 8, "ja") == "9.2営業時間"
    assert late_by(16, 8, "ja") == "16.0営業時間"
    assert late_by(34.4, 8, "ja") == "4.3営業日"
    assert late_by(8, 8, "ja", longest=34.4) == "1.0営業日"  # a list is written in one unit
    assert late_by(0, 8, "ja") == "5分未満"


def test_a_delay_between_two_is_written_in_what_the_longer_one_is_counted_in() -> None:
    assert late_range(2, 9.2, 8, "ja") == "2〜9営業時間"
    assert late_range(12, 34.4, 8, "ja") == "2〜4営業日"
    assert late_range(12, 34.4, 8, "en", is_elapsed=True) == "12–34 hours"
    assert late_range(300, 624, 8, "ja", is_elapsed=True) == "12〜26日"
    assert late_range(9.1, 9.2, 8, "ja") == "9.2営業時間", "no range where it cannot be read"


@pytest.mark.parametrize(
    ("rate", "whole", "tenths"),
    [
        (0, "0%", "0.0%"),
        (1, "100%", "100.0%"),
        (0.996, "99.6%", "99.6%"),
        (0.004, "0.4%", "0.4%"),
        (0.9996, "99.96%", "99.96%"),
        (0.00004, "0.004%", "0.004%"),
        (0.995, "99.5%", "99.5%"),
        (0.005, "0.5%", "0.5%"),
        (0.994, "99%", "99.4%"),
        (1.004, "100.4%", "100.4%"),
    ],
)
def test_no_rate_between_is_written_as_all_or_nothing(rate: float, whole: str, tenths: str) -> None:
    assert percent(rate) == FORMATS["pct"](rate, "ja") == whole
    assert percent(rate, 1) == FORMATS["pct1"](rate, "en") == tenths


def test_every_rate_of_a_fine_grid_says_whether_it_is_all_or_nothing() -> None:
    for digits in (0, 1):
        for base in (3, 7, 400, 20_001):
            for part in range(base + 1):
                written = float(percent(part / base, digits).removesuffix("%"))
                assert (written == 0) == (part == 0)
                assert (written == 100) == (part == base)


def test_a_column_of_rates_has_as_many_decimals_as_the_one_that_needs_most() -> None:
    assert percent_form([0.2, 0.5]) % 20.0 == "20%"
    assert percent_form([0.2, 0.996, float("nan")]) % 99.6 == "99.6%"
    assert percent_form([]) == "%.0f%%"


def test_no_date_is_written_in_a_way_that_only_some_platforms_know() -> None:
    root = Path(__file__).parent.parent
    files = [
        path for room in ("funnel", "pages", "benchmarks", "tests") for path in (root / room).glob("**/*.py")
    ]
    wrong = [path.name for path in files if re.search(r"%[-#][A-Za-z]", path.read_text(encoding="utf-8"))]
    assert wrong == []


def test_money_is_written_in_man_and_oku() -> None:
    assert money(800, "JPY", "ja") == "800円"
    assert money(12_345, "JPY", "ja") == "1.2万円"
    assert money(340_000_000, "JPY", "ja") == "3.4億円"
    assert money(12_345, "EUR", "ja") == "12,345 EUR"


def test_a_colleague_is_spoken_of_with_san_and_by_the_family_name() -> None:
    assert called("高橋 健", "ja") == "高橋さん"
    assert called("高橋 健", "en") == "高橋 健"
    assert called("John Smith", "ja") == "John Smithさん"
