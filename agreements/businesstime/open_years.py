"""The open stretches of one calendar or of several together, worked out year by year when somebody asks."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from agreements.businesstime.bulk import Table
from agreements.businesstime.local_hours import EPOCH, FIRST_YEAR, LAST_YEAR, LocalHours, Seconds, merged, year_start

ZERO = timedelta()
_MOST_YEARS = 512  # kept per calendar; far more than any real use, and a bound on what odd use can hold on to


class Year(NamedTuple):
    """A UTC year of open stretches.

    `ends` and `elapsed` begin with an empty stretch at New Year, so that "before the first opening" needs no branch.
    """

    starts: list[datetime]
    ends: list[datetime]
    elapsed: list[timedelta]  # open time of the year up to each end
    total: timedelta


class OpenYears:
    """Years on demand. Two threads may build the same year at once: they build equal values and one of them stays."""

    __slots__ = ("_open_in", "_parts", "_table", "known", "never", "span", "total")

    def __init__(self, parts: tuple[LocalHours, ...]) -> None:
        self._parts = parts
        # First and last UTC year that can hold open time.
        self.span = min(part.open_years[0] for part in parts), max(part.open_years[1] for part in parts)
        self.never = self.span[0] > self.span[1]
        self.known: dict[int, Year] = {}
        self._table: Table | None = None
        self._open_in = lru_cache(_MOST_YEARS)(self._worked_out)
        self.total = lru_cache(_MOST_YEARS)(self._total)

    def year(self, number: int) -> Year:
        """Raises ValueError outside the years 2 to 9998."""
        found = self.known.get(number)
        if found is None:
            starts, ends = self._open_in(number)
            elapsed = [ZERO, *(timedelta(seconds=total) for total in np.cumsum(ends - starts).tolist())]
            found = Year(
                starts=[EPOCH + timedelta(seconds=start) for start in starts.tolist()],
                ends=[EPOCH + timedelta(seconds=end) for end in (year_start(number), *ends.tolist())],
                elapsed=elapsed,
                total=elapsed[-1],
            )
            if len(self.known) >= _MOST_YEARS:
                self.known.clear()
            self.known[number] = found
        return found

    def _total(self, number: int) -> timedelta:
        """Open time of a whole UTC year."""
        starts, ends = self._open_in(number)
        return timedelta(seconds=int((ends - starts).sum()))

    def covering(self, first: int, last: int) -> Table:
        """A table of at least the UTC years first..last; it never shrinks."""
        table = self._table
        if table is None or first < table.first_year or last > table.last_year:
            if table is not None:
                first, last = min(first, table.first_year), max(last, table.last_year)
            table = self._table = Table(first, last, [self._open_in(number) for number in range(first, last + 1)])
        return table

    def _worked_out(self, number: int) -> tuple[Seconds, Seconds]:
        if not FIRST_YEAR <= number <= LAST_YEAR:
            raise ValueError(f"business time is known for the years {FIRST_YEAR} to {LAST_YEAR}, not for {number}")
        if len(self._parts) == 1:
            return self._parts[0].open_in(number)
        starts, ends = (
            np.concatenate(each) for each in zip(*(part.open_in(number) for part in self._parts), strict=True)
        )
        order = np.argsort(starts, kind="stable")
        return merged(starts[order], ends[order])
