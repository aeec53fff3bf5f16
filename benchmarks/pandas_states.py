"""What is true of the leads at an instant, in pandas: stages, scores, owners, over frames in memory."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as parquet

from benchmarks import agreed

STAGE = pd.CategoricalDtype(agreed.STAGES)
DAY_US = 86_400_000_000
WORDS = ["type", "actor", "outcome", "from_value", "to_value"]
LEAD_COLUMNS = [
    "lead_id", "created_at", "company", "title", "industry", "employees", "owner", "stage", "stage_since",
    "opted_out", "excluded", "record_url",
]  # fmt: skip


@dataclass(frozen=True)
class Frames:
    """Leads (excluded ones left out) and what happened to them, as read from the files."""

    leads: pd.DataFrame
    activities: pd.DataFrame
    windows: agreed.BusinessTime
    names: pd.Series


def load(directory: Path, coded: bool) -> Frames:
    """Read both files; `coded`: leads numbered and words as categories beforehand, a gift to what is measured."""
    leads = parquet.read_table(directory / "leads.parquet", columns=LEAD_COLUMNS).to_pandas()
    columns = ["lead_id", "occurred_at", *WORDS]
    table = parquet.read_table(
        directory / "activities.parquet", columns=columns, read_dictionary=WORDS if coded else None
    )
    activities = table.to_pandas(split_blocks=True, self_destruct=True)
    del table
    names = leads["lead_id"]
    if coded:
        activities["lead_id"] = pd.Index(names).get_indexer(activities["lead_id"]).astype(np.int32)
        leads["lead_id"] = np.arange(len(leads), dtype=np.int32)
    leads = leads[~leads["excluded"]]
    activities = activities[activities["lead_id"].isin(leads["lead_id"])].reset_index(drop=True)
    return Frames(leads, activities, agreed.business_time(directory), names)


def micros(instants: pd.Series) -> Any:
    """Instants as microseconds since 1970."""
    return instants.dt.as_unit("us").astype("int64").to_numpy()


def stage_spells(frames: Frames, as_of: pd.Timestamp) -> pd.DataFrame:
    """Every stay in a stage that as_of has seen, in order of lead and time; left_at NaT = still there."""
    acts = frames.activities
    changes = acts.loc[acts["type"].eq("stage_change"), ["lead_id", "occurred_at", "from_value", "to_value"]]
    changes = changes.sort_values(["lead_id", "occurred_at"])
    changes = changes.assign(
        stage=changes["to_value"].astype(STAGE).cat.codes,
        before=changes["from_value"].astype(STAGE).cat.codes,
    )
    leads = frames.leads[["lead_id", "created_at", "stage", "stage_since"]]
    leads = leads.assign(stage=leads["stage"].astype(STAGE).cat.codes.clip(lower=agreed.NEW))
    firsts = changes.drop_duplicates("lead_id")[["lead_id", "occurred_at", "before"]]
    lives = leads.merge(firsts, on="lead_id", how="left")

    born = lives[lives["created_at"] < lives["occurred_at"]]
    born = born.assign(
        stage=born["before"].clip(lower=agreed.NEW).astype("int8"), entered_at=born["created_at"]
    )
    still = lives[lives["occurred_at"].isna()]
    since = still["stage_since"].where(still["stage"] != agreed.NEW)
    until = still[still["created_at"] < since].assign(stage=np.int8(agreed.NEW), is_undated=True)
    until = until.assign(entered_at=until["created_at"])
    still = still.assign(entered_at=since.fillna(still["created_at"]))
    still = still.assign(is_assumed=since.isna() & (still["stage"] != agreed.NEW))
    moves = changes.rename(columns={"occurred_at": "entered_at"})
    columns = ["lead_id", "entered_at", "stage", "is_assumed", "is_undated"]
    parts = [
        born.assign(is_assumed=born["stage"] != agreed.NEW, is_undated=False),
        until.assign(is_assumed=False),
        still.assign(is_undated=False),
        moves.assign(is_assumed=False, is_undated=False),
    ]
    spells = pd.concat([part[columns] for part in parts if len(part)], ignore_index=True)
    spells = spells.sort_values(["lead_id", "entered_at"])
    spells = spells[
        (spells["lead_id"] != spells["lead_id"].shift()) | (spells["stage"] != spells["stage"].shift())
    ]
    left = spells["entered_at"].shift(-1).where(spells["lead_id"] == spells["lead_id"].shift(-1))
    spells = spells.assign(
        left_at=left.where(left < as_of), is_undated=spells["is_undated"] | spells["is_assumed"]
    )
    return spells[spells["entered_at"] < as_of]


def attribute_points(leads: pd.DataFrame) -> pd.Series:
    """What a lead is worth for what it is."""
    titles = leads["title"].dropna().unique()
    points = leads["title"].map({title: agreed.title_points(title) for title in titles}).fillna(0)
    points = points + leads["industry"].isin(agreed.INDUSTRIES) * agreed.INDUSTRY_POINTS
    return points + (leads["employees"] >= agreed.LARGE_EMPLOYEES) * agreed.LARGE_POINTS


def scores_at(frames: Frames, as_of: pd.Timestamp, chosen: pd.Series | None = None) -> pd.Series:
    """Score of every (chosen) lead by lead_id: counts per type, no running total is needed."""
    acts, leads = frames.activities, frames.leads[frames.leads["created_at"] < as_of]
    is_hit = acts["type"].isin(agreed.POINTS) & (acts["occurred_at"] < as_of)
    for kind, valid in agreed.VALID.items():
        is_hit &= ~(acts["type"].eq(kind) & (acts["occurred_at"] + valid < as_of))
    if chosen is not None:
        is_hit &= acts["lead_id"].isin(chosen)
        leads = leads[leads["lead_id"].isin(chosen)]
    counts = acts[is_hit].groupby(["lead_id", "type"], observed=True).size().unstack(fill_value=0)
    awards = sum(
        (counts[kind] - agreed.FIRST_AWARD.get(kind, 1) + 1).clip(0, agreed.MOST_AWARDS.get(kind)) * points
        for kind, points in agreed.POINTS.items()
        if kind in counts
    )
    own = attribute_points(leads).set_axis(leads["lead_id"])
    return own.add(awards.reindex(own.index, fill_value=0))


def running_scores(frames: Frames, as_of: pd.Timestamp, chosen: pd.Series) -> pd.DataFrame:
    """Every change of the chosen leads' scores: lead_id, at, score."""
    acts = frames.activities
    hits = acts.loc[
        acts["type"].isin(agreed.POINTS) & (acts["occurred_at"] < as_of) & acts["lead_id"].isin(chosen),
        ["lead_id", "occurred_at", "type"],
    ].sort_values(["lead_id", "occurred_at"])
    kinds = hits["type"].astype(pd.CategoricalDtype(list(agreed.POINTS)))
    nth = hits.groupby([hits["lead_id"], kinds], observed=True).cumcount() + 1
    first = kinds.cat.codes.map({n: agreed.FIRST_AWARD.get(kind, 1) for n, kind in enumerate(agreed.POINTS)})
    most = kinds.cat.codes.map(
        {n: agreed.MOST_AWARDS.get(kind, 10**9) for n, kind in enumerate(agreed.POINTS)}
    )
    points = kinds.cat.codes.map(dict(enumerate(agreed.POINTS.values())))
    gained = pd.DataFrame({"lead_id": hits["lead_id"], "at": hits["occurred_at"], "points": points})
    gained = gained[(nth >= first) & (nth < first + most)]
    parts = [gained]
    for kind, valid in agreed.VALID.items():
        withdrawn = gained[kinds.eq(kind).reindex(gained.index)]
        withdrawn = withdrawn.assign(at=withdrawn["at"] + valid, points=-withdrawn["points"])
        parts.append(withdrawn[withdrawn["at"] < as_of])
    leads = frames.leads[frames.leads["lead_id"].isin(chosen)]
    born = pd.DataFrame(
        {"lead_id": leads["lead_id"], "at": leads["created_at"], "points": attribute_points(leads)}
    )
    parts.append(born)
    deltas = pd.concat(parts).groupby(["lead_id", "at"], as_index=False)["points"].sum()
    return deltas.assign(score=deltas.groupby("lead_id")["points"].cumsum())


def owners_at(frames: Frames, as_of: pd.Timestamp) -> pd.Series:
    """Owner by lead_id."""
    acts = frames.activities
    changes = acts.loc[acts["type"].eq("owner_change"), ["lead_id", "occurred_at", "from_value", "to_value"]]
    changes = changes.sort_values(["lead_id", "occurred_at"])
    last = changes[changes["occurred_at"] < as_of].drop_duplicates("lead_id", keep="last")
    first = changes[~changes["lead_id"].isin(last["lead_id"])].drop_duplicates("lead_id")
    never = frames.leads[~frames.leads["lead_id"].isin(changes["lead_id"])]
    return pd.concat(
        [
            last.set_index("lead_id")["to_value"].astype(object),
            first.set_index("lead_id")["from_value"].astype(object),
            never.set_index("lead_id")["owner"].astype(object),
        ]
    )
