"""A ticket's clocks as a pure function of its events: no Django, no database, no clock of its own.

Three promises are measured: the `first_response` to a ticket, the `next_response` to the oldest message that the client
is still waiting on, and the `resolution`. The rules and their reasons: docs/decisions/clocks-are-a-replay.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clocks.replay.events import METRICS, Event, Terms, utc
from clocks.replay.state import WAITING, ClockState, measured, reached_at

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence
    from datetime import datetime

    from agreements.businesstime import BusinessCalendar


def replay(events: Iterable[Event], terms: Terms, as_of: datetime) -> dict[str, ClockState]:
    """The state at `as_of` of every metric that the terms name (those of the events included): its latest cycle.

    Events are taken in order of their instants, ties as given; those after `as_of` have not happened yet.
    Raises ValueError for a naive `as_of`, no events, a first event that is not "created", or a second "created".
    """
    walk = _Walk(events, terms, utc(as_of, "as_of"))
    return {
        metric: walk.state(metric, cycles[-1] if cycles else None, max(len(cycles) - 1, 0))
        for metric, cycles in walk.named()
    }


def replay_cycles(
    events: Iterable[Event], terms: Terms, as_of: datetime, metrics: Container[str] = METRICS
) -> dict[str, tuple[ClockState, ...]]:
    """Like `replay`, with every cycle of each metric, oldest first; one state, not started, where there was none.

    `metrics` are those to work out: where metrics hear different events, each replay is asked for its own only.
    """
    walk = _Walk(events, terms, utc(as_of, "as_of"))
    return {
        metric: tuple(walk.state(metric, cycle, number) for number, cycle in enumerate(cycles or [None]))
        for metric, cycles in walk.named()
        if metric in metrics
    }


class _Span:
    """A time in which a clock lived, from its start (or reopening) to what stopped it; waiting may lie inside."""

    __slots__ = ("end", "ended_by", "first_wait", "start")

    def __init__(self, start: datetime, first_wait: int) -> None:
        self.start = start
        self.first_wait = first_wait  # the earlier ones are over: no clock starts while the ticket waits
        self.end: datetime | None = None
        self.ended_by: str | None = None


class _Cycle:
    """One clock's life, free of arithmetic: when it lived, and which terms governed it until when."""

    __slots__ = ("answered", "breached_before", "earlier_terms", "governed_from", "spans", "terms")

    def __init__(self, span: _Span, terms: Terms, breached_before: datetime | None = None) -> None:
        self.spans = [span]
        self.terms = terms
        self.governed_from = span.start
        self.earlier_terms: list[tuple[Terms, datetime]] = []
        self.breached_before = breached_before
        self.answered = False

    @property
    def live(self) -> bool:
        return self.spans[-1].end is None

    def stop(self, at: datetime, kind: str) -> None:
        span = self.spans[-1]
        span.end, span.ended_by = at, kind

    def count_from(self, since: datetime) -> None:
        """Move the start of the run that goes on back to `since`; not into a time in which the clock ran already."""
        earlier = self.spans[-2].end if len(self.spans) > 1 else None
        self.spans[-1].start = min(self.spans[-1].start, max(since, earlier or since))

    def govern(self, terms: Terms, at: datetime) -> None:
        if terms is self.terms:
            return
        # Terms replaced in the instant in which they began were never in force.
        if self.governed_from < at:
            self.earlier_terms.append((self.terms, at))
        self.terms, self.governed_from = terms, at


class _Walk:
    """One pass over the events, up to and including `as_of`."""

    def __init__(self, events: Iterable[Event], terms: Terms, as_of: datetime) -> None:
        self.terms = terms
        self.as_of = as_of
        self.all_terms = [terms]
        self.waits: list[tuple[datetime, datetime | None]] = []  # only the last may lack its end
        self.solved = False
        self.unanswered_since_solved = False
        self.first: list[_Cycle] = []
        self.next: list[_Cycle] = []
        self.resolution: list[_Cycle] = []
        ordered = sorted(events, key=_instant)
        if not ordered or ordered[0].kind != "created":
            found = f"{ordered[0].kind!r} at {ordered[0].at}" if ordered else "no events"
            raise ValueError(f"events: the first must be 'created', found {found}")
        for number, event in enumerate(ordered):
            if event.at > as_of:
                break
            if event.kind == "created" and number:
                raise ValueError(f"events: a second 'created' at {event.at}, number {number + 1} in order of time")
            handle = _HANDLERS.get(event.kind)
            if handle is not None:
                handle(self, event)

    def named(self) -> Iterator[tuple[str, list[_Cycle]]]:
        """Every metric that some terms in force named, with its cycles."""
        cycles = {"first_response": self.first, "next_response": self.next, "resolution": self.resolution}
        if len(self.all_terms) == 1:
            metrics = list(self.terms.targets)
        else:
            metrics = list(dict.fromkeys(metric for terms in self.all_terms for metric in terms.targets))
        return ((metric, cycles[metric]) for metric in metrics)

    # What each kind of event does. Acknowledgements and internal notes do nothing (C1).

    def created(self, event: Event) -> None:
        self.first.append(self._begin(event.at))
        self.resolution.append(self._begin(event.at))
        if event.by == "client":
            self.next.append(self._begin(event.at))

    def client_reply(self, event: Event) -> None:
        if self.solved:
            # A last "thanks" starts nothing; should the ticket be reopened, it is a message to answer.
            self.unanswered_since_solved = True
            return
        self._end_waiting(event.at)
        if not self.next or not self.next[-1].live:
            self.next.append(self._begin(event.at))

    def agent_reply(self, event: Event) -> None:
        # A robot's post is no substantive answer, however it is filed (C1).
        if event.by != "agent":
            return
        self.unanswered_since_solved = False
        for cycle in (*self.first[-1:], *self.next[-1:]):
            # An answer in the very instant of the solution belongs to it, whichever was filed first.
            if cycle.live or (not cycle.answered and cycle.spans[-1].end == event.at):
                cycle.stop(event.at, event.kind)
            cycle.answered = True

    def waiting(self, event: Event) -> None:
        if not self.solved and not self._is_waiting():
            self.waits.append((event.at, None))

    def resumed(self, event: Event) -> None:
        self._end_waiting(event.at)

    def solved_or_closed(self, event: Event) -> None:
        if self.solved:
            return
        self.solved = True
        self._end_waiting(event.at)
        for cycle in self._current():
            if cycle.live:
                cycle.stop(event.at, event.kind)

    def reopened(self, event: Event) -> None:
        if not self.solved:
            return
        self.solved = False
        resolution = self.resolution[-1]
        if self.terms.reopening == "resume":
            self._resume(resolution, event.at)
        elif self.terms.reopening == "restart":
            periods = [*resolution.earlier_terms, (resolution.terms, event.at)]
            self.resolution[-1] = self._begin(event.at, self._first_breach("resolution", resolution, periods))
        else:
            self.resolution.append(self._begin(event.at))
        # An answer that was still owed when the ticket was solved is owed again, on the clock it was owed on.
        if not self.first[-1].answered:
            self._resume(self.first[-1], event.at)
        if self.next and not self.next[-1].answered:
            self._resume(self.next[-1], event.at)
        elif event.by == "client" or self.unanswered_since_solved:
            self.next.append(self._begin(event.at))

    def owed(self, event: Event) -> None:
        """What was owed on a ticket that goes on in this one: on the clock that runs here, or on another cycle.

        The resolution is this ticket's own: it runs until solved, and once a workaround holds here it holds there.
        """
        if self.solved:
            return
        for cycles in (self.first, self.next):
            if not cycles or not cycles[-1].live:
                self._end_waiting(event.at)
                cycles.append(self._begin(event.at))
        self.started_earlier(event)

    def started_earlier(self, event: Event) -> None:
        assert event.since is not None  # Event refuses to be made without
        for cycle in self._current():
            if cycle.live:
                cycle.count_from(event.since)

    def new_terms(self, event: Event) -> None:
        assert event.terms is not None  # Event refuses to be made without
        self.terms = event.terms
        self.all_terms.append(event.terms)
        # A stopped clock keeps the terms it stopped under: a promise that was kept stays kept.
        for cycle in self._current():
            if cycle.live:
                cycle.govern(event.terms, event.at)

    def _begin(self, at: datetime, breached_before: datetime | None = None) -> _Cycle:
        return _Cycle(_Span(at, len(self.waits)), self.terms, breached_before)

    def _resume(self, cycle: _Cycle, at: datetime) -> None:
        cycle.govern(self.terms, at)
        cycle.spans.append(_Span(at, len(self.waits)))

    def _current(self) -> tuple[_Cycle, ...]:
        return (*self.first[-1:], *self.next[-1:], *self.resolution[-1:])

    def _is_waiting(self) -> bool:
        return bool(self.waits) and self.waits[-1][1] is None

    def _end_waiting(self, at: datetime) -> None:
        if self._is_waiting():
            self.waits[-1] = (self.waits[-1][0], at)

    # The arithmetic, once the life of a cycle is known.

    def state(self, metric: str, cycle: _Cycle | None, number: int) -> ClockState:
        if cycle is None:
            return ClockState(
                metric=metric,
                cycle=number,
                target=self.terms.targets.get(metric),
                calendar=self._calendar(metric, self.terms),
                as_of=self.as_of,
            )
        breached_at = self._first_breach(metric, cycle, cycle.earlier_terms)
        terms = cycle.terms
        target = terms.targets.get(metric)
        calendar = self._calendar(metric, terms)
        stopped_at = cycle.spans[-1].end
        until = stopped_at or self.as_of
        runs, elapsed = measured(calendar, self._pieces(cycle, until, terms.pauses.get(metric, False)))
        paused = stopped_at is None and runs[-1].ended_by == WAITING
        promised_at = None
        if target is not None:
            exceeded = elapsed >= target
            if exceeded or not paused:
                promised_at = reached_at(calendar, runs, elapsed, target, until)
            if exceeded:
                breached_at = breached_at or promised_at
        return ClockState(
            metric=metric,
            cycle=number,
            target=target,
            calendar=calendar,
            as_of=self.as_of,
            started_at=cycle.spans[0].start,
            due_at=promised_at if stopped_at is None and not paused else None,
            promised_at=promised_at,
            stopped_at=stopped_at,
            stopped_by=cycle.spans[-1].ended_by,
            paused_at=runs[-1].end if paused else None,
            elapsed=elapsed,
            breached_at=breached_at,
            runs=runs,
        )

    def _first_breach(self, metric: str, cycle: _Cycle, periods: Sequence[tuple[Terms, datetime]]) -> datetime | None:
        """When the cycle first fell due under any of the terms, each in force up to its instant; None if never."""
        if cycle.breached_before is not None:
            return cycle.breached_before
        for terms, until in periods:
            target = terms.targets.get(metric)
            if target is None:
                continue
            calendar = self._calendar(metric, terms)
            runs, elapsed = measured(calendar, self._pieces(cycle, until, terms.pauses.get(metric, False)))
            if elapsed >= target:
                return reached_at(calendar, runs, elapsed, target, until)
        return None

    def _calendar(self, metric: str, terms: Terms) -> BusinessCalendar:
        # Terms that do not name a metric may have no calendar for it; the latest that measured it still does.
        for candidate in (terms, *reversed(self.all_terms)):
            calendar = candidate.calendar_of(metric)
            if calendar is not None:
                return calendar
        raise ValueError(f"terms, calendars: no calendar for {metric}")

    def _pieces(self, cycle: _Cycle, until: datetime, pausing: bool) -> Iterator[tuple[datetime, datetime, str | None]]:
        """The cycle's spans up to `until`, without the waiting where that pauses.

        Each span yields at least one piece, if an empty one, so that the last always says how the clock stands.
        """
        for span in cycle.spans:
            if span.start > until:
                return
            start, end, why = span.start, span.end, span.ended_by
            if end is None or end > until:
                end, why = until, None
            paused = False
            if pausing:
                for position in range(span.first_wait, len(self.waits)):
                    waited_from, waited_to = self.waits[position]
                    if waited_from > end or (waited_from == end and why is not None):
                        break
                    if waited_from == waited_to:
                        continue
                    yield start, waited_from, WAITING
                    if waited_to is None or waited_to > end:
                        paused = True
                        break
                    start = waited_to
            if not paused:
                yield start, end, why
            elif why is not None:
                yield end, end, why


def _instant(event: Event) -> datetime:
    return event.at


_HANDLERS = {
    "created": _Walk.created,
    "client_reply": _Walk.client_reply,
    "agent_reply": _Walk.agent_reply,
    "waiting": _Walk.waiting,
    "resumed": _Walk.resumed,
    "solved": _Walk.solved_or_closed,
    "closed": _Walk.solved_or_closed,
    "reopened": _Walk.reopened,
    "reclassified": _Walk.new_terms,
    "terms_changed": _Walk.new_terms,
    "owed": _Walk.owed,
    "started_earlier": _Walk.started_earlier,
}
