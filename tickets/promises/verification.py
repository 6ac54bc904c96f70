"""Proving the stored clocks: every one recomputed from its ticket's facts, and compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from clocks.replay import ClockState
from tickets.history.facts import facts
from tickets.models import NOTHING_DUE, Clock, Ticket, TicketEvent
from tickets.promises.clocks import UPDATED, clock_of, replay_ticket

CHUNK = 500
# Beat sweeps every 15 s; a breach that is not on record after this long has been missed.
SWEEPS_WITHIN = timedelta(minutes=1)
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
            found = list(_differences(ticket, events.get(ticket.pk, []), clocks.get(ticket.pk, []), now))
            yield from _again(ticket.pk, now) if found else ()
        checked, last = checked + len(tickets), tickets[-1].pk
        yield checked


def _sweep_may_be_coming(state: ClockState, now: datetime) -> bool:
    return state.running and state.breached_at is not None and state.breached_at > now - SWEEPS_WITHIN


def _again(pk: int, now: datetime) -> Iterator[Difference]:
    """Look once more while nobody can work on the ticket: what differs may only have changed between our reads."""
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=pk)
    return _differences(ticket, facts(ticket), list(Clock.objects.filter(ticket=ticket)), now)


def _by_ticket(rows: object) -> dict[int, list]:
    return {key: list(group) for key, group in groupby(rows, key=attrgetter("ticket_id"))}  # type: ignore[call-overload]


def _differences(ticket: Ticket, events: list[TicketEvent], stored: list[Clock], now: datetime) -> Iterator[Difference]:
    rows = {(clock.metric, clock.cycle): clock for clock in stored}
    # Facts that were written down after `now` was read are stored already.
    now = max([now, *(event.at for event in events)])
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
                if column == "breached_at" and rows[key].breached_at is None and _sweep_may_be_coming(state, now):
                    continue
                old, new = getattr(rows[key], column), getattr(clock, column)
                if old != new:
                    yield Difference(ticket.number, f"{name}: {column}", old, new)
    queue_at = min((c.due_at for _, c in expected.values() if c.due_at is not None), default=NOTHING_DUE)
    if expected and ticket.queue_at != queue_at:
        yield Difference(ticket.number, "queue_at", ticket.queue_at, queue_at)
