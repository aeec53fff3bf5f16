"""The card of benchmarks: groups of leads against what their like should reach."""

from funnel import charts, headlines
from funnel.rows import records
from funnel.ui.parts.cards import card, door, figure
from funnel.ui.state.view import View
from funnel.words.dates import month_near


def benchmark_card(view: View, page: str | None = None) -> None:
    """Groups against their benchmarks; where the rules have none, the newest mature month by channel group."""
    compared = view.ask("benchmarks")
    if not compared:
        _segment_card(view)
        return
    labels = view.labels
    values = {row["value"]: labels.value(row["dimension"], row["value"]) for row in records(compared.frame)}
    headline = headlines.benchmarks(compared.frame, values, view.language)
    sources = view.say("app.comma").join(compared.frame["source"].dropna().astype(str).unique())
    stages = view.say("app.comma").join(labels.stages[stage] for stage in compared.frame["stage"].unique())
    key = "sub" if sources else "sub_plain"
    days = compared.bound["min_age_days"]
    sub = view.say(f"say.benchmarks.{key}", stages=stages, source=sources, days=days)
    with card(view, headline, sub, compared, "benchmarks"):
        drawn = charts.benchmark_dots(compared.frame, say=view.words, values=values, stages=labels.stages)
        figure(view, drawn, "benchmarks", headline, behind="benchmark", fills=page is None)
        if page:
            door(view, page, view.say("page.conversion"))


def _segment_card(view: View) -> None:
    rules = view.db.rules
    mql, sql = rules.milestone("mql"), rules.milestone("sql")
    usual = [name for name in ("channel_group", "channel", *rules.dimensions) if name in rules.dimensions]
    dimension = next((name for name in usual if view.takes("conversion", name)), None)
    if not mql or not sql or dimension is None:
        return
    cohorts = view.ask("conversion", by=dimension, from_stage=mql, to_stage=sql)
    mature = cohorts.frame[
        cohorts.frame["mature"].fillna(False).astype(bool) & (cohorts.frame["entered"] > 0)
    ]
    rows = mature[mature["month"] == mature["month"].max()]
    if not len(rows):
        return
    month = month_near(rows["month"].iloc[0], view.last_seen, view.language)
    labels = {row["segment"] or "": view.labels.value(dimension, row["segment"]) for row in records(rows)}
    headline = view.say("say.segments.headline", month=month, dimension=view.labels.dimension(dimension))
    newest = cohorts.with_rows(rows)
    with card(view, headline, view.say("say.segments.sub", window=90), newest, "segments"):
        drawn = charts.segment_dots(rows, say=view.words, labels=labels)
        figure(
            view, drawn, "segments", headline, behind="conversion", fills=True,
            window_days="90", from_stage=mql, to_stage=sql, by=dimension,
        )  # fmt: skip
