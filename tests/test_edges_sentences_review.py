"""Every branch of the findings of the review, of scores and of the data's quality, word for word in both languages."""

from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from funnel import headlines as say
from funnel.rows import records
from tests.judged_frames import judged_bands, shortfall
from tests.test_edges_sentences import T, in_both
from tests.test_sentences import STAGES, bands, targets

BANDS = {"cold": "Cold", "warm": "Warm", "hot": "Hot"}
NAMES = {name: name.upper() for name in ("leads", "mql", "sql", "won")}


# ---------------------------------------------------------------- scores


@pytest.mark.parametrize(
    ("counts", "texts"),
    [
        ([("cold", 0, 0), ("hot", 0, 0)],
         ("判定できるリードがまだありません(獲得から120日必要)", "No lead is old enough yet (120 days after creation)")),
        ([(None, 40, 3), ("hot", 40, 3)], ("比べられる件数の帯が足りません", "Too few leads per band to compare")),
        ([("warm", 20, 1), ("hot", 19, 8)],
         ("Hotは母数が19件のため参考値です。率は比べません", "Hot: small base (19), so no rate is compared")),
        ([("warm", 19, 1), ("hot", 20, 8)],
         ("Warmは母数が19件のため参考値です。率は比べません", "Warm: small base (19), so no rate is compared")),
        ([("cold", 90, 80), ("warm", 20, 1), ("hot", 20, 2)],
         ("HotとWarmの差は誤差の範囲です。スコアは商談化を分けていません",
          "Hot and Warm differ within chance: the score does not separate them")),
        ([("warm", 400, 200), ("hot", 400, 80)],
         ("HotのSQL転換率は20.0%。Warm(50.0%)より低く、差は誤差を超えます",
          "Hot leads become SQL at 20.0%, below Warm (50.0%), beyond chance")),
        ([("warm", 100, 20), ("hot", 100, 34)],
         ("HotのSQL転換率は34.0%。Warm(20.0%)より高く、差は誤差を超えます",
          "Hot leads become SQL at 34.0%, above Warm (20.0%), beyond chance")),
        ([("warm", 400, 40), ("hot", 400, 100)],
         ("HotのSQL転換率は25.0%。Warm(10.0%)の2.5倍で、区間は重なりません",
          "Hot leads become SQL at 25.0%: 2.5× Warm (10.0%), intervals apart")),
        ([("warm", 400, 8), ("hot", 400, 80)],
         ("HotのSQL転換率は20.0%。Warm(2.0%)の約10倍で、区間は重なりません",
          "Hot leads become SQL at 20.0%: about 10× Warm (2.0%), intervals apart")),
        ([("warm", 400, 0), ("hot", 400, 80)],
         ("HotのSQL転換率は20.0%。Warm(0.0%)より高く、差は誤差を超えます",
          "Hot leads become SQL at 20.0%, above Warm (0.0%), beyond chance")),
    ],
)  # fmt: skip
def test_the_highest_band_against_the_next(counts: list[Any], texts: tuple[str, str]) -> None:
    assert in_both(say.scores_headline, bands(*counts), BANDS, "SQL", 120) == texts


def test_intervals_that_touch_are_not_apart() -> None:
    rows = records(bands(("warm", 400, 40), ("hot", 400, 100)).assign(ci_low=[0.05, 0.2], ci_high=[0.2, 0.3]))
    touching = judged_bands(rows)
    said = say.scores_headline(touching, BANDS, "SQL", 120, "en")
    assert said == "Hot leads become SQL at 25.0%, above Warm (10.0%), beyond chance"


@pytest.mark.parametrize(
    ("counts", "texts"),
    [
        ([("cold", 400, 4), ("warm", 400, 40), ("hot", 400, 100)],
         ("スコアが高いほどSQLになっています", "The higher the score, the more become SQL")),
        ([("cold", 400, 40), ("warm", 400, 4), ("hot", 400, 100)],
         ("スコアが低い帯のほうがSQLになっています", "Lower bands become SQL more often")),
        ([("cold", 400, 40), ("warm", 400, 41), ("hot", 400, 42)],
         ("帯による差は誤差の範囲です", "The bands differ within chance")),
        ([("cold", 400, 40), ("warm", 400, 41), ("hot", 400, 100)],
         ("ColdとWarmの差は誤差の範囲です", "Cold and Warm differ within chance")),
        ([("cold", 400, 4), ("warm", 400, 40), ("hot", 400, 41)],
         ("WarmとHotの差は誤差の範囲です", "Warm and Hot differ within chance")),
        ([("cold", 19, 4), ("warm", 20, 4)], ("比べられる件数の帯が足りません", "Too few leads per band to compare")),
        ([("cold", 20, 0), ("warm", 19, 19), ("hot", 20, 20)],
         ("スコアが高いほどSQLになっています", "The higher the score, the more become SQL")),
        ([(None, 400, 4), ("hot", 400, 100)],
         ("比べられる件数の帯が足りません", "Too few leads per band to compare")),
    ],
)  # fmt: skip
def test_the_run_of_bands(counts: list[Any], texts: tuple[str, str]) -> None:
    assert in_both(say.score_bands, bands(*counts), BANDS, "SQL") == texts


@pytest.mark.parametrize(
    ("rows", "texts"),
    [
        ([(None, None, "mql", 9)], ("スコアのついたリードがありません", "No lead has a score")),
        ([(0, 10, "new", 1)], ("スコアのついたリードは1件です", "1 lead has a score")),
        (
            [
                (90, 100, "mql", 5),
                (100, 110, "mql", 15),
                (0, 10, "new", 9),
            ],  # a bin that ends at the threshold
            ("MQLの25%は100点に届いていません", "25% of MQL are below 100"),
        ),
        (
            [(90, 100, "mql", 5), (100, 110, "mql", 14)],
            ("MQLは19件のうち5件が100点未満です", "MQL: 5 of 19 are below 100"),
        ),
        ([(100, 110, "mql", 30)], ("MQLはすべて100点に届いています", "All MQL have reached 100")),
        ([(90, 100, "mql", 30)], ("MQLの30件はすべて100点未満です", "MQL: all 30 are below 100")),
    ],
)
def test_the_spread_of_scores(rows: list[Any], texts: tuple[str, str]) -> None:
    frame = pd.DataFrame([shortfall(rows, "mql", 100)])
    assert in_both(say.score_distribution, frame, "mql", STAGES, 100) == texts


def test_who_is_held_back() -> None:
    assert in_both(say.held_back, 1, 100) == (
        "100点以上の未引き渡しが1件あります", "1 lead has 100 or more, not handed off"
    )  # fmt: skip
    assert in_both(say.held_back, 0, 99.5) == (
        "99.5点以上の未引き渡しはありません", "No lead with 99.5 or more is held back"
    )  # fmt: skip


# ---------------------------------------------------------------- the review, the data


@pytest.mark.parametrize(
    ("figure", "verdict"),
    [
        (("mql_to_sql", 0.4, 0.3, 0.5, 0.3, True, False), "reached"),  # an interval that begins at the target
        (("mql_to_sql", 0.4, 0.29, 0.5, 0.3, True, False), "unclear"),
        (("mql_to_sql", 0.2, 0.1, 0.3, 0.3, False, False), "unclear"),  # one that ends at it
        (("mql_to_sql", 0.2, 0.1, 0.29, 0.3, False, False), "missed"),
        (("mql_to_sql", 0.4, 0.3, 0.5, 0.3, True, True), "unclear"),
        (("dormant_share", 0.2, 0.1, 0.3, 0.3, True, False), "reached"),
        (("dormant_share", 0.2, 0.1, 0.31, 0.3, True, False), "unclear"),
        (("dormant_share", 0.4, 0.3, 0.5, 0.3, False, False), "unclear"),
        (("dormant_share", 0.4, 0.31, 0.5, 0.3, False, False), "missed"),
        (("mql", 5.0, None, None, 5.0, True, False), "reached"),
        (("mql", 4.0, None, None, 5.0, False, False), "missed"),
        (("mql", 4.0, None, None, 5.0, None, False), None),
    ],
)
def test_a_verdict_on_a_target(figure: Any, verdict: str | None) -> None:
    kpis = targets(figure)
    assert say.target_verdicts(kpis, [figure[0]]).get(figure[0]) == verdict
    assert say.target_verdicts(kpis, ["other"]) == {}


MET, MISSED = ("leads", 9.0, None, None, 5.0, True, False), ("sql", 2.0, None, None, 5.0, False, False)
UNSURE = ("mql_to_sql", 0.4, 0.2, 0.5, 0.3, True, False)


@pytest.mark.parametrize(
    ("figures", "texts"),
    [
        ([("mql", 6.0, None, None, 5.0, True, False), MET],
         ("10月は目標のある2指標すべてで目標に届きました", "Oct: all 2 targets are reached")),
        ([("mql", 4.0, None, None, 5.0, False, False), MISSED],
         ("10月は目標のある2指標がすべて未達です", "Oct: all 2 targets are missed")),
        ([("mql", 6.0, None, None, 5.0, True, False), MISSED, MET],
         ("10月は目標のある3指標のうち1つが目標未達です", "Oct: 1 of 3 targets are missed")),
        ([("mql", 6.0, None, None, 5.0, True, False), UNSURE, MET],
         ("10月は目標のある3指標のうち2つが目標に届き、残りは判断保留です",
          "Oct: 2 of 3 targets are reached, the others are unclear")),
        ([("mql", 6.0, None, None, 5.0, True, False)],
         ("10月のMQLは6件で、目標5件に届きました", "Oct: 6 MQL, the target of 5 is reached")),
        ([("mql", 4.0, None, None, 5.0, False, False)],
         ("10月のMQLは4件で、目標5件に届きませんでした", "Oct: 4 MQL, short of the target of 5")),
        ([("leads", 4.0, None, None, 5.0, False, False), ("mql", None, None, None, 5.0, None, False)],
         ("10月のLEADSは4件で、目標5件に届きませんでした", "Oct: 4 LEADS, short of the target of 5")),
        ([("mql", 4.0, None, None, None, None, False), ("sql", 2.0, None, None, None, None, False)],
         ("10月のMQLは4件、SQLは2件でした", "Oct: 4 MQL and 2 SQL")),
        ([("mql", 4.0, None, None, None, None, False)], ("10月のMQLは4件、SQLは0件でした", "Oct: 4 MQL and 0 SQL")),
        ([("won", 4.0, None, None, None, None, False)],
         ("この条件では答えが出せません", "Nothing to answer under these conditions")),
    ],
)  # fmt: skip
def test_the_headline_of_the_review(figures: list[Any], texts: tuple[str, str]) -> None:
    shown = [*NAMES, "mql_to_sql"]
    assert in_both(say.monthly_headline, targets(*figures), T, NAMES, shown) == texts


def test_a_december_is_over_at_new_year_and_not_a_microsecond_before() -> None:
    kpis = targets(("mql", 6.0, None, None, 5.0, True, False), MET).assign(month="2026-12")

    def said(at: datetime) -> tuple[str, str]:
        return in_both(say.monthly_headline, kpis, at, NAMES, NAMES)

    begins = datetime(2027, 1, 1)
    assert said(begins) == ("12月は目標のある2指標すべてで目標に届きました", "Dec: all 2 targets are reached")
    running = ("12月のMQLは31日までで6件、目標は5件です", "Dec 1–31: 6 MQL of a target of 5")
    assert said(begins - timedelta(microseconds=1)) == running


def test_what_the_review_misses_is_named_with_its_target() -> None:
    def note(*figures: Any) -> tuple[str, str]:
        return in_both(say.monthly_note, targets(*figures), NAMES, lambda name, value: f"{value:g}")

    assert note(MET, MISSED) == ("未達はSQL 2(目標5)です", "Missed: SQL 2 (target 5)")
    assert note(MISSED, ("won", 0.0, None, None, 1.0, False, False)) == (
        "未達はSQL 2(目標5)、WON 0(目標1)です", "Missed: SQL 2 (target 5), WON 0 (target 1)"
    )  # fmt: skip
    assert note(MET) == ("", "")


def test_the_next_steps_name_what_there_is() -> None:
    assert in_both(say.next_steps, 1, 2, 3) == (
        "次に減らすのは期限超過1件・上限超過2件・担当者なし3件です",
        "To bring down next: 1 overdue, 2 over the limit and 3 without an owner",
    )
    assert in_both(say.next_steps, 0, 0, 3) == (
        "次に減らすのは担当者なし3件です", "To bring down next: 3 without an owner"
    )  # fmt: skip
    assert in_both(say.next_steps, 0, 0, 0) == (
        "期限超過も上限超過もありません", "Nothing is overdue or over its limit"
    )  # fmt: skip


def test_the_sentences_of_the_quality_of_the_data() -> None:
    def quality(refused: int, findings: int) -> pd.DataFrame:
        rows = [("file", "a.parquet rows_read", 60), ("file", "b.parquet rows_read", 40)]
        rows += [("file", "a.parquet loaded", 60 - refused), ("file", "a.parquet quarantined", refused)]
        rows += [("reason", "duplicate_key", refused)] if refused else []
        rows += [("finding", f"kind {n}", 9) for n in range(findings)]
        return pd.DataFrame(rows, columns=["part", "name", "rows"])

    def said(refused: int, findings: int) -> list[tuple[str, str]]:
        parts = quality(refused, findings)
        return [
            in_both(function, parts)
            for function in (say.quality_headline, say.quality_reasons, say.quality_kinds)
        ]

    assert said(0, 0) == [
        ("100行をすべて取り込み、確認事項はありません", "All 100 rows are loaded, nothing to check"),
        ("取り込めなかった行はありません", "No row is quarantined"),
        ("数字に影響する確認事項はありません", "No finding affects the numbers"),
    ]
    assert said(0, 1)[0] == (
        "100行をすべて取り込みました。確認事項が1種類あります",
        "All 100 rows are loaded. 1 kind of findings",
    )
    assert said(1, 2) == [
        ("100行のうち1行を取り込めませんでした", "1 of 100 rows could not be loaded"),
        ("取り込めなかった行は1行です", "1 row is quarantined"),
        ("数字に影響しうる確認事項が2種類あります", "2 findings may affect the numbers"),
    ]
