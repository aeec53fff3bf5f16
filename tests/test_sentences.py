"""The findings say what the answers bear, and no more."""

from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest

from funnel import headlines
from funnel.headlines import Step
from funnel.headlines.common import HALF_WIDTH
from funnel.words.durations import late_by
from funnel.words.widths import half_widths
from tests.judged_frames import judged_bands, judged_cohorts, judged_figures, runs, shortfall, silent_stages
from tests.reference_judging import is_small
from tests.test_sentences_morning import owners

T = datetime(2026, 11, 10, 9, 0)
MQL_TO_SQL = Step("MQL", "SQL", 90)
STAGES = {"new": "新規", "nurturing": "育成中", "mql": "MQL", "sql": "SQL", "dormant": "休眠", "lost": "失注"}


def cohorts(*months: tuple[str, int, int, bool | None], target: float | None = None) -> pd.DataFrame:
    """Rows of `conversion`: month, entered, converted, mature; an interval of ±9 points."""
    return judged_cohorts(
        [
            {
                "month": month,
                "entered": entered,
                "converted": converted,
                "rate": converted / entered if entered else None,
                "ci_low": converted / entered - 0.09 if entered else None,
                "ci_high": converted / entered + 0.09 if entered else None,
                "mature": mature,
            }
            for month, entered, converted, mature in months
        ],
        target,
    )


def test_the_headline_is_of_the_newest_mature_month_and_never_of_a_young_one() -> None:
    months = cohorts(("2026-06", 60, 13, True), ("2026-07", 64, 14, True), ("2026-08", 60, 3, False))
    assert (
        headlines.conversion_headline(months, MQL_TO_SQL, "ja")
        == "7月にMQLになった64件のうち、21.9%が90日以内にSQLになりました"
    )
    assert headlines.conversion_note(months, MQL_TO_SQL, "ja") == (
        "前月比 +0.2pt(誤差の範囲)。8月以降は90日たっていないため観測途中です"
    )
    assert "Jul" in headlines.conversion_headline(months, MQL_TO_SQL, "en")


def test_a_change_is_called_one_only_beyond_chance() -> None:
    far = cohorts(("2026-06", 400, 160, True), ("2026-07", 400, 90, True))
    near = cohorts(("2026-06", 40, 16, True), ("2026-07", 40, 12, True))
    assert "誤差を超える低下" in headlines.conversion_note(far, MQL_TO_SQL, "ja")
    assert "誤差の範囲" in headlines.conversion_note(near, MQL_TO_SQL, "ja")
    assert "誤差を超える上昇" in headlines.conversion_note(
        cohorts(("2026-06", 400, 90, True), ("2026-07", 400, 160, True)), MQL_TO_SQL, "ja"
    )


def test_a_small_base_is_neither_put_forward_nor_compared() -> None:
    small = cohorts(("2026-06", 60, 13, True), ("2026-07", 15, 9, True))
    assert (
        headlines.conversion_headline(small, MQL_TO_SQL, "ja")
        == "7月のMQLは母数が15件のため参考値です。率は比べません"
    )
    small = cohorts(("2026-06", 60, 13, True), ("2026-07", 15, 9, True), target=0.3)
    assert headlines.conversion_note(small, MQL_TO_SQL, "ja") == ""
    before = cohorts(("2026-06", 15, 9, True), ("2026-07", 60, 13, True))
    assert "前月は母数が15件のため比べません" in headlines.conversion_note(before, MQL_TO_SQL, "ja")


def test_a_month_without_anyone_and_a_young_only_range_say_so() -> None:
    assert (
        headlines.conversion_headline(cohorts(("2026-07", 0, 0, True)), MQL_TO_SQL, "ja")
        == "7月にMQLになったリードはありません"
    )
    assert "終わった月がまだありません" in headlines.conversion_headline(
        cohorts(("2026-10", 40, 3, False)), MQL_TO_SQL, "ja"
    )
    to_date = Step("MQL", "SQL", None)
    assert (
        headlines.conversion_headline(cohorts(("2026-07", 40, 3, None)), to_date, "ja")
        == "現時点までの転換率です。若い月ほど低く出ます"
    )


@pytest.mark.parametrize(
    ("converted", "said"),
    [(14, "目標30%に届いたかは判断保留です"), (5, "目標30%を下回っています"), (40, "目標30%に届いています")],
)
def test_a_target_is_judged_by_the_interval(converted: int, said: str) -> None:
    months = cohorts(("2026-07", 64, converted, True), target=0.3)
    assert said in headlines.conversion_note(months, MQL_TO_SQL, "ja")


def test_a_revision_of_the_rules_is_named_where_both_sides_can_be_judged() -> None:
    months = [(f"2026-{month:02}", 100, 32 if month < 4 else 12, True) for month in range(1, 8)]
    revised = [date(2026, 4, 1)]

    def said(months: list[tuple[str, int, int, bool]], revised: list[date]) -> str:
        frame = cohorts(*months)
        newest = date.fromisoformat(f"{frame['month'].iloc[-1]}-01")
        return headlines.conversion_trend(runs(frame, revised), MQL_TO_SQL, newest, "ja")

    assert said(months, revised) == "4月の改定後、32%から12%に下がりました"
    same = [(month, 100, 30, True) for month, *_ in months]
    assert "誤差の範囲" in said(same, revised)
    assert "2026年5〜7月は" in said(same, [])
    risen = [(month, 100, 3 if place < 3 else 12, True) for place, (month, *_) in enumerate(months)]
    assert said(risen, []) == "2026年5〜7月は12%。それ以前の5%から上がりました"
    assert said([("2026-07", 12, 3, True)], []) == "比べられる月がまだ足りません"


def test_the_period_ratio_is_of_a_month_that_is_over() -> None:
    ratios = pd.DataFrame(
        {
            "month": ["2026-10", "2026-11"],
            "entered_from": [50, 20],
            "entered_to": [12, 18],
            "ratio": [0.24, 0.9],
            "small": [False, False],
        }
    )
    assert headlines.period_ratio(ratios, T, "ja") == "期間比(参考)は10月 24.0%"
    assert headlines.period_parts(ratios, T, "ja") == "10月12/50件"
    assert headlines.period_parts(ratios.iloc[1:], T, "ja") == ""
    assert headlines.period_ratio(ratios.iloc[1:], T, "ja") == "期間比(参考)はまだ出せません"
    few = ratios.assign(entered_from=6, small=True)
    assert headlines.period_ratio(few, T, "ja") == "10月の期間比は参考値です"


def test_the_leads_that_skipped_a_stage_explain_the_larger_count_of_the_review() -> None:
    months = cohorts(("2026-07", 68, 8, True), ("2026-08", 60, 3, False))
    counts = {date(2026, 7, 1): 69, date(2026, 8, 1): 70}
    said = headlines.beside_kpi(months, counts, MQL_TO_SQL, "ja")
    assert said == "月次の69件はMQLの飛び越し1件を含みます"
    assert headlines.beside_kpi(months, {date(2026, 7, 1): 68}, MQL_TO_SQL, "ja") == ""


def compared(*verdicts: tuple[str, str | None]) -> pd.DataFrame:
    return pd.DataFrame([{"value": value, "verdict": verdict} for value, verdict in verdicts])


def test_benchmarks_are_read_off_the_verdict() -> None:
    labels = {"inbound": "インバウンド", "event": "展示会", "outbound": "アウトバウンド"}
    two = compared(("inbound", "below"), ("event", "below"), ("outbound", "unclear"))
    assert headlines.benchmarks(two, labels, "ja") == "インバウンドと展示会は目安を下回ります"
    assert (
        headlines.benchmarks(compared(("inbound", "unclear")), labels, "ja") == "目安に届くかは判断保留です"
    )
    assert headlines.benchmarks(compared(("inbound", None)), labels, "ja").startswith("目安を比べられる")
    long = compared(("inbound", "below"), ("event", "below"), ("outbound", "below"))
    assert headlines.benchmarks(long, labels, "ja") == "3区分中3区分が目安を下回ります"


def aging(**stages: tuple[int, int, int | None]) -> pd.DataFrame:
    """Rows of `stage_aging`: waiting, assumed, over the limit (None = no limit)."""
    return pd.DataFrame(
        [
            {
                "stage": stage,
                "waiting_leads": waiting,
                "assumed": assumed,
                "over_limit": over,
                "over_limit_rate": None if over is None or waiting == assumed else over / (waiting - assumed),
                "dated": waiting - assumed,
                "small": is_small(waiting - assumed),
            }
            for stage, (waiting, assumed, over) in stages.items()
        ]
    )


def test_the_worst_stage_is_named_with_its_limit() -> None:
    frame = aging(nurturing=(1043, 0, 143), mql=(62, 0, 20), lost=(400, 0, None))
    limits = {"mql": "5営業日", "nurturing": "180日"}
    assert headlines.aging_headline(frame, STAGES, limits, "ja") == "MQLの32%が上限の5営業日を超えています"
    assert headlines.aging_rates(frame, STAGES, "ja") == "MQLの32%、育成中の14%が上限を超えています"
    assert headlines.aging_ridge(frame, "ja") == "上限を超えているのは全部で163件です"


def test_few_waiting_leads_are_said_as_counts() -> None:
    frame = aging(sql=(14, 2, 3))
    assert headlines.aging_headline(frame, STAGES, {}, "ja") == "SQLは12件のうち3件が上限を超えています"
    assert headlines.aging_rates(frame, STAGES, "ja") == "SQLは12件のうち3件が上限を超えています"


def test_nothing_over_nothing_waiting_and_no_limits_are_three_sentences() -> None:
    assert (
        headlines.aging_headline(aging(sql=(40, 0, 0)), STAGES, {}, "ja")
        == "上限を超えているリードはありません"
    )
    assert headlines.aging_headline(aging(sql=(0, 0, 0)), STAGES, {}, "ja") == "待っているリードはありません"
    assert headlines.aging_headline(aging(lost=(9, 0, None)), STAGES, {}, "ja").startswith("上限を決めた")


def test_nobody_waits_in_lost_and_dormant() -> None:
    buckets = pd.DataFrame(
        [("mql", "181+", 3), ("lost", "181+", 90), ("mql", "91-180", 5)], columns=["stage", "bucket", "leads"]
    )
    assert headlines.aging_buckets(buckets, ["mql"], "ja") == "181日以上待っているリードが3件あります"
    assert headlines.aging_buckets(buckets.iloc[1:], ["mql"], "ja") == "91日以上待っているリードが5件あります"


BANDS = {"cold": "コールド", "warm": "ウォーム", "hot": "ホット"}


def bands(*counts: tuple[str, int, int]) -> pd.DataFrame:
    """Rows of `score_bands` with a rough interval that narrows with the base."""
    found: list[dict[str, Any]] = []
    for band, leads, converted in counts:
        rate = converted / leads if leads else None
        margin = leads**-0.5 if leads else 0
        found.append(
            {
                "band": band,
                "leads": leads,
                "converted": converted,
                "rate": rate,
                "ci_low": None if rate is None else rate - margin,
                "ci_high": None if rate is None else rate + margin,
            }
        )
    return judged_bands(found)


def test_bands_apart_beyond_chance_within_chance_and_reversed_are_told_apart() -> None:
    def say(*counts: tuple[str, int, int]) -> str:
        return headlines.scores_headline(bands(*counts), BANDS, "SQL", 120, "ja")

    assert say(("cold", 612, 18), ("warm", 431, 52), ("hot", 148, 47)) == (
        "ホットのSQL転換率は31.8%。ウォーム(12.1%)の2.6倍で、区間は重なりません"
    )
    assert "誤差を超えます" in say(("cold", 100, 3), ("warm", 100, 18), ("hot", 100, 32))
    assert "の約13倍で" in say(("cold", 9, 0), ("warm", 1050, 12), ("hot", 171, 26))
    assert say(("cold", 100, 3), ("warm", 100, 18), ("hot", 100, 20)) == (
        "ホットとウォームの差は誤差の範囲です。スコアは商談化を分けていません"
    )
    assert "より低く" in say(("cold", 100, 3), ("warm", 400, 200), ("hot", 400, 80))
    assert say(("cold", 100, 3), ("warm", 400, 200), ("hot", 9, 8)).startswith("ホットは母数が9件")
    assert say(("cold", 0, 0), ("warm", 0, 0), ("hot", 0, 0)).startswith("判定できるリードがまだありません")


def test_the_run_of_bands_rises_only_where_every_step_does() -> None:
    def say(*counts: tuple[str, int, int]) -> str:
        return headlines.score_bands(bands(*counts), BANDS, "SQL", "ja")

    assert say(("cold", 612, 18), ("warm", 431, 52), ("hot", 148, 47)) == "スコアが高いほどSQLになっています"
    partly = say(("cold", 612, 18), ("warm", 431, 52), ("hot", 40, 6))
    assert partly == "ウォームとホットの差は誤差の範囲です"
    assert "足りません" in say(("cold", 612, 18), ("hot", 4, 3))


def test_leads_handed_off_below_the_threshold_are_counted() -> None:
    scores = [(80, 90, "mql", 6), (90, 100, "mql", 12), (100, 110, "mql", 44), (0, 10, "new", 9)]
    some, good = (pd.DataFrame([shortfall(bins, "mql", 100)]) for bins in (scores, scores[2:3]))
    assert headlines.score_distribution(some, "mql", STAGES, 100, "ja") == "MQLの29%は100点に届いていません"
    assert headlines.score_distribution(some, None, STAGES, None, "ja") == "スコアのついたリードは71件です"
    assert headlines.score_distribution(good, "mql", STAGES, 100, "ja").startswith("MQLはすべて")


def test_silence_is_told_with_those_who_were_hot() -> None:
    assert headlines.dormant_headline(1284, 109, "ホット", 90, "ja") == (
        "90日以上無反応は1,284件。うち109件は過去にホットでした"
    )
    assert headlines.dormant_headline(0, 0, "ホット", 90, "ja") == "90日以上無反応のリードはありません"
    assert headlines.dormant_headline(3, 3, "ホット", 90, "ja").endswith("すべて過去にホットでした")
    pool = silent_stages({"nurturing": 641, "dormant": 552, "mql": 91})
    assert headlines.dormant_stages(pool, STAGES, 90, "ja") == "育成中と休眠で93%を占めます"
    two = silent_stages({"nurturing": 641, "dormant": 552})
    assert headlines.dormant_stages(two, STAGES, 90, "ja") == "無反応はすべて育成中と休眠です"


def test_the_flow_is_of_a_whole_month_or_said_as_running() -> None:
    flow = pd.DataFrame({"month": ["2026-10", "2026-11"], "opening": [100, 179], "closing": [179, 204]})
    assert headlines.dormant_flow(flow, T, "ja") == "10月に無反応は差し引き79件増えました"
    assert (
        headlines.dormant_flow(flow.iloc[1:], T, "ja") == "11月は10日までで無反応が差し引き25件増えています"
    )
    assert headlines.dormant_flow_sub(flow, T, "ja") == "月ごとの増(上)と減(下)・11月は10日まで"
    midnight = datetime(2026, 12, 1)
    assert headlines.dormant_flow(flow, midnight, "ja") == "11月に無反応は差し引き25件増えました"


def test_the_funnel_names_the_milestones_that_the_rules_map() -> None:
    stages = pd.DataFrame(
        {"stage": ["new", "mql", "sql"], "reached": [623, 218, 75], "rate_from_first": [1, 0.35, 0.12]}
    ).assign(leads=623, small=False)
    assert (
        headlines.funnel(stages, STAGES, "mql", "sql", "ja") == "リードの35.0%がMQLに、12.0%がSQLになりました"
    )
    assert headlines.funnel(stages, STAGES, None, None, "ja") == "リードの35.0%がMQLになりました"
    few = stages.assign(reached=[9, 3, 1], leads=9, small=True)
    assert headlines.funnel(few, STAGES, "mql", "sql", "ja") == "リードが9件と少ないため参考値です"


def test_a_lead_says_what_presses_most() -> None:
    def say(**pressing: Any) -> str:
        values = {"overdue": None, "due_today": None, "silent_days": None} | pressing
        return headlines.lead_headline(
            "株式会社ひびき電子", "SQL", 12.4, hours_per_day=8, language="ja", **values
        )

    late = {"label": "営業の初回商談", "late_hours": 9.2}
    assert say(overdue=late) == "株式会社ひびき電子:営業の初回商談が9.2営業時間超過しています"
    assert say(due_today=late) == "株式会社ひびき電子:営業の初回商談の期限は今日です"
    assert say(silent_days=120.0) == "株式会社ひびき電子:120日反応がありません"
    assert say() == "株式会社ひびき電子:SQLになって12日、期限超過はありません"
    assert say(undeterminable=late) == "株式会社ひびき電子:営業の初回商談の状態は判定不能です"
    assert say(most_days=26.9) == "株式会社ひびき電子:SQLになって12〜26日、期限超過はありません"
    assert say(most_days=12.9) == say()
    ranged = late | {"least_late_hours": 2.0, "most_late_hours": 34.4}
    assert say(overdue=ranged) == "株式会社ひびき電子:営業の初回商談が0〜4営業日超過しています"


def test_the_way_of_a_lead_names_its_second_pass() -> None:
    labels = ["新規", "育成中", "MQL", "育成中", "MQL", "SQL"]
    spells = [
        {"label": label, "pass": 2 if place >= 4 else 1, "entered_at": T}
        for place, label in enumerate(labels)
    ]
    may, today = datetime(2026, 5, 1), T.date()
    said = headlines.lead_path(spells, may, today, "ja")
    assert said == "5月の獲得から2回目のMQLを経て、いまSQLです"
    assert headlines.lead_path(spells[:1], may, today, "ja") == "5月に獲得してから新規のままです"
    assert headlines.lead_path(spells[:2], may, today, "ja") == "5月に獲得し、いま育成中です"
    said = headlines.lead_path(spells[:2], datetime(2024, 11, 1), today, "ja")
    assert said == "2024年11月に獲得し、いま育成中です"


def test_the_month_is_judged_against_its_target_only_when_it_is_over() -> None:
    def kpis(reached: bool | None, month: str) -> pd.DataFrame:
        return judged_figures(
            [
                {
                    "kpi": "mql",
                    "month": month,
                    "value": 38,
                    "base": None,
                    "ci_low": None,
                    "ci_high": None,
                    "target": 30,
                    "reached": reached,
                    "small": False,
                }
            ]
        )

    assert headlines.monthly_headline(kpis(True, "2026-10"), T, {"mql": "MQL"}, ["mql"], "ja") == (
        "10月のMQLは38件で、目標30件に届きました"
    )
    assert headlines.monthly_headline(kpis(None, "2026-11"), T, {"mql": "MQL"}, ["mql"], "ja") == (
        "11月のMQLは10日までで38件、目標は30件です"
    )


def test_quality_says_what_was_refused_before_what_is_odd() -> None:
    quality = pd.DataFrame(
        [
            ("file", "leads.parquet rows_read", 100),
            ("file", "leads.parquet quarantined", 3),
            ("reason", "duplicate_key", 3),
            ("finding", "no_owner", 9),
        ],
        columns=["part", "name", "rows"],
    )
    assert headlines.quality_headline(quality, "ja") == "100行のうち3行を取り込めませんでした"
    assert headlines.quality_reasons(quality, "ja") == "取り込めなかった行は3行です"
    assert headlines.quality_kinds(quality, "ja") == "数字に影響しうる確認事項が1種類あります"


def test_a_card_headline_fits_its_card() -> None:
    assert half_widths("インバウンドと展示会は目安を下回ります") / 2 <= HALF_WIDTH
    assert half_widths("12ab") / 2 == 2


def test_a_delay_is_said_in_what_its_policy_counts() -> None:
    assert late_by(9.2, 8, "ja") == "9.2営業時間"
    assert late_by(30, 8, "ja", is_elapsed=True) == "30.0時間"
    assert late_by(60, 8, "ja", is_elapsed=True) == "2.5日"


def targets(
    *figures: tuple[str, float, float | None, float | None, float, bool | None, bool],
) -> pd.DataFrame:
    """Rows of `kpis` for October: kpi, value, ci_low, ci_high, target, reached, small."""
    names = ["kpi", "value", "ci_low", "ci_high", "target", "reached", "small"]
    rows = [dict(zip(names, figure, strict=True), month="2026-10") for figure in figures]
    return judged_figures(rows).astype({"reached": "object"})


def test_the_review_says_how_many_targets_are_missed_for_certain_and_names_them() -> None:
    kpis = targets(
        ("mql", 70.0, None, None, 60.0, True, False),
        ("sql", 7.0, None, None, 12.0, False, False),
        ("won", 1.0, None, None, 4.0, None, False),
        ("mql_to_sql", 0.118, 0.07, 0.22, 0.3, False, False),
        ("first_contact", 0.9, 0.8, 0.96, 0.95, False, False),
        ("dormant_share", 0.34, 0.32, 0.36, 0.2, False, False),
    )
    labels = {name: name.upper() for name in kpis["kpi"]}
    assert headlines.target_verdicts(kpis, labels) == {
        "mql": "reached",
        "sql": "missed",
        "mql_to_sql": "missed",
        "first_contact": "unclear",
        "dormant_share": "missed",
    }
    assert (
        headlines.monthly_headline(kpis, T, labels, labels, "ja")
        == "10月は目標のある5指標のうち3つが目標未達です"
    )
    assert headlines.monthly_note(kpis, labels, lambda kpi, value: f"{value:g}", "ja") == (
        "未達はSQL 7(目標12)、MQL_TO_SQL 0.118(目標0.3)、DORMANT_SHARE 0.34(目標0.2)です"
    )
    good = kpis[kpis["kpi"].isin(["mql", "first_contact"])]
    said = headlines.monthly_headline(good, T, labels, labels, "ja")
    assert said == "10月は目標のある2指標のうち1つが目標に届き、残りは判断保留です"
    assert headlines.monthly_note(good, labels, lambda kpi, value: f"{value:g}", "ja") == ""


def test_a_wake_up_rate_that_is_the_same_for_all_gives_no_order() -> None:
    def said(*rates: float | None) -> str:
        return headlines.dormant_list([{"wakeable": rate} for rate in rates], "ja")

    assert said(0.0, 0.0) == "復帰見込みは0%で、順番をつけられません"
    assert said(0.4, 0.1) == "復帰見込みの高い順に連絡してください"
    assert said(None, None) == "過去に高スコアだった順に連絡してください"


def test_all_is_said_of_all() -> None:
    said = headlines.overdue_headline({"overdue": 3}, owners(**{"高橋 健": 3}), 9.0, 8.0, "ja")
    assert said == "期限超過は3件。すべて高橋さんの担当です"


def test_what_to_do_next_names_only_what_there_is() -> None:
    assert headlines.next_steps(15, 661, 0, "ja") == "次に減らすのは期限超過15件と上限超過661件です"
    assert headlines.next_steps(0, 0, 0, "ja") == "期限超過も上限超過もありません"
