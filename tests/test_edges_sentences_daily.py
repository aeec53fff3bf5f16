"""Every branch of the findings of the morning, of silence and of one lead, word for word in both languages."""

from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from funnel import headlines as say
from tests.judged_frames import silent_stages
from tests.test_edges_sentences import T, in_both
from tests.test_sentences import STAGES
from tests.test_sentences_morning import attained, owners

# ---------------------------------------------------------------- the morning


@pytest.mark.parametrize(
    ("counts", "whose", "texts"),
    [
        ({"overdue": 6}, {"高橋 健": 3, "伊藤 彩": 3},  # half of them, and three
         ("期限超過は6件。うち3件が高橋さんの担当です", "6 overdue, 3 of them 高橋 健's")),
        ({"overdue": 7}, {"高橋 健": 3}, ("期限超過は7件。最長は4.3営業日です", "7 overdue, the longest by 4.3 business days")),
        ({"overdue": 4}, {"高橋 健": 2}, ("期限超過は4件。最長は4.3営業日です", "4 overdue, the longest by 4.3 business days")),
        ({"overdue": 3}, {"高橋 健": 3}, ("期限超過は3件。すべて高橋さんの担当です", "3 overdue, all 高橋 健's")),
        ({"overdue": 1}, {}, ("期限超過は1件。最長は4.3営業日です", "1 overdue, the longest by 4.3 business days")),
        ({"overdue": 0, "due_today": 1}, {},
         ("期限超過はありません。本日期限は1件です", "Nothing is overdue. 1 due today")),
        ({}, {}, ("期限超過も本日期限もありません", "Nothing is overdue or due today")),
    ],
)  # fmt: skip
def test_the_headline_of_the_morning(
    counts: dict[str, int], whose: dict[str, int], texts: tuple[str, str]
) -> None:
    assert in_both(say.overdue_headline, counts, owners(**whose), 34.4, 8) == texts


def test_nobodys_clocks_are_no_persons() -> None:
    nobody = pd.DataFrame({"owner": [None, "高橋 健"], "overdue": [9, 1]})
    assert say.overdue_headline({"overdue": 10}, nobody, None, 8, "en") == (
        "10 overdue, the longest by < 5 minutes"
    )  # fmt: skip


def test_after_closing_time_tomorrow_is_named_only_where_something_is_due() -> None:
    opening = datetime(2026, 11, 11, 9)

    def said(due: int, counts: dict[str, int]) -> str:
        named = {"next_opening": opening, "due_after_opening": due}
        return say.overdue_headline(counts, owners(), None, 8, "en", **named)  # type: ignore[arg-type]

    assert said(1, {}) == "1 deadline from Wed 11 Nov 9:00"
    assert said(0, {}) == "Nothing is overdue or due today"
    assert said(0, {"due_today": 2}) == "Nothing is overdue. 2 due today"
    assert said(6, {"overdue": 1}) == "1 overdue, the longest by < 5 minutes"


CLOSING = datetime(2026, 11, 10, 18)
AHEAD = date(2026, 11, 10)


@pytest.mark.parametrize(
    ("given", "texts"),
    [
        ((1, None, T), ("11月10日(火)は営業日ではありません", "Tue 10 Nov is not a business day")),
        ((1, CLOSING, CLOSING), ("本日の営業時間は終わりました", "Business hours are over for today")),
        ((1, CLOSING, CLOSING - timedelta(microseconds=1)),
         ("終業までにあと1件が期限を迎えます", "1 more is due by closing time")),
        ((2, CLOSING, T, None, 3), ("本日期限は3件、うち2件が終業までです", "3 due today, 2 of them by closing time")),
        ((2, CLOSING, T, None, 2), ("終業までにあと2件が期限を迎えます", "2 more are due by closing time")),
        ((0, CLOSING, T, None, 1), ("本日期限は1件、うち0件が終業までです", "1 due today, 0 of them by closing time")),
        ((0, CLOSING, T), ("終業までに迎える期限はありません", "Nothing more is due by closing time")),
        ((2, CLOSING, T, AHEAD, 3),
         ("11月10日(火)の終業までに2件が期限を迎えます", "2 are due by closing time on Tue 10 Nov")),
        ((0, CLOSING, T, AHEAD),
         ("11月10日(火)の終業までに迎える期限はありません", "Nothing is due by closing time on Tue 10 Nov")),
    ],
)  # fmt: skip
def test_what_is_due_by_closing_time(given: tuple[Any, ...], texts: tuple[str, str]) -> None:
    names = ("clocks", "closing", "as_of", "ahead", "due_today")
    assert in_both(say.due_by_closing, **dict(zip(names, given, strict=False))) == texts


def test_what_is_due_on_the_next_business_day() -> None:
    assert in_both(say.due_next, 1, T) == (
        "次の営業日 11月10日(火)に1件が期限を迎えます", "1 is due on Tue 10 Nov, the next business day"
    )  # fmt: skip
    assert in_both(say.due_next, 0, T) == (
        "次の営業日 11月10日(火)に迎える期限はありません", "Nothing is due on Tue 10 Nov, the next business day"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("people", "target", "texts"),
    [
        ([("高橋 健", 5, 20, 0.4), ("渡辺 亮", 4, 20, 0.4)], 0.5,  # the lowest first
         ("渡辺さんと高橋さんが目標50%を下回ります", "渡辺 亮 and 高橋 健 below the target of 50%")),
        ([("高橋 健", 5, 20, 0.5)], 0.5, ("目標50%を下回ると言える人はいません", "Nobody is clearly below 50%")),
        ([("高橋 健", 0, 19, 0.1)], 0.5, ("目標50%を下回ると言える人はいません", "Nobody is clearly below 50%")),
        ([("高橋 健", 5, 20, 0.4)], None, ("期限内対応率に目標がありません", "No target is set for attainment")),
        ([(None, 5, 20, 0.4)], 0.5, ("期限を迎えた対応がまだありません", "No deadline has passed yet")),
        ([(f"とても長い名前{n} 某", 1, 20, 0.1) for n in range(4)] + [("高橋 健", 20, 20, 1.0)], 0.5,
         ("5人中4人が目標50%を下回ります", "4 of 5 people are below 50%")),
    ],
)  # fmt: skip
def test_who_is_below_the_target(people: list[Any], target: float | None, texts: tuple[str, str]) -> None:
    assert in_both(say.owners_below_target, attained(*people, target=target)) == texts


@pytest.mark.parametrize(
    ("policies", "goals", "texts"),
    [
        ([("a", 5, 20, 0.4)], {"a": 0.5}, ("Aが目標を下回ります", "A below target")),
        ([("a", 5, 20, 0.5)], {"a": 0.5}, ("目標を下回ると言えるルールはありません", "No policy is clearly below target")),
        ([("a", 5, 19, 0.4)], {"a": 0.5}, ("目標を下回ると言えるルールはありません", "No policy is clearly below target")),
        ([("a", 5, 20, 0.4)], {}, ("期限内対応率に目標がありません", "No target is set for attainment")),
        ([("a", 5, 20, 0.4)], {"b": 0.5}, ("期限を迎えた対応がまだありません", "No deadline has passed yet")),
        ([("とても長い名前の対応ルールその一", 1, 20, 0.1), ("とても長い名前の対応ルールその二", 1, 20, 0.1), ("a", 9, 20, 0.9)],
         {"とても長い名前の対応ルールその一": 0.5, "とても長い名前の対応ルールその二": 0.5, "a": 0.5},
         ("3ルール中2ルールが目標を下回ります", "2 of 3 policies are below target")),
    ],
)  # fmt: skip
def test_which_policy_is_below_its_target(
    policies: list[Any], goals: dict[str, float], texts: tuple[str, str]
) -> None:
    assert in_both(say.policies_below_target, attained(*policies, goals=goals), {"a": "A"}) == texts


def test_home_speaks_of_leads_without_an_owner_only_where_nothing_presses() -> None:
    def said(counts: dict[str, int], unassigned: int) -> tuple[str, str]:
        return in_both(say.home_headline, counts, owners(), 10, 8, unassigned)

    assert said({}, 1) == ("担当者のいないリードが1件あります", "1 lead has no owner")
    assert said({"due_today": 1}, 1)[1] == "Nothing is overdue. 1 due today"
    assert said({"overdue": 1}, 1)[1] == "1 overdue, the longest by 10.0 business hours"
    assert said({}, 0)[1] == "Nothing is overdue or due today"
    ahead = say.home_headline({}, owners(), 10, 8, 0, "en", ahead=AHEAD)
    assert ahead == "Nothing is overdue or due on Tue 10 Nov"


# ---------------------------------------------------------------- silence


@pytest.mark.parametrize(
    ("given", "texts"),
    [
        ((0, 0, "Hot"), ("90日以上無反応のリードはありません", "No lead has been silent for 90 days or more")),
        ((1, 0, "Hot"), ("90日以上無反応は1件です", "1 lead has been silent for 90 days or more")),
        ((2, 1, None), ("90日以上無反応は2件です", "2 leads have been silent for 90 days or more")),
        ((2, 1, "Hot"), ("90日以上無反応は2件。うち1件は過去にHotでした", "2 silent for 90 days or more; 1 were once Hot")),
        ((2, 2, "Hot"), ("90日以上無反応は2件。すべて過去にHotでした", "2 silent for 90 days or more; all were once Hot")),
    ],
)  # fmt: skip
def test_how_many_are_silent(given: tuple[Any, ...], texts: tuple[str, str]) -> None:
    assert in_both(say.dormant_headline, *given, 90) == texts


@pytest.mark.parametrize(
    ("leads", "texts"),
    [
        ([0], ("90日以上無反応のリードはありません", "No lead has been silent for 90 days or more")),
        ([19], ("無反応は19件です", "19 silent leads")),
        ([20, 0], ("無反応はすべて育成中です", "All silent leads are in 育成中")),
        ([8, 12], ("無反応はすべて休眠と育成中です", "All silent leads are in 休眠 and 育成中")),
        ([79, 11, 10], ("育成中と休眠で90%を占めます", "育成中 and 休眠 make up 90%")),
        ([80, 11, 9], ("育成中が80%を占めます", "育成中 makes up 80%")),
    ],
)
def test_where_the_silent_are(leads: list[int], texts: tuple[str, str]) -> None:
    pool = silent_stages(dict(zip(["nurturing", "dormant", "mql"], leads, strict=False)))
    assert in_both(say.dormant_stages, pool, STAGES, 90) == texts


@pytest.mark.parametrize(
    ("months", "at", "texts", "sub"),
    [
        ([], T, ("この期間に増減はありません", "Nothing came or went in the period"),
         ("月ごとの増(上)と減(下)", "In (up) and out (down) by month")),
        ([("2026-12", 10, 12)], datetime(2027, 1, 1),
         ("12月に無反応は差し引き2件増えました", "Dec: 2 more silent, net"),
         ("月ごとの増(上)と減(下)", "In (up) and out (down) by month")),
        ([("2026-12", 12, 10)], datetime(2027, 1, 1),
         ("12月に無反応は差し引き2件減りました", "Dec: 2 fewer silent, net"),
         ("月ごとの増(上)と減(下)", "In (up) and out (down) by month")),
        ([("2026-12", 10, 12)], datetime(2026, 12, 31),  # up to the end of the 30th
         ("12月は30日までで無反応が差し引き2件増えています", "Dec 1–30: 2 more silent, net"),
         ("月ごとの増(上)と減(下)・12月は30日まで", "In (up) and out (down) · Dec 1–30")),
        ([("2026-12", 12, 10)], datetime(2026, 12, 31, 0, 1),
         ("12月は31日までで無反応が差し引き2件減っています", "Dec 1–31: 2 fewer silent, net"),
         ("月ごとの増(上)と減(下)・12月は31日まで", "In (up) and out (down) · Dec 1–31")),
        ([("2026-11", 9, 9), ("2026-12", 12, 10)], datetime(2026, 12, 31),
         ("11月は増減がありません", "Nov: no net change"),
         ("月ごとの増(上)と減(下)・12月は30日まで", "In (up) and out (down) · Dec 1–30")),
    ],
)  # fmt: skip
def test_how_silence_grew(
    months: list[Any], at: datetime, texts: tuple[str, str], sub: tuple[str, str]
) -> None:
    flow = pd.DataFrame(months, columns=["month", "opening", "closing"])
    assert in_both(say.dormant_flow, flow, at) == texts
    assert in_both(say.dormant_flow_sub, flow, at) == sub


@pytest.mark.parametrize(
    ("rates", "texts"),
    [
        ([None, None], ("過去に高スコアだった順に連絡してください", "Contact in order of their best score")),
        ([0.2, 0.2], ("復帰見込みは20%で、順番をつけられません", "The wake-up rate is 20% throughout: it gives no order")),
        ([0.2], ("復帰見込みの高い順に連絡してください", "Contact in order of the wake-up rate")),
        ([0.2, None], ("復帰見込みの高い順に連絡してください", "Contact in order of the wake-up rate")),
        ([0.2, 0.1], ("復帰見込みの高い順に連絡してください", "Contact in order of the wake-up rate")),
    ],
)  # fmt: skip
def test_in_which_order_to_wake(rates: list[float | None], texts: tuple[str, str]) -> None:
    assert in_both(say.dormant_list, [{"wakeable": rate} for rate in rates]) == texts


def test_who_falls_asleep() -> None:
    assert in_both(say.falling_asleep, 1) == (
        "まもなく無反応になるリードが1件あります", "1 lead is about to fall silent"
    )  # fmt: skip
    assert in_both(say.falling_asleep, 0) == (
        "まもなく無反応になるリードはありません", "No lead is about to fall silent"
    )  # fmt: skip
    assert say.last_seen(datetime(2027, 1, 1)) == datetime(2026, 12, 31, 23, 59, 59, 999999)


# ---------------------------------------------------------------- one lead

LATE = {"label": "P", "late_hours": 16.1}


@pytest.mark.parametrize(
    ("pressing", "texts"),
    [
        ({"overdue": LATE, "due_today": LATE}, ("C:Pが2.0営業日超過しています", "C: P is overdue by 2.0 business days")),
        ({"overdue": LATE | {"is_elapsed": True}}, ("C:Pが16.1時間超過しています", "C: P is overdue by 16.1 hours")),
        ({"overdue": LATE | {"least_late_hours": 8.0, "most_late_hours": 24.0}},
         ("C:Pが1〜3営業日超過しています", "C: P is overdue by 1–3 business days")),
        ({"due_today": LATE, "undeterminable": LATE}, ("C:Pの期限は今日です", "C: P is due today")),
        ({"undeterminable": LATE, "silent_days": 9.0}, ("C:Pの状態は判定不能です", "C: the state of P is undeterminable")),
        ({"silent_days": 90.9}, ("C:90日反応がありません", "C: silent for 90 days")),
        ({"days": None}, ("C:いまS、期限超過はありません", "C: in S now, nothing overdue")),
        ({"days": 1.9}, ("C:Sになって1日、期限超過はありません", "C: 1 day in S, nothing overdue")),
        ({"days": 1.2, "most_days": 1.9}, ("C:Sになって1日、期限超過はありません", "C: 1 day in S, nothing overdue")),
        ({"days": 1.9, "most_days": 2.0}, ("C:Sになって1〜2日、期限超過はありません", "C: 1–2 days in S, nothing overdue")),
    ],
)  # fmt: skip
def test_what_presses_most_of_a_lead(pressing: dict[str, Any], texts: tuple[str, str]) -> None:
    given = {"days": 3.0, "overdue": None, "due_today": None, "silent_days": None} | pressing
    assert in_both(say.lead_headline, "C", "S", hours_per_day=8, **given) == texts


@pytest.mark.parametrize(
    ("spells", "texts"),
    [
        ([], ("", "")),
        ([("A", 1)], ("12月に獲得してからAのままです", "In A since creation in Dec")),
        ([("A", 1), ("B", 1)], ("12月に獲得し、いまBです", "Created in Dec, now in B")),
        ([("A", 1), ("B", 1), ("C", 1)], ("12月の獲得からBを経て、いまCです", "Created in Dec, now in C by way of B")),
        ([("A", 1), ("B", 1), ("C", 1), ("D", 1)],
         ("12月の獲得からBとCを経て、いまDです", "Created in Dec, now in D by way of B and C")),
        ([("A", 1), ("B", 1), ("C", 1), ("D", 1), ("E", 1)],  # of three only the last
         ("12月の獲得からDを経て、いまEです", "Created in Dec, now in E by way of D")),
        ([("A", 1), ("B", 1), ("A", 2), ("C", 2)],  # one that begins a second pass says so
         ("12月の獲得からBと2回目のAを経て、いまCです", "Created in Dec, now in C by way of B and A (pass 2)")),
        ([("A", 1), ("B", 2), ("C", 2), ("D", 2)],  # what goes on in it does not
         ("12月の獲得から2回目のBとCを経て、いまDです", "Created in Dec, now in D by way of B (pass 2) and C")),
        ([("A", 1), ("B", 1), ("B", 1), ("C", 1)],
         ("12月の獲得からBを経て、いまCです", "Created in Dec, now in C by way of B")),
    ],
)  # fmt: skip
def test_the_way_of_a_lead(spells: list[tuple[str, int]], texts: tuple[str, str]) -> None:
    rows = [{"label": label, "pass": number} for label, number in spells]
    assert in_both(say.lead_path, rows, datetime(2025, 12, 31), date(2026, 11, 10)) == texts
