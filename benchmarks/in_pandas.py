"""The answers once more in pandas, over frames that are in memory: what a good notebook would hold.

Vectorised, no loop over rows; takes every shortcut that the example rules and clean data allow. Not part of the product.
"""

import numpy as np
import pandas as pd

from benchmarks import agreed
from benchmarks.pandas_states import Frames, micros, owners_at, running_scores, scores_at, stage_spells


def stage_aging_buckets(frames: Frames, as_of: pd.Timestamp) -> pd.DataFrame:
    """stage · bucket · leads"""
    spells = stage_spells(frames, as_of)
    here = spells[spells["left_at"].isna()]
    days = (as_of - here["entered_at"]) // pd.Timedelta(days=1)
    bucket = np.searchsorted(agreed.BUCKET_ENDS, days, side="left")
    bucket = np.where(here["is_undated"], len(agreed.BUCKETS) - 1, bucket)
    counts = here.groupby(["stage", bucket]).size()
    stages = [number for number in range(len(agreed.STAGES)) if number != agreed.WON]
    grid = pd.MultiIndex.from_product([stages, range(len(agreed.BUCKETS))], names=["stage", "bucket"])
    rows = counts.reindex(grid, fill_value=0).rename("leads").reset_index()
    rows["stage"] = [agreed.STAGES[number] for number in rows["stage"]]
    rows["bucket"] = [agreed.BUCKETS[number] for number in rows["bucket"]]
    return rows


def score_distribution(frames: Frames, as_of: pd.Timestamp) -> pd.DataFrame:
    """bin_from · stage · leads"""
    spells = stage_spells(frames, as_of)
    here = spells[spells["left_at"].isna()]
    scores = scores_at(frames, as_of).reindex(here["lead_id"]).to_numpy()
    counts = here.groupby([scores // 10 * 10, "stage"]).size()
    rows = counts.rename("leads").rename_axis(["bin_from", "stage"]).reset_index()
    rows["stage"] = [agreed.STAGES[number] for number in rows["stage"]]
    return rows


def dormant_pool(frames: Frames, as_of: pd.Timestamp) -> pd.DataFrame:
    """segment (stage) · leads · median_silent_days · median_max_score · contactable"""
    acts = frames.activities
    is_reset = acts["type"].isin(agreed.RESETTING) | acts["type"].eq("meeting")
    for kind, outcomes in agreed.CONTACTS.items():
        is_reset |= acts["type"].eq(kind) & acts["outcome"].isin(outcomes)
    last = acts[is_reset & (acts["occurred_at"] < as_of)].groupby("lead_id")["occurred_at"].max()
    leads = frames.leads[frames.leads["created_at"] < as_of]
    reset = last.reindex(leads["lead_id"]).set_axis(leads.index).fillna(leads["created_at"])
    quiet = leads.assign(reset_at=reset)[reset + agreed.SILENT < as_of]
    spells = stage_spells(frames, as_of)
    here = spells.loc[
        spells["left_at"].isna() & ~spells["stage"].isin([agreed.WON, agreed.LOST]), ["lead_id", "stage"]
    ]
    pool = quiet.drop(columns="stage").merge(here, on="lead_id")
    highest = running_scores(frames, as_of, pool["lead_id"]).groupby("lead_id")["score"].max().clip(lower=0)
    pool = pool.assign(
        days=(as_of - pool["reset_at"]) / pd.Timedelta(days=1),
        highest=highest.reindex(pool["lead_id"]).to_numpy(),
    )
    rows = pool.groupby("stage").agg(
        leads=("lead_id", "size"), median_silent_days=("days", "median"), median_max_score=("highest", "median"),
        contactable=("opted_out", lambda flags: (~flags).sum()),
    )  # fmt: skip
    rows.insert(0, "segment", [agreed.STAGES[number] for number in rows.index])
    return rows.reset_index(drop=True)


def funnel(frames: Frames, as_of: pd.Timestamp) -> pd.DataFrame:
    """stage · reached · of_which_implied · rate_from_previous · open_here · lost_here · dormant_here"""
    spells = stage_spells(frames, as_of)
    on_path = spells[spells["stage"] <= agreed.WON]
    explicit = on_path.drop_duplicates(["lead_id", "stage"])["stage"].value_counts()
    now = spells.loc[spells["left_at"].isna(), ["lead_id", "stage"]].set_index("lead_id")["stage"]
    top = on_path.groupby("lead_id")["stage"].max().reindex(now.index, fill_value=agreed.NEW)
    kind = np.select([now == agreed.LOST, now == agreed.DORMANT], ["lost_here", "dormant_here"], "open_here")
    counts = pd.crosstab(top, kind).reindex(range(agreed.WON + 1), fill_value=0)
    reached = counts.sum(axis=1)[::-1].cumsum()[::-1]
    return pd.DataFrame(
        {
            "stage": agreed.STAGES[: agreed.WON + 1],
            "reached": reached,
            "of_which_implied": reached - explicit.reindex(reached.index, fill_value=0),
            "rate_from_previous": reached / reached.shift(),
            "open_here": now.value_counts().reindex(reached.index, fill_value=0),
            **{name: counts[name] for name in ("lost_here", "dormant_here")},
        }
    )


def conversion(frames: Frames, as_of: pd.Timestamp) -> pd.DataFrame:
    """month · entered · converted · median_days · p90_days · skipped: mql to sql in 90 days"""
    spells = stage_spells(frames, as_of)
    is_handed = spells["stage"].between(agreed.MQL, agreed.WON)
    same = spells["lead_id"] == spells["lead_id"].shift()
    starts = is_handed & ~(is_handed.shift(fill_value=False) & same)
    walk = spells[starts.groupby(spells["lead_id"]).cumsum() <= 1]
    entries = walk[walk["stage"] == agreed.MQL]
    assumed = entries.loc[entries["is_assumed"], "lead_id"]
    begun = (
        entries[~entries["lead_id"].isin(assumed)].groupby("lead_id")["entered_at"].min().rename("from_at")
    )
    goals = walk[walk["stage"].between(agreed.SQL, agreed.WON)]
    later = goals.merge(begun, left_on="lead_id", right_index=True)
    later = later[later["entered_at"] >= later["from_at"]]
    journeys = begun.to_frame()
    journeys["converted_at"] = later.groupby("lead_id")["entered_at"].min()
    journeys["to_at"] = later[later["stage"] == agreed.SQL].groupby("lead_id")["entered_at"].min()
    window = pd.Timedelta(days=90)
    days = (journeys["to_at"] - journeys["from_at"]).where(lambda wait: wait < window) / pd.Timedelta(days=1)
    journeys = journeys.assign(
        month=_month(journeys["from_at"]),
        days=days,
        is_converted=journeys["converted_at"] - journeys["from_at"] < window,
    )
    cohorts = journeys.groupby("month")
    rows = cohorts.agg(
        entered=("from_at", "size"), converted=("is_converted", "sum"), median_days=("days", "median"),
        p90_days=("days", lambda waits: waits.quantile(0.9)),
    )  # fmt: skip
    unknown = goals.loc[goals["is_assumed"], "lead_id"]
    reached = goals[~goals["lead_id"].isin(unknown) & ~goals["lead_id"].isin(assumed)]
    reached = reached.groupby("lead_id")["entered_at"].min()
    skipped = reached[~(begun.reindex(reached.index) <= reached)]
    rows["skipped"] = _month(skipped).value_counts()
    return rows.fillna({"skipped": 0}).reset_index()


def _month(instants: pd.Series) -> pd.Series:
    return instants.dt.tz_convert("Asia/Tokyo").dt.tz_localize(None).dt.to_period("M").dt.to_timestamp()


def stage_aging(frames: Frames, as_of: pd.Timestamp) -> pd.DataFrame:
    """stage · waiting_leads · median, p90, max · over_limit · finished with its quantiles · km_median_days"""
    spells = stage_spells(frames, as_of)
    stays = spells[spells["stage"] != agreed.WON]
    stays = stays.assign(days=(stays["left_at"].fillna(as_of) - stays["entered_at"]) / pd.Timedelta(days=1))
    dated = stays[~stays["is_undated"]]
    waiting = dated[dated["left_at"].isna()]
    names = np.array(agreed.STAGES)
    now = int(frames.windows.at(np.array([as_of.value // 1000]))[0])
    worked = (now - frames.windows.at(micros(waiting["entered_at"]))) / agreed.BUSINESS_DAY_US
    limits = pd.Series(names[waiting["stage"]], waiting.index)
    is_over = (waiting["days"] > limits.map(agreed.MAX_DAYS)) | (
        worked > limits.map(agreed.MAX_BUSINESS_DAYS)
    )
    ages = waiting.assign(is_over=is_over).groupby("stage")
    finished = dated[dated["left_at"].notna()].groupby("stage")["days"]
    rows = pd.DataFrame(
        {
            "waiting_leads": stays[stays["left_at"].isna()].groupby("stage").size(),
            "median_days": ages["days"].median(),
            "p90_days": ages["days"].quantile(0.9),
            "max_days": ages["days"].max(),
            "over_limit": ages["is_over"].sum(),
            "finished": finished.size(),
            "finished_median_days": finished.median(),
            "finished_p90_days": finished.quantile(0.9),
            "km_median_days": _time_to_leave(dated),
        }
    ).reset_index()
    rows["stage"] = names[rows["stage"]]
    rows["over_limit"] = rows["over_limit"].where(
        rows["stage"].isin({**agreed.MAX_DAYS, **agreed.MAX_BUSINESS_DAYS})
    )
    return rows


def _time_to_leave(dated: pd.DataFrame) -> pd.Series:
    """Kaplan-Meier median by stage."""
    lines = dated.assign(is_censored=dated["left_at"].isna()).sort_values(["stage", "days", "is_censored"])
    stages = lines.groupby("stage")["days"]
    at_risk = stages.transform("size") - stages.cumcount()
    fall = np.where(lines["is_censored"], 0.0, np.log(np.maximum(1 - 1 / at_risk, 1e-300)))
    staying = pd.Series(fall, lines.index).groupby(lines["stage"]).cumsum()
    return lines[staying <= np.log(0.5 + 1e-9)].groupby("stage")["days"].min()


def overdue(frames: Frames, as_of: pd.Timestamp) -> pd.DataFrame:
    """The morning list. Under the example rules a clock of a stage ends whenever the lead leaves the stage."""
    acts = frames.activities
    spells = stage_spells(frames, as_of)
    here = spells.loc[spells["left_at"].isna(), ["lead_id", "stage", "entered_at", "is_assumed"]]
    ours = acts.loc[
        acts["type"].isin(agreed.OUR_TYPES) & (acts["occurred_at"] < as_of),
        ["lead_id", "occurred_at", "type"],
    ]
    last_touch = ours.groupby("lead_id")["occurred_at"].max()
    last_meeting = ours[ours["type"].eq("meeting")].groupby("lead_id")["occurred_at"].max()
    parts = []
    for policy in agreed.POLICIES:
        if policy.stage is None:
            clocks = _crossings(frames, as_of, spells, here)
        else:
            clocks = here[(here["stage"] == policy.stage) & ~here["is_assumed"]]
            clocks = clocks.rename(columns={"entered_at": "started_at"})
            if policy.stops:
                last = last_meeting if policy.stops == ("meeting",) else last_touch
                stop = last.reindex(clocks["lead_id"]).set_axis(clocks.index)
                if policy.is_cadence:
                    later = stop.where(stop > clocks["started_at"])
                    clocks = clocks.assign(started_at=later.fillna(clocks["started_at"]))
                else:
                    clocks = clocks[~(stop >= clocks["started_at"])]
        started = micros(clocks["started_at"])
        due = frames.windows.due(policy, started)
        state, late = frames.windows.state(policy, started, due, as_of.value // 1000)
        due_at = pd.to_datetime(due, unit="us", utc=True)
        clocks = clocks[["lead_id", "stage", "started_at"]].assign(
            policy=policy.key, state=state, due_at=due_at, late_hours=late
        )
        parts.append(clocks[state != "pending"])
    pressing = pd.concat(parts, ignore_index=True)
    scores, owners = scores_at(frames, as_of, pressing["lead_id"]), owners_at(frames, as_of)
    pressing = pressing.merge(
        frames.leads[["lead_id", "company", "opted_out", "record_url"]], on="lead_id", how="left"
    )
    tried = ours.merge(pressing[["lead_id", "started_at", "policy"]], on="lead_id")
    tried = (
        tried[tried["occurred_at"] >= tried["started_at"]].groupby(["lead_id", "policy", "started_at"]).size()
    )
    tried = tried.rename("attempts").reset_index()
    pressing = pressing.merge(tried, on=["lead_id", "policy", "started_at"], how="left")
    places = {policy.key: place for place, policy in enumerate(agreed.POLICIES)}
    pressing = pressing.assign(
        stage=np.array(agreed.STAGES)[pressing["stage"]],
        score=scores.reindex(pressing["lead_id"]).to_numpy(),
        owner=owners.reindex(pressing["lead_id"]).to_numpy(),
        last_touch_at=last_touch.reindex(pressing["lead_id"]).to_numpy(),
        attempts=pressing["attempts"].fillna(0).astype("int64"),
        place=pressing["policy"].map(places),
        urgency=pressing["state"].map({"overdue": 0, "due_today": 1, "at_risk": 2}),
    )
    return pressing.sort_values(["urgency", "due_at", "lead_id", "place", "started_at"], ignore_index=True)


def _crossings(frames: Frames, as_of: pd.Timestamp, spells: pd.DataFrame, here: pd.DataFrame) -> pd.DataFrame:
    """Clocks of the score that are still open: crossed after the last hand-off, loss or sleep."""
    waiting = here[~here["stage"].isin(agreed.STOP_STAGES)]
    steps = running_scores(frames, as_of, waiting["lead_id"])
    before = steps.groupby("lead_id")["score"].shift(fill_value=0)
    crossed = steps.loc[(steps["score"] >= agreed.CROSSED) & (before < agreed.CROSSED), ["lead_id", "at"]]
    handed = spells[spells["stage"].isin(agreed.STOP_STAGES)].groupby("lead_id")["left_at"].max()
    gone = spells[spells["stage"] > agreed.WON].groupby("lead_id")["entered_at"].max()
    crossed = crossed.merge(waiting[["lead_id", "stage"]], on="lead_id").rename(columns={"at": "started_at"})
    is_stopped = crossed["started_at"] < handed.reindex(crossed["lead_id"]).set_axis(crossed.index)
    is_closed = crossed["started_at"] <= gone.reindex(crossed["lead_id"]).set_axis(crossed.index)
    return crossed[~is_stopped & ~is_closed]


ANSWERS = {
    each.__name__: each
    for each in (
        stage_aging_buckets, score_distribution, dormant_pool, overdue, funnel, conversion, stage_aging,
    )
}  # fmt: skip
