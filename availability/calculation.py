"""The availability of one thing over one period, in exact integer seconds. Pure values, no Django, no database.

The formula is that of B5: (total - excluded - unavailable) / (total - excluded), with time nobody measured taken out as
well, because it is neither up nor down.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

Interval = tuple[datetime, datetime]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Availability:
    """The seconds of a period, each counted once: excluded, else unavailable, else unknown, else available."""

    total_seconds: int
    excluded_seconds: int
    unknown_seconds: int
    unavailable_seconds: int

    @property
    def measured_seconds(self) -> int:
        """The seconds that the figure is about: neither excluded nor unknown."""
        return self.total_seconds - self.excluded_seconds - self.unknown_seconds

    @property
    def available_seconds(self) -> int:
        return self.measured_seconds - self.unavailable_seconds

    @property
    def ratio(self) -> Fraction | None:
        """Available time in measured time, from 0 to 1, exact; None when nothing was measured."""
        return Fraction(self.available_seconds, self.measured_seconds) if self.measured_seconds else None

    def percent(self, places: int = 3) -> str | None:
        """The ratio as a percentage with so many decimal places, rounded down; None when it is not determinable.

        For people only: what is printed as 99.900 may be more, so verdicts come from `meets`. ValueError for negative
        places.
        """
        if places < 0:
            raise ValueError(f"places: {places} is negative")
        if not self.measured_seconds:
            return None
        scaled = self.available_seconds * 100 * 10**places // self.measured_seconds
        whole, part = divmod(scaled, 10**places)
        return f"{whole}.{part:0{places}d}" if places else str(whole)

    def meets(self, percent: Decimal | Fraction | int) -> bool | None:
        """Whether the exact ratio reaches a promised percentage, itself included; None when it is not determinable.

        ValueError for a float, which cannot hold 99.9, and for a percentage outside 0 to 100.
        """
        if not isinstance(percent, Decimal | Fraction | int):
            raise ValueError(f"percent: {percent!r} is not a Decimal, Fraction or int")
        if not 0 <= percent <= 100:
            raise ValueError(f"percent: {percent} is not between 0 and 100")
        if not self.measured_seconds:
            return None
        return 100 * self.available_seconds >= Fraction(percent) * self.measured_seconds


def availability(
    *,
    period: Interval,
    down: Iterable[Interval] = (),
    excluded: Iterable[Interval] = (),
    unknown: Iterable[Interval] = (),
) -> Availability:
    """The availability in `period`, from the times it was down, excluded from the agreement (B7, C8), or not measured.

    Every interval is half-open and a pair of aware datetimes of any zone; its ends are cut to the whole second they lie
    in. Intervals may come in any order, overlap, and reach beyond the period: each second counts once and inside the
    period only. Excluded wins over down, down over unknown. ValueError, naming the list and the position, for a naive
    datetime or an interval that ends before it starts.
    """
    begin, end = _seconds(period, "period")
    out = _union(_clipped(excluded, "excluded", begin, end))
    out_or_down = _union([*out, *_clipped(down, "down", begin, end)])
    not_up = _union([*out_or_down, *_clipped(unknown, "unknown", begin, end)])
    excluded_seconds = _length(out)
    unavailable_seconds = _length(out_or_down) - excluded_seconds
    return Availability(
        total_seconds=end - begin,
        excluded_seconds=excluded_seconds,
        unknown_seconds=_length(not_up) - _length(out_or_down),
        unavailable_seconds=unavailable_seconds,
    )


def _seconds(interval: Interval, where: str) -> tuple[int, int]:
    start, end = interval
    for at in (start, end):
        if at.utcoffset() is None:
            raise ValueError(f"{where}: {at} is a naive datetime, give it a time zone")
    # In UTC before anything is compared or subtracted: within one zone, Python would do both on the face of the clock.
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end < start:
        raise ValueError(f"{where}: ends at {end}, before it starts at {start}")
    return (start - _EPOCH) // _SECOND, (end - _EPOCH) // _SECOND


def _clipped(intervals: Iterable[Interval], name: str, begin: int, end: int) -> list[tuple[int, int]]:
    both = (_seconds(interval, f"{name}, interval {number}") for number, interval in enumerate(intervals, 1))
    return [(max(start, begin), min(stop, end)) for start, stop in both if start < end and stop > begin]


def _union(intervals: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _length(intervals: list[tuple[int, int]]) -> int:
    return sum(end - start for start, end in intervals)
