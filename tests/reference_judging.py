"""What is beyond chance, too small, or short of a target, for the slow twin: METRICS.md 0 and 6."""

from datetime import date
from math import sqrt

from tests.reference_numbers import SMALL_BASE, Month, local, wilson
from tests.reference_view import View

Pair = tuple[int, int]  # numerator and base


def is_small(base: int | None) -> bool:
    return base is not None and base < SMALL_BASE


def target_of(view: View, kpi: str, month: Month) -> float | None:
    """The target of the version in force on the last day of the month; before all versions that of the first."""
    return target_in_force(view, kpi, local(view.ends(month) - 1, view.rules.zone).date())


def target_in_force(view: View, kpi: str, on: date) -> float | None:
    begun = [targets for day, targets in view.loaded.goals if day <= on]
    return (begun[-1] if begun else view.loaded.goals[0][1]).get(kpi)


def newcombe(before: Pair, after: Pair) -> tuple[float, float]:
    """The 95 % interval of the difference of two rates."""
    (part_1, base_1), (part_2, base_2) = before, after
    low_1, high_1 = wilson(part_1, base_1)
    low_2, high_2 = wilson(part_2, base_2)
    rate_1, rate_2 = part_1 / base_1, part_2 / base_2
    assert low_1 is not None and high_1 is not None and low_2 is not None and high_2 is not None
    change = rate_2 - rate_1
    return change - sqrt((rate_2 - low_2) ** 2 + (high_1 - rate_1) ** 2), change + sqrt(
        (high_2 - rate_2) ** 2 + (rate_1 - low_1) ** 2
    )


def differ(part_1: int, base_1: int, part_2: int, base_2: int) -> bool:
    """Whether two proportions differ beyond chance: pooled z test, two-sided, 5 %."""
    if not base_1 or not base_2:
        return False
    pooled = (part_1 + part_2) / (base_1 + base_2)
    spread = sqrt(pooled * (1 - pooled) * (1 / base_1 + 1 / base_2))
    return spread > 0 and abs(part_1 / base_1 - part_2 / base_2) / spread > 1.959963984540054


def target_verdict(part: int, base: int, target: float | None, lower_is_better: bool = False) -> str | None:
    """How a rate stands to its target: by where the whole interval lies."""
    return interval_on_target(wilson(part, base), base, target, lower_is_better)


def interval_on_target(
    interval: tuple[float | None, float | None],
    base: int,
    target: float | None,
    lower_is_better: bool = False,
) -> str | None:
    low, high = interval
    if low is None or high is None or target is None:
        return None
    is_above, is_below = low >= target, high < target
    if lower_is_better:
        is_above, is_below = low > target, high <= target
    if base < SMALL_BASE or not (is_above or is_below):
        return "unclear"
    return "missed" if is_above is lower_is_better else "reached"


def verdict_of(before: Pair | None, after: Pair | None) -> str | None:
    if before is None or after is None or min(before[1], after[1]) < SMALL_BASE:
        return None
    low, high = newcombe(before, after)
    return "higher" if low > 0 else "lower" if high < 0 else "unclear"
