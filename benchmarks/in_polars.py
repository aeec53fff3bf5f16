"""The answers once more in polars, lazily over the Parquet files: nothing is kept from one answer to the next.

One plan per answer as far as it goes; takes every shortcut that the example rules and clean data allow.
Not part of the product.
"""

from datetime import datetime

import numpy as np
import polars as pl

from benchmarks import agreed
from benchmarks.polars_states import DAY_US, Files, owners_at, running_scores, scores_at, stage_spells


def _days(later: pl.Expr | datetime, earlier: pl.Expr) -> pl.Expr:
    end = later if isinstance(later, pl.Expr) else pl.lit(later)
    return (end - earlier).dt.total_microseconds() / DAY_US


def _stage_names(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.Series("stage", [agreed.STAGES[number] for number in rows["stage"]]))


def stage_aging_buckets(files: Files, as_of: datetime) -> pl.DataFrame:
    """stage · bucket · leads"""
    days = _days(as_of, pl.col("entered_at")).floor()
    bucket = pl.sum_horizontal([(days > end).cast(pl.Int32) for end in agreed.BUCKET_ENDS])
    counts = (
        stage_spells(files, as_of)
        .filter(pl.col("left_at").is_null())
        .group_by(
            "stage", pl.when("is_undated").then(len(agreed.BUCKETS) - 1).otherwise(bucket).alias("bucket")
        )
        .agg(pl.len().cast(pl.Int64).alias("leads"))
        .collect()
    )
    stages = [number for number in range(len(agreed.STAGES)) if number != agreed.WON]
    grid = pl.DataFrame({"stage": stages}, {"stage": counts.schema["stage"]}).join(
        pl.DataFrame({"bucket": range(len(agreed.BUCKETS))}, {"bucket": counts.schema["bucket"]}), how="cross"
    )
    rows = grid.join(counts, on=["stage", "bucket"], how="left").sort("stage", "bucket").fill_null(0)
    buckets = pl.Series("bucket", [agreed.BUCKETS[number] for number in rows["bucket"]])
    return _stage_names(rows.with_columns(buckets))


def score_distribution(files: Files, as_of: datetime) -> pl.DataFrame:
    """bin_from · stage · leads"""
    here = stage_spells(files, as_of).filter(pl.col("left_at").is_null()).select("lead_id", "stage")
    rows = (
        here.join(scores_at(files, as_of), on="lead_id")
        .group_by((pl.col("score") // 10 * 10).cast(pl.Float64).alias("bin_from"), "stage")
        .agg(pl.len().cast(pl.Int64).alias("leads"))
        .sort("bin_from", "stage")
        .collect()
    )
    return _stage_names(rows)


def dormant_pool(files: Files, as_of: datetime) -> pl.DataFrame:
    """segment (stage) · leads · median_silent_days · median_max_score · contactable"""
    is_reset = pl.col("type").is_in([*agreed.RESETTING, "meeting"])
    for kind, outcomes in agreed.CONTACTS.items():
        is_reset |= (pl.col("type") == kind) & pl.col("outcome").is_in(outcomes).fill_null(False)
    last = (
        files.all_activities.filter(is_reset & (pl.col("occurred_at") < as_of))
        .group_by("lead_id")
        .agg(pl.col("occurred_at").max().alias("reset_at"))
    )
    here = stage_spells(files, as_of).filter(
        pl.col("left_at").is_null() & ~pl.col("stage").is_in([agreed.WON, agreed.LOST])
    )
    pool = (
        files.leads.filter(pl.col("created_at") < as_of)
        .select("lead_id", "created_at", "opted_out")
        .join(last, on="lead_id", how="left")
        .with_columns(pl.col("reset_at").fill_null(pl.col("created_at")))
        .filter(pl.col("reset_at") + agreed.SILENT < as_of)
        .join(here.select("lead_id", "stage"), on="lead_id")
        .collect()
        .lazy()
    )
    highest = (
        running_scores(files, as_of, pool.select("lead_id"))
        .group_by("lead_id")
        .agg(pl.col("score").max().clip(lower_bound=0).alias("highest"))
    )
    rows = (
        pool.join(highest, on="lead_id", how="left")
        .group_by("stage")
        .agg(
            pl.len().cast(pl.Int64).alias("leads"),
            _days(as_of, pl.col("reset_at")).median().alias("median_silent_days"),
            pl.col("highest").median().alias("median_max_score"),
            (~pl.col("opted_out")).sum().cast(pl.Int64).alias("contactable"),
        )
        .sort("stage")
        .collect()
    )
    return _stage_names(rows).rename({"stage": "segment"})


def funnel(files: Files, as_of: datetime) -> pl.DataFrame:
    """stage · reached · of_which_implied · rate_from_previous · open_here · lost_here · dormant_here"""
    on_path = pl.col("stage") <= agreed.WON
    entered = [
        ((pl.col("stage") == stage).any()).alias(f"entered_{stage}") for stage in range(agreed.WON + 1)
    ]
    lives = (
        stage_spells(files, as_of)
        .group_by("lead_id")
        .agg(
            pl.col("stage").filter(on_path).max().fill_null(agreed.NEW).alias("top"),
            pl.col("stage").filter(pl.col("left_at").is_null()).first().alias("now"),
            *entered,
        )
    )
    counts = (
        lives.group_by("top")
        .agg(
            pl.len().cast(pl.Int64).alias("leads"),
            (pl.col("now") == agreed.LOST).sum().cast(pl.Int64).alias("lost_here"),
            (pl.col("now") == agreed.DORMANT).sum().cast(pl.Int64).alias("dormant_here"),
            *[pl.col(f"entered_{stage}").sum().cast(pl.Int64) for stage in range(agreed.WON + 1)],
            *[
                (pl.col("now") == stage).sum().cast(pl.Int64).alias(f"now_{stage}")
                for stage in range(agreed.WON + 1)
            ],
        )
        .collect()
    )
    path = pl.DataFrame({"top": range(agreed.WON + 1)}, {"top": counts.schema["top"]})
    rows = path.join(counts, on="top", how="left").sort("top").fill_null(0)
    reached = rows["leads"].cum_sum(reverse=True)
    explicit = pl.Series([rows[f"entered_{stage}"].sum() for stage in range(agreed.WON + 1)])
    return pl.DataFrame(
        {
            "stage": agreed.STAGES[: agreed.WON + 1],
            "reached": reached,
            "of_which_implied": reached - explicit,
            "rate_from_previous": reached / reached.shift(),
            "open_here": [rows[f"now_{stage}"].sum() for stage in range(agreed.WON + 1)],
            "lost_here": rows["lost_here"],
            "dormant_here": rows["dormant_here"],
        }
    )


def conversion(files: Files, as_of: datetime) -> pl.DataFrame:
    """month · entered · converted · median_days · p90_days · skipped: mql to sql in 90 days"""
    is_handed = pl.col("stage").is_between(agreed.MQL, agreed.WON)
    before = is_handed.shift().over("lead_id").fill_null(False)
    walk = (
        stage_spells(files, as_of)
        .with_columns((is_handed & ~before).alias("starts"))
        .filter(pl.col("starts").cast(pl.Int32).cum_sum().over("lead_id") <= 1)
    )
    is_mql, is_goal = pl.col("stage") == agreed.MQL, pl.col("stage").is_between(agreed.SQL, agreed.WON)
    goals = pl.col("entered_at").filter(is_goal)
    sqls = pl.col("entered_at").filter(pl.col("stage") == agreed.SQL)
    begun = pl.col("entered_at").filter(is_mql).min()
    journeys = (
        walk.filter(is_mql | is_goal)
        .group_by("lead_id")
        .agg(
            begun.alias("from_at"),
            (is_mql & pl.col("is_assumed")).any().alias("is_from_assumed"),
            goals.min().alias("first_to_at"),
            (is_goal & pl.col("is_assumed")).any().alias("is_to_assumed"),
            goals.filter(goals >= begun).min().alias("converted_at"),
            sqls.filter(sqls >= begun).min().alias("to_at"),
        )
        .with_columns(pl.when(~pl.col("is_from_assumed")).then(pl.col("from_at")).alias("from_at"))
        .collect()
        .lazy()
    )
    month = (
        pl.col("at")
        .dt.convert_time_zone("Asia/Tokyo")
        .dt.replace_time_zone(None)
        .dt.truncate("1mo")
        .alias("month")
    )
    waits = _days(pl.col("to_at"), pl.col("from_at"))
    waits = waits.filter(waits < 90)
    cohorts = (
        journeys.filter(pl.col("from_at").is_not_null())
        .with_columns(pl.col("from_at").alias("at"))
        .group_by(month)
        .agg(
            pl.len().cast(pl.Int64).alias("entered"),
            (_days(pl.col("converted_at"), pl.col("from_at")) < 90).sum().cast(pl.Int64).alias("converted"),
            waits.median().alias("median_days"),
            waits.quantile(0.9, "linear").alias("p90_days"),
        )
    )
    skips = (
        journeys.filter(
            pl.col("first_to_at").is_not_null() & ~pl.col("is_to_assumed") & ~pl.col("is_from_assumed")
            & ~(pl.col("from_at") <= pl.col("first_to_at")).fill_null(False)
        )
        .with_columns(pl.col("first_to_at").alias("at"))
        .group_by(month)
        .agg(pl.len().cast(pl.Int64).alias("skipped"))
    )  # fmt: skip
    rows = cohorts.join(skips, on="month", how="left").with_columns(pl.col("skipped").fill_null(0))
    return rows.sort("month").collect()


def stage_aging(files: Files, as_of: datetime) -> pl.DataFrame:
    """stage · waiting_leads · median, p90, max · over_limit · finished with its quantiles · km_median_days"""
    left = pl.col("left_at").fill_null(as_of)
    stays = (
        stage_spells(files, as_of)
        .filter(pl.col("stage") != agreed.WON)
        .with_columns(
            _days(left, pl.col("entered_at")).alias("days"), pl.col("left_at").is_null().alias("is_open")
        )
        .collect()
    )
    dated = stays.filter(~pl.col("is_undated"))
    waiting = dated.filter("is_open")
    here = int(files.windows.at(np.array([_us(as_of)]))[0])
    worked = (
        here - files.windows.at(waiting["entered_at"].to_physical().to_numpy())
    ) / agreed.BUSINESS_DAY_US
    limits = {agreed.STAGES.index(stage): days for stage, days in agreed.MAX_DAYS.items()}
    business_limits = {agreed.STAGES.index(stage): days for stage, days in agreed.MAX_BUSINESS_DAYS.items()}
    limit = pl.col("stage").replace_strict(limits, default=None, return_dtype=pl.Float64)
    business_limit = pl.col("stage").replace_strict(business_limits, default=None, return_dtype=pl.Float64)
    is_over = (pl.col("days") > limit).fill_null(False) | (pl.col("worked") > business_limit).fill_null(False)
    lines = dated.lazy().sort("stage", "days", "is_open")
    at_risk = pl.len().over("stage") - pl.int_range(pl.len()).over("stage")
    fall = pl.when("is_open").then(0.0).otherwise((1 - 1 / at_risk).clip(lower_bound=1e-300).log())
    rows = (
        stays.lazy().filter("is_open").group_by("stage").agg(pl.len().cast(pl.Int64).alias("waiting_leads"))
        .join(
            waiting.lazy().with_columns(pl.Series("worked", worked)).group_by("stage").agg(
                pl.col("days").median().alias("median_days"),
                pl.col("days").quantile(0.9, "linear").alias("p90_days"),
                pl.col("days").max().alias("max_days"),
                is_over.sum().cast(pl.Int64).alias("over_limit"),
            ),
            on="stage", how="left",
        )
        .join(
            dated.lazy().filter(~pl.col("is_open")).group_by("stage").agg(
                pl.len().cast(pl.Int64).alias("finished"),
                pl.col("days").median().alias("finished_median_days"),
                pl.col("days").quantile(0.9, "linear").alias("finished_p90_days"),
            ),
            on="stage", how="left",
        )
        .join(
            lines.with_columns(fall.alias("fall"))
            .filter(pl.col("fall").cum_sum().over("stage") <= np.log(0.5 + 1e-9))
            .group_by("stage").agg(pl.col("days").min().alias("km_median_days")),
            on="stage", how="left",
        )
        .sort("stage").collect()
    )  # fmt: skip
    rows = _stage_names(rows)
    has_limit = pl.col("stage").is_in([*agreed.MAX_DAYS, *agreed.MAX_BUSINESS_DAYS])
    return rows.with_columns(pl.when(has_limit).then(pl.col("over_limit")).alias("over_limit"))


def _us(instant: datetime) -> int:
    return round(instant.timestamp() * 1_000_000)


def overdue(files: Files, as_of: datetime) -> pl.DataFrame:
    """The morning list. Under the example rules a clock of a stage ends whenever the lead leaves the stage."""
    spells = stage_spells(files, as_of).collect().lazy()
    here = spells.filter(pl.col("left_at").is_null()).select("lead_id", "stage", "entered_at", "is_assumed")
    ours = (
        files.all_activities.filter(pl.col("type").is_in(agreed.OUR_TYPES) & (pl.col("occurred_at") < as_of))
        .select("lead_id", "occurred_at", "type")
        .collect()
        .lazy()
    )
    last = ours.group_by("lead_id").agg(
        pl.col("occurred_at").max().alias("last_touch_at"),
        pl.col("occurred_at").filter(pl.col("type") == "meeting").max().alias("last_meeting_at"),
    )
    clocks = here.join(last, on="lead_id", how="left").collect()
    parts = []
    for policy in agreed.POLICIES:
        started = pl.col("entered_at")
        stop = pl.col("last_meeting_at" if policy.stops == ("meeting",) else "last_touch_at")
        if policy.stage is None:
            rows = _crossings(files, as_of, spells, here).collect()
        else:
            rows = clocks.filter((pl.col("stage") == policy.stage) & ~pl.col("is_assumed"))
            if policy.is_cadence:
                started = pl.when(stop > started).then(stop).otherwise(started)
            elif policy.stops:
                rows = rows.filter(~(stop >= started).fill_null(False))
            rows = rows.select("lead_id", "stage", started.alias("started_at"))
        begun = rows["started_at"].to_physical().to_numpy()
        due = files.windows.due(policy, begun)
        state, late = files.windows.state(policy, begun, due, _us(as_of))
        rows = rows.select("lead_id", "stage", "started_at").with_columns(
            pl.lit(policy.key).alias("policy"),
            pl.lit(agreed.POLICIES.index(policy)).alias("place"),
            pl.Series("state", state),
            pl.Series("due_at", due).cast(pl.Datetime("us", "UTC")),
            pl.Series("late_hours", late),
        )
        parts.append(rows.filter(pl.col("state") != "pending"))
    pressing = pl.concat(parts).lazy()
    chosen = pressing.select("lead_id").unique()
    attempts = (
        ours.join(pressing.select("lead_id", "started_at", "policy"), on="lead_id")
        .filter(pl.col("occurred_at") >= pl.col("started_at"))
        .group_by("lead_id", "policy", "started_at")
        .agg(pl.len().cast(pl.Int64).alias("attempts"))
    )
    urgency = pl.col("state").replace_strict(
        {"overdue": 0, "due_today": 1, "at_risk": 2}, return_dtype=pl.Int8
    )
    rows = (
        pressing.join(
            files.leads.select("lead_id", "company", "opted_out", "record_url"), on="lead_id", how="left"
        )
        .join(scores_at(files, as_of, chosen), on="lead_id", how="left")
        .join(owners_at(files, as_of, chosen), on="lead_id", how="left")
        .join(last.select("lead_id", "last_touch_at"), on="lead_id", how="left")
        .join(attempts, on=["lead_id", "policy", "started_at"], how="left")
        .with_columns(pl.col("attempts").fill_null(0))
        .sort(urgency, "due_at", "lead_id", "place", "started_at")
        .collect()
    )
    return rows.with_columns(pl.col("stage").cast(pl.UInt8).replace_strict(dict(enumerate(agreed.STAGES))))


def _crossings(files: Files, as_of: datetime, spells: pl.LazyFrame, here: pl.LazyFrame) -> pl.LazyFrame:
    """Clocks of the score that are still open: crossed after the last hand-off, loss or sleep."""
    waiting = here.filter(~pl.col("stage").is_in(agreed.STOP_STAGES)).select("lead_id", "stage")
    ends = spells.group_by("lead_id").agg(
        pl.col("left_at").filter(pl.col("stage").is_in(agreed.STOP_STAGES)).max().alias("handed_until"),
        pl.col("entered_at").filter(pl.col("stage") > agreed.WON).max().alias("gone_at"),
    )
    before = pl.col("score").shift().over("lead_id").fill_null(0)
    return (
        running_scores(files, as_of, waiting.select("lead_id"))
        .filter((pl.col("score") >= agreed.CROSSED) & (before < agreed.CROSSED))
        .rename({"at": "started_at"})
        .join(waiting, on="lead_id")
        .join(ends, on="lead_id")
        .filter(~(pl.col("started_at") < pl.col("handed_until")).fill_null(False))
        .filter(~(pl.col("started_at") <= pl.col("gone_at")).fill_null(False))
        .select("lead_id", "stage", "started_at")
    )


ANSWERS = {
    each.__name__: each
    for each in (
        stage_aging_buckets, score_distribution, dormant_pool, overdue, funnel, conversion, stage_aging,
    )
}  # fmt: skip
