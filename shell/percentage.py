"""How a share is printed as a percentage, everywhere. Pure."""

from __future__ import annotations

from fractions import Fraction


def percent_digits(share: Fraction, places: int = 3) -> str:
    """`99.493` for an exact share of 0 or more: rounded down, so that 100.000 means all of it and never almost all.

    For people only: verdicts come from the exact share. ValueError for negative places.
    """
    if places < 0:
        raise ValueError(f"places: {places} is negative")
    whole, part = divmod(share.numerator * 100 * 10**places // share.denominator, 10**places)
    return f"{whole}.{part:0{places}d}" if places else str(whole)
