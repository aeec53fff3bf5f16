"""Numbers as people write them: counts, rates, differences, money."""

from collections.abc import Iterable

MOST_DIGITS = 6


def count(number: float, language: str) -> str:
    """1,284; from 100,000 on 12.3万 or 123.4k."""
    if abs(number) < 100_000:
        return f"{number:,.0f}"
    return f"{number / 10_000:,.1f}万" if language == "ja" else f"{number / 1000:,.1f}k"


def signed(number: float, language: str) -> str:
    """+4, −2, 0: the real minus sign, which is as wide as the plus."""
    return f"{number:+,.0f}".replace("-", "−") if number else "0"


def percent(rate: float, digits: int = 0) -> str:
    """32%; 99.6% and 0.4%, for no rate below 1 is written as 100% and none above 0 as 0%."""
    return f"{rate:.{percent_digits(rate, digits)}%}"


def percent_digits(rate: float, digits: int = 0) -> int:
    """How many decimals a rate needs: `digits`, or as many more as tell it from 0 and from 1."""
    while digits < MOST_DIGITS and rate not in (0, 1) and float(f"{rate:.{digits}%}"[:-1]) in (0, 100):
        digits += 1
    return digits


def percent_form(rates: Iterable[float], digits: int = 0) -> str:
    """The printf form of a column of percentages (0…100): as many decimals as the rate that needs most."""
    return f"%.{max((percent_digits(rate, digits) for rate in rates if rate == rate), default=digits)}f%%"


def points(change: float, language: str = "ja") -> str:
    """A difference of two rates: +1.2pt."""
    return f"{change * 100:+.1f}pt".replace("-", "−")


def money(amount: float, currency: str, language: str) -> str:
    """3.4億円, 1.2万円, 800円; other currencies as 12,000 EUR."""
    if currency != "JPY" or language != "ja":
        return f"{amount:,.0f} {currency}"
    if abs(amount) >= 100_000_000:
        return f"{amount / 100_000_000:,.1f}億円"
    return f"{amount / 10_000:,.1f}万円" if abs(amount) >= 10_000 else f"{amount:,.0f}円"
