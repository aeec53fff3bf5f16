"""The cards of silent leads: who they are, how many come and go, whom to wake."""

import pandas as pd

from funnel import charts, headlines
from funnel.rows import records
from funnel.ui.parts import lists
from funnel.ui.parts.cards import card, door, figure
from funnel.ui.state.business_day import running_month
from funnel.ui.state.cache import Answer
from funnel.ui.state.view import View

COLUMNS = (
    "company", "wakeable", "owner", "max_score", "silent", "last_activity", "last_activity_at", "stage", "score",
)  # fmt: skip
FALLING = ("company", "silent_on", "owner", "silent", "stage", "score")


def matrix_card(view: View, matrix: Answer) -> None:
    """Silent leads by stage and best band."""
    days = int(view.db.rules.dormancy.days)
    stages = view.ask("silent_stages")
    headline = headlines.dormant_stages(stages.frame, view.labels.stages, days, view.language)
    with card(view, headline, view.say("say.dormant.matrix_sub", days=days), matrix, "matrix"):
        drawn = charts.dormant_matrix(
            matrix.frame, say=view.words, stages=stages_with_rows(view, matrix), bands=band_heads(view)
        )
        figure(view, drawn, "matrix", headline, behind="silent")


def flow_card(view: View, height: int | None = None, page: str | None = None) -> None:
    """How many fell silent and came back, by month; with the door to its page (`page`) about the last month alone."""
    flow = view.ask("dormant_flow")
    months = flow.frame.tail(1) if page else flow.frame
    headline = headlines.dormant_flow(months, view.local, view.language)
    sub = headlines.dormant_flow_sub(flow.frame, view.local, view.language)
    with card(view, headline, sub, flow, "flow"):
        drawn = charts.dormant_balance(flow.frame, say=view.words, running=running_month(view), height=height)
        figure(view, drawn, "flow", headline, behind="silence_flow")
        if page:
            door(view, page, view.say(f"page.{page}"))


def pool_card(view: View, pool: Answer) -> None:
    """Whom to wake first; those who must not be contacted are left out."""
    open_to_us = pool.frame[~pool.frame["opted_out"].fillna(False).astype(bool)]
    listed = records(open_to_us.head(lists.SHOWN))
    headline = headlines.dormant_list(listed, view.language)
    with card(view, headline, dormant_list_sub(view, open_to_us, lists.SHOWN), pool, "pool"):
        if listed:
            lists.leads(view, pool, COLUMNS, "pool", headline, rows=open_to_us)


def falling_card(view: View, falling: Answer) -> None:
    """Who falls silent soon."""
    warn = int(view.db.rules.dormancy.warn_days)
    headline = headlines.falling_asleep(len(falling.frame), view.language)
    with card(view, headline, view.say("say.dormant.falling_sub", warn=warn), falling, "falling"):
        if falling:
            lists.leads(view, falling, FALLING, "falling", headline)


def page_headline(view: View, matrix: Answer) -> str:
    """How many are silent, and how many of them were in the highest band once."""
    bands = list(view.labels.bands)
    top = bands[-1] if bands else None
    hot = next((row["of_band"] for row in records(matrix.frame) if top and row["band"] == top), 0)
    days = int(view.db.rules.dormancy.days)
    name = view.labels.bands[top] if top else None
    return headlines.dormant_headline(_silent(matrix), hot, name, days, view.language)


def _silent(matrix: Answer) -> int:
    return next((row["of_all"] for row in records(matrix.frame)), 0)


def stage_beside(view: View, matrix: Answer) -> str:
    """The count of the stage 休眠 beside that of the silent: they are not the same."""
    stage = next((stage for stage in view.db.rules.stages if stage.kind == "dormant"), None)
    silent = _silent(matrix)
    if stage is None or not silent:
        return ""
    aging = view.ask("stage_aging").frame
    inside = int(aging.loc[aging["stage"] == stage.key, "waiting_leads"].sum())
    return view.say("say.dormant.beside", label=view.labels.stages[stage.key], n=silent, k=inside)


def stages_with_rows(view: View, matrix: Answer) -> dict[str, str]:
    """The stages of the path and of silence, in the order of the rules, that can hold silent leads."""
    excluded = set(view.db.rules.dormancy.exclude_stages)
    there = set(matrix.frame["stage"])
    return {
        stage.key: view.labels.stages[stage.key]
        for stage in view.db.rules.stages
        if stage.key in there or (stage.kind in ("path", "dormant") and stage.key not in excluded)
    }


def band_heads(view: View) -> dict[str, str]:
    """Bands as heads of columns: name over range."""
    labels = view.labels
    return {key: f"{name}<br>{labels.band_ranges[key]}" for key, name in labels.bands.items()}


def dormant_list_sub(view: View, rows: pd.DataFrame, limit: int) -> str:
    """How many of the silent leads are shown, and why there may be no rate."""
    is_known = bool(rows.head(limit)["wakeable"].notna().any())
    key = "list_sub" if is_known else "list_sub_unknown"
    return view.say(f"say.dormant.{key}", n=len(rows), k=min(len(rows), limit))
