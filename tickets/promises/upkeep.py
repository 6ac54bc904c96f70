"""Keeping a ticket's stored clocks equal to the replay of its facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from clocks import store
from clocks.replay import METRICS, ClockState, replay_cycles
from tickets.history.facts import facts
from tickets.models import NOTHING_DUE, Clock, Ticket, TicketEvent
from tickets.promises.terms import Bound, TermsRecord
from tickets.promises.translation import bind_all, replay_events, terms_of


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


def rows_of(ticket: Ticket, replayed: Replayed, stored: Mapping[tuple[str, int], Clock]) -> list[Clock]:
    """The rows that the replayed clocks are stored as."""
    bound = replayed.bound
    return store.rows_of(ticket, replayed.cycles, bound.promises, bound.document, stored, Clock)


def refresh(ticket: Ticket, *, now: datetime) -> list[Clock]:
    """Bring the stored clocks of a locked ticket to what its facts say; return those whose breach is new.

    Also sets the ticket's `queue_at`, which the caller saves.
    """
    replayed = replay_ticket(facts(ticket), as_of=now)
    if replayed is None:
        return []
    stored = store.by_key(list(Clock.objects.filter(ticket=ticket)))
    rows = rows_of(ticket, replayed, stored)
    ticket.queue_at = queue_at(rows)
    return store.write(Clock, rows, gone=store.gone(stored, rows), now=now)


def queue_at(clocks: Iterable[Clock]) -> datetime:
    """Where clocks put their ticket in the queue: at what is due first."""
    return min((clock.due_at for clock in clocks if clock.due_at is not None), default=NOTHING_DUE)
