"""Every branch of the findings on conversion, reach and waiting, word for word in both languages."""

from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from funnel import headlines as say
from funnel.headlines import Step
from funnel.headlines.common import newest_whole_month
from tests.judged_frames import runs
from tests.reference_judging import is_small
from tests.test_sentences import STAGES, aging, cohorts, compared

T = datetime(2026, 11, 10, 9, 0)
STEP, BORN, TO_DATE = Step("MQL", "SQL", 90), Step("新規", "SQL", 90, True), Step("MQL", "SQL", None)


def in_both(function: Any, *given: Any, **named: Any) -> tuple[str, str]:
    """The sentence in Japanese and in English."""
    return function(*given, language="ja", **named), function(*given, language="en", **named)


# ---------------------------------------------------------------- what they lean on


def test_a_month_is_whole_once_the_next_one_begins_at_new_year_too() -> None:
    months = pd.DataFrame({"month": ["2026-11", "2026-12"]})

    def newest(at: datetime) -> Any:
        row = newest_whole_month(months, at)
        return row and row["month"]

    begins = datetime(2027, 1, 1)
    assert newest(begins) == "2026-12"
    assert newest(begins - timedelta(microseconds=1)) == "2026-11"
    assert newest(datetime(2026, 12, 1)) == "2026-11"
    assert newest(datetime(2026, 11, 30, 23)) is None


# ---------------------------------------------------------------- conversion


@pytest.mark.parametrize(
    ("months", "step", "texts"),
    [
        ([("2026-07", 40, 3, None)], TO_DATE,
         ("現時点までの転換率です。若い月ほど低く出ます", "Conversion to date: the younger the month, the lower it reads")),
        ([("2026-10", 40, 3, False)], STEP,
         ("90日の判定期間が終わった月がまだありません", "No month has completed its 90-day window yet")),
        ([("2026-07", 0, 0, True)], STEP, ("7月にMQLになったリードはありません", "No lead became MQL in Jul")),
        ([("2026-07", 0, 0, True)], BORN, ("7月に獲得したリードはありません", "No lead was created in Jul")),
        ([("2026-07", 19, 9, True)], STEP,
         ("7月のMQLは母数が19件のため参考値です。率は比べません",
          "MQL in Jul: small base (19), so no rate is compared")),
        ([("2026-07", 20, 9, True)], STEP,
         ("7月にMQLになった20件のうち、45.0%が90日以内にSQLになりました",
          "45.0% of the 20 leads that became MQL in Jul became SQL within 90 days")),
        ([("2026-07", 20, 9, True)], BORN,
         ("7月に獲得した20件のうち、45.0%が90日以内にSQLになりました",
          "45.0% of the 20 leads created in Jul became SQL within 90 days")),
        ([("2025-11", 20, 9, True), ("2026-11", 5, 0, False)], STEP,
         ("2025年11月にMQLになった20件のうち、45.0%が90日以内にSQLになりました",
          "45.0% of the 20 leads that became MQL in Nov 2025 became SQL within 90 days")),
    ],
)  # fmt: skip
def test_the_headline_of_a_cohort(months: list[Any], step: Step, texts: tuple[str, str]) -> None:
    assert in_both(say.conversion_headline, cohorts(*months), step) == texts


@pytest.mark.parametrize(
    ("months", "target", "texts"),
    [
        ([("2026-06", 20, 9, True), ("2026-07", 20, 9, True)], None,
         ("前月比 +0.0pt(誤差の範囲)", "+0.0pt on the month before (within chance)")),
        ([("2026-06", 400, 90, True), ("2026-07", 400, 160, True), ("2026-08", 9, 0, False)], 0.31,
         ("前月比 +17.5pt(誤差を超える上昇)。目標31%に届いています。8月以降は90日たっていないため観測途中です",
          "+17.5pt on the month before (a rise beyond chance). The target of 31% is reached."
          " Aug and later are still young: 90 days have not passed")),
        ([("2026-06", 400, 160, True), ("2026-07", 400, 90, True)], 0.33,
         ("前月比 −17.5pt(誤差を超える低下)。目標33%を下回っています",
          "−17.5pt on the month before (a fall beyond chance). Below the target of 33%")),
        ([("2026-07", 20, 10, True)], 0.42,
         ("目標42%に届いたかは判断保留です", "Unclear whether the target of 42% is reached")),
        ([("2026-06", 19, 1, True), ("2026-07", 20, 10, True)], None,
         ("前月は母数が19件のため比べません", "Not compared: the month before has a base of 19")),
        ([("2026-06", 20, 5, True), ("2026-07", 0, 0, True)], 0.3,
         ("最後にあった6月は20件のうち25.0%でした", "The last one with any, Jun: 25.0% of 20")),
        ([("2026-06", 19, 5, True), ("2026-07", 0, 0, True)], 0.3, ("", "")),
        ([("2026-07", 0, 0, True)], None, ("", "")),
        ([("2026-10", 40, 3, False)], 0.3, ("", "")),
    ],
)  # fmt: skip
def test_the_note_of_a_cohort(months: list[Any], target: float | None, texts: tuple[str, str]) -> None:
    assert in_both(say.conversion_note, cohorts(*months, target=target), STEP) == texts
    assert in_both(say.conversion_note, cohorts(*months, target=target), TO_DATE) == ("", "")


def test_what_the_review_counts_more_is_the_leads_that_skipped() -> None:
    months, july = cohorts(("2026-07", 68, 8, True)), date(2026, 7, 1)
    texts = (
        "月次の69件はMQLの飛び越し1件を含みます",
        "The monthly review counts 69 MQL, with the 1 that skipped it",
    )
    assert in_both(say.beside_kpi, months, {july: 69}, STEP) == texts
    silent = [({july: 68}, STEP), ({july: 67}, STEP), ({}, STEP), ({july: 69}, BORN), ({july: 69}, TO_DATE)]
    assert [say.beside_kpi(months, counts, step, "ja") for counts, step in silent] == [""] * 5
    assert say.beside_kpi(cohorts(("2026-07", 0, 0, True)), {july: 3}, STEP, "ja") == ""
    assert say.beside_kpi(cohorts(("2026-07", 9, 0, False)), {july: 10}, STEP, "ja") == ""


def yearly(*converted: int, entered: int = 100) -> pd.DataFrame:
    """Mature months from October on, over new year."""
    names = ["2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04"]
    return cohorts(*[(name, entered, count, True) for name, count in zip(names, converted, strict=False)])


@pytest.mark.parametrize(
    ("months", "revised", "texts"),
    [
        (yearly(32, 32, 12, 22), [date(2025, 12, 31)],  # the month of the revision is after it
         ("12月の改定後、32%から17%に下がりました", "After the rules of Dec, it fell from 32% to 17%")),
        (yearly(12, 12, 32, 32), [date(2025, 12, 1)],
         ("12月の改定後、12%から32%に上がりました", "After the rules of Dec, it rose from 12% to 32%")),
        (yearly(30, 30, 30, 30), [date(2025, 11, 15), date(2025, 12, 1)],  # the newest of them
         ("12月の改定の前後の差は誤差の範囲です", "Before and after the rules of Dec: within chance")),
        (yearly(30, 30, 30, 30), [date(2025, 12, 1), date(2026, 5, 1)],  # one with nothing after it is passed
         ("12月の改定の前後の差は誤差の範囲です", "Before and after the rules of Dec: within chance")),
        (yearly(3, 3, 12, 12, 12), [],
         ("2025年12月〜2026年2月は12%。それ以前の3%から上がりました", "Dec 2025–Feb 2026: 12%. It rose from 3%")),
        (yearly(40, 40, 12, 12, 12), [],
         ("2025年12月〜2026年2月は12%。それ以前の40%から下がりました", "Dec 2025–Feb 2026: 12%. It fell from 40%")),
        (yearly(12, 12, 12, 12, 12), [],
         ("2025年12月〜2026年2月は12%。それ以前とは誤差の範囲です",
          "Dec 2025–Feb 2026: 12%, within chance of all before")),
        (yearly(2, 2, 2, 2, entered=20), [],
         ("2025年11月〜2026年1月は10%。それ以前とは誤差の範囲です",
          "Nov 2025–Jan 2026: 10%, within chance of all before")),
        (yearly(2, 2, 2, 2, entered=19), [],
         ("比べられる月がまだ足りません", "Too few mature months to compare")),
        (yearly(2, 2, 2), [date(2025, 10, 1)],
         ("比べられる月がまだ足りません", "Too few mature months to compare")),
    ],
)  # fmt: skip
def test_the_run_of_months(months: pd.DataFrame, revised: list[date], texts: tuple[str, str]) -> None:
    newest = date.fromisoformat(f"{months['month'].iloc[-1]}-01")
    assert in_both(say.conversion_trend, runs(months, revised), STEP, newest) == texts
    assert in_both(say.conversion_trend, runs(months, revised), TO_DATE, newest) == (
        "若い月ほど低く出ます", "Younger months read lower"
    )  # fmt: skip


def test_the_period_ratio_of_a_month_at_the_bound_of_small() -> None:
    def ratios(base: int, ratio: float | None = 0.24) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "month": ["2025-11", "2026-11"],
                "entered_from": [base, 9],
                "entered_to": [12, 1],
                "ratio": [ratio, 0.1],
                "small": [is_small(base), True],
            }
        )

    assert in_both(say.period_ratio, ratios(20), T) == (
        "期間比(参考)は2025年11月 24.0%", "Period ratio: 24.0% in Nov 2025"
    )  # fmt: skip
    assert in_both(say.period_ratio, ratios(19), T) == (
        "2025年11月の期間比は参考値です", "Period ratio of Nov 2025: small base"
    )  # fmt: skip
    assert in_both(say.period_ratio, ratios(20, None), T) == (
        "期間比(参考)はまだ出せません",
        "No period ratio yet",
    )
    assert in_both(say.period_parts, ratios(20), T) == ("2025年11月12/20件", "12/20 in Nov 2025")
    assert in_both(say.period_parts, ratios(20, None), T) == ("", "")


# ---------------------------------------------------------------- reach


@pytest.mark.parametrize(
    ("verdicts", "texts"),
    [
        (["below", "above"], ("Aは目安を下回ります", "A below the benchmark")),
        (["unclear", "above", "within"], ("Bは目安を上回ります", "B above the benchmark")),
        (["within", "unclear", None], ("Aは目安の範囲内です", "A within the benchmark")),
        (["unclear", "unclear"], ("目安に届くかは判断保留です", "Unclear against the benchmark")),
        ([None], ("目安を比べられるリードがありません", "No leads to hold against the benchmark")),
    ],
)
def test_the_verdicts_on_benchmarks(verdicts: list[str | None], texts: tuple[str, str]) -> None:
    frame = compared(*zip("abc", verdicts, strict=False))
    assert in_both(say.benchmarks, frame, {"a": "A", "b": "B", "c": "C"}) == texts


@pytest.mark.parametrize(
    ("verdict", "texts"),
    [
        ("below", ("4区分中3区分が目安を下回ります", "3 of 4 groups are below the benchmark")),
        ("above", ("4区分中3区分が目安を上回ります", "3 of 4 groups are above the benchmark")),
        ("within", ("4区分中3区分が目安の範囲内です", "3 of 4 groups are within the benchmark")),
    ],
)
def test_many_groups_are_counted(verdict: str, texts: tuple[str, str]) -> None:
    names = {value: f"とても長い名前のグループ{value}です" for value in "abcd"}
    frame = compared(*[(value, "unclear" if value == "d" else verdict) for value in "abcd"])
    assert in_both(say.benchmarks, frame, names) == texts


def test_a_finding_is_counted_only_where_its_names_do_not_fit() -> None:
    def below(letters: int) -> str:
        return say.benchmarks(compared(("a", "below")), {"a": "あ" * letters}, "ja")

    assert below(15) == f"{'あ' * 15}は目安を下回ります", "24 letters"
    assert below(16) == "1区分中1区分が目安を下回ります"


def test_channels_are_compared_from_two_with_a_base_on() -> None:
    def said(*rows: tuple[str, float, float, str | None]) -> tuple[str, str]:
        frame = pd.DataFrame(rows, columns=["segment", "mql_share", "sql_share", "verdict"])
        frame["share_change"] = frame["sql_share"] - frame["mql_share"]
        return in_both(say.channels, frame, {"b": "展示会"}, dimension="チャネル")

    few = ("比べられる件数のチャネルがありません", "No チャネル with a base large enough")
    same = ("SQL到達率の差は誤差の範囲です", "SQL reach rates differ within chance")
    assert said(("a", 0.95, 1.0, "above"), ("b", 0.05, 0.0, None)) == few
    assert said(("a", 0.95, 1.0, "above"), ("b", 0.05, 0.0, "below")) == (
        "展示会はMQLの5%、SQLでは0%です", "展示会: 5% of MQL, 0% of SQL"
    )  # fmt: skip
    assert said(("a", 0.95, 0.96, "within_chance"), ("b", 0.05, 0.04, "within_chance")) == same
    assert said(("a", 0.8, 0.9, "above"), ("b", 0.2, 0.1, "within_chance")) == same
    assert said(("a", 0.66, 0.87, "above"), ("b", 0.17, 0.04, "below"), ("c", 0.17, 0.09, "below"))[1] == (
        "展示会: 17% of MQL, 4% of SQL"
    )


def test_the_funnel_in_every_shape() -> None:
    def stages(*reached: int) -> pd.DataFrame:
        return pd.DataFrame(
            {"stage": ["new", "mql", "sql"], "reached": reached, "rate_from_first": [1.0, 0.35, 0.12]}
        ).assign(leads=reached[0], small=is_small(reached[0]))

    assert in_both(say.funnel, stages(20, 7, 2), STAGES, "mql", "sql") == (
        "リードの35.0%がMQLに、12.0%がSQLになりました", "35.0% of leads became MQL, 12.0% became SQL"
    )  # fmt: skip
    assert in_both(say.funnel, stages(20, 7, 2), STAGES, "new", "sql") == (
        "リードの12.0%がSQLになりました", "12.0% of leads became SQL"
    )  # fmt: skip
    assert say.funnel(stages(20, 7, 2), STAGES, None, None, "en") == "35.0% of leads became MQL"
    assert in_both(say.funnel, stages(19, 7, 2), STAGES, "mql", "sql") == (
        "リードが19件と少ないため参考値です", "Only 19 leads: small base"
    )  # fmt: skip
    assert say.funnel(stages(1, 0, 0), STAGES, "mql", "sql", "en") == "Only 1 lead: small base"
    nobody = ("この期間に獲得したリードはありません", "No lead was created in the period")
    assert in_both(say.funnel, stages(0, 0, 0), STAGES, "mql", "sql") == nobody
    assert in_both(say.funnel, stages(0, 0, 0)[:0], STAGES, "mql", "sql") == nobody


# ---------------------------------------------------------------- aging


@pytest.mark.parametrize(
    ("stages", "headline", "rates"),
    [
        ({"mql": (20, 0, 5), "sql": (40, 0, 20)},
         ("SQLの50%が上限のLを超えています", "50% of SQL are over the limit of L"),
         ("SQLの50%、MQLの25%が上限を超えています", "Over the limit: 50% of SQL, 25% of MQL")),
        ({"mql": (20, 1, 5), "sql": (40, 0, 4)},  # 19 dated: small
         ("SQLの10%が上限のLを超えています", "10% of SQL are over the limit of L"),
         ("SQLの10%が上限を超えています", "10% of SQL are over the limit")),
        ({"mql": (19, 0, 5), "sql": (9, 0, 6)},
         ("SQLは9件のうち6件が上限を超えています", "SQL: 6 of 9 are over the limit"),
         ("SQLは9件のうち6件が上限を超えています", "SQL: 6 of 9 are over the limit")),
        ({"sql": (9, 1, 8)},
         ("SQLの8件はすべて上限を超えています", "SQL: all 8 are over the limit"),
         ("SQLの8件はすべて上限を超えています", "SQL: all 8 are over the limit")),
        ({"sql": (40, 0, 0)},
         ("上限を超えているリードはありません", "No lead is over its limit"),
         ("上限を超えているリードはありません", "No lead is over its limit")),
        ({"lost": (9, 0, None)},
         ("上限を決めたステージがありません", "No stage has a limit"),
         ("上限を決めたステージがありません", "No stage has a limit")),
        ({"sql": (0, 0, 0), "lost": (0, 0, None)},
         ("待っているリードはありません", "No lead is waiting"),
         ("上限を超えているリードはありません", "No lead is over its limit")),
    ],
)  # fmt: skip
def test_the_sentences_on_waiting(
    stages: dict[str, tuple[int, int, int | None]], headline: tuple[str, str], rates: tuple[str, str]
) -> None:
    frame = aging(**stages)
    assert in_both(say.aging_headline, frame, STAGES, {"sql": "L", "mql": "L"}) == headline
    assert in_both(say.aging_rates, frame, STAGES) == rates


def test_the_ridge_and_the_buckets() -> None:
    assert in_both(say.aging_ridge, aging(mql=(30, 0, 1), lost=(9, 0, None))) == (
        "上限を超えているのは全部で1件です", "1 lead is over the limit in all"
    )  # fmt: skip
    assert in_both(say.aging_ridge, aging(mql=(30, 0, 0))) == (
        "上限を超えているリードはありません", "No lead is over its limit"
    )  # fmt: skip

    def buckets(*rows: tuple[str, str, int]) -> tuple[str, str]:
        return in_both(
            say.aging_buckets, pd.DataFrame(rows, columns=["stage", "bucket", "leads"]), ["new", "mql"]
        )

    assert buckets(("new", "181+", 1), ("mql", "181+", 2), ("mql", "91-180", 9)) == (
        "181日以上待っているリードが3件あります", "3 leads have waited 181 days or more"
    )  # fmt: skip
    assert buckets(("new", "181+", 0), ("lost", "181+", 2), ("mql", "91-180", 1)) == (
        "91日以上待っているリードが1件あります", "1 lead has waited 91 days or more"
    )  # fmt: skip
    assert buckets(("new", "61-90", 5)) == (
        "91日以上待っているリードはありません", "No lead has waited 91 days or more"
    )  # fmt: skip
