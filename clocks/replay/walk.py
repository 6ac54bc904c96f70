"""A ticket's clocks as a pure function of its events: no Django, no database, no clock of its own.

What starts, ends and sets each promise going again is data: `clocks.replay.metrics`. The rules and their reasons:
docs/decisions/clocks-are-a-replay.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clocks.replay.cycle import Cycle, Span, Wait
from clocks.replay.events import Event, Terms, utc
from clocks.replay.metrics import ASSIGNMENT, FIRST_RESPONSE, LEVEL_SET, METRICS, RECEIPT, STARTED_BY, Metric
from clocks.replay.state import WAITING, ClockState, measured, reached_at

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence
    from datetime import datetime, timedelta

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

    `metrics` are those to work out.
    """
    walk = _Walk(events, terms, utc(as_of, "as_of"))
    return {
        metric: tuple(walk.state(metric, cycle, number) for number, cycle in enumerate(cycles or [None]))
        for metric, cycles in walk.named()
        if metric in metrics
    }


class _Walk:
    """One pass over the events, up to and including `as_of`."""

    def __init__(self, events: Iterable[Event], terms: Terms, as_of: datetime) -> None:
        self.terms = terms
        self.as_of = as_of
        self.all_terms = [terms]
        self.waits: list[Wait] = []  # only the last may lack its end
        self.solved = False
        self.unanswered_since_solved = False
        #: When what a clock may count from came about, first.
        self.marks: dict[str, datetime] = {}
        ordered = sorted(events, key=_instant)
        if not ordered or ordered[0].kind != "created":
            found = f"{ordered[0].kind!r} at {ordered[0].at}" if ordered else "no events"
            raise ValueError(f"events: the first must be 'created', found {found}")
        self.metrics = _followed(terms, ordered)
        self.cycles: dict[str, list[Cycle]] = {metric.key: [] for metric in self.metrics}
        for number, event in enumerate(ordered):
            if event.at > as_of:
                break
            if event.kind == "created" and number:
                raise ValueError(f"events: a second 'created' at {event.at}, number {number + 1} in order of time")
            handle = _HANDLERS.get(event.kind)
            if handle is not None:
                handle(self, event)

    def named(self) -> Iterator[tuple[str, list[Cycle]]]:
        """Every metric that some terms in force named, with its cycles."""
        if len(self.all_terms) == 1:
            metrics = list(self.terms.targets)
        else:
            metrics = list(dict.fromkeys(metric for terms in self.all_terms for metric in terms.targets))
        return ((metric, self.cycles[metric]) for metric in metrics)

    # What each kind of event does. Internal notes do nothing, nor do acknowledgements where no metric takes them (C1).

    def created(self, event: Event) -> None:
        self.marks[RECEIPT] = self.marks[FIRST_RESPONSE] = event.at
        if event.by == "agent":
            self.marks[LEVEL_SET] = event.at
        self._start_where_due()
        if event.by == "client":
            self._start("client_reply", event.at, starts=RECEIPT)

    def client_reply(self, event: Event) -> None:
        if self.solved:
            # A last "thanks" starts nothing; should the ticket be reopened, it is a message to answer.
            self.unanswered_since_solved = True
            return
        self._end_waiting(event.at)
        self._start(event.kind, event.at)

    def spoken(self, event: Event) -> None:
        # A robot's post is no substantive answer, however it is filed (C1).
        if event.by != "agent":
            return
        if event.kind == "agent_reply":
            self.unanswered_since_solved = False
            # Who answers without another level takes the one that was asked for.
            self._mark(LEVEL_SET, event.at)
        self._keep(event)
        if not self.solved:
            self._start(event.kind, event.at)

    def workaround(self, event: Event) -> None:
        self._keep(event)

    def workaround_withdrawn(self, event: Event) -> None:
        # What a workaround did not stop goes on; a client who says that it does not hold is owed an answer.
        if self.solved:
            return
        for metric in self.metrics:
            cycles = self.cycles[metric.key]
            if metric.reopens and cycles and cycles[-1].spans[-1].ended_by == "workaround":
                self._reopen(metric, event.at)
        if event.by == "client":
            self._end_waiting(event.at)
            self._start("client_reply", event.at)

    def waiting(self, event: Event) -> None:
        if self.solved or (self._is_waiting() and self.waits[-1].reason == event.reason):
            return
        goes_on = self._is_waiting()
        self._end_waiting(event.at)
        self.waits.append(Wait(event.at, event.reason, goes_on))

    def resumed(self, event: Event) -> None:
        self._end_waiting(event.at)

    def solved_or_closed(self, event: Event) -> None:
        if self.solved:
            return
        self.solved = True
        self._end_waiting(event.at)
        for metric in self.metrics:
            cycles = self.cycles[metric.key]
            if not cycles or not cycles[-1].live:
                continue
            if metric.restarts and cycles[-1].spans[0].start == event.at:
                # The word that it was solved with leaves nothing owed.
                cycles.pop()
            else:
                cycles[-1].stop(event.at, event.kind)

    def reopened(self, event: Event) -> None:
        if not self.solved:
            return
        self.solved = False
        for metric in self.metrics:
            cycles = self.cycles[metric.key]
            if metric.reopens and cycles:
                self._reopen(metric, event.at)
            elif cycles and cycles[-1].answered_at is None:
                # What was still owed when the ticket was solved is owed again, on the clock it was owed on.
                self._resume(cycles[-1], event.at)
        self._start_where_due()
        self._start(event.kind, event.at)
        if event.by == "client" or self.unanswered_since_solved:
            self._start("client_reply", event.at)

    def assigned(self, event: Event) -> None:
        self._mark(ASSIGNMENT, event.at)
        self._keep(event)

    def owed(self, event: Event) -> None:
        """What was owed on a ticket that goes on in this one: on the clock that runs here, or on another cycle.

        The resolution is this ticket's own: it runs until solved, and once a workaround holds here it holds there.
        """
        if self.solved:
            return
        assert event.since is not None  # Event refuses to be made without
        for metric in self.metrics:
            cycles = self.cycles[metric.key]
            if metric.key not in event.since or not metric.is_a_word or (cycles and cycles[-1].live):
                continue
            if metric.restarts:
                self._start("reopened", event.at)
            else:
                self._end_waiting(event.at)
                cycles.append(self._begin(event.at))
        for key, since in event.since.items():
            cycles = self.cycles.get(key, [])
            if cycles and cycles[-1].live:
                cycles[-1].count_from(since)

    def started_earlier(self, event: Event) -> None:
        assert event.since is not None  # Event refuses to be made without
        for key, since in event.since.items():
            cycles = self.cycles.get(key, [])
            untouched = len(cycles) == 1 and cycles[0].live and len(cycles[0].spans) == 1
            if untouched and cycles[0].starts == RECEIPT:
                cycles[0].count_from(since)

    def new_terms(self, event: Event) -> None:
        assert event.terms is not None  # Event refuses to be made without
        self.terms = event.terms
        self.all_terms.append(event.terms)
        # A stopped clock keeps the terms it stopped under: a promise that was kept stays kept.
        for metric in self.metrics:
            cycles = self.cycles[metric.key]
            if cycles and cycles[-1].live:
                start = self._cadence_start(metric.key, cycles[-1], event) if metric.restarts else None
                if start is None:
                    cycles[-1].govern(event.terms, event.at)
                else:
                    cycles[-1] = Cycle(self._span(start), event.terms)
        if event.kind == "reclassified" and event.by == "agent":
            self._mark(LEVEL_SET, event.at)
        self._start_where_due()

    def _mark(self, what: str, at: datetime) -> None:
        if what not in self.marks:
            self.marks[what] = at
            self._start_where_due()

    def _start_where_due(self) -> None:
        """Start what starts once and has not yet, from what the terms count it from, if that has come about."""
        for metric in self.metrics:
            if not metric.starts_at_receipt or self.cycles[metric.key] or self.solved:
                continue
            starts = self.terms.starts.get(metric.key, RECEIPT)
            if starts in self.marks:
                span = Span(self.marks[starts], 0)
                self.cycles[metric.key].append(Cycle(span, self.terms, starts=starts))

    def _start(self, kind: str, at: datetime, *, starts: str = "") -> None:
        """Begin a cycle of each metric that the event starts and that has none running."""
        for metric in STARTED_BY.get(kind, ()):
            cycles = self.cycles.get(metric.key)
            if cycles is None:
                continue
            if (cycles and cycles[-1].live) or (metric.after and not self._was_kept(metric.after)):
                continue
            cycles.append(Cycle(self._span(at), self.terms, starts=starts))

    def _keep(self, event: Event) -> None:
        """End each metric that the event keeps the promise of."""
        for metric in self.terms.kept_by(event.kind):
            cycles = self.cycles.get(metric.key)
            if cycles is None:
                continue
            if not cycles:
                if self.solved or not metric.starts_at_receipt:
                    continue
                # Done before it was to begin: kept at once.
                cycles.append(self._begin(event.at))
            cycle = cycles[-1]
            if metric.restarts and cycle.spans[0].start == event.at:
                continue
            # An answer in the very instant of the solution belongs to it, whichever was filed first.
            if cycle.live or (cycle.answered_at is None and cycle.spans[-1].end == event.at):
                cycle.stop(event.at, event.kind)
            cycle.answered_at = cycle.answered_at or event.at

    def _was_kept(self, metric: str) -> bool:
        cycles = self.cycles[metric]
        return bool(cycles) and cycles[0].answered_at is not None

    def _begin(self, at: datetime, breached_before: datetime | None = None) -> Cycle:
        return Cycle(self._span(at), self.terms, breached_before)

    def _span(self, at: datetime) -> Span:
        return Span(at, len(self.waits) - self._is_waiting())

    def _resume(self, cycle: Cycle, at: datetime) -> None:
        cycle.govern(self.terms, at)
        cycle.spans.append(self._span(at))

    def _reopen(self, metric: Metric, at: datetime) -> None:
        cycles = self.cycles[metric.key]
        cycle = cycles[-1]
        if self.terms.reopening == "resume":
            cycle.answered_at = None
            self._resume(cycle, at)
        elif self.terms.reopening == "restart":
            periods = [*cycle.earlier_terms, (cycle.terms, at)]
            cycles[-1] = self._begin(at, self._first_breach(metric.key, cycle, periods))
        else:
            cycles.append(self._begin(at))

    def _is_waiting(self) -> bool:
        return bool(self.waits) and self.waits[-1].end is None

    def _end_waiting(self, at: datetime) -> None:
        if self._is_waiting():
            self.waits[-1].end = at

    # The arithmetic, once the life of a cycle is known.

    def state(self, metric: str, cycle: Cycle | None, number: int) -> ClockState:
        start = self._start_of(cycle) if cycle is not None else None
        stopped_at = cycle.spans[-1].end if cycle is not None else None
        if cycle is None or start is None or (start > cycle.spans[0].start and stopped_at and start >= stopped_at):
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
        # One that is to start at a due time still to come is known to fall due as well, unless something happens
        # before.
        until = stopped_at or max(self.as_of, start)
        runs, elapsed = measured(calendar, cycle.pieces(start, until, self.waits, terms.pauses_of(metric)))
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
            started_at=start,
            due_at=promised_at if stopped_at is None and not paused else None,
            promised_at=promised_at,
            stopped_at=stopped_at,
            stopped_by=cycle.spans[-1].ended_by,
            paused_at=runs[-1].end if paused else None,
            elapsed=elapsed,
            breached_at=breached_at,
            runs=runs,
        )

    def _cadence_start(self, metric: str, cycle: Cycle, event: Event) -> datetime | None:
        """From when a cadence counts that is set for the first time or asks for more; None where it counts on.

        What is owed again and again was not owed so soon before: it falls due when it was due already, or one cadence
        from now, whichever comes first.
        """
        assert event.terms is not None  # it brings new ones
        at, before, after = event.at, cycle.terms.targets.get(metric), event.terms.targets.get(metric)
        if after is None or before is None:
            return at if after is not None else None
        was_due = self._falls_due(metric, cycle, cycle.terms, before, at)
        calendar = self._calendar(metric, event.terms)
        earliest = min(was_due, calendar.add(at, after))
        # One that is missed already stays so, and one that counts on is due late enough.
        if was_due <= at or self._falls_due(metric, cycle, event.terms, after, at) >= earliest:
            return None
        return min(at, calendar.add(earliest, -after))

    def _falls_due(self, metric: str, cycle: Cycle, terms: Terms, target: timedelta, at: datetime) -> datetime:
        """When the cycle would fall due under these terms, if it went on from `at`."""
        calendar = self._calendar(metric, terms)
        runs, elapsed = measured(calendar, cycle.pieces(cycle.spans[0].start, at, self.waits, terms.pauses_of(metric)))
        return reached_at(calendar, runs, elapsed, target, at)

    def _start_of(self, cycle: Cycle) -> datetime | None:
        """When the cycle starts to count; None where nobody knows yet."""
        if cycle.starts != FIRST_RESPONSE:
            return cycle.spans[0].start
        first = self.cycles["first_response"]
        if not first:
            return None
        state = self.state("first_response", first[0], 0)
        known = (state.breached_at, state.due_at, first[0].answered_at)
        return min((at for at in known if at is not None), default=None)

    def _first_breach(self, metric: str, cycle: Cycle, periods: Sequence[tuple[Terms, datetime]]) -> datetime | None:
        """When the cycle first fell due under any of the terms, each in force up to its instant; None if never."""
        if cycle.breached_before is not None:
            return cycle.breached_before
        start = self._start_of(cycle) if periods else None
        for terms, until in periods:
            target = terms.targets.get(metric)
            if target is None or start is None or start > until:
                continue
            calendar = self._calendar(metric, terms)
            runs, elapsed = measured(calendar, cycle.pieces(start, until, self.waits, terms.pauses_of(metric)))
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


def _followed(terms: Terms, events: Sequence[Event]) -> list[Metric]:
    """The metrics that some terms name, and those that they count from, in their order."""
    every = [terms, *(event.terms for event in events if event.terms is not None)]
    named = {metric for each in every for metric in each.targets}
    named |= {METRICS[metric].after for metric in named}
    if any(FIRST_RESPONSE in each.starts.values() for each in every):
        named.add("first_response")
    return [metric for metric in METRICS.values() if metric.key in named]


def _instant(event: Event) -> datetime:
    return event.at


_HANDLERS = {
    "created": _Walk.created,
    "client_reply": _Walk.client_reply,
    "agent_reply": _Walk.spoken,
    "acknowledgement": _Walk.spoken,
    "waiting": _Walk.waiting,
    "resumed": _Walk.resumed,
    "solved": _Walk.solved_or_closed,
    "closed": _Walk.solved_or_closed,
    "merged": _Walk.solved_or_closed,
    "reopened": _Walk.reopened,
    "workaround": _Walk.workaround,
    "workaround_withdrawn": _Walk.workaround_withdrawn,
    "assigned": _Walk.assigned,
    "owed": _Walk.owed,
    "started_earlier": _Walk.started_earlier,
    "reclassified": _Walk.new_terms,
    "terms_changed": _Walk.new_terms,
}
