"""What is true of the leads at an instant, in polars: stages, scores, owners, as plans over the Parquet files."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from benchmarks import agreed

DAY_US = 86_400_000_000
STAGE = pl.Enum(agreed.STAGES)
KIND = pl.Enum(list(agreed.POINTS))


@dataclass(frozen=True)
class Files:
    """The two files as plans; the leads that are excluded stay out."""

    directory: Path

    @property
    def leads(self) -> pl.LazyFrame:
        """Leads that count."""
        return pl.scan_parquet(self.directory / "leads.parquet").filter(~pl.col("excluded"))

    @property
    def all_activities(self) -> pl.LazyFrame:
        """What happened, to excluded leads too: a join with the leads takes these away."""
        return pl.scan_parquet(self.directory / "activities.parquet")

    @property
    def windows(self) -> agreed.BusinessTime:
        """Opening hours."""
        return agreed.business_time(self.directory)


def stage_spells(files: Files, as_of: datetime) -> pl.LazyFrame:
    """Every stay in a stage that as_of has seen: stage as a number, left_at null = still there."""
    changes = (
        files.all_activities.filter(pl.col("type") == "stage_change")
        .select(
            "lead_id",
            pl.col("occurred_at").alias("entered_at"),
            pl.col("from_value").cast(STAGE).to_physical().alias("before"),
            pl.col("to_value").cast(STAGE).to_physical().alias("stage"),
        )
        .join(files.leads.select("lead_id"), on="lead_id", how="semi")
    )
    firsts = changes.group_by("lead_id").agg(
        pl.col("entered_at").min().alias("first_at"), pl.col("before").sort_by("entered_at").first()
    )
    stage = pl.col("stage").cast(STAGE).to_physical().fill_null(agreed.NEW)
    lives = files.leads.select("lead_id", "created_at", stage, "stage_since").join(
        firsts, on="lead_id", how="left"
    )
    still = lives.filter(pl.col("first_at").is_null())
    since = pl.when(pl.col("stage") != agreed.NEW).then(pl.col("stage_since"))
    born = lives.filter(pl.col("created_at") < pl.col("first_at")).select(
        "lead_id",
        pl.col("created_at").alias("entered_at"),
        pl.col("before").fill_null(agreed.NEW).alias("stage"),
        (pl.col("before").fill_null(agreed.NEW) != agreed.NEW).alias("is_assumed"),
        pl.lit(False).alias("is_until_since"),
    )
    until = still.filter(pl.col("created_at") < since).select(
        "lead_id",
        pl.col("created_at").alias("entered_at"),
        pl.lit(agreed.NEW, born.collect_schema()["stage"]).alias("stage"),
        pl.lit(False).alias("is_assumed"),
        pl.lit(True).alias("is_until_since"),
    )
    now = still.select(
        "lead_id",
        since.fill_null(pl.col("created_at")).alias("entered_at"),
        "stage",
        (since.is_null() & (pl.col("stage") != agreed.NEW)).alias("is_assumed"),
        pl.lit(False).alias("is_until_since"),
    )
    moves = changes.select(
        "lead_id",
        "entered_at",
        "stage",
        pl.lit(False).alias("is_assumed"),
        pl.lit(False).alias("is_until_since"),
    )
    same = pl.col("lead_id") == pl.col("lead_id").shift()
    return (
        pl.concat([born, until, now, moves])
        .sort("lead_id", "entered_at", maintain_order=True)
        .filter(~same.fill_null(False) | (pl.col("stage") != pl.col("stage").shift()))
        .with_columns(
            pl.when(pl.col("lead_id") == pl.col("lead_id").shift(-1))
            .then(pl.col("entered_at").shift(-1))
            .alias("left_at")
        )
        .filter(pl.col("entered_at") < as_of)
        .with_columns(
            pl.when(pl.col("left_at") < as_of).then(pl.col("left_at")).alias("left_at"),
            (pl.col("is_assumed") | pl.col("is_until_since")).alias("is_undated"),
        )
    )


def attribute_points(files: Files) -> pl.LazyFrame:
    """lead_id, created_at, points for what a lead is."""
    titles = files.leads.select(pl.col("title").unique()).collect()["title"].drop_nulls()
    worth = {title: agreed.title_points(title) for title in titles}
    points = (
        pl.col("title").replace_strict(worth, default=0, return_dtype=pl.Int64)
        + pl.col("industry").is_in(agreed.INDUSTRIES).fill_null(False) * agreed.INDUSTRY_POINTS
        + (pl.col("employees") >= agreed.LARGE_EMPLOYEES).fill_null(False) * agreed.LARGE_POINTS
    )
    return files.leads.select("lead_id", "created_at", points.alias("points"))


def scores_at(files: Files, as_of: datetime, chosen: pl.LazyFrame | None = None) -> pl.LazyFrame:
    """lead_id, score of every (chosen) lead: counts per type, no running total is needed."""
    hits = files.all_activities.filter(
        pl.col("type").is_in(list(agreed.POINTS)) & (pl.col("occurred_at") < as_of)
    )
    for kind, valid in agreed.VALID.items():
        hits = hits.filter((pl.col("type") != kind) | (pl.col("occurred_at") + valid >= as_of))
    own = attribute_points(files).filter(pl.col("created_at") < as_of)
    if chosen is not None:
        hits = hits.join(chosen, on="lead_id", how="semi")
        own = own.join(chosen, on="lead_id", how="semi")
    awards = [
        ((pl.col("type") == kind).sum().cast(pl.Int64) - agreed.FIRST_AWARD.get(kind, 1) + 1).clip(
            0, agreed.MOST_AWARDS.get(kind)
        )
        * points
        for kind, points in agreed.POINTS.items()
    ]
    gained = hits.group_by("lead_id").agg(pl.sum_horizontal(awards).alias("gained"))
    return own.join(gained, on="lead_id", how="left").select(
        "lead_id", (pl.col("points") + pl.col("gained").fill_null(0)).alias("score")
    )


def running_scores(files: Files, as_of: datetime, chosen: pl.LazyFrame) -> pl.LazyFrame:
    """Every change of the chosen leads' scores in order: lead_id, at, score."""
    kinds = list(agreed.POINTS)
    hits = (
        files.all_activities.filter(pl.col("type").is_in(kinds) & (pl.col("occurred_at") < as_of))
        .select("lead_id", pl.col("occurred_at").alias("at"), pl.col("type").cast(KIND).alias("kind"))
        .join(chosen, on="lead_id", how="semi")
        .sort("lead_id", "at", maintain_order=True)
        .with_columns(pl.int_range(1, pl.len() + 1).over("lead_id", "kind").alias("nth"))
    )
    first = pl.col("kind").replace_strict(agreed.FIRST_AWARD, default=1, return_dtype=pl.Int64)
    most = pl.col("kind").replace_strict(agreed.MOST_AWARDS, default=10**9, return_dtype=pl.Int64)
    points = pl.col("kind").replace_strict(agreed.POINTS, return_dtype=pl.Int64)
    gained = hits.filter((pl.col("nth") >= first) & (pl.col("nth") < first + most)).with_columns(
        points.alias("points")
    )
    parts = [gained.select("lead_id", "at", "points")]
    for kind, valid in agreed.VALID.items():
        withdrawn = gained.filter(pl.col("kind") == kind).select(
            "lead_id", pl.col("at") + valid, (-pl.col("points")).alias("points")
        )
        parts.append(withdrawn.filter(pl.col("at") < as_of))
    born = attribute_points(files).join(chosen, on="lead_id", how="semi")
    parts.append(born.select("lead_id", pl.col("created_at").alias("at"), "points"))
    return (
        pl.concat(parts)
        .group_by("lead_id", "at")
        .agg(pl.col("points").sum())
        .sort("lead_id", "at")
        .select("lead_id", "at", pl.col("points").cum_sum().over("lead_id").alias("score"))
    )


def owners_at(files: Files, as_of: datetime, chosen: pl.LazyFrame) -> pl.LazyFrame:
    """lead_id, owner of the chosen leads."""
    changes = (
        files.all_activities.filter(pl.col("type") == "owner_change")
        .select("lead_id", "occurred_at", "from_value", "to_value")
        .join(chosen, on="lead_id", how="semi")
        .group_by("lead_id")
        .agg(
            pl.col("from_value").sort_by("occurred_at").first(),
            pl.col("to_value").filter(pl.col("occurred_at") < as_of)
            .sort_by(pl.col("occurred_at").filter(pl.col("occurred_at") < as_of)).last(),
            (pl.col("occurred_at") < as_of).any().alias("has_changed"),
        )
    )  # fmt: skip
    owner = (
        pl.when(pl.col("has_changed").is_null()).then(pl.col("owner"))
        .when(pl.col("has_changed")).then(pl.col("to_value"))
        .otherwise(pl.col("from_value"))
    )  # fmt: skip
    leads = files.leads.select("lead_id", "owner").join(chosen, on="lead_id", how="semi")
    return leads.join(changes, on="lead_id", how="left").select("lead_id", owner.alias("owner"))
