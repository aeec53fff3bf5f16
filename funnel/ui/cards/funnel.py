"""The cards of the funnel: how far leads get, by segment and against benchmarks."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from funnel import charts, headlines
from funnel.rows import records
from funnel.ui.ground.heads import distinct
from funnel.ui.parts import lists
from funnel.ui.parts.cards import _chosen, card, choice, door, figure
from funnel.ui.state import filters
from funnel.ui.state.cache import Asked
from funnel.ui.state.view import View
from funnel.words.dates import month_near, month_range


def benchmark_card(view: View, page: str | None = None) -> None:
    """Groups against their benchmarks; where the rules have none, the newest mature month by channel group."""
    asked = view.ask("benchmarks")
    if not asked:
        _segment_card(view)
        return
    labels = view.labels
    values = {row["value"]: labels.value(row["dimension"], row["value"]) for row in records(asked.frame)}
    finding = headlines.benchmarks(asked.frame, values, view.language)
    sources = view.say("app.comma").join(asked.frame["source"].dropna().astype(str).unique())
    stages = view.say("app.comma").join(labels.stages[stage] for stage in asked.frame["stage"].unique())
    key, told = "sub" if sources else "sub_plain", {"source": sources, "days": asked.bound["min_age_days"]}
    sub = view.say(f"say.benchmarks.{key}", stages=stages, **told)
    with card(view, finding, sub, asked, "benchmarks"):
        drawn = charts.benchmark_dots(asked.frame, say=view.words, values=values, stages=labels.stages)
        figure(view, drawn, "benchmarks", finding, behind="benchmark", fills=page is None)
        if page:
            door(view, page, view.say("page.conversion"))


def _segment_card(view: View) -> None:
    rules = view.db.rules
    mql, sql = rules.milestone("mql"), rules.milestone("sql")
    usual = [name for name in ("channel_group", "channel", *rules.dimensions) if name in rules.dimensions]
    dimension = usual[0] if usual else "stage"
    if not mql or not sql:
        return
    asked = view.ask("conversion", by=dimension, from_stage=mql, to_stage=sql)
    mature = asked.frame[asked.frame["mature"].fillna(False).astype(bool) & (asked.frame["entered"] > 0)]
    rows = mature[mature["month"] == mature["month"].max()]
    if not len(rows):
        return
    month = month_near(rows["month"].iloc[0], view.last_seen, view.language)
    labels = {row["segment"] or "": view.labels.value(dimension, row["segment"]) for row in records(rows)}
    finding = view.say("say.segments.headline", month=month, dimension=view.labels.dimension(dimension))
    chosen = Asked(asked.name, rows, asked.bound, asked.months)
    with card(view, finding, view.say("say.segments.sub", window=90), chosen, "segments"):
        drawn = charts.segment_dots(rows, say=view.words, labels=labels)
        figure(
            view, drawn, "segments", finding, behind="conversion", fills=True,
            window_days="90", from_stage=mql, to_stage=sql, by=dimension,
        )  # fmt: skip


def breakdown_card(view: View) -> None:
    """How far the leads of each value of a dimension get."""
    rules, labels = view.db.rules, view.labels
    mql, sql = rules.milestone("mql"), rules.milestone("sql")
    dimensions = list(dict.fromkeys(rules.dimensions)) or ["stage"]
    if not mql or not sql:
        return
    usual = "channel" if "channel" in dimensions else dimensions[0]
    by = _chosen(view, "by", dimensions, usual)
    asked = view.ask("funnel", by=by)
    table = _reaches(asked.frame, mql, sql)
    names = {value: labels.value(by, value) for value in table["segment"] if isinstance(value, str)}
    a, b = labels.stages[mql], labels.stages[sql]
    finding = headlines.channels(table, names, view.language, labels.dimension(by), a, b)
    with card(view, finding, view.say("say.channels.sub", b=b), asked, "breakdown"):
        choice(view, "by", dimensions, labels.dimension, view.say("control.by"), default=usual, hidden=True)
        shown = _as_table(view, table, by)
        lists.opening(
            shown,
            "breakdown",
            finding,
            partial(_behind_number, table, by, mql, sql),
            _breakdown_config(shown),
        )


def _reaches(funnel: pd.DataFrame, mql: str, sql: str) -> pd.DataFrame:
    """One row per segment: leads, mql, sql and the reach of sql, small bases last."""
    first = funnel.drop_duplicates("segment").set_index("segment")["reached"]
    wide = funnel.pivot(index="segment", columns="stage", values="reached")
    rates = funnel[funnel["stage"] == sql].set_index("segment")["rate_from_first"]
    table = pd.DataFrame({"leads": first, "mql": wide[mql], "sql": wide[sql], "rate": rates}).reset_index()
    table["small"] = table["leads"] < headlines.SMALL_BASE
    return table.sort_values(["small", "rate", "leads"], ascending=[True, False, False], ignore_index=True)


def _as_table(view: View, table: pd.DataFrame, by: str) -> pd.DataFrame:
    labels = view.labels
    remark = table["small"].map({True: view.say("unit.small"), False: ""})
    values = [labels.value(by, value if isinstance(value, str) else None) for value in table["segment"]]
    columns = [  # a dimension or a stage may be called as another column is
        (labels.dimension(by), pd.Series(values, index=table.index, dtype="object")),
        (view.say("column.leads"), table["leads"]),
        (labels.milestone("mql"), table["mql"]),
        (labels.milestone("sql"), table["sql"]),
        (view.say("column.reach_rate", sql=labels.milestone("sql")), table["rate"] * 100),
    ]
    if table["small"].any():
        columns.append((view.say("column.remark"), remark))
    heads = distinct(head for head, _ in columns)
    return pd.concat([values for _, values in columns], axis=1).set_axis(heads, axis=1)


def _breakdown_config(shown: pd.DataFrame) -> dict[str, object]:
    rate = shown.columns[4]
    if filters.is_phone():  # a bar, or numbers of rows, would push the rate out of sight
        narrow: dict[str, object] = {"_index": None, shown.columns[0]: st.column_config.Column(width=98)}
        for name in shown.columns[1:4]:
            narrow[name] = st.column_config.NumberColumn(format="%,d", width=50)
        return narrow | {rate: st.column_config.NumberColumn(format="%.1f%%", width=80)}
    top = float(shown[rate].max() or 1)
    return {
        rate: st.column_config.ProgressColumn(format="%.1f%%", max_value=max(top * 1.05, 1), color="blue")
    }


def _behind_number(
    table: pd.DataFrame, by: str, mql: str, sql: str, row: int, column: int
) -> tuple[str, dict[str, Any]]:
    """The leads of the number that was clicked; of the rate its base, with those that got there."""
    value = table["segment"].iloc[row]
    mark = {"by": by, "segment": value if isinstance(value, str) else None}
    stage = {2: mql, 3: sql}.get(column)
    return "funnel", {**mark, "stage": stage} if stage else {**mark, "reached": sql}


def funnel_sub(view: View, reach: Asked) -> str:
    """The grey line of the funnel."""
    months = month_range(view.months.first, view.months.last, view.language)
    base = int(reach.frame["reached"].iloc[0]) if reach else 0
    return view.say("say.funnel.sub", months=months, n=base)
