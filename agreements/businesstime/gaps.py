"""What a due time says about itself: the stretches that counted, and why the rest did not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from agreements.businesstime.local_hours import LocalHours


class Stretch(NamedTuple):
    """Open time that counted: [start, end) in UTC. A pair, like every interval of the pure core."""

    start: datetime
    end: datetime

    @property
    def duration(self) -> timedelta:
        return self.end - self.start


class Reason(StrEnum):
    """Why time did not count."""

    NIGHT = "night"  # before the first or after the last opening of an open day
    BREAK = "break"  # between two openings of a day
    WEEKEND = "weekend"  # a Saturday or Sunday without opening hours
    CLOSED_DAY = "closed_day"  # another weekday without opening hours
    HOLIDAY = "holiday"
    EXCEPTION = "exception"  # closed by the date's own hours where the week would have been open


@dataclass(frozen=True, slots=True)
class Gap:
    """Closed time: [start, end) in UTC, why, the local date it begins on and the holiday's name, where known."""

    start: datetime
    end: datetime
    reason: Reason
    day: date
    name: str = ""


def gaps(hours: LocalHours, closed: Iterable[tuple[datetime, datetime]]) -> list[Gap]:
    """Reasons for closed UTC intervals in order of time, cut at local midnight where the reason changes there."""
    found: list[Gap] = []
    for start, end in closed:
        for begin, until, day in hours.local_days(start, end):
            reason = _reason(hours, begin, day)
            last = found[-1] if found else None
            # Holidays in a row keep apart: each has a name of its own.
            if last and last.end == begin and last.reason == reason != Reason.HOLIDAY:
                found[-1] = Gap(last.start, until, reason, last.day)
            else:
                name = hours.holiday_names[day] if reason == Reason.HOLIDAY else ""
                found.append(Gap(begin, until, reason, day, name))
    return found


def _reason(hours: LocalHours, at: datetime, day: date) -> Reason:
    """Why the place is closed at `at`, an instant of the local date `day`."""
    openings, weekly = hours.on(day), hours.weekly[day.weekday()]
    if not openings and day in hours.holiday_names:
        return Reason.HOLIDAY
    if not openings and not weekly:
        return Reason.WEEKEND if day.weekday() >= 5 else Reason.CLOSED_DAY
    local = at.astimezone(hours.zone)
    second = local.hour * 3600 + local.minute * 60 + local.second
    if not openings or any(opens <= second < closes for opens, closes in weekly):
        return Reason.EXCEPTION
    return Reason.BREAK if openings[0][0] < second < openings[-1][1] else Reason.NIGHT
