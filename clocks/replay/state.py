"""What a clock shows: its counted time, its due time, its verdict. Pure values, no Django, no database.

`clocks.replay` finds out when a clock lived and when it waited; this module turns that into business time.
All instants are UTC, all intervals half-open `[start, end)`, all durations business time in the metric's calendar.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agreements.businesstime import BusinessCalendar, Stretch

ZERO = timedelta(0)
MICROSECOND = timedelta(microseconds=1)
WAITING = "waiting"


class Run(NamedTuple):
    """An interval in which the clock was not paused; `counted` is the business time in it.

    `ended_by` is the kind of event that ended it ("waiting", "agent_reply", "solved", "closed"), None while it goes on.
    """

    start: datetime
    end: datetime
    ended_by: str | None
    counted: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockState:
    """One clock (one metric, one cycle) as it stood at `as_of`.

    A clock that has not started has `started_at` None. A metric without a promise (`target` None) is measured like any
    other, is never due and never breached.
    """

    metric: str
    cycle: int  # 0 for the first, in order of start
    target: timedelta | None  # under the terms in force now, or when the clock stopped
    calendar: BusinessCalendar = field(repr=False, compare=False)
    as_of: datetime  # the instant that the elapsed time counts to, unless the clock stopped or paused before
    started_at: datetime | None = None
    due_at: datetime | None = None  # None while paused, once stopped, or where nothing is promised
    promised_at: datetime | None = None  # `due_at`; the one that applied at the stop; the one missed before a pause
    stopped_at: datetime | None = None
    stopped_by: str | None = None  # the kind of event
    paused_at: datetime | None = None  # since when it is paused; None when it is not
    elapsed: timedelta = ZERO
    breached_at: datetime | None = None  # the moment it first fell due; stays, whatever happens later
    runs: tuple[Run, ...] = ()

    @property
    def is_promised(self) -> bool:
        return self.target is not None

    @property
    def breached(self) -> bool:
        """Whether the promise was broken at any time, under the terms in force at that time."""
        return self.breached_at is not None

    @property
    def running(self) -> bool:
        """Whether the clock counts: started, not stopped, not paused."""
        return self.started_at is not None and self.stopped_at is None and self.paused_at is None

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """The opening hours that counted, oldest first; their lengths add up to `elapsed`."""
        return tuple(
            stretch for run in self.runs if run.counted for stretch in self.calendar.explain(run.start, run.counted)
        )


def measured(
    calendar: BusinessCalendar, pieces: Iterable[tuple[datetime, datetime, str | None]]
) -> tuple[tuple[Run, ...], timedelta]:
    """The runs with their business time, and the sum."""
    runs = tuple(Run(start, end, why, calendar.between(start, end)) for start, end, why in pieces)
    if len(runs) == 1:
        return runs, runs[0].counted
    return runs, sum((run.counted for run in runs), ZERO)


def reached_at(
    calendar: BusinessCalendar, runs: tuple[Run, ...], elapsed: timedelta, amount: timedelta, until: datetime
) -> datetime:
    """The earliest instant at which the counted time reaches `amount`; after `until`, as if it counts on from there."""
    if amount > elapsed:
        return calendar.add(until, amount - elapsed)
    counted = ZERO
    for run in runs:
        if counted + run.counted >= amount:
            return calendar.add(run.start, amount - counted)
        counted += run.counted
    return until


def warn_at(state: ClockState, point: Fraction | timedelta) -> datetime | None:
    """The instant (UTC) at which a running clock reaches a warning point of its target, in business time.

    `point` is a share of the target (0 < share <= 1) or the business time left before it is due; a time as long as the
    target, or longer, warns from the start. The share is taken exactly, rounded up to the microsecond. The instant may
    lie in the past. None when the clock does not run (not started, paused, stopped) or nothing is promised: a paused
    clock gets its warning time when it goes on. Raises ValueError for any other point.
    """
    if isinstance(point, timedelta):
        if point < ZERO:
            raise ValueError(f"warning point {point!r}: the time before the due time must not be negative")
    elif not isinstance(point, Fraction):
        raise ValueError(f"warning point {point!r}: give a Fraction of the target or a timedelta before it is due")
    elif not 0 < point <= 1:
        raise ValueError(f"warning point {point}: a share of the target lies above 0 and not above 1")
    if not state.running or state.target is None:
        return None
    if isinstance(point, timedelta):
        amount = max(state.target - point, ZERO)
    else:
        whole = state.target // MICROSECOND
        amount = MICROSECOND * -(-whole * point.numerator // point.denominator)
    assert state.started_at is not None  # it runs
    return reached_at(state.calendar, state.runs, state.elapsed, amount, max(state.as_of, state.started_at))
