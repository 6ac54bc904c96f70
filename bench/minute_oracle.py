"""Business time the slow and obvious way: look at the wall clock minute after minute. The judge of everything faster.

It shares no code with agreements.businesstime. Openings must begin and end on whole minutes; instants need not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_MINUTE = timedelta(minutes=1)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Hours = list[tuple[str, str]]


@dataclass(frozen=True)
class Place:
    """The arguments of a BusinessCalendar, taken as they are."""

    timezone: str
    weekly: Mapping[str, Hours]
    holidays: frozenset[date] = frozenset()
    exceptions: Mapping[date, Hours] | None = None

    def open_at(self, at: datetime) -> bool:
        local = at.astimezone(ZoneInfo(self.timezone))
        day = local.date()
        if self.exceptions and day in self.exceptions:
            hours = self.exceptions[day]
        elif day in self.holidays:
            hours = []
        else:
            hours = self.weekly.get(_WEEKDAYS[day.weekday()], [])
        now = f"{local.hour:02}:{local.minute:02}"
        return any(opens <= now < closes for opens, closes in hours)


def between(places: list[Place], start: datetime, end: datetime) -> timedelta:
    if end < start:
        return -between(places, end, start)
    return sum((until - at for at, until in _open_pieces(places, start, end)), timedelta())


def add(places: list[Place], start: datetime, duration: timedelta, *, give_up: timedelta) -> datetime | None:
    """Forwards only; None when `give_up` of real time was not enough."""
    if not duration:
        return start
    for at, until in _open_pieces(places, start, start + give_up):
        if until - at >= duration:
            return at + duration
        duration -= until - at
    return None


def back(places: list[Place], start: datetime, duration: timedelta, *, give_up: timedelta) -> datetime | None:
    """Backwards by a positive duration; None when `give_up` of real time was not enough."""
    if not duration:
        return start
    for at, until in reversed(list(_open_pieces(places, start - give_up, start))):
        if until - at >= duration:
            return until - duration
        duration -= until - at
    return None


def _open_pieces(places: list[Place], start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    at = start.astimezone(UTC)
    while at < end:
        until = min(at.replace(second=0, microsecond=0) + _MINUTE, end)
        if any(place.open_at(at) for place in places):
            yield at, until
        at = until
