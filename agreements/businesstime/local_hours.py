"""Opening hours of one place: checked once, then turned into UTC a year at a time.

The rule of the whole module: the place is open at an instant when its *wall clock* at that instant lies inside
an opening interval of that local date. Daylight saving needs no further rule. An opening that spans a skipped
hour is an hour shorter, one that spans a repeated hour an hour longer; an opening that starts inside a skipped hour
starts when the hour is over; one that lies inside a repeated hour happens twice.

No Django, no clock. Seconds are whole and count from 1970-01-01 UTC.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 86_400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_YEAR, LAST_YEAR = 2, 9998  # a year of room on both sides, so that local time never leaves what datetime can hold

Seconds = npt.NDArray[np.int64]
Interval = tuple[int, int]  # seconds after local midnight, half-open
Intervals = tuple[Interval, ...]

_TIME = re.compile("([0-9]{2}):([0-5][0-9])")
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
# No zone in the tz database has ever changed its offset twice within six days, so looking every second day finds all.
_SCAN = 2 * DAY


@dataclass(frozen=True)
class LocalHours:
    """Weekly hours, closed dates and dates with hours of their own, in one time zone. Build with `read`."""

    timezone: str
    weekly: tuple[Intervals, ...]  # Monday first
    holidays: tuple[tuple[date, str], ...]  # by date; the name is empty when none was given
    exceptions: tuple[tuple[date, Intervals], ...]  # by date

    def __reduce__(self) -> tuple[Any, ...]:
        return LocalHours, (self.timezone, self.weekly, self.holidays, self.exceptions)

    @classmethod
    def read(
        cls,
        timezone: str,
        weekly: Mapping[str, Iterable[tuple[str, str]]],
        holidays: Iterable[date] | Mapping[date, str],
        exceptions: Mapping[date, Iterable[tuple[str, str]]],
    ) -> LocalHours:
        """Check and normalise what a person wrote. Raises ValueError that says what is wrong and where."""
        for key in weekly:
            if key not in WEEKDAYS:
                raise ValueError(f"weekly: unknown weekday {key!r}; use {', '.join(WEEKDAYS)}")
        names = holidays if isinstance(holidays, Mapping) else dict.fromkeys(holidays, "")
        for where, dates in (("holidays", names), ("exceptions", exceptions)):
            for day in dates:
                if not isinstance(day, date) or isinstance(day, datetime):
                    raise ValueError(f"{where}: {day!r} is not a local date")
        return cls(
            timezone=zone_of(timezone).key,
            weekly=tuple(_intervals(weekly.get(day, ()), f'weekly["{day}"]') for day in WEEKDAYS),
            holidays=tuple(sorted(names.items())),
            exceptions=tuple((day, _intervals(own, f"exceptions[{day}]")) for day, own in sorted(exceptions.items())),
        )

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def holiday_names(self) -> dict[date, str]:
        return dict(self.holidays)

    @cached_property
    def own_hours(self) -> dict[date, Intervals]:
        """Dates the week does not decide. A date with hours of its own keeps them on a holiday too."""
        return dict.fromkeys(self.holiday_names, ()) | dict(self.exceptions)

    @cached_property
    def open_years(self) -> tuple[int, int]:
        """First and last UTC year that can hold open time; (LAST_YEAR, FIRST_YEAR) when none can."""
        if any(self.weekly):
            return FIRST_YEAR, LAST_YEAR
        years = [day.year for day, hours in self.exceptions if hours]
        if not years:
            return LAST_YEAR, FIRST_YEAR
        return max(FIRST_YEAR, min(years) - 1), min(LAST_YEAR, max(years) + 1)

    @cached_property
    def last_own_year(self) -> int:
        """The last year in which a date differs from its week; FIRST_YEAR when none does."""
        return max((day.year for day in self.own_hours), default=FIRST_YEAR)

    @cached_property
    def _own_by_ordinal(self) -> dict[int, Intervals]:
        return {day.toordinal(): hours for day, hours in self.own_hours.items()}

    def on(self, day: date) -> Intervals:
        """The opening intervals of a local date."""
        own = self.own_hours.get(day)
        return self.weekly[day.weekday()] if own is None else own

    def open_in(self, year: int) -> tuple[Seconds, Seconds]:
        """Starts and ends of the open stretches inside a UTC year: sorted, apart from each other, UTC seconds."""
        own, opened, closed = self._own_by_ordinal, [], []
        # Local dates reach at most a day over the edges of a UTC year. The first date of the calendar was a Monday.
        for day in range(date(year, 1, 1).toordinal() - 1, date(year + 1, 1, 1).toordinal() + 1):
            midnight = (day - _EPOCH_ORDINAL) * DAY
            for opens, closes in own.get(day, self.weekly[(day - 1) % 7]):
                opened.append(midnight + opens)
                closed.append(midnight + closes)
        local_starts, local_ends = np.array(opened, dtype=np.int64), np.array(closed, dtype=np.int64)
        pieces = [
            (np.maximum(local_starts - offset, begin), np.minimum(local_ends - offset, end))
            for begin, end, offset in offsets(self.timezone, year)
        ]
        starts, ends = (np.concatenate(column) for column in zip(*pieces, strict=True))
        real = starts < ends
        return merged(starts[real], ends[real])

    def local_days(self, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, date]]:
        """Cut a UTC interval at local midnights; each piece comes with its local date."""
        zone = self.zone
        while begin < end:
            day = begin.astimezone(zone).date()
            midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
            cut = midnight.astimezone(UTC)
            if cut <= begin:  # the clocks went back over midnight and this is the second time round
                cut = midnight.replace(fold=1).astimezone(UTC)
            cut = min(cut, end)
            yield begin, cut, day
            begin = cut


@lru_cache(maxsize=4096)
def year_start(year: int) -> int:
    """UTC second at which a UTC year begins."""
    return (date(year, 1, 1).toordinal() - _EPOCH_ORDINAL) * DAY


@lru_cache(maxsize=4096)
def offsets(timezone: str, year: int) -> tuple[tuple[int, int, int], ...]:
    """(begin, end, UTC offset) of each part of a UTC year with one and the same offset, all in seconds."""
    zone = ZoneInfo(timezone)

    def offset_at(second: int) -> int:
        local = (EPOCH + timedelta(seconds=second)).astimezone(zone)
        return round((local.utcoffset() or timedelta()).total_seconds())

    def change_between(known: int, ahead: int) -> int:
        old = offset_at(known)
        return known + bisect_left(range(known, ahead), True, key=lambda second: offset_at(second) != old)

    begin, year_end = year_start(year), year_start(year + 1)
    spans = []
    known, offset = begin, offset_at(begin)
    while known < year_end:
        ahead = min(known + _SCAN, year_end)
        following = offset_at(ahead)
        if following != offset:
            ahead = change_between(known, ahead)
            if ahead < year_end:
                spans.append((begin, ahead, offset))
                begin, offset = ahead, offset_at(ahead)
        known = ahead
    spans.append((begin, year_end, offset))
    return tuple(spans)


def merged(starts: Seconds, ends: Seconds) -> tuple[Seconds, Seconds]:
    """Join stretches that overlap or touch; `starts` must be sorted."""
    if len(starts) < 2:
        return starts, ends
    reach = np.maximum.accumulate(ends)
    apart = starts[1:] > reach[:-1]
    return starts[np.concatenate(([True], apart))], reach[np.concatenate((apart, [True]))]


def clock(seconds: int) -> str:
    """Seconds after midnight, whole minutes of them, as people write them: 08:30."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"


def zone_of(timezone: str) -> ZoneInfo:
    """The clocks of an IANA zone. ValueError for a name that is none."""
    try:
        return ZoneInfo(timezone)
    except (KeyError, TypeError, ValueError, OSError):  # names of folders and names with dots fail in different ways
        raise ValueError(f"timezone: unknown time zone {timezone!r}") from None


@lru_cache(maxsize=2048)
def _seconds(text: str) -> int:
    match = _TIME.fullmatch(text)
    seconds = int(match[1]) * 3600 + int(match[2]) * 60 if match else DAY + 1
    if seconds > DAY:
        raise ValueError(text)
    return seconds


def _intervals(written: Iterable[tuple[str, str]], where: str) -> Intervals:
    try:
        intervals = sorted((_seconds(opens), _seconds(closes)) for opens, closes in written)
    except (TypeError, ValueError):
        wanted = "must be a list of (opens, closes), times between 00:00 and 24:00, written HH:MM"
        raise ValueError(f"{where}: {wanted}, not {written!r}") from None
    joined: list[Interval] = []
    for opens, closes in intervals:
        if closes <= opens:
            hint = "; midnight at the end of a day is 24:00" if closes == 0 else ""
            raise ValueError(f"{where}: {clock(opens)} to {clock(closes)} does not end after it starts{hint}")
        began, until = joined[-1] if joined else (opens, 0)
        if opens < until:
            both = f"{clock(began)} to {clock(until)} and {clock(opens)} to {clock(closes)}"
            raise ValueError(f"{where}: {both} overlap")
        if opens == until and joined:
            opens = joined.pop()[0]
        joined.append((opens, closes))
    return tuple(joined)
