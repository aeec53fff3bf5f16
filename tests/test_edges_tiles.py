"""What a tile says, word for word: value, change, target, what it is made of, and what it opens."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest
import streamlit as st

from funnel.layer.warehouse import Warehouse
from funnel.months import Months
from funnel.questions.answer import Answer
from funnel.questions.scope import EVERYTHING, Scope
from funnel.rows import table_of
from funnel.rules.models import Rules
from funnel.rules.versions import built_in, load_text
from funnel.ui.cards import kpis, morning, overdue
from funnel.ui.parts import tiles
from funnel.ui.parts.tiles import NOTHING, Tile
from funnel.ui.state.business_day import day_ahead, is_day_end, running_month, whole_months
from funnel.ui.state.view import View

Row = dict[str, Any]
MORNING = datetime(2026, 11, 10, 0, 0, tzinfo=UTC)  # 9:00 in Tokyo
MIDNIGHT = datetime(2026, 12, 31, 15, 0, tzinfo=UTC)  # New Year in Tokyo
EVERY = Months(date(2025, 3, 1), date(2026, 11, 1))
PLAIN = load_text(
    'version = "1"\neffective_from = 2026-04-01\ncurrency = "EUR"\n'
    + "".join(
        f'[[stages]]\nkey = "{key}"\nkind = "{kind}"\n'
        for key, kind in (("new", "path"), ("talk", "path"), ("won", "won"))
    )
    + '[milestones]\nmql = "new"\nsql = "won"\n',
    "1.toml",
)


def view(language: str = "en", rules: Rules | None = None, at: datetime = MORNING, **chosen: Any) -> View:
    """What these tiles look at: the rules, the instant, the months; no row of any lead."""
    db = cast(Warehouse, SimpleNamespace(rules=rules or built_in(), has_owner_history=True))
    values = {"months": EVERY, "scope": EVERYTHING, "all_months": EVERY} | chosen
    return View(db=db, as_of=at, language=language, **values)


def figure(kpi: str, **values: Any) -> Row:
    names = ("value", "base", "ci_low", "ci_high", "previous", "target", "reached", "numerator", "cost")
    row = dict.fromkeys(names)
    return {"kpi": kpi, "month": "2026-10", "small": False, **row, **values}


def tile(row: Row, language: str = "en", verdict: str | None = None, **chosen: Any) -> Tile:
    return kpis._tile(view(language, **chosen), row, {}, with_month=True, verdict=verdict)


RATE = {"ci_low": 0.1, "ci_high": 0.3}


# ---------------------------------------------------------------- the figures of a month


@pytest.mark.parametrize(
    ("row", "japanese", "english"),
    [
        (figure("leads", value=38, previous=30), ("リード", "38件", "+8件"), ("Leads", "38", "+8")),
        (figure("leads", value=30, previous=38), ("リード", "30件", "−8件"), ("Leads", "30", "−8")),
        (figure("mql", value=38, previous=38), ("MQL", "38件", "±0件"), ("MQL", "38", "±0")),
        (figure("mql", value=0, previous=0), ("MQL", "0件", "±0件"), ("MQL", "0", "±0")),
        (figure("won", value=3), ("受注", "3件", None), ("Won", "3", None)),
        (figure("won", value=3, previous=2, small=True), ("受注", "3件", "+1件"), ("Won", "3", "+1")),
        (figure("opportunity", previous=2), ("商談中", "—", None), ("Opportunity", "—", None)),
        (figure("mql_to_sql", value=0.25, previous=0.2, base=40, **RATE),
         ("MQL→SQL転換率(10月・90日)", "25.0%", "+5.0pt"), ("MQL→SQL (Oct, 90 days)", "25.0%", "+5.0pt")),
        (figure("sql_to_won", value=0.25, previous=0.3, base=40, month="2025-11", **RATE),
         ("SQL→受注転換率(2025年11月・90日)", "25.0%", "−5.0pt"), ("SQL→Won (Nov 2025, 90 days)", "25.0%", "−5.0pt")),
        (figure("mql_to_sql", value=0.25, previous=0.2, base=19, small=True, **RATE),
         ("MQL→SQL転換率(10月・90日)", "25.0%", "参考値"), ("MQL→SQL (Oct, 90 days)", "25.0%", "small base")),
        (figure("dormant_share", value=0.25, previous=0.25, base=40, **RATE),
         ("無反応の割合(10月)", "25.0%", "+0.0pt"), ("Silent share (Oct)", "25.0%", "+0.0pt")),
        (figure("cpl", value=12_000.0, previous=9_999.0, base=40),
         ("リード単価", "1.2万円", "+2,001円"), ("Cost per lead", "12,000 JPY", "+2,001 JPY")),
        (figure("cpa", value=9_999.0, previous=12_000.0, base=40),
         ("受注単価", "9,999円", "−2,001円"), ("Cost per customer", "9,999 JPY", "−2,001 JPY")),
        (figure("first_contact", value=0.9, previous=0.95, base=40, **RATE),
         ("MQL初回接触(10月)", "90.0%", "−5.0pt"), None),
    ],
)  # fmt: skip
def test_a_tile_has_its_name_its_value_and_its_change(
    row: Row, japanese: tuple[Any, ...], english: tuple[Any, ...] | None
) -> None:
    for language, texts in (("ja", japanese), ("en", english)):
        made = tile(row, language)
        assert texts is None or (made.label, made.value, made.delta) == texts


def test_a_figure_without_its_month_is_called_by_its_name() -> None:
    seen = view("en")
    row = figure("mql_to_sql", value=0.25, base=40, **RATE)
    assert kpis._tile(seen, row, {}, with_month=False, verdict=None).label == "MQL→SQL"
    assert kpis.tile_label(seen, figure("mql_to_sql", month=None, **RATE)) == "MQL→SQL"
    assert kpis.tile_label(seen, figure("cpl", value=1.0)) == "Cost per lead"
    frame = pd.DataFrame([row, figure("leads", value=3), figure("won", value=3)])
    assert kpis.tile_labels(seen, frame, ("mql_to_sql", "leads")) == {
        "mql_to_sql": "MQL→SQL (Oct, 90 days)", "leads": "Leads"
    }  # fmt: skip


def test_the_target_and_what_a_figure_is_made_of() -> None:
    row = figure("mql_to_sql", value=0.25, base=40, numerator=10, target=0.3, **RATE)
    assert tile(row, "ja").note == "目標 30.0%"
    assert tile(row).note == "target 30.0%"
    assert tile(figure("leads", value=3, target=0)).note == "target 0"
    assert tile(figure("leads", value=3)).note is None
    assert tile(row, "ja").parts == ":gray[10/40件]"
    assert tile(row, verdict="missed").parts == ":gray[10/40]\u2002**missed**"
    assert tile(row, "ja", "reached").parts == ":gray[10/40件]\u2002:gray[達成]"
    assert tile(figure("won", value=3), verdict="unclear").parts == ":gray[unclear]"
    cost = figure("cpl", value=300.0, base=40, cost=12_000.0)
    assert tile(cost, "ja").parts == ":gray[1\\.2万円 ÷ 40件]"
    assert tile(cost).parts == ":gray[12,000 JPY ÷ 40]"
    for empty in (figure("cpl", base=40), figure("cpl", base=0, cost=9.0), figure("leads", value=3)):
        assert tile(empty).parts is None


@pytest.mark.parametrize(
    ("row", "mark"),
    [
        (figure("leads"), ("kpi", {"month": "2026-10", "kpi": "leads"})),
        (figure("cost_per_mql"), ("kpi", {"month": "2026-10", "kpi": "mql"})),
        (figure("cpa"), ("kpi", {"month": "2026-10", "kpi": "won"})),
        (figure("mql_to_sql"),
         ("conversion", {"month": "2026-10", "window_days": "90", "from_stage": "mql", "to_stage": "sql"})),
        (figure("sql_to_won"),
         ("conversion", {"month": "2026-10", "window_days": "90", "from_stage": "sql", "to_stage": "won"})),
        (figure("first_contact"),
         ("clocks", {"policy": "first_contact", "months": ["2026-10-01", "2026-10-01"], "of_owner": False})),
        (figure("mql_to_sql", month=None), None),
    ],
)  # fmt: skip
def test_a_tile_opens_the_leads_of_its_month(row: Row, mark: Any) -> None:
    assert kpis._mark(view(), row) == mark


@pytest.mark.parametrize(
    ("month", "at", "instant"),
    [
        ("2026-10", MORNING, "2026-11-01T00:00:00+09:00"),
        ("2026-11", MORNING, MORNING.isoformat()),
        ("2026-12", MIDNIGHT, MIDNIGHT.isoformat()),
        ("2026-12", MIDNIGHT + timedelta(hours=1), "2027-01-01T00:00:00+09:00"),
        ("2026-12", MIDNIGHT - timedelta(hours=1), (MIDNIGHT - timedelta(hours=1)).isoformat()),
    ],
)
def test_the_silent_are_those_at_the_end_of_the_month_or_by_now(
    month: str, at: datetime, instant: str
) -> None:
    name, mark = kpis._mark(view(at=at), figure("dormant_share", month=month)) or ("", {})
    assert name == "silent"
    assert datetime.fromisoformat(mark["at_instant"]) == datetime.fromisoformat(instant)


def test_only_figures_that_say_something_of_their_own_have_a_tile() -> None:
    assert {"leads", "mql", "sql", "opportunity", "won", "first_contact", "cpa"} <= kpis.steps(view())
    plain = kpis.steps(view(rules=PLAIN))  # its MQL is every lead, its SQL is won, its opportunity none
    assert plain & {"mql", "sql", "opportunity", "leads", "won", "mql_to_sql"} == {
        "leads",
        "won",
        "mql_to_sql",
    }
    assert kpis.kpi_labels(view(rules=PLAIN)) == {"leads": "Leads", "won": "Won"}
    assert kpis.kpi_label(view(rules=PLAIN), "opportunity") == "Opportunities"
    assert kpis.kpi_label(view(rules=PLAIN), "sql_to_won") == "won→Won"


def test_targets_of_the_whole_company_do_not_hold_for_a_part_of_it() -> None:
    names = ["leads", "cpa", "mql_to_sql"]
    frame = pd.DataFrame(
        {"kpi": names, "target": [1.0, 2.0, 0.3], "reached": pd.Series([True] * 3, dtype=object)}
    )
    assert kpis.comparable(view(), frame) is frame
    part = kpis.comparable(view(scope=Scope.of(channel="seo")), frame)
    assert part["target"].isna().tolist() == [True, True, False]
    assert [value is True for value in part["reached"]] == [False, False, True]


# ---------------------------------------------------------------- the morning

CALM: Row = dict.fromkeys(
    ("overdue", "due_today", "due_by_noon", "at_risk", "longest_late", "unassigned", "unassigned_days",
     "falling", "falling_this_week", "overdue_before"), 0
)  # fmt: skip


def written(shown: list[Tile]) -> list[tuple[Any, ...]]:
    return [(tile.label, tile.value, tile.delta) for tile in shown]


def test_the_tiles_of_a_calm_morning() -> None:
    assert written(morning.morning_tiles(view("ja"), CALM)) == [
        ("期限超過", "0件", "前営業日と同じ"), ("本日期限", "0件", "うち正午まで 0件"),
        ("期限間近", "0件", "残り時間 25%以下"), ("担当者なし", "0件", "なし"),
    ]  # fmt: skip
    assert written(morning.door_tiles(view("en"), CALM)) == [
        ("Overdue", "0", "as the day before"), ("Due today", "0", "0 by noon"), ("No owner", "0", "none"),
        ("Falling silent", "0", "0 within a week"),
    ]  # fmt: skip


def test_the_tiles_of_a_busy_morning() -> None:
    now = {
        "overdue": 5, "due_today": 4, "due_by_noon": 3, "at_risk": 2, "longest_late": 16.1, "unassigned": 1,
        "unassigned_days": 1.9, "falling": 7, "falling_this_week": 6, "overdue_before": 9,
    }  # fmt: skip
    assert written(morning.morning_tiles(view("ja"), now)) == [
        ("期限超過", "5件", "前営業日より −4件"), ("本日期限", "4件", "うち正午まで 3件"),
        ("期限間近", "2件", "残り時間 25%以下"), ("担当者なし", "1件", "最長 1日"),
    ]  # fmt: skip
    assert written(morning.door_tiles(view("en"), now)) == [
        ("Overdue", "5", "longest 2.0 business days"), ("Due today", "4", "3 by noon"), ("No owner", "1", "oldest 1 day"),
        ("Falling silent", "7", "6 within a week"),
    ]  # fmt: skip
    more = morning.morning_tiles(view("en"), now | {"overdue_before": 4, "unassigned_days": 0.99})
    assert (more[0].delta, more[3].delta) == ("+1 on the day before", "since today")
    assert [each.page for each in morning.door_tiles(view(), now)] == [
        "follow_ups", "follow_ups", "follow_ups", "dormant"
    ]  # fmt: skip


def test_at_the_end_of_a_day_a_tile_names_the_day_that_comes() -> None:
    labels = [each.label for each in morning.morning_tiles(view("ja", at=MIDNIGHT), CALM)]
    assert labels == ["期限超過", "1月1日(金)期限", "期限間近", "担当者なし"]
    assert day_ahead(view(at=MIDNIGHT)) == date(2027, 1, 1)
    assert day_ahead(view(at=MIDNIGHT + timedelta(minutes=1))) is None
    for tick in (timedelta(microseconds=1), timedelta(seconds=1)):
        assert not is_day_end(view(at=MIDNIGHT - tick))
        assert not is_day_end(view(at=MIDNIGHT + tick)), "something of the new day is seen"


def test_rules_without_a_policy_judge_nothing() -> None:
    assert written(morning.morning_tiles(view("ja", PLAIN), CALM | {"unassigned": 2})) == [
        ("期限超過", "—", "対応ルールなし"), ("本日期限", "—", "対応ルールなし"), ("期限間近", "—", "対応ルールなし"),
        ("担当者なし", "2件", "本日から"),
    ]  # fmt: skip


def test_the_line_over_a_list_says_what_is_left_out_and_what_is_unsure() -> None:
    def line(rows: int, unsure: int, language: str = "en") -> str:
        states = ["undeterminable"] * unsure + ["overdue"] * (rows - unsure)
        return overdue.shown_line(view(language), pd.DataFrame({"state": states}), 3)

    assert [line(rows, 0) for rows in (0, 1, 3, 4)] == [
        "0 deadlines", "1 deadline", "3 deadlines", "3 of 4 deadlines"
    ]  # fmt: skip
    assert line(3, 1) == "3 deadlines, 1 of them undeterminable"
    assert [line(4, 2, "ja"), line(3, 0, "ja")] == ["4件中3件・うち判定不能2件", "3件"]


def test_the_chips_are_all_then_the_fullest_lists_then_the_rest() -> None:
    def chips(*people: str | None) -> list[tuple[str, str, list[str]]]:
        owners = pd.DataFrame({"owner": people, "clocks": 1})
        asked = Answer("morning_owners", {}, None, MIDNIGHT, "v", table_of(owners))
        return [(code, *chip) for code, chip in overdue._chips(view(), asked).items()]

    assert chips("A") == []
    assert chips("A", None) == [
        ("all", "All", ["A", "nobody"]), ("A", "A", ["A"]), ("nobody", "Nobody", ["nobody"])
    ]  # fmt: skip
    assert [code for code, *_ in chips(*"ABCDEF")] == ["all", *"ABCDEF"], "six fit"
    assert [code for code, *_ in chips(*"ABCDEFG")] == ["all", *"ABCDE", "rest"]
    assert chips(*"ABCDEFG")[-1][2] == ["F", "G"]


# ---------------------------------------------------------------- months of the period


def test_the_running_month_is_over_at_new_year() -> None:
    december = Months(date(2025, 12, 1), date(2026, 12, 1))
    before = MIDNIGHT - timedelta(microseconds=1)
    assert running_month(view(at=before, months=december)) == "2026-12"
    assert running_month(view(at=MIDNIGHT, months=december)) is None
    every = Months(date(2025, 1, 1), date(2026, 12, 1))

    def three(at: datetime, last: date = date(2026, 12, 1), first: date = date(2025, 1, 1)) -> Months:
        period = Months(date(2026, 1, 1), last)
        return whole_months(view(at=at, months=period, all_months=Months(first, every.last)), 3)

    assert three(before) == Months(date(2026, 9, 1), date(2026, 11, 1))
    assert three(MIDNIGHT) == Months(date(2026, 10, 1), date(2026, 12, 1))
    assert three(MIDNIGHT, last=date(2026, 2, 1)) == Months(date(2025, 12, 1), date(2026, 2, 1))
    assert three(MIDNIGHT, first=date(2026, 11, 1)) == Months(date(2026, 11, 1), date(2026, 12, 1))
    assert three(before, first=date(2026, 12, 1)) == Months(date(2026, 1, 1), date(2026, 12, 1)), (
        "none is over"
    )


# ---------------------------------------------------------------- how a tile is drawn


@pytest.mark.parametrize(
    ("delta", "drawn", "arrow"),
    [
        ("+8", r"\+8", "auto"),
        ("−8", "-8", "auto"),
        ("±0", "±0", "off"),
        ("longest 3 days", "longest 3 days", "off"),
        ("", "", "auto"),
        (None, None, "auto"),
    ],
)
def test_only_a_change_has_an_arrow(
    delta: str | None, drawn: str | None, arrow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[tuple[Any, ...]] = []
    monkeypatch.setattr(st, "metric", lambda *texts, **looks: written.append((texts, looks)))
    tiles._metric(Tile("L", "1", delta, note="N", history=(1.0, 2.0)))
    ((_, value, shown), looks) = written[0]
    assert (value, shown, looks["delta_arrow"]) == ("1", drawn, arrow)
    assert (looks["delta_description"], looks["chart_data"]) == ("N", [1.0, 2.0])
    assert NOTHING.isspace()
