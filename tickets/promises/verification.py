"""Proving the stored clocks: every one recomputed from its ticket's facts, and compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from clocks import store
from tickets.history.facts import facts
from tickets.models import Clock, Ticket, TicketEvent
from tickets.promises.upkeep import queue_at, replay_ticket, rows_of

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """One stored value that the facts do not give."""

    number: int
    what: str
    stored: object
    replayed: object


def verify(*, now: datetime) -> Iterator[Difference | int]:
    """Yield every difference of the tenant in force, and after each chunk how many tickets have been checked so far."""
    checked, last = 0, 0
    while True:
        tickets = list(Ticket.objects.filter(pk__gt=last).order_by("pk")[:CHUNK])
        if not tickets:
            return
        pks = [ticket.pk for ticket in tickets]
        events = _by_ticket(TicketEvent.objects.filter(ticket__in=pks).order_by("ticket_id", "at", "id"))
        clocks = _by_ticket(Clock.objects.filter(ticket__in=pks).order_by("ticket_id"))
        for ticket in tickets:
            found = list(_differences(ticket, events.get(ticket.pk, []), clocks.get(ticket.pk, []), now))
            yield from _again(ticket.pk, now) if found else ()
        checked, last = checked + len(tickets), tickets[-1].pk
        yield checked


def _again(pk: int, now: datetime) -> Iterator[Difference]:
    """Look once more while nobody can work on the ticket: what differs may only have changed between our reads."""
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=pk)
    return _differences(ticket, facts(ticket), list(Clock.objects.filter(ticket=ticket)), now)


def _by_ticket(rows: object) -> dict[int, list]:
    return {key: list(group) for key, group in groupby(rows, key=attrgetter("ticket_id"))}  # type: ignore[call-overload]


def _differences(ticket: Ticket, events: list[TicketEvent], stored: list[Clock], now: datetime) -> Iterator[Difference]:
    # Facts that were written down after `now` was read are stored already.
    now = max([now, *(event.at for event in events)])
    replayed = replay_ticket(events, as_of=now) if events else None
    known = store.by_key(stored)
    rows = rows_of(ticket, replayed, known) if replayed else []
    cycles = replayed.cycles if replayed else {}
    for what, old, new in store.differences(known, store.by_key(rows), cycles, now=now):
        yield Difference(ticket.number, what, old, new)
    if rows and ticket.queue_at != queue_at(rows):
        yield Difference(ticket.number, "queue_at", ticket.queue_at, queue_at(rows))
