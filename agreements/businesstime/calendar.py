"""Business time: how long a place was open between two instants, and when so much open time has passed.

Pure: no Django, no database, no clock. Instants go in as aware datetimes of any zone and come out in UTC; intervals are
half-open. Exact to the microsecond over daylight saving, holidays and half-days; the rules are in
docs/decisions/business-time.md.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NoReturn

import numpy.typing as npt

from agreements.businesstime import bulk as columns
from agreements.businesstime.gaps import Gap, Stretch, gaps
from agreements.businesstime.local_hours import DAY, EPOCH, LAST_YEAR, WEEKDAYS, LocalHours, clock, year_start
from agreements.businesstime.open_years import ZERO, OpenYears, Year

_LAST_IRREGULAR_YEAR = 2037  # beyond it time zone data is one yearly rule


class BusinessCalendar:
    """When a place is open, and business time by that. Immutable, comparable, hashable, picklable, safe to share.

    timezone    name of an IANA zone
    weekly      {"mon": [("08:30", "17:00")], ...}; several intervals a day, ("00:00", "24:00") all day,
                missing day closed
    holidays    closed local dates: a set, or a mapping of dates to names
    exceptions  {date: [("08:30", "12:00")]}: the date's own hours instead of the weekly ones, also on a holiday

    Raises ValueError that says what and where: unknown zone or weekday, bad times, inverted or overlapping intervals.
    """

    __slots__ = ("_known", "_parts", "_years")
    _known: dict[int, Year]
    _parts: tuple[LocalHours, ...]
    _years: OpenYears

    def __init__(
        self,
        timezone: str,
        weekly: Mapping[str, Iterable[tuple[str, str]]],
        holidays: Iterable[date] | Mapping[date, str] = (),
        exceptions: Mapping[date, Iterable[tuple[str, str]]] | None = None,
    ) -> None:
        self._set((LocalHours.read(timezone, weekly, holidays, exceptions or {}),))

    @classmethod
    def _of(cls, parts: tuple[LocalHours, ...]) -> BusinessCalendar:
        calendar = cls.__new__(cls)
        calendar._set(parts)
        return calendar

    def _set(self, parts: tuple[LocalHours, ...]) -> None:
        years = _open_years(parts)
        object.__setattr__(self, "_parts", parts)
        object.__setattr__(self, "_years", years)
        object.__setattr__(self, "_known", years.known)  # a shorter way to what single values look up every time

    @classmethod
    def union(cls, *calendars: BusinessCalendar) -> BusinessCalendar:
        """Open whenever one of the calendars is (D1); time covered by several counts once. Zones may differ."""
        if not calendars:
            raise ValueError("union: needs at least one calendar")
        for position, calendar in enumerate(calendars):
            if not isinstance(calendar, BusinessCalendar):
                raise ValueError(f"union: argument {position} is not a BusinessCalendar but {calendar!r}")
        return cls._of(tuple(dict.fromkeys(part for calendar in calendars for part in calendar._parts)))

    @classmethod
    def always(cls) -> BusinessCalendar:
        """Round the clock (B2, D2): business time is real time."""
        return _ALWAYS

    # Single values

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The earliest instant, in UTC, at which `duration` of business time has elapsed since `start`.

        Zero gives `start` itself. A negative duration goes back, to the latest instant from which that much elapses
        until `start`; so `between(start, add(start, d)) == d` for every d. Raises ValueError when the calendar never
        opens, or not often enough ever again.
        """
        at = start if type(start) is datetime and start.tzinfo is UTC else _utc(start, "start")
        if type(duration) is not timedelta and not isinstance(duration, timedelta):
            raise ValueError(f"duration: must be a timedelta, not {duration!r}")
        if duration <= ZERO:
            return self._back(at, -duration)
        year = self._known.get(at.year) or self._years.year(at.year)
        starts, ends, elapsed, total = year
        stretch = bisect_right(starts, at)
        left = ends[stretch] - at
        if left >= duration:
            return at + duration
        target = elapsed[stretch] + duration
        if left > ZERO:
            target -= left
        if target > total:
            return self._beyond(at, duration, target - total)
        stretch = bisect_left(elapsed, target, stretch)
        return ends[stretch] - (elapsed[stretch] - target)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Business time in [start, end); negative when `end` lies before `start`."""
        at = start if type(start) is datetime and start.tzinfo is UTC else _utc(start, "start")
        until = end if type(end) is datetime and end.tzinfo is UTC else _utc(end, "end")
        year = self._known.get(at.year) or self._years.year(at.year)
        stretch = bisect_right(year.starts, at)
        left = year.ends[stretch] - at
        before = year.elapsed[stretch] - left if left > ZERO else year.elapsed[stretch]
        if until.year != at.year:
            return self._over_years(at.year, before, until)
        stretch = bisect_right(year.starts, until)
        left = year.ends[stretch] - until
        return (year.elapsed[stretch] - left if left > ZERO else year.elapsed[stretch]) - before

    def is_open(self, at: datetime) -> bool:
        """Whether `at` counts. The opening instant does, the closing instant does not."""
        at = _utc(at, "at")
        year = self._years.year(at.year)
        return year.ends[bisect_right(year.starts, at)] > at

    def next_open(self, at: datetime) -> datetime:
        """The earliest instant from `at` on, in UTC, at which it is open: `at` itself when it is open now.

        Raises ValueError when it never opens again.
        """
        at = _utc(at, "at")
        if self.is_open(at):
            return at
        for number in range(at.year, self._years.span[1] + 1):
            starts = self._years.year(number).starts
            following = bisect_right(starts, at)
            if following < len(starts):
                return starts[following]
        raise self._refusal("next_open", at)

    def next_close(self, at: datetime) -> datetime:
        """The end, in UTC, of the open stretch that `at` lies in, or of the next one when it is closed now.

        Raises ValueError when it never closes, or never opens again.
        """
        opened = self.next_open(at)
        # Weeks, leap years and yearly clock changes line up again after 400 years: open that long is open for ever.
        last_own_year = max(part.last_own_year for part in self._parts)
        horizon = min(LAST_YEAR, max(opened.year, last_own_year, _LAST_IRREGULAR_YEAR) + 400)
        for number in range(opened.year, horizon + 1):
            year = self._years.year(number)
            closes = year.ends[bisect_right(year.starts, opened)]
            if closes <= opened:
                return opened
            opened = closes
            if closes < EPOCH + timedelta(seconds=year_start(number + 1)):
                return closes
        raise ValueError(f"next_close: {self!r} never closes after {opened.isoformat()}")

    # Whole columns

    def add_many(self, starts: Any, durations: Any) -> npt.NDArray[Any]:
        """`add` for columns: epoch seconds and seconds in, epoch seconds out, element by element.

        A single duration serves all starts. Integers give int64; with floats everything is float64, exact to the
        microsecond as far as floats are. Raises ValueError naming the element that cannot be answered.
        """
        if self._years.never:
            raise self._refusal("add_many")
        return columns.add_many(self._years.covering, self._years.span, starts, durations)

    def between_many(self, starts: Any, ends: Any) -> npt.NDArray[Any]:
        """`between` for columns: epoch seconds in, seconds out, element by element; types as in `add_many`."""
        return columns.between_many(self._years.covering, starts, ends)

    # Explanations

    def explain(self, start: datetime, duration: timedelta) -> list[Stretch]:
        """The stretches that `add(start, duration)` counted, in order of time, also when it went back."""
        start = _utc(start, "start")
        return self.stretches(*sorted((start, self.add(start, duration))))

    def stretches(self, start: datetime, end: datetime) -> list[Stretch]:
        """The open stretches within [start, end), cut to it; none when `end` is not after `start`."""
        start, end = _utc(start, "start"), _utc(end, "end")
        if start >= end:
            return []
        found: list[Stretch] = []
        for number in range(start.year, end.year + 1):
            year = self._years.year(number)
            first, last = bisect_right(year.ends, start, 1), bisect_left(year.starts, end)
            for opens, closes in zip(year.starts[first - 1 : last], year.ends[first : last + 1], strict=True):
                cut = Stretch(max(opens, start), min(closes, end))
                if found and found[-1].end == cut.start:  # open over New Year in UTC
                    cut = Stretch(found.pop().start, cut.end)
                found.append(cut)
        return found

    def gaps(self, start: datetime, end: datetime) -> list[Gap]:
        """The closed stretches within [start, end) with the reason why they do not count.

        Cut where the reason changes, at midnight in the calendar's zone; each holiday is a gap of its own. A union
        gives the reasons of its first calendar.
        """
        start, end = _utc(start, "start"), _utc(end, "end")
        counted = self.stretches(start, end)
        closed = zip([start, *(s.end for s in counted)], [*(s.start for s in counted), end], strict=True)
        return gaps(self._parts[0], closed)

    # The years behind it

    def _over_years(self, first: int, before: timedelta, until: datetime) -> timedelta:
        year = self._years.year(until.year)
        stretch = bisect_right(year.starts, until)
        after = year.elapsed[stretch] - max(year.ends[stretch] - until, ZERO)
        low, high = sorted((first, until.year))
        whole = sum((self._years.total(number) for number in range(low, high)), ZERO)
        return (whole if first < until.year else -whole) + after - before

    def _beyond(self, at: datetime, duration: timedelta, missing: timedelta) -> datetime:
        """The instant in a later year by which `missing` more open time has elapsed."""
        _shifted(at, duration)  # real time runs at least as fast, so what overflows here need not be searched for
        for number in range(at.year + 1, self._years.span[1] + 1):
            total = self._years.total(number)
            if missing <= total:
                year = self._years.year(number)
                stretch = bisect_left(year.elapsed, missing)
                return year.ends[stretch] - (year.elapsed[stretch] - missing)
            missing -= total
        raise self._refusal("add", at, duration)

    def _back(self, at: datetime, duration: timedelta) -> datetime:
        if self._years.never:
            raise self._refusal("add", at, duration)
        if not duration:
            return at
        _shifted(at, -duration)
        year = self._years.year(at.year)
        stretch = bisect_right(year.starts, at)
        target = year.elapsed[stretch] - max(year.ends[stretch] - at, ZERO) - duration
        first = self._years.span[0]
        number = at.year
        while target < ZERO:
            number -= 1
            if number < first:
                raise self._refusal("add", at, -duration)
            target += self._years.total(number)
        year = self._years.year(number)
        stretch = bisect_right(year.elapsed, target)
        return year.starts[stretch - 1] + (target - year.elapsed[stretch - 1])

    def _refusal(self, asked: str, at: datetime | None = None, duration: timedelta | None = None) -> ValueError:
        if self._years.never:
            return ValueError(f"{asked}: an empty calendar never opens: {self!r}")
        wanted = "" if duration is None else f" for {duration}"
        where = "" if at is None else f" {'before' if duration and duration < ZERO else 'after'} {at.isoformat()}"
        return ValueError(f"{asked}: {self!r} is not open often enough{where}{wanted}")

    # A value, not a thing

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a BusinessCalendar cannot be changed ({name}); make another")

    __delattr__ = __setattr__  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BusinessCalendar):
            return NotImplemented
        return frozenset(self._parts) == frozenset(other._parts)

    def __hash__(self) -> int:
        return hash(frozenset(self._parts))

    def __reduce__(self) -> tuple[Any, ...]:
        return BusinessCalendar._of, (self._parts,)

    def __repr__(self) -> str:
        if self._parts == _ALWAYS_OPEN:
            return "BusinessCalendar.always()"
        shown = [f"BusinessCalendar({_summary(part)})" for part in self._parts]
        return shown[0] if len(shown) == 1 else f"BusinessCalendar.union({', '.join(shown)})"


def _utc(at: datetime, where: str) -> datetime:
    if not isinstance(at, datetime):
        raise ValueError(f"{where}: must be a datetime, not {at!r}")
    if at.utcoffset() is None:
        raise ValueError(f"{where}: {at.isoformat()} has no time zone; an instant needs one")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{where}: {at.isoformat()} is out of range") from None


def _shifted(at: datetime, by: timedelta) -> datetime:
    try:
        return at + by
    except OverflowError:
        raise ValueError(f"duration: {by} from {at.isoformat()} leads out of the calendar") from None


@lru_cache(maxsize=256)
def _open_years(parts: tuple[LocalHours, ...]) -> OpenYears:
    """Equal calendars share what they worked out, so that building one anew for every request stays cheap."""
    return OpenYears(parts)


def _summary(part: LocalHours) -> str:
    """Zone and hours in a line: 'Europe/Amsterdam', mon-fri 08:30-17:00, 11 holidays."""
    week = []
    for hours, same in groupby(zip(part.weekly, WEEKDAYS, strict=True), key=itemgetter(0)):
        days = [day for _, day in same]
        if hours:
            openings = " ".join(f"{clock(opens)}-{clock(closes)}" for opens, closes in hours)
            week.append(f"{days[0] if len(days) == 1 else f'{days[0]}-{days[-1]}'} {openings}")
    for count, noun in ((len(part.holidays), "holiday"), (len(part.exceptions), "exception")):
        if count:
            week.append(f"{count} {noun}" if count == 1 else f"{count} {noun}s")
    return ", ".join([repr(part.timezone), *(week or ["never open"])])


_ALWAYS_OPEN = (LocalHours("UTC", (((0, DAY),),) * 7, (), ()),)
_ALWAYS = BusinessCalendar._of(_ALWAYS_OPEN)
