"""The cards of silent leads."""

import pandas as pd

from funnel import headlines
from funnel.ui.state.cache import Asked
from funnel.ui.state.view import View


# ---------------------------------------------------------------------------------------- silence
def dormant_finding(view: View, matrix: Asked) -> str:
    """How many are silent, and how many of them were in the highest band once."""
    sidebar = matrix.frame
    bands = list(view.labels.bands)
    top = bands[-1] if bands else None
    hot = int(sidebar.loc[sidebar["band"] == top, "leads"].sum()) if top else 0
    days = int(view.db.rules.dormancy.days)
    name = view.labels.bands[top] if top else None
    return headlines.dormant_headline(int(sidebar["leads"].sum()), hot, name, days, view.language)


def stage_beside(view: View, matrix: Asked) -> str:
    """The count of the stage 休眠 beside that of the silent: they are not the same."""
    stage = next((stage for stage in view.db.rules.stages if stage.kind == "dormant"), None)
    silent = int(matrix.frame["leads"].sum())
    if stage is None or not silent:
        return ""
    aging = view.ask("stage_aging").frame
    inside = int(aging.loc[aging["stage"] == stage.key, "waiting_leads"].sum())
    return view.say("say.dormant.beside", label=view.labels.stages[stage.key], n=silent, k=inside)


def dormant_stages(view: View, matrix: Asked) -> str:
    """Which stages hold most of the silent leads."""
    totals = matrix.frame.groupby("stage", sort=False)["leads"].sum()
    pool = pd.DataFrame({"segment": totals.index, "leads": totals.to_numpy()})
    days = int(view.db.rules.dormancy.days)
    return headlines.dormant_stages(pool, view.labels.stages, days, view.language)


def stages_with_rows(view: View, matrix: Asked) -> dict[str, str]:
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
