"""Proving the stored clocks of tickets: every one recomputed from its ticket's facts, and compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from clocks.store import Cycles, Difference, Known, Proof
from tickets.models import Clock, Ticket, TicketEvent
from tickets.promises.upkeep import queue_at, replay_ticket, rows_of


def verify(*, now: datetime) -> Iterator[Difference | int]:
    """Yield every difference of the tenant in force, and after each chunk how many tickets have been checked so far."""
    return TICKETS.verify(now=now)


def _replay(
    ticket: Ticket, events: Sequence[TicketEvent], known: Known, now: datetime
) -> tuple[Sequence[Clock], Cycles]:
    replayed = replay_ticket(events, as_of=now)
    return (rows_of(ticket, replayed, known), replayed.cycles) if replayed else ([], {})


def _queue(ticket: Ticket, _: object, rows: Sequence[Clock]) -> Iterator[tuple[str, object, object]]:
    if rows and ticket.queue_at != queue_at(rows):
        yield "queue_at", ticket.queue_at, queue_at(rows)


TICKETS = Proof(
    noun="tickets", called="#{}", owners=Ticket, history=TicketEvent, clocks=Clock, replay=_replay, beside=_queue
)
