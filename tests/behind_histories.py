"""What the questions behind a number, of a lead and of a screen are asked with, on a random world."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.histories import arguments, days_of
from tests.reference_aging import AGE_BUCKETS
from tests.reference_loading import REASONS, World
from tests.reference_quality import FINDINGS

SEGMENTS = [None, "seo", "ad", "inbound", "IT", "高橋", "hot", "cold", "staff"]


@st.composite
def more_arguments(draw: st.DrawFn, world: World, name: str, as_of: datetime | date | None) -> dict[str, Any]:
    """Everything but T; what is None is left out."""
    rules = world.versions[0]
    stages = [stage["key"] for stage in rules["stages"]]
    path = [stage["key"] for stage in rules["stages"] if stage["kind"] in ("path", "won")]
    times = days_of(world) or [datetime(2026, 4, 1, tzinfo=UTC)]
    asked: dict[str, Any] = arguments(draw(st.randoms(use_true_random=False)), world, name)
    params: dict[str, Any] = {}

    def one(values: list[Any]) -> Any:
        return draw(st.sampled_from(values))

    bands = [None, "cold", "hot"]
    if name in ("behind_conversion", "behind_period_ratio", "behind_kpi", "behind_silence_flow"):
        params["month"] = f"{one(times):%Y-%m}"
    if name in ("behind_conversion", "behind_period_ratio", "conversion_runs"):
        first, last = sorted(
            draw(st.lists(st.sampled_from(range(len(path))), min_size=2, max_size=2, unique=True))
        )
        params |= {"from_stage": path[first], "to_stage": path[last]}
    if name in ("behind_conversion", "conversion_runs"):
        params["window_days"] = one([90, 7, 1, "none"])
    if name == "behind_aging":
        params = {
            "stage": one([None, *stages]),
            "bucket": one([None, None, "unknown", *(bucket for bucket, _ in AGE_BUCKETS)]),
            "ratio_from": one([None, None, 0.0, 0.25, 3.0]),
            "over_only": one([False, False, True]),
        }
    if name == "behind_bands":
        params = {
            "band": one(bands),
            "day": one([0, 1, 7]),
            "to_stage": one(path[1:]),
            "window_days": one([1, 7]),
        }
    if name == "behind_clocks":
        if rules["sla"]:
            params["policy"] = one([policy["key"] for policy in rules["sla"]])
        params["of_owner"] = one([True, False])
        params["segment"] = one([None, "高橋", "sato"]) if params["of_owner"] else None
    if name == "behind_funnel":
        params = {"stage": one(path), "min_age_days": one([0, 7]), "reached": one([None, *path])}
    if name == "score_shortfall":
        params = {"at": one(["now", "mql", "created"])}
    if asked["by"] is not None:
        params["segment"] = one(stages if asked["by"] == "stage" else SEGMENTS)
    if name == "behind_kpi":
        params["kpi"] = one(["leads", "mql", "sql", "opportunity", "won"])
    if name == "behind_scores":
        params = {"stage": one(stages), "at": one(["now", "mql", "created"]), "bin": one([10, 50])}
        params["bin_from"] = one([None, 0, 0, params["bin"]])
    if name == "behind_silence":
        params["stage"] = one([None, *stages])
        params["band"] = one(bands) if params["stage"] else None
    if name == "behind_silence_flow":
        params["flow"] = one(["fell_silent", "woken_by_lead", "woken_by_us", "left_otherwise"])
    if name == "finding_rows":
        params["finding"] = one(FINDINGS)
    if name == "quarantined_rows":
        params["reason"] = one([None, None, *REASONS])
    if name == "morning":
        params["before"] = one(times) - timedelta(days=one([0, 1]))
    if name.startswith("lead_"):
        params["lead_id"] = one([str(row["lead_id"]) for row in world.leads if row["lead_id"]] or ["L0"])
    return {**asked, "params": params}
