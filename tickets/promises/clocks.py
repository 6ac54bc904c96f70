"""Keeping a ticket's stored clocks equal to the replay of its facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from clocks.replay import METRICS, ClockState, replay_cycles, warn_at
from tickets.history.facts import facts
from tickets.models import NOTHING_DUE, Clock, Ticket, TicketEvent
from tickets.promises.events import bind_all, replay_events, terms_of
from tickets.promises.terms import Bound, TermsRecord

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Replayed:
    """The clocks of a ticket as its facts say, with the terms now in force."""

    bound: Bound
    cycles: dict[str, tuple[ClockState, ...]]

    def current(self, metric: str) -> ClockState | None:
        cycles = self.cycles.get(metric)
        return cycles[-1] if cycles and cycles[-1].started_at is not None else None


def replay_ticket(events: Sequence[TicketEvent], *, as_of: datetime) -> Replayed | None:
    """Replay a ticket's facts, in order of their instants; None for one that has no terms at all."""
    records = terms_of(events)
    if not records:
        return None
    return replay_under(events, records, bind_all(dict.fromkeys(records)), as_of=as_of)


def replay_under(
    events: Sequence[TicketEvent], records: Sequence[TermsRecord], bound: dict[TermsRecord, Bound], *, as_of: datetime
) -> Replayed:
    """Like `replay_ticket`, where the caller has read the terms of the events and knows what they promise."""
    found = replay_cycles(replay_events(events, bound, as_of=as_of), bound[records[0]].terms, as_of)
    return Replayed(
        bound[records[-1]],
        {
            metric: tuple(state for state in found[metric] if state.started_at is not None)
            for metric in METRICS
            if metric in found
        },
    )


def refresh(ticket: Ticket, *, now: datetime) -> list[Clock]:
    """Bring the stored clocks of a locked ticket to what its facts say; return those whose breach is new.

    Also sets the ticket's `queue_at`, which the caller saves. A breach once stored stays: the replay keeps it too.
    """
    replayed = replay_ticket(facts(ticket), as_of=now)
    if replayed is None:
        return []
    stored = {(clock.metric, clock.cycle): clock for clock in Clock.objects.filter(ticket=ticket)}
    clocks, newly_breached = [], []
    for metric, cycles in replayed.cycles.items():
        for state in cycles:
            old = stored.get((metric, state.cycle))
            clock = clock_of(ticket, state, replayed.bound, old)
            if clock.breached_at is not None and clock.breach_recorded_at is None:
                clock.breach_recorded_at = now
                newly_breached.append(clock)
            clocks.append(clock)
    Clock.objects.bulk_create(
        clocks,
        update_conflicts=True,
        unique_fields=["tenant", "ticket", "metric", "cycle"],
        update_fields=UPDATED,
    )
    ticket.queue_at = min((c.due_at for c in clocks if c.due_at is not None), default=NOTHING_DUE)
    return newly_breached


UPDATED = [
    "kind", "target_seconds", "target_text", "calendar", "clause", "started_at", "due_at", "promised_at", "warn_at",
    "warn_later", "paused_at", "stopped_at", "elapsed_seconds", "counted_at", "breached_at", "breach_recorded_at",
]  # fmt: skip


def clock_of(ticket: Ticket, state: ClockState, bound: Bound, old: Clock | None) -> Clock:
    """The row that a replayed state is stored as. `old` tells which warnings and breach were raised already."""
    assert state.started_at is not None
    promise = bound.promises.get(state.metric)
    warned_at = old.warned_at if old else None
    warnings = []
    if state.breached_at is None and state.running and state.target is not None:
        points = (warn_at(state, point) for point in bound.document.warnings)
        warnings = sorted(at for at in points if at is not None and (warned_at is None or at > warned_at))
    settled = state.stopped_at is not None and old is not None and old.stopped_at is not None
    return Clock(
        tenant_id=ticket.tenant_id,
        ticket=ticket,
        metric=state.metric,
        cycle=state.cycle,
        kind=Clock.Kind.TARGET if state.target is not None else Clock.Kind.BEST_EFFORT,
        target_seconds=None if state.target is None else state.target // SECOND,
        # A stopped clock keeps the words of the terms it stopped under, whatever the ticket is reclassified to later.
        target_text=old.target_text if settled and old else promise.text if promise else "",
        calendar=old.calendar if settled and old else promise.calendar if promise else "",
        clause=old.clause if settled and old else promise.clause if promise else "",
        started_at=state.started_at,
        due_at=state.due_at,
        promised_at=state.promised_at,
        warn_at=warnings[0] if warnings else None,
        warn_later=warnings[1:],
        warned_at=warned_at,
        paused_at=state.paused_at,
        stopped_at=state.stopped_at,
        elapsed_seconds=state.elapsed // SECOND,
        counted_at=state.stopped_at or state.paused_at or state.as_of,
        breached_at=state.breached_at,
        breach_recorded_at=old.breach_recorded_at if old else None,
    )
