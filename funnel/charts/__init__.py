"""Frame → plotly figure. Pure: knows pandas and plotly, and nothing of Streamlit, of answers and of rules.

Every function takes frames with exactly the columns that METRICS.md gives for the answer of that name, and
keyword arguments: `say` (`partial(words.say, language=…)`) for the words, `labels` (key → name in the
page's language). It gives a figure, or None where there is nothing to draw: the page then shows its empty
state.

Every mark carries in its `customdata` a dictionary of the columns that name it (`{"stage": "mql", "bucket":
"8-30"}`), so that a click can be turned into exactly its leads. Show a figure with `st.plotly_chart(figure,
config=charts.CONFIG, …)` and the default theme: the colours are tokens of it.

    conversion_trend(conversion, *, say, target=None, versions=(), ticks=7)          month, segment
    period_ratio_trend(period_ratio, *, say, rates=None, running=None, ticks=4)      month, segment
    rate_range(conversion, target=None) → the axis of conversion_trend, for its neighbour's `rates`
    benchmark_dots(benchmarks, *, say, values, stages)                               stage, dimension, value
    segment_dots(conversion of one month, *, say, labels, target=None)               month, segment
    funnel_bars(funnel, *, say, labels)                                              stage, segment
    over_limit_dots(stage_aging, *, say, labels, limits)                             stage
    age_ratio_ridge(stage_age_ratio, stage_aging, *, say, labels, limits)            stage, ratio_from
    aging_matrix(stage_aging_buckets, *, say, labels, aside=(), height=None)         stage, bucket
    dormant_matrix(counts: stage, band, leads, *, say, stages, bands, height=None)   stage, band
    band_dots(score_bands, *, say, labels)                                           band
    attainment_dots(sla_summary, *, say, labels, target=None, by="segment")          policy, segment
    score_ridge(score_distribution, *, say, labels, thresholds)                      stage, bin_from
    dormant_balance(dormant_flow, *, say, running=None, ticks=5)                     month, flow
    due_today_strip(overdue, *, say, now, spans, timezone, labels=None)              owner, due_from, due_to …
    lead_timeline(spells, scores, activities, clocks, *, say, names, as_of, timezone, threshold=None)

`limits`: stage → (number, "days" | "business_days"). `versions`: (effective_from ISO, version, note or None).
"""

from funnel.charts.balance import dormant_balance
from funnel.charts.dots import (
    attainment_dots,
    band_dots,
    benchmark_dots,
    over_limit_dots,
    segment_dots,
)
from funnel.charts.lead import Names, lead_timeline
from funnel.charts.matrix import aging_matrix, dormant_matrix
from funnel.charts.palette import CONFIG
from funnel.charts.ridges import age_ratio_ridge, score_ridge
from funnel.charts.steps import funnel_bars
from funnel.charts.today import due_today_strip
from funnel.charts.trend import conversion_trend, period_ratio_trend, rate_range

__all__ = [
    "CONFIG",
    "Names",
    "age_ratio_ridge",
    "aging_matrix",
    "attainment_dots",
    "band_dots",
    "benchmark_dots",
    "conversion_trend",
    "dormant_balance",
    "dormant_matrix",
    "due_today_strip",
    "funnel_bars",
    "lead_timeline",
    "over_limit_dots",
    "period_ratio_trend",
    "rate_range",
    "score_ridge",
    "segment_dots",
]
