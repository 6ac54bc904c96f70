"""Words for telling a ticket's story in a test: instants in Amsterdam, office hours, terms, events."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from agreements.businesstime import BusinessCalendar
from clocks.replay import ClockState, Event, Terms, replay

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")

OFFICE = BusinessCalendar(
    timezone="Europe/Amsterdam",
    weekly={day: [("09:00", "17:00")] for day in WEEKDAYS},
    holidays={date(2026, 4, 3), date(2026, 4, 6)},
    exceptions={date(2026, 4, 2): [("09:00", "12:00")]},
)
# Open on Sundays, across the change to summer time on 29 March 2026, with a lunch break on weekdays.
SPLIT = BusinessCalendar(
    timezone="Europe/London",
    weekly={day: [("08:00", "12:30"), ("13:15", "22:00")] for day in WEEKDAYS} | {"sun": [("00:00", "06:00")]},
    holidays={date(2026, 4, 3)},
)
ALWAYS = BusinessCalendar.always()


class Pause(NamedTuple):
    """A time between two runs that did not count, and the kind of event that began it; no end while it lasts."""

    start: datetime
    end: datetime | None
    reason: str


def pauses(state: ClockState) -> tuple[Pause, ...]:
    ends = [run.start for run in state.runs[1:]]
    found = [Pause(run.end, end, run.ended_by) for run, end in zip(state.runs, ends, strict=False) if run.end != end]
    if state.paused_at is not None:
        found.append(Pause(state.paused_at, None, "waiting"))
    return tuple(found)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


HOUR, HALF_DAY, DAY = hours(1), hours(4), hours(8)


def on(day: int, clock: str = "09:00", month: int = 3) -> datetime:
    """A moment of 2026 in Amsterdam; 2 March 2026 is a Monday."""
    hour, minute = clock.split(":")
    return datetime(2026, month, day, int(hour), int(minute), tzinfo=AMSTERDAM)


def promise(
    calendar: BusinessCalendar = OFFICE,
    *,
    first: timedelta | None = HOUR,
    following: timedelta | None = HALF_DAY,
    resolution: timedelta | None = DAY,
    reopening: str = "resume",
    pauses: Mapping[str, bool] | None = None,
) -> Terms:
    return Terms(
        calendar=calendar,
        targets={"first_response": first, "next_response": following, "resolution": resolution},
        pauses={"next_response": True, "resolution": True} | dict(pauses or {}),
        reopening=reopening,
    )


def created(at: datetime, by: str = "client") -> Event:
    return Event(at, "created", by=by)


def clock(metric: str, events: list[Event], terms: Terms, as_of: datetime) -> ClockState:
    return replay(events, terms, as_of)[metric]


def counted(state: ClockState) -> timedelta:
    return sum((stretch.end - stretch.start for stretch in state.stretches), timedelta())
