"""The availability of one thing over one period, from intervals to exact integer seconds. Pure: no Django, no database.

What the seconds come to, with the formula of B5, is `Availability`, which agreements hold their commitments against.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from agreements.document.figure import Availability

__all__ = ["Availability", "availability"]

Interval = tuple[datetime, datetime]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


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
