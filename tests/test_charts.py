"""The figures: their looks are the theme's, their marks are the answer's, their words are the page's language's."""

import json
import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest
from chart_frames import (
    ACTS,
    AGE_RATIO,
    ATTAINMENT,
    BENCHMARKS,
    BUCKETS,
    CLOCKS,
    COHORTS,
    DORMANT_FLOW,
    DUE,
    FUNNEL,
    LIMITS,
    NAMES,
    NOW,
    OPEN_TODAY,
    PERIOD_RATIO,
    SCORE_BANDS,
    SCORES,
    SILENT,
    SPELLS,
    STAGE_AGING,
    STAGES,
    STEPS,
    THRESHOLDS,
    ZONE,
    conversion,
    every_figure,
    speaking,
)
from streamlit.elements.lib import streamlit_plotly_theme as theme

from funnel import charts
from funnel.charts import palette, text
from funnel.charts.beside import path, write_beside

ROOT = Path(__file__).parent.parent
EN, JA = speaking("en"), speaking("ja")
FIGURES = sorted(every_figure())


@pytest.fixture(scope="module")
def figures() -> dict[str, go.Figure]:
    return {name: figure for name, figure in every_figure().items() if figure is not None}


def marks(figure: go.Figure) -> list[Any]:
    """The traces that carry marks; bands, whiskers and tints answer neither hover nor click."""
    return [trace for trace in figure.data if trace.hoverinfo != "skip"]


def meanings(figure: go.Figure) -> list[dict[str, Any]]:
    return [meaning for trace in marks(figure) for meaning in trace.customdata]


def written(figure: go.Figure) -> str:
    return " ".join(note.text for note in figure.layout.annotations)


# ---------------------------------------------------------------- looks


def test_the_tokens_are_those_that_streamlit_replaces() -> None:
    ours = [palette.ACTUAL, palette.CONTEXT, palette.OVER, palette.SOON, palette.GOOD, palette.SILENT]
    ours += [palette.MUTED, palette.RULE, palette.PALE, palette.INK]
    assert ours == [getattr(theme, f"CATEGORY_{slot}") for slot in range(10)]
    assert list(palette.SHADES) == [getattr(theme, f"SEQUENTIAL_{slot}") for slot in range(10)]
    assert palette.BACKGROUND == theme.BG_COLOR


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_holds_no_colour_but_tokens(name: str, figures: dict[str, go.Figure]) -> None:
    source = figures[name].to_json()
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", source)) <= palette.TOKENS
    assert set(re.findall(r"rgba?\([^)]*\)|hsl[^)]*\)", source)) <= {"rgba(0,0,0,0)"}


@pytest.mark.parametrize("name", FIGURES)
def test_plotly_takes_a_figure_as_it_is(name: str, figures: dict[str, go.Figure]) -> None:
    """A page draws a figure unchecked."""
    go.Figure(**figures[name].to_dict())
    with pytest.raises(ValueError, match="Invalid property"):
        go.Figure(**{**figures[name].to_dict(), "layout": {"heigth": 1}})


@pytest.mark.parametrize("name", FIGURES)
def test_a_thumb_can_scroll_over_every_figure(name: str, figures: dict[str, go.Figure]) -> None:
    layout = figures[name].layout
    assert layout.dragmode is False and layout.showlegend is False
    assert layout.xaxis.fixedrange and layout.yaxis.fixedrange
    assert layout.height and layout.xaxis.range and layout.yaxis.range


def test_every_figure_of_the_package_is_tried_here() -> None:
    helpers = {"CONFIG", "Names", "rate_range"}
    assert set(charts.__all__) - helpers == set(FIGURES)


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_words_and_marks_stand_out_from_the_page(mode: str) -> None:
    colours = tomllib.loads((ROOT / ".streamlit/config.toml").read_text("utf-8"))["theme"][mode]
    page, sidebar = colours["backgroundColor"], colours["sidebar"]["backgroundColor"]
    for name in ("red", "orange", "green", "blue", "violet", "gray"):
        text_colour = colours[f"{name}TextColor"]
        for ground in (page, sidebar, colours[f"{name}BackgroundColor"]):
            assert contrast(text_colour, ground) >= 4.5, (name, ground)
    slots = colours["chartCategoricalColors"]
    assert len(slots) == len(colours["chartSequentialColors"]) == 10
    ink, context = slots[9], slots[1]
    assert contrast(ink, page) >= 7 and contrast(context, page) >= 4.5
    for slot in (0, 1, 2, 3, 5):
        assert contrast(slots[slot], page) >= 3
    for shade in colours["chartSequentialColors"][: len(palette.READABLE_SHADES)]:
        assert contrast(ink, shade) >= 4.5


def test_the_icon_of_the_page_is_a_file_of_ours() -> None:
    assert (ROOT / "funnel/server/static/icon.png").read_bytes().startswith(b"\x89PNG")


# ---------------------------------------------------------------- marks


@pytest.mark.parametrize("name", FIGURES)
def test_every_mark_says_what_it_is(name: str, figures: dict[str, go.Figure]) -> None:
    assert marks(figures[name])
    for trace in marks(figures[name]):
        assert trace.hovertemplate.endswith("<extra></extra>")
        drawn = len(trace.y if trace.orientation != "h" else trace.x)
        assert len(trace.customdata) == len(trace.hovertext) == drawn
        assert all(isinstance(meaning, dict) and meaning for meaning in trace.customdata)
        json.dumps(list(trace.customdata))


def test_no_row_no_figure() -> None:
    assert charts.conversion_trend(COHORTS[:0], say=EN) is None
    assert charts.period_ratio_trend(PERIOD_RATIO[:0], say=EN) is None
    assert charts.segment_dots(COHORTS[:0], say=EN, labels={}) is None
    assert charts.benchmark_dots(BENCHMARKS[:0], say=EN, values={}, stages={}) is None
    assert charts.funnel_bars(FUNNEL[:0], say=EN, labels=STAGES) is None
    assert charts.over_limit_dots(STAGE_AGING[3:], say=EN, labels=STAGES, limits=LIMITS) is None
    assert charts.age_ratio_ridge(AGE_RATIO[:0], STAGE_AGING, say=EN, labels=STAGES, limits=LIMITS) is None
    assert charts.aging_matrix(BUCKETS[:0], say=EN, labels=STAGES) is None
    assert charts.score_ridge(SCORES[:0], say=EN, labels=STAGES, thresholds=THRESHOLDS) is None
    assert charts.band_dots(SCORE_BANDS[:0], say=EN, labels={}) is None
    assert charts.attainment_dots(ATTAINMENT[3:], say=EN, labels={}) is None
    assert charts.dormant_matrix(SILENT[:0], say=EN, stages=STAGES, bands={}) is None
    assert charts.dormant_balance(DORMANT_FLOW[:0], say=EN) is None
    tomorrow = charts.due_today_strip(DUE[5:], say=EN, now=NOW, spans=OPEN_TODAY, timezone=ZONE)
    assert tomorrow is None
    frames = (SPELLS[:0], STEPS, ACTS, CLOCKS)
    assert charts.lead_timeline(*frames, say=EN, names=NAMES, as_of=NOW, timezone=ZONE) is None


def test_a_life_with_ranges_says_them_and_colours_no_clock_that_cannot_be_told() -> None:
    ago = [NOW - timedelta(days=days) for days in (40, 26, 12)]
    spells = pd.DataFrame(
        [
            ("new", 0, "path", ago[0], ago[2], False, None, ago[1]),
            ("mql", 1, "path", ago[2], None, False, ago[1], None),
        ],
        columns=["stage", "rank", "kind", "entered_at", "left_at", "is_assumed", "entered_from", "left_from"],
    )
    clock = {**CLOCKS.iloc[0], "started_at": ago[2], "due_at": ago[2], "stopped_at": None}
    clock |= {"state": "undeterminable", "due_from": ago[1], "due_to": ago[2]}
    figure = charts.lead_timeline(
        spells, STEPS[:0], ACTS[:0], pd.DataFrame([clock]), say=EN, names=NAMES, as_of=NOW, timezone=ZONE
    )
    assert figure is not None
    assert any("(12–26 days)" in note.text for note in figure.layout.annotations)
    stages, clocks = figure.data
    assert "14–28 days" in stages.hovertext[0]
    assert "12–26 days" in stages.hovertext[1] and "began between" in stages.hovertext[1]
    assert "undeterminable" in clocks.hovertext[0] and len(clocks.base) == 1
    assert list(clocks.marker.color) == [palette.MUTED]


def test_the_bars_of_the_ages_are_the_leads_of_the_answer(figures: dict[str, go.Figure]) -> None:
    (bars,) = marks(figures["age_ratio_ridge"])
    assert [(m["stage"], m["ratio_from"]) for m in bars.customdata] == [
        (stage, ratio) for stage, ratio, _ in AGE_RATIO.itertuples(index=False)
    ]
    assert [int(re.findall(r"<b>([\d,]+) lead", hover)[0]) for hover in bars.hovertext] == list(
        AGE_RATIO.leads
    )


def test_a_bar_is_late_coloured_from_the_limit_on(figures: dict[str, go.Figure]) -> None:
    (bars,) = marks(figures["age_ratio_ridge"])
    late = [
        m["ratio_from"] for m, c in zip(bars.customdata, bars.marker.color, strict=True) if c == palette.OVER
    ]
    assert sorted(late) == [1.0, 1.25, 2.0, 3.0]


def test_a_matrix_prints_every_count_and_its_squares_mean_the_same_cells(
    figures: dict[str, go.Figure],
) -> None:
    tint, squares = figures["aging_matrix"].data
    printed = [int(count.replace(",", "")) for row in tint.text for count in row]
    assert printed == list(BUCKETS.leads)
    cells = [(m["stage"], m["bucket"]) for m in squares.customdata]
    assert cells == [(stage, bucket) for stage, bucket, _ in BUCKETS.itertuples(index=False)]
    assert tint.hoverinfo == "skip"


def test_the_matrix_of_silent_leads_adds_up_to_its_leads(figures: dict[str, go.Figure]) -> None:
    tint = figures["dormant_matrix"].data[0]
    assert sum(int(count) for row in tint.text for count in row) == SILENT.leads.sum()
    assert "492 leads" in figures["dormant_matrix"].layout.yaxis.ticktext[1]


def test_the_scores_drawn_are_all_scores_and_unscored_leads_stand_apart(
    figures: dict[str, go.Figure],
) -> None:
    figure = figures["score_ridge"]
    counts = [int(re.findall(r"<b>([\d,]+) lead", hover)[0]) for t in marks(figure) for hover in t.hovertext]
    assert sum(counts) == SCORES.leads.sum()
    assert {"stage": "new", "bin_from": None} in meanings(figure)
    apart = [
        x for t in marks(figure) for x, m in zip(t.x, t.customdata, strict=True) if m["bin_from"] is None
    ]
    assert max(apart) < 0


def test_scores_from_the_threshold_on_are_dark(figures: dict[str, go.Figure]) -> None:
    colours = {
        (m["stage"], m["bin_from"]): colour
        for trace in marks(figures["score_ridge"])
        for m, colour in zip(trace.customdata, trace.marker.color, strict=True)
    }
    assert colours["mql", 90.0] == palette.PALE and colours["mql", 100.0] == palette.ACTUAL
    assert colours["new", None] == palette.MUTED


def test_the_balance_has_its_bars_above_and_below_the_line(figures: dict[str, go.Figure]) -> None:
    for trace in marks(figures["dormant_balance"]):
        column = trace.customdata[0]["flow"]
        assert [abs(value) for value in trace.y] == list(DORMANT_FLOW[column])
        assert all(value >= 0 for value in trace.y) is (column == "fell_silent")


def test_the_running_month_is_faint(figures: dict[str, go.Figure]) -> None:
    assert [trace.marker.opacity for trace in marks(figures["dormant_balance"])] == [(1.0, 0.45)] * 4


# ---------------------------------------------------------------- what may be joined, judged and coloured


def test_an_interval_that_is_cut_says_that_it_goes_on() -> None:
    rows = conversion((5, 100, True), (0, 5, True), (6, 100, True))
    rows["ci_high"] = [0.11, 0.43, 0.12]
    figure = charts.conversion_trend(rows, say=EN)
    assert figure is not None and written(figure).count("▲") == 1
    dots = charts.segment_dots(rows.assign(segment=["a", "b", "c"]), say=EN, labels={})
    assert dots is not None and written(dots).count("▶") == 1


def test_young_months_are_never_joined_and_stand_in_their_zone(figures: dict[str, go.Figure]) -> None:
    figure = figures["conversion_trend"]
    joined = [x for t in figure.data if t.mode == "lines" and t.line.color == palette.ACTUAL for x in t.x]
    assert joined == [0, 1, 2, 3]
    young = marks(figure)[-1]
    assert young.mode == "markers" and list(young.x) == [4, 5]
    assert young.marker.color == palette.BACKGROUND
    zone = figure.layout.shapes[0]
    assert (zone.x0, zone.x1) == (3.5, 5.5)
    assert "still young" in written(figure)


def test_without_a_window_every_month_is_young() -> None:
    open_end = conversion((20, 60, None), (18, 62, None))
    figure = charts.conversion_trend(open_end.astype({"mature": "boolean"}), say=EN)
    assert figure is not None
    assert list(marks(figure)[-1].x) == [0, 1]
    assert (figure.layout.shapes[0].x0, figure.layout.shapes[0].x1) == (-0.5, 1.5)


def test_the_value_printed_is_that_of_the_newest_mature_month(figures: dict[str, go.Figure]) -> None:
    assert "<b>29.0%</b>" in written(figures["conversion_trend"])


def test_a_value_is_printed_beside_its_own_mark() -> None:
    peak = conversion((2, 60, True), (20, 60, True), (5, 60, True), (1, 60, False), (9, 60, False))
    trend = charts.conversion_trend(peak, say=EN)
    ratios = pd.DataFrame(
        {"month": peak["month"], "segment": None, "entered_from": 60, "entered_to": 1, "small": False}
    )
    period = charts.period_ratio_trend(ratios.assign(ratio=peak["rate"]), say=EN)
    for figure, place, rate in ((trend, 2, "8.3%"), (period, 4, "15.0%")):
        assert figure is not None
        note = next(note for note in figure.layout.annotations if rate in note.text)
        assert (note.x, note.y) == (place, peak["rate"].iloc[place])
        assert abs(note.yshift or 0) + abs(note.xshift or 0) <= 30


def test_a_value_without_room_stands_above_everything_and_a_line_leads_to_its_mark() -> None:
    drawing = palette.Drawing()
    ink = path([(place, 0.6 if place % 2 else 0.05) for place in range(12)])
    write_beside(drawing, (6.0, 0.05), "5%", 4.0, (-0.6, 12.0, -0.02, 0.8), [p for p in ink if p[0] != 6.0])
    (note,), (lead,) = drawing.notes, drawing.shapes
    assert note["y"] > 0.6 and note["x"] == lead["x0"] == lead["x1"] == 6.0
    assert lead["y1"] == note["y"] and lead["y0"] < 0.1


def test_a_target_stands_only_on_the_row_of_its_policy() -> None:
    policies = ["first_contact", "verdict", "third", "fourth"][: len(ATTAINMENT)]
    rows = ATTAINMENT.assign(policy=policies, target=[None, 0.95, None, None])
    figure = charts.attainment_dots(rows, say=EN, labels={}, by="policy")
    assert figure is not None
    ticks = [shape for shape in figure.layout.shapes if shape.x0 == 0.95]
    assert len(ticks) == 1 and ticks[0].y1 - ticks[0].y0 < 1
    notes = [note.text for note in figure.layout.annotations]
    assert notes.count("target 95%") == 1 and "no target" in notes


def test_a_small_base_is_hollow_grey_says_so_and_stands_last(figures: dict[str, go.Figure]) -> None:
    figure = figures["benchmark_dots"]
    firm, small = marks(figure)
    assert small.marker.color == palette.BACKGROUND and small.marker.line.color == palette.MUTED
    assert firm.y[0] < small.y[0]
    labels = [note.text for note in figure.layout.annotations if "/" in note.text]
    assert "small base" in labels[1] and "above" not in labels[1]
    assert "<b>below</b>" in labels[0]


def test_attainment_is_worst_first_and_a_small_base_last(figures: dict[str, go.Figure]) -> None:
    rows = sorted(
        (y, m["segment"])
        for t in marks(figures["attainment_dots"])
        for y, m in zip(t.y, t.customdata, strict=True)
    )
    assert [owner for _, owner in rows] == ["Takahashi", "Sato", "Abe"]


def test_a_small_month_is_not_joined_in_the_colour_of_measured_values(figures: dict[str, go.Figure]) -> None:
    blue = next(
        t for t in figures["conversion_trend"].data if t.mode == "lines" and t.line.color == palette.ACTUAL
    )
    assert list(blue.y)[1] is None


def test_a_version_of_the_rules_is_marked_only_where_it_began_within_the_months() -> None:
    versions = [("2025-04-01", "old", None), ("2026-05-01", "first", None), ("2026-06-01", "new", None)]
    figure = charts.conversion_trend(COHORTS, say=EN, versions=versions)
    assert figure is not None
    assert "rules new" in written(figure)
    assert "rules old" not in written(figure) and "rules first" not in written(figure)


# ---------------------------------------------------------------- words


def test_names_from_the_data_cannot_become_markup() -> None:
    wild = ATTAINMENT.assign(segment="<a href='https://example.com'>Sato</a> & co")
    figure = charts.attainment_dots(wild, say=EN, labels={})
    assert figure is not None
    hovers = " ".join(hover for trace in marks(figure) for hover in trace.hovertext)
    assert "&lt;a" in written(figure) and "<a" not in written(figure) + hovers


def test_a_long_name_is_cut_and_whole_in_the_hover() -> None:
    long = ATTAINMENT.assign(segment="とても長い名前の東日本インサイドセールス部の担当者")
    figure = charts.attainment_dots(long, say=JA, labels={})
    assert figure is not None
    assert "担当者" not in written(figure) and "とても長い名前" in written(figure)
    assert "担当者" in marks(figure)[0].hovertext[0]


@pytest.mark.parametrize("name", FIGURES)
def test_an_english_figure_has_no_japanese_word(name: str, figures: dict[str, go.Figure]) -> None:
    assert not re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", json.dumps(figures[name].to_dict(), default=str))


def test_a_japanese_figure_has_no_english_word_of_ours() -> None:
    for name, figure in every_figure("ja").items():
        assert figure is not None
        own = {
            *STAGES.values(),
            "Takahashi",
            "Sato",
            "Abe",
            "Cold",
            "Warm",
            "Hot",
            "First",
            "contact",
            "threshold",
        }
        own |= {"small", "inbound", "nothing"}
        visible = re.sub(r"<[^>]+>", " ", written(figure))
        assert set(re.findall(r"[A-Za-z]{3,}", visible)) <= own, name


def test_months_are_named_once_a_year_and_the_newest_always() -> None:
    months = pd.period_range("2025-05", "2026-11", freq="M").astype(str).tolist()
    positions, names = text.month_ticks(JA, months)
    assert positions[-1] == 18
    assert names == ["5月<br>2025年", "8月", "11月", "2月<br>2026年", "5月", "8月", "11月"]
