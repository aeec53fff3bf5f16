"""Delays in the unit that says most: hours or days, of business or of the clock."""

from funnel.words.translate import say


def late_by(
    hours: float, hours_per_day: float, language: str, is_elapsed: bool = False, longest: float = 0
) -> str:
    """A delay in business hours up to two days (9.2営業時間), then in business days (4.3営業日).

    One of a policy that counts every hour (`is_elapsed`) in hours (30.0時間), then in days (2.5日).
    `longest`: of the list that it stands in, which is written in one unit.
    """
    unit, size = ("wall_hours", 1.0) if is_elapsed else ("business_hours", 1.0)
    if max(hours, longest) > (48 if is_elapsed else 2 * hours_per_day):
        unit, size = ("days", 24.0) if is_elapsed else ("business_days", hours_per_day)
    if hours / size < 0.05:
        return say(f"unit.under_{unit}", language)
    return say(f"unit.{unit}", language, n=hours / size)


def late_range(
    least: float, most: float, hours_per_day: float, language: str, is_elapsed: bool = False
) -> str:
    """A delay that lies somewhere between two, in whole numbers of what the longer one is counted in: 2〜4営業日."""
    unit, hours = "business_days", hours_per_day
    if is_elapsed:
        unit, hours = ("wall_hours", 1.0) if most <= 48 else ("days", 24.0)
    elif most <= 2 * hours_per_day:
        unit, hours = "business_hours", 1.0
    return between(unit, least / hours, most / hours, language)


def between(unit: str, least: float, most: float, language: str) -> str:
    """12〜26日; where both are the same in whole numbers, the longer one as usual."""
    if round(least) == round(most):
        return say(f"unit.{unit}", language, n=most)
    return say(f"unit.range_{unit}", language, low=least, n=most)
