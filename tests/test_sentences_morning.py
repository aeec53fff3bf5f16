"""The findings of the morning: what is overdue and whose, what falls due, who misses the target."""

from collections.abc import Mapping
from datetime import datetime

import pandas as pd

from funnel import headlines
from tests.reference_judging import interval_on_target, is_small

T = datetime(2026, 11, 10, 9, 0)


def owners(**overdue: int) -> pd.DataFrame:
    return pd.DataFrame({"owner": list(overdue), "overdue": list(overdue.values())})


def test_a_person_is_named_only_with_half_and_three_of_what_is_overdue() -> None:
    def say(counts: dict[str, int], who: pd.DataFrame) -> str:
        return headlines.overdue_headline(counts, who, 34.4, 8, "ja")

    named = owners(**{"高橋 健": 9, "伊藤 彩": 5})
    assert say({"overdue": 14}, named) == "期限超過は14件。うち9件が高橋さんの担当です"
    spread = owners(**{"高橋 健": 5, "伊藤 彩": 5, "渡辺 亮": 4})
    assert say({"overdue": 14}, spread) == "期限超過は14件。最長は4.3営業日です"
    assert say({"overdue": 2}, owners(**{"高橋 健": 2})) == "期限超過は2件。最長は4.3営業日です"
    assert say({"due_today": 9}, named) == "期限超過はありません。本日期限は9件です"
    assert say({}, named) == "期限超過も本日期限もありません"


def test_after_hours_the_next_opening_is_named() -> None:
    said = headlines.overdue_headline(
        {}, owners(), None, 8, "ja", next_opening=datetime(2026, 11, 11, 9), due_after_opening=6
    )
    assert said == "11月11日(水) 9:00からの期限が6件あります"


def test_what_is_due_by_closing_time_knows_closed_days_and_evenings() -> None:
    closing = datetime(2026, 11, 10, 18)
    assert headlines.due_by_closing(9, closing, T, "ja") == "終業までにあと9件が期限を迎えます"
    assert headlines.due_by_closing(0, closing, T, "ja") == "終業までに迎える期限はありません"
    assert headlines.due_by_closing(0, closing, closing, "ja") == "本日の営業時間は終わりました"
    assert headlines.due_by_closing(0, None, T, "ja") == "11月10日(火)は営業日ではありません"


def test_at_the_end_of_a_day_the_day_that_is_meant_is_named() -> None:
    ahead, nobody = T.date(), owners()
    said = headlines.overdue_headline({"due_today": 2}, nobody, None, 8, "ja", ahead=ahead)
    assert said == "期限超過はありません。11月10日(火)が期限のものは2件です"
    assert headlines.overdue_headline({}, nobody, None, 8, "ja", ahead=ahead) == (
        "期限超過も11月10日(火)が期限のものもありません"
    )
    assert headlines.due_by_closing(2, T.replace(hour=18), T, "ja", ahead) == (
        "11月10日(火)の終業までに2件が期限を迎えます"
    )
    assert headlines.due_next(5, T, "ja") == "次の営業日 11月10日(火)に5件が期限を迎えます"
    assert headlines.due_next(0, T, "ja") == "次の営業日 11月10日(火)に迎える期限はありません"


def attained(
    *people: tuple[str | None, int, int, float],
    target: float | None = None,
    goals: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Rows of `sla_summary` by owner: met, all judged clocks, upper end of the interval; `goals` by policy."""
    aims = dict.fromkeys([name for name, *_ in people], target) | {**(goals or {})}
    rows = [
        {
            "segment": name,
            "policy": name,
            "attained": met,
            "judged": judged,
            "attainment": met / judged,
            "ci_high": high,
            "small": is_small(judged),
            "target": aims[name],
            "target_verdict": interval_on_target((0.0, high), judged, aims[name]),
        }
        for name, met, judged, high in people
    ]
    busy = {name for name, *_ in people}
    idle = [{"segment": None, "policy": name, "target": aims[name]} for name in aims if name not in busy]
    return pd.DataFrame([*rows, *idle])


def test_people_below_target_are_named_only_for_certain() -> None:
    team = [
        ("高橋 健", 51, 98, 0.62), ("渡辺 亮", 29, 34, 0.94), ("中村 直樹", 1, 9, 0.4), ("佐藤", 36, 38, 0.99)
    ]  # fmt: skip
    said = headlines.owners_below_target(attained(*team, target=0.95), "ja")
    assert said == "高橋さんと渡辺さんが目標95%を下回ります"
    said = headlines.owners_below_target(attained(*team[3:], target=0.95), "ja")
    assert said.startswith("目標95%を下回ると言える人は")
    assert headlines.owners_below_target(attained(*team), "ja") == "期限内対応率に目標がありません"
    many = attained(*[(f"長い名前の担当者{n} 某", 1, 98, 0.1) for n in range(5)], target=0.95)
    assert headlines.owners_below_target(many, "ja") == "5人中5人が目標95%を下回ります"


def test_a_review_names_policies_and_no_person() -> None:
    summary = attained(("first_contact", 51, 98, 0.62), ("sql_decision", 90, 98, 0.99), target=0.95)
    said = headlines.policies_below_target(summary, {"first_contact": "MQL初回接触"}, "ja")
    assert said == "MQL初回接触が目標を下回ります"


def test_home_says_the_worst_that_can_be_acted_on() -> None:
    def say(counts: dict[str, int], unassigned: int) -> str:
        return headlines.home_headline(counts, owners(**{"高橋 健": 9}), 10, 8, unassigned, "ja")

    assert say({"overdue": 14}, 3).startswith("期限超過は14件")
    assert say({"due_today": 9}, 3) == "期限超過はありません。本日期限は9件です"
    assert say({}, 3) == "担当者のいないリードが3件あります"
    assert say({}, 0) == "期限超過も本日期限もありません"


def test_deadlines_of_today_after_closing_time_are_told_apart() -> None:
    closing = T.replace(hour=18)
    said = headlines.due_by_closing(2, closing, T, "ja", due_today=3)
    assert said == "本日期限は3件、うち2件が終業までです"
    assert headlines.due_by_closing(3, closing, T, "ja", due_today=3) == "終業までにあと3件が期限を迎えます"
