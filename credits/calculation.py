"""What an agreement's credit tiers give for an availability. Pure values, no Django, no database.

Here are days alone. Credits of any kind, with limits and steps, are what a document answers: `credit_for`.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from agreements.document.credit import most_given, tiers_reached
from agreements.document.figure import Availability
from agreements.document.quantities import Compensation, Percent
from agreements.document.service_terms import Tier


def credit_days(ratio: Fraction | None, tiers: Iterable[tuple[Decimal, int]]) -> int:
    """The days of credit for an availability `ratio` (0 to 1, exact), by tiers of (percentage, days), as in D8.

    A tier applies below its percentage, not at it. Tiers do not stack: of those that apply, in any order, the one with
    the most days counts. No tier, or an availability that could not be determined (None), gives none. ValueError,
    naming the value, for a ratio outside 0 to 1, a percentage outside 0 to 100, days that are negative or not whole,
    and floats.
    """
    if isinstance(ratio, float) or (ratio is not None and not 0 <= ratio <= 1):
        raise ValueError(f"ratio: {ratio!r} is not an exact number from 0 to 1")
    offered = []
    for number, (threshold, days) in enumerate(tiers, 1):
        if isinstance(threshold, float) or not 0 <= threshold <= 100:
            raise ValueError(f"tiers, number {number}: {threshold!r} is not an exact percentage from 0 to 100")
        if not isinstance(days, int) or days < 0:
            raise ValueError(f"tiers, number {number}: {days!r} is not a whole number of days")
        offered.append(Tier(credit=Compensation(Decimal(days), "day"), below=Percent(threshold)))
    exact = Fraction(0 if ratio is None else ratio)
    # As many seconds as it takes to hold the ratio exactly; none at all where there is no figure.
    total = 0 if ratio is None else exact.denominator
    applies, _ = most_given(tiers_reached(offered, Availability(total, 0, 0, total - exact.numerator)))
    return int(applies.worth.amount) if applies else 0
