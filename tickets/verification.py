"""Proving the stored clocks: every one recomputed from its ticket's facts, and compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from tickets.clocks import UPDATED, clock_of, replay_ticket
from tickets.models import NOTHING_DUE, Clock, Ticket, TicketEvent

CHUNK = 500
# What a replay at another instant may differ in without being wrong: how far a running clock was counted, which
# warnings are still to come, and when a breach was written down.
_COMPARED = [name for name in UPDATED if name not in {"warn_at", "warn_later", "breach_recorded_at", "counted_at"}]


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
            yield from _differences(ticket, events.get(ticket.pk, []), clocks.get(ticket.pk, []), now)
        checked, last = checked + len(tickets), tickets[-1].pk
        yield checked


def _by_ticket(rows: object) -> dict[int, list]:
    return {key: list(group) for key, group in groupby(rows, key=attrgetter("ticket_id"))}  # type: ignore[call-overload]


def _differences(ticket: Ticket, events: list[TicketEvent], stored: list[Clock], now: datetime) -> Iterator[Difference]:
    rows = {(clock.metric, clock.cycle): clock for clock in stored}
    replayed = replay_ticket(events, as_of=now) if events else None
    expected = {}
    for metric, cycles in (replayed.cycles if replayed else {}).items():
        for state in cycles:
            assert replayed is not None
            expected[metric, state.cycle] = (
                state,
                clock_of(ticket, state, replayed.bound, rows.get((metric, state.cycle))),
            )
    for key in sorted(rows.keys() | expected.keys()):
        name = f"{key[0]}, cycle {key[1]}"
        if key not in expected:
            yield Difference(ticket.number, name, "a clock", "no clock")
        elif key not in rows:
            yield Difference(ticket.number, name, "no clock", "a clock")
        else:
            state, clock = expected[key]
            for column in _COMPARED:
                # The count of a running clock moves on by itself; its due time holds it to account.
                if column == "elapsed_seconds" and state.running:
                    continue
                old, new = getattr(rows[key], column), getattr(clock, column)
                if old != new:
                    yield Difference(ticket.number, f"{name}: {column}", old, new)
    queue_at = min((c.due_at for _, c in expected.values() if c.due_at is not None), default=NOTHING_DUE)
    if expected and ticket.queue_at != queue_at:
        yield Difference(ticket.number, "queue_at", ticket.queue_at, queue_at)
