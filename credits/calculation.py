"""What an agreement's credit tiers give for an availability. Pure values, no Django, no database."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction


def credit_days(ratio: Fraction | None, tiers: Iterable[tuple[Decimal, int]]) -> int:
    """The days of credit for an availability `ratio` (0 to 1, exact), by tiers of (percentage, days), as in D8.

    A tier applies below its percentage, not at it. Tiers do not stack: of those that apply, in any order, the one with
    the most days counts. No tier, or an availability that could not be determined (None), gives none. ValueError, naming
    the value, for a ratio outside 0 to 1, a percentage outside 0 to 100, days that are negative or not whole, and floats.
    """
    if isinstance(ratio, float) or (ratio is not None and not 0 <= ratio <= 1):
        raise ValueError(f"ratio: {ratio!r} is not an exact number from 0 to 1")
    days = 0
    for number, (threshold, offered) in enumerate(tiers, 1):
        if isinstance(threshold, float) or not 0 <= threshold <= 100:
            raise ValueError(f"tiers, number {number}: {threshold!r} is not an exact percentage from 0 to 100")
        if not isinstance(offered, int) or offered < 0:
            raise ValueError(f"tiers, number {number}: {offered!r} is not a whole number of days")
        if ratio is not None and Fraction(ratio) * 100 < Fraction(threshold):
            days = max(days, offered)
    return days
