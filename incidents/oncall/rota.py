"""Who is on call: layers that rotate and what is put over them, as plain values. No Django, no clock.

A turn lasts from one hand-over to the next. Hand-overs are a wall clock's: where daylight saving leaves their time out,
the first instant after what was left out; where it comes twice, the first. Hours of a layer are read like a place's
opening hours: inside them is who has the turn, by the wall clock at that instant.

A higher layer stands before a lower one. Somebody who stands in for another takes what the other has, on every layer;
somebody who stands in for nobody stands before all layers; what was arranged later stands before what was earlier.
Somebody who is gone has nothing from then on, so that a lower layer shows, or a gap.

Intervals are half-open in UTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, reduce
from typing import Any, NamedTuple

from agreements.businesstime import BusinessCalendar
from agreements.businesstime.local_hours import EPOCH, WEEKDAYS, clock, offsets, zone_of

#: Whatever the caller knows people, and what says that they are on call, by.
Person = Any
Source = Any
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LONGEST_TURN_DAYS = 366
#: In which anybody can be on call.
YEARS = range(1970, 2201)
_MIDNIGHT, _DAY = time(), timedelta(days=1)
#: From when to when on a weekday; an end that is not after its start is the next day's.
Hours = Mapping[str, tuple[time, time]]


class Shift(NamedTuple):
    """[start, end) in UTC, who has it, and the layer or override that says so."""

    start: datetime
    end: datetime
    person: Person
    source: Source

    def within(self, start: datetime, end: datetime) -> Shift:
        return self._replace(start=max(self.start, start), end=min(self.end, end))


@dataclass(frozen=True)
class Layer:
    """A rotation. The first of `people` takes the first turn, at `handover` of `first_day`; `hours` {}: all the time.

    It holds in [starts_at, ends_at). ValueError that says what is wrong, beginning with the field.
    """

    source: Source
    timezone: str
    first_day: date
    handover: time
    turn_days: int
    people: tuple[Person, ...]
    starts_at: datetime
    ends_at: datetime | None = None
    hours: Hours = field(default_factory=dict)

    def __post_init__(self) -> None:
        zone_of(self.timezone)
        if not self.people:
            raise ValueError("people: a rotation of nobody leaves nobody on call")
        if not 1 <= self.turn_days <= LONGEST_TURN_DAYS:
            raise ValueError(f"every: a turn lasts from 1 to {LONGEST_TURN_DAYS} days")
        if self.first_day.year not in YEARS:
            raise ValueError("first_day: this is no day that anybody is on call")
        if None in (self.starts_at.tzinfo, (self.ends_at or self.starts_at).tzinfo):
            raise ValueError("starts_at: an instant needs a zone")
        _ = self._open

    def turn_starts_at(self, turn: int) -> datetime:
        return first_instant(
            self.timezone, datetime.combine(self.first_day + turn * self.turn_days * _DAY, self.handover)
        )

    def shifts(self, start: datetime, end: datetime) -> list[Shift]:
        """Whole shifts of this layer alone that reach into [start, end), in order of time."""
        start, end = max(start, self.starts_at), min(end, self.ends_at or end)
        return [shift for shift in self._turns(start, end) if shift.start < end and start < shift.end]

    def _turns(self, start: datetime, end: datetime) -> Iterator[Shift]:
        # The local date may be a day behind that in UTC, and before its hand-over the day before's turn still runs.
        turn = max(0, ((start.astimezone(UTC).date() - self.first_day).days - 2) // self.turn_days)
        begins = self.turn_starts_at(turn)
        while begins < end:
            ends = self.turn_starts_at(turn + 1)
            if begins < ends and start < ends:
                person = self.people[turn % len(self.people)]
                for opens, closes in self._open.stretches(begins, ends):
                    held = Shift(opens, closes, person, self.source).within(self.starts_at, self.ends_at or closes)
                    if held.start < held.end:
                        yield held
            turn, begins = turn + 1, ends

    @cached_property
    def _open(self) -> BusinessCalendar:
        return BusinessCalendar(self.timezone, _by_weekday(self.hours)) if self.hours else BusinessCalendar.always()


@dataclass(frozen=True)
class Override:
    """`person` stands in during [start, end): for `instead_of` wherever they have it, or for whoever has it (None)."""

    source: Source
    start: datetime
    end: datetime
    person: Person
    instead_of: Person | None = None

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("start: an instant needs a zone")
        if self.end <= self.start:
            raise ValueError("end: it ends before it starts")


@dataclass(frozen=True)
class Schedule:
    """Layers from the lowest up, overrides from the first arranged on, and since when somebody is gone."""

    layers: tuple[Layer, ...] = ()
    overrides: tuple[Override, ...] = ()
    gone: Mapping[Person, datetime] = field(default_factory=dict)

    def rows(self, start: datetime, end: datetime) -> list[list[Shift]]:
        """What each layer says in [start, end), then each override for whoever has it: the later the higher."""
        rows = [layer.shifts(start, end) for layer in self.layers]
        for override in self.overrides:
            if override.end <= start or end <= override.start:
                continue
            own = Shift(override.start, override.end, override.person, override.source)
            if override.instead_of is None:
                rows.append([own])
            else:
                rows = [[piece for each in row for piece in _stood_in(each, own, override.instead_of)] for row in rows]
        return [[here for each in row if (here := self._until_gone(each)).start < here.end] for row in rows]

    def _until_gone(self, shift: Shift) -> Shift:
        return shift._replace(end=min(shift.end, self.gone.get(shift.person, shift.end)))


def first_instant(timezone: str, local: datetime) -> datetime:
    """When the clocks of `timezone` first read `local`, or pass it where they leave it out. `local` has no zone."""
    wanted = round((local.replace(tzinfo=UTC) - EPOCH).total_seconds())
    for year in sorted({(local - _DAY).year, (local + _DAY).year}):
        for begin, end, offset in offsets(timezone, year):
            if (at := max(begin, wanted - offset)) < end:
                return _instant(at)
    raise ValueError(f"{local} never comes in {timezone}")


def shifts(schedule: Schedule, start: datetime, end: datetime) -> list[Shift]:
    """Whole shifts that reach into [start, end), in order of time: no two overlap; what no layer covers is left out."""
    reaching = [shift for row in schedule.rows(start, end) for shift in row]
    # What cuts the beginning of a shift that began earlier lies before `start`.
    begins, until = min([start, *(s.start for s in reaching)]), max([end, *(s.end for s in reaching)])
    whole: list[Shift] = reduce(laid_over, schedule.rows(begins, until), [])
    return [shift for shift in whole if shift.start < end and start < shift.end]


def on_call_at(schedule: Schedule, at: datetime) -> Shift | None:
    """The shift that `at` lies in."""
    return next(iter(shifts(schedule, at, at + timedelta(microseconds=1))), None)


def gaps(schedule: Schedule, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The parts of [start, end) in which nobody is on call."""
    found, at = [], start
    for shift in shifts(schedule, start, end):
        if at < shift.start:
            found.append((at, shift.start))
        at = shift.end
    return [*found, (at, end)] if at < end else found


def laid_over(below: list[Shift], above: list[Shift]) -> list[Shift]:
    """`above`, and what it leaves of `below`. Both in order of time."""
    free = []
    for shift in below:
        at = shift.start
        for top in above:
            if shift.end <= top.start:
                break
            if at < top.start:
                free.append(shift._replace(start=at, end=top.start))
            at = max(at, top.end)
        if at < shift.end:
            free.append(shift._replace(start=at))
    return sorted([*free, *above], key=lambda shift: shift.start)


def stretches(of: list[Shift]) -> list[Shift]:
    """Shifts of one person that follow each other without a pause, as one: until when somebody is on call."""
    joined: list[Shift] = []
    for shift in of:
        if joined and (joined[-1].end, joined[-1].person) == (shift.start, shift.person):
            shift = joined.pop()._replace(end=shift.end)
        joined.append(shift)
    return joined


def _stood_in(shift: Shift, by: Shift, instead_of: Person) -> Iterator[Shift]:
    """`shift`, its part that lies in `by` given over where it is that of `instead_of`."""
    taken = by.within(shift.start, shift.end)
    if shift.person != instead_of or taken.end <= taken.start:
        yield shift
        return
    parts = (shift._replace(end=taken.start), taken, shift._replace(start=taken.end))
    yield from (part for part in parts if part.start < part.end)


def _by_weekday(hours: Hours) -> dict[str, list[tuple[str, str]]]:
    """Opening hours day by day. ValueError for hours that run into those of the next day."""
    weekly: dict[str, list[tuple[str, str]]] = {}
    for day, (opens, closes) in hours.items():
        number = WEEKDAYS.index(day)
        following = WEEKDAYS[(number + 1) % 7]
        until = f"{closes:%H:%M}"
        if opens < closes:
            weekly.setdefault(day, []).append((f"{opens:%H:%M}", until))
            continue
        weekly.setdefault(day, []).append((f"{opens:%H:%M}", clock(86_400)))
        if closes == _MIDNIGHT:
            continue
        if following in hours and hours[following][0] < closes:
            both = f"{DAYS[number]}'s hours run until {until} the next day, and {DAYS[(number + 1) % 7]}'s begin before"
            raise ValueError(f"hours: {both}")
        weekly.setdefault(following, []).append((clock(0), until))
    return weekly


def _instant(second: int) -> datetime:
    return EPOCH + timedelta(seconds=second)
