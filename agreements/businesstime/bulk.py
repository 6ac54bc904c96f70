"""Business time for whole columns: the open stretches of a span of years as arrays, and how to look in them quickly.

Business time elapsed since the table began is a staircase over real time: it rises while open and rests while closed.
`add` goes up the stairs at the start, adds the duration, and comes down where the sum is; `between` goes up twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from agreements.businesstime.local_hours import FIRST_YEAR, LAST_YEAR, Seconds, merged, year_start

Cover = Callable[[int, int], "Table"]  # (first year, last year) -> a table that covers them at least

_CHUNK = 16_384  # rows at a time, so that the intermediate columns stay in the processor's cache
_MOST_BUCKETS = 1 << 20
_MICRO = 1_000_000


class _Finder:
    """Counts the sorted keys at or below each value, by buckets so narrow that each holds one key at most.

    Three to five times as fast as `np.searchsorted`, which is left for keys too close together for such a table.
    """

    __slots__ = ("_base", "_buckets", "_keys", "_next_key", "_shift")

    def __init__(self, keys: Seconds) -> None:
        self._keys = keys
        self._buckets = None
        if len(keys) < 2:
            return
        self._base = int(keys[0])
        self._shift = int(np.diff(keys).min()).bit_length() - 1
        count = (int(keys[-1]) - self._base >> self._shift) + 1
        if count <= _MOST_BUCKETS:
            edges = self._base + (np.arange(count, dtype=np.int64) << self._shift)
            self._buckets = np.searchsorted(keys, edges).astype(np.int64)
            self._next_key = np.append(keys, np.iinfo(np.int64).max)

    def at_or_below(self, values: Seconds) -> Seconds:
        if self._buckets is None:
            return np.searchsorted(self._keys, values, side="right")
        buckets = values - self._base
        buckets >>= self._shift
        count = self._buckets.take(buckets, mode="clip")  # clipping is right: outside there are no keys to count
        count += self._next_key.take(count, mode="clip") <= values
        return count


class _Stairs:
    """The staircase in one unit: seconds, or microseconds for columns with fractions."""

    __slots__ = ("_find_start", "_find_total", "_lag", "_totals", "total")

    def __init__(self, starts: Seconds, ends: Seconds) -> None:
        lengths = ends - starts
        self._totals = np.concatenate(([0], np.cumsum(lengths)))
        self.total = int(self._totals[-1])
        # Real time minus business time, the same all through a stretch. Before the first nothing has elapsed.
        self._lag = np.concatenate(([-(1 << 62)], ends - self._totals[1:]))
        self._find_start = _Finder(starts)
        self._find_total = _Finder(self._totals)

    def elapsed(self, at: Seconds) -> Seconds:
        """Business time from the beginning of the table to each instant."""
        stretch = self._find_start.at_or_below(at)
        within = at - self._lag.take(stretch, mode="clip")
        return np.minimum(within, self._totals.take(stretch, mode="clip"), out=within)

    def earliest(self, elapsed: Seconds) -> Seconds:
        """The first instants at which that much (more than none) has elapsed."""
        stretch = self._find_total.at_or_below(elapsed - 1)
        return self._lag.take(stretch, mode="clip") + elapsed

    def latest(self, elapsed: Seconds) -> Seconds:
        """The last instants at which no more than that (less than all) has elapsed."""
        stretch = self._find_total.at_or_below(elapsed)
        return self._lag.take(stretch, mode="clip") + elapsed


class Table:
    """Every open stretch of the UTC years first_year..last_year."""

    def __init__(self, first_year: int, last_year: int, years: list[tuple[Seconds, Seconds]]) -> None:
        self.first_year, self.last_year = first_year, last_year
        self._open = merged(np.concatenate([y[0] for y in years]), np.concatenate([y[1] for y in years]))
        self._stairs: dict[int, _Stairs] = {}

    def stairs(self, unit: int) -> _Stairs:
        found = self._stairs.get(unit)
        if found is None:
            starts, ends = self._open
            found = self._stairs[unit] = _Stairs(starts * unit, ends * unit)
        return found


@dataclass(frozen=True, slots=True)
class _Columns:
    """Two columns of one shape, in whole units."""

    left: Seconds
    right: Seconds
    shape: tuple[int, ...]
    unit: int

    def chunks(self) -> Iterator[tuple[slice, Seconds, Seconds]]:
        for at in range(0, len(self.left), _CHUNK):
            part = slice(at, at + _CHUNK)
            yield part, self.left[part], self.right[part]

    def out(self, result: Seconds) -> npt.NDArray[Any]:
        shaped = result.reshape(self.shape)
        return shaped if self.unit == 1 else shaped / self.unit


def between_many(cover: Cover, starts: object, ends: object) -> npt.NDArray[Any]:
    columns = _read(starts, "starts", ends, "ends")
    result = np.empty(len(columns.left), dtype=np.int64)
    if not len(result):
        return columns.out(result)
    years = [*_years(columns.left, columns.unit, "starts"), *_years(columns.right, columns.unit, "ends")]
    stairs = cover(min(years), max(years)).stairs(columns.unit)
    for part, start, end in columns.chunks():
        np.subtract(stairs.elapsed(end), stairs.elapsed(start), out=result[part])
    return columns.out(result)


def add_many(cover: Cover, open_years: tuple[int, int], starts: object, durations: object) -> npt.NDArray[Any]:
    columns = _read(starts, "starts", durations, "durations")
    result = np.empty(len(columns.left), dtype=np.int64)
    if not len(result):
        return columns.out(result)
    table = cover(*_years(columns.left, columns.unit, "starts"))
    # No answer lies beyond what the table could ever hold, and sums must not overflow before that is noticed.
    limit = (year_start(LAST_YEAR + 1) - year_start(FIRST_YEAR)) * columns.unit
    for part, start, duration in columns.chunks():
        least, most = int(duration.min()), int(duration.max())
        if most > limit or least < -limit:
            raise _never(columns, part.start + int(np.argmax(np.abs(duration.astype(float)))), open_years)
        while True:
            stairs = table.stairs(columns.unit)
            target = stairs.elapsed(start) + duration
            over, under = int(target.max()) - stairs.total, -int(target.min())
            if over > 0 and table.last_year < open_years[1]:
                table = cover(table.first_year, min(open_years[1], table.last_year + _more(table, over, stairs.total)))
            elif under > 0 and table.first_year > open_years[0]:
                table = cover(max(open_years[0], table.first_year - _more(table, under, stairs.total)), table.last_year)
            else:
                break
        if over > 0 or under > 0:
            unreachable = (target > stairs.total) | (target < 0)
            raise _never(columns, part.start + int(np.argmax(unreachable)), open_years)
        if least > 0:
            result[part] = stairs.earliest(target)
        elif most < 0:
            result[part] = stairs.latest(target)
        else:
            ahead_or_back = np.where(duration > 0, stairs.earliest(target), stairs.latest(target))
            result[part] = np.where(duration == 0, start, ahead_or_back)
    return columns.out(result)


def _more(table: Table, missing: int, total: int) -> int:
    """Years to look further for `missing` business time, guessed from what the years so far have held."""
    known = table.last_year - table.first_year + 1
    return missing * known // total + 1 if total else known


def _never(columns: _Columns, index: int, open_years: tuple[int, int]) -> ValueError:
    duration = int(columns.right[index]) / columns.unit
    held = f"more open time than the calendar holds (years {open_years[0]} to {open_years[1]})"
    return ValueError(f"durations: element {index} ({duration:.15g} s) needs {held}")


def _years(values: Seconds, unit: int, where: str) -> tuple[int, int]:
    """The first and the last UTC year of instants."""
    earliest, end = year_start(FIRST_YEAR) * unit, year_start(LAST_YEAR + 1) * unit
    ends = np.array([values.min(), values.max()])
    if ends[0] < earliest or ends[1] >= end:
        index = int(np.argmax((values < earliest) | (values >= end)))
        raise ValueError(f"{where}: element {index} is outside the years {FIRST_YEAR} to {LAST_YEAR}; seconds expected")
    first, last = (ends // unit).astype("datetime64[s]").astype("datetime64[Y]").astype(np.int64) + 1970
    return int(first), int(last)


def _read(left: object, left_name: str, right: object, right_name: str) -> _Columns:
    one, two = _numbers(left, left_name), _numbers(right, right_name)
    try:
        shape = np.broadcast_shapes(one.shape, two.shape)
    except ValueError:
        raise ValueError(f"{left_name} and {right_name}: shapes {one.shape} and {two.shape} do not fit") from None
    unit = _MICRO if one.dtype.kind == "f" or two.dtype.kind == "f" else 1
    return _Columns(
        left=_whole(np.broadcast_to(one, shape), unit, left_name),
        right=_whole(np.broadcast_to(two, shape), unit, right_name),
        shape=shape,
        unit=unit,
    )


def _numbers(values: object, name: str) -> npt.NDArray[Any]:
    if isinstance(values, timedelta):
        seconds = values.total_seconds()
        values = int(seconds) if seconds.is_integer() else seconds
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    if array.dtype.kind not in "iuf" and array.size:
        raise ValueError(f"{name}: must be numbers of seconds, not {array.dtype}")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(f"{name}: element {int(np.argmax(~np.isfinite(array)))} is not a finite number")
    return array


def _whole(array: npt.NDArray[Any], unit: int, name: str) -> Seconds:
    if array.size and array.dtype.kind == "f":
        array = np.rint(array.astype(np.float64) * unit)
        unit = 1
    most = (1 << 62) // unit
    if array.size and not (-most < array.min() and array.max() < most):
        index = int(np.argmax(np.abs(array.astype(np.float64))))
        raise ValueError(f"{name}: element {index} is out of range; seconds expected")
    whole = array.astype(np.int64, copy=False).reshape(-1)
    return whole if unit == 1 else whole * unit
