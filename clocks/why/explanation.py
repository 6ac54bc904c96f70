"""How a clock came to its time: every instant of its life, and why it counted or did not. Pure: no Django, no database.

`explain` lays the life of a replayed clock out as segments without holes or overlaps, from its start to where it
stopped, or to now, or on to the due time that is still to come. `entries` gathers them into days that can be read at a
glance. All instants are UTC, all intervals half-open. Durations that are shown are whole seconds and add up: they are
differences of one running total (docs/decisions/contested-pauses.md says what a struck pause does to it).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from agreements.businesstime import BusinessCalendar, Reason
from clocks.replay.state import WAITING, ClockState

Kind = Literal["counted", "closed", "paused", "stopped"]

ZERO = timedelta(0)
SECOND = timedelta(seconds=1)
#: As many ordinary days in a row, or more, are folded into one line.
FOLD_FROM = 3
_ENDED = {
    "agent_reply": "answered",
    "acknowledgement": "answered",
    "workaround": "workaround given",
    "solved": "solved",
    "closed": "closed",
    "merged": "merged",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pausing:
    """A fact that paused this clock, or would have, had it not been struck out. `end` is None while it lasts.

    `reason` is "waiting", "on_hold" or "third_party"; `key` names the fact.
    """

    key: int
    start: datetime
    end: datetime | None
    reason: str
    struck: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A part of a clock's life in which one thing held. `counted`, `total`: whole seconds; `total` up to its end."""

    start: datetime
    end: datetime
    kind: Kind
    #: closed: a `Reason` of the calendar; paused: as in `Pausing`; stopped: the kind of event.
    reason: str = ""
    #: The holiday's, or that of a day with hours of its own.
    name: str = ""
    #: The fact that paused it; on time that counts after all, the one that was struck out.
    pause: int | None = None
    struck: bool = False
    coming: bool = False
    #: Counted after the due time.
    over: bool = False
    counted: timedelta = ZERO
    total: timedelta = ZERO

    @property
    def duration(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Explanation:
    """A clock with its life in segments; `zone` is the agreement's, by which days are told apart."""

    state: ClockState
    zone: ZoneInfo
    segments: tuple[Segment, ...]

    @property
    def ended(self) -> str:
        """What ended it, as people say it: "answered", "solved", "merged"; "" while it lives."""
        return _ENDED[self.state.stopped_by] if self.state.stopped_by else ""

    @property
    def due_at(self) -> datetime | None:
        """The due time that holds or held; None where nothing is promised, or it is paused with time left."""
        return self.state.promised_at

    @property
    def counted(self) -> timedelta:
        """Whole seconds counted so far."""
        return sum((each.counted for each in self.segments if not each.coming), ZERO)

    @property
    def counted_to_due(self) -> timedelta:
        """What counts up to the due time: the target, exactly, where there is one."""
        return sum((each.counted for each in self.segments if not each.over), ZERO)

    @property
    def over(self) -> timedelta:
        """What counted after the due time."""
        return sum((each.counted for each in self.segments if each.over), ZERO)


def explain(
    state: ClockState,
    zone: ZoneInfo,
    *,
    pausings: Sequence[Pausing] = (),
    day_names: Mapping[date, str] | None = None,
) -> Explanation:
    """The life of a started clock. `pausings` in order of time; `day_names` are names of days with hours of their own.

    Raises ValueError for a clock that has not started.
    """
    if state.started_at is None:
        raise ValueError(f"{state.metric}: a clock that has not started has nothing to explain")
    struck = [each for each in pausings if each.struck]
    standing = [each for each in pausings if not each.struck]
    names = day_names or {}
    parts = [
        piece
        for segment in _life(state, standing, names)
        for piece in _cut(segment, _borders(segment, struck, zone, state))
    ]
    segments = tuple(_totalled(_marked(parts, struck, state), state))
    return Explanation(state, zone, segments)


def _life(state: ClockState, standing: Sequence[Pausing], names: Mapping[date, str]) -> Iterator[Segment]:
    """What counted, was closed, paused or stopped, in order, each as long as it can be."""
    for run, following in pairwise((*state.runs, None)):
        assert run is not None  # only what follows the last is none
        yield from _hours(state.calendar, run.start, run.end, names)
        if following is None:
            continue
        if run.ended_by == WAITING:
            yield from _paused(run.end, following.start, standing)
        elif run.end < following.start:
            yield Segment(start=run.end, end=following.start, kind="stopped", reason=run.ended_by or "")
    if state.paused_at is not None:
        yield from _paused(state.paused_at, state.as_of, standing)
    elif state.running and state.due_at is not None and state.due_at > state.as_of:
        assert state.started_at is not None
        # What starts at a due time still to come counts from there.
        for segment in _hours(state.calendar, max(state.as_of, state.started_at), state.due_at, names):
            yield replace(segment, coming=True)


def _hours(calendar: BusinessCalendar, start: datetime, end: datetime, names: Mapping[date, str]) -> Iterator[Segment]:
    """The open and the closed time between two instants."""
    found = [Segment(start=each.start, end=each.end, kind="counted") for each in calendar.stretches(start, end)]
    for gap in calendar.gaps(start, end):
        name = names.get(gap.day, "") if gap.reason == Reason.EXCEPTION else gap.name
        found.append(Segment(start=gap.start, end=gap.end, kind="closed", reason=str(gap.reason), name=name))
    yield from sorted(found, key=_start)


def _paused(start: datetime, end: datetime, standing: Sequence[Pausing]) -> Iterator[Segment]:
    """A pause, cut where another fact took it over: waiting that went on as a hold is two pauses."""
    inside = [each for each in standing if start <= each.start < end]
    firsts = [start, *(each.start for each in inside if each.start > start)]
    for begin, until in pairwise([*firsts, end]):
        if begin < until:
            # Facts of one instant: the last of them is how it then stood.
            fact = next((each for each in reversed(inside) if each.start <= begin), None)
            reason, key = (fact.reason, fact.key) if fact else (WAITING, None)
            yield Segment(start=begin, end=until, kind="paused", reason=reason, pause=key)


def _borders(segment: Segment, struck: Sequence[Pausing], zone: ZoneInfo, state: ClockState) -> list[datetime]:
    """Where to cut a segment: counted time at midnight and at the due time, all where a struck pause began or ended."""
    if segment.kind in {"paused", "stopped"}:
        return []
    found = {at for each in struck for at in (each.start, each.end) if at is not None}
    if segment.kind == "counted":
        found |= {at for at in (state.promised_at,) if at is not None}
        found |= set(_midnights(segment.start, segment.end, zone))
    return sorted(at for at in found if segment.start < at < segment.end)


def _midnights(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The instants between at which another local date begins, in UTC."""
    at = start
    while True:
        midnight = datetime.combine(at.astimezone(zone).date() + timedelta(days=1), time(), zone)
        at, before = midnight.astimezone(UTC), at
        if at <= before:  # the clocks went back over midnight and this is the second time round
            at = midnight.replace(fold=1).astimezone(UTC)
        if at >= end:
            return
        yield at


def _cut(segment: Segment, borders: Sequence[datetime]) -> Iterator[Segment]:
    for start, end in pairwise([segment.start, *borders, segment.end]):
        yield replace(segment, start=start, end=end)


def _marked(parts: Iterable[Segment], struck: Sequence[Pausing], state: ClockState) -> Iterator[Segment]:
    """Say of each part whether it lies in a struck pause, and whether after the due time."""
    due = state.promised_at
    for part in parts:
        mark = next(
            (each for each in reversed(struck) if each.start <= part.start and (each.end or state.as_of) >= part.end),
            None,
        )
        over = part.kind == "counted" and due is not None and state.target is not None and part.start >= due
        if mark is not None and part.kind in {"counted", "closed"} and not part.coming:
            yield replace(part, struck=True, pause=mark.key, over=over)
        else:
            yield replace(part, over=over)


def _totalled(parts: Iterable[Segment], state: ClockState) -> Iterator[Segment]:
    """Count up. Everything shows in whole seconds: a clock that started inside one counts as if from its beginning."""
    assert state.started_at is not None
    exact = timedelta(microseconds=state.started_at.microsecond)
    shown = ZERO
    for part in parts:
        if part.kind == "counted":
            exact += part.duration
        total = exact // SECOND * SECOND
        yield replace(part, counted=total - shown, total=total)
        shown = total


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the explanation: segments told together, closed time in a row or a pause that went on by itself."""

    segments: tuple[Segment, ...]

    @property
    def start(self) -> datetime:
        return self.segments[0].start

    @property
    def end(self) -> datetime:
        return self.segments[-1].end

    @property
    def kind(self) -> Kind:
        return self.segments[0].kind

    @property
    def first(self) -> Segment:
        return self.segments[0]

    @property
    def counted(self) -> timedelta:
        return sum((each.counted for each in self.segments), ZERO)

    @property
    def total(self) -> timedelta:
        return self.segments[-1].total

    @property
    def is_plain(self) -> bool:
        """Nothing but hours: no pause, nothing struck out."""
        return self.kind in {"counted", "closed"} and self.first.pause is None


@dataclass(frozen=True, slots=True)
class Day:
    """What began on one day, by the agreement's zone."""

    day: date
    lines: tuple[Line, ...]

    @property
    def counted(self) -> timedelta:
        return sum((line.counted for line in self.lines), ZERO)

    @property
    def total(self) -> timedelta:
        return self.lines[-1].total

    @property
    def coming(self) -> bool:
        return self.lines[0].first.coming

    @property
    def over(self) -> bool:
        return any(line.first.over for line in self.lines)

    @property
    def is_plain(self) -> bool:
        """Hours of one kind all through: all before now or all to come, all before the due time or all after it."""
        kinds = {(line.first.coming, line.first.over) for line in self.lines if line.kind == "counted"}
        return all(line.is_plain for line in self.lines) and len(kinds) == 1


@dataclass(frozen=True, slots=True)
class Fold:
    """Ordinary days in a row, told in one line; the days are there for who wants them."""

    days: tuple[Day, ...]

    @property
    def counted(self) -> timedelta:
        return sum((day.counted for day in self.days), ZERO)

    @property
    def total(self) -> timedelta:
        return self.days[-1].total

    @property
    def coming(self) -> bool:
        return self.days[0].coming

    @property
    def over(self) -> bool:
        return self.days[0].over

    @property
    def working_days(self) -> int:
        return sum(bool(day.counted) for day in self.days)

    @property
    def closures(self) -> list[Line]:
        return [line for day in self.days for line in day.lines if line.kind == "closed"]


def days_of(explanation: Explanation) -> list[Day]:
    """The segments by the day on which they begin; closed time in a row is one line, and so is one pause."""
    together: list[list[Segment]] = []
    for segment in explanation.segments:
        last = together[-1][-1] if together else None
        if last and last.kind == segment.kind and segment.kind in {"closed", "paused"} and _alike(last, segment):
            together[-1].append(segment)
        else:
            together.append([segment])
    lines = [Line(tuple(each)) for each in together]
    return [
        Day(day, tuple(found))
        for day, found in groupby(lines, key=lambda line: line.start.astimezone(explanation.zone).date())
    ]


def entries(explanation: Explanation) -> list[Day | Fold]:
    """The days, with many ordinary ones in a row folded into one; the first and the last stand for themselves."""
    days = days_of(explanation)
    found: list[Day | Fold] = list(days[:1])
    for (plain, *_), run in groupby(days[1:-1], key=_kind_of_day):
        alike = list(run)
        found += [Fold(tuple(alike))] if plain and len(alike) >= FOLD_FROM else alike
    return [*found, *(days[-1:] if len(days) > 1 else [])]


def _kind_of_day(day: Day) -> tuple[bool, bool, bool]:
    return day.is_plain, day.coming, day.over


def _alike(one: Segment, other: Segment) -> bool:
    return (one.coming, one.pause) == (other.coming, other.pause)


def _start(segment: Segment) -> datetime:
    return segment.start
