"""What merging a ticket into another means for the clocks of both: as a fact, and as people are shown it beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clocks.replay import ClockState
from tickets.models import Clock, Ticket, TicketEvent
from tickets.promises.clocks import facts, replay_ticket
from tickets.wording import METRIC_LABELS


def absorbed_data(duplicate: Ticket) -> dict[str, Any]:
    """What the survivor's history keeps of a duplicate: its number, its receipt, and which clocks of its receipt still ran.

    Only what both tickets still owe can count from the earlier of the two receipts.
    """
    owed = Clock.objects.filter(ticket=duplicate, cycle=0, stopped_at=None, started_at=duplicate.received_at)
    return {
        "from": duplicate.number,
        "received_at": duplicate.received_at.isoformat(),
        "owed": sorted(owed.values_list("metric", flat=True)),
    }


@dataclass(frozen=True, slots=True)
class Ending:
    """What happens to one clock of the duplicate. `missed`: it is on record, or about to be, and stays there."""

    label: str
    missed: bool


@dataclass(frozen=True, slots=True)
class Move:
    """One clock of the survivor whose due time, or whose breach, merging changes."""

    label: str
    due_before: datetime | None
    due_after: datetime | None
    breached_at: datetime | None


@dataclass(frozen=True, slots=True)
class Preview:
    """`counts_from` is the earlier receipt where the survivor's agreement counts from it, else None."""

    endings: list[Ending]
    moves: list[Move]
    counts_from: datetime | None


def preview(duplicate: Ticket, survivor: Ticket, *, now: datetime) -> Preview:
    """What merging now would do to the clocks of both. Changes nothing."""
    endings = [
        Ending(METRIC_LABELS[clock.metric], clock.breached_at is not None or _overdue(clock, now))
        for clock in Clock.objects.filter(ticket=duplicate, stopped_at=None).order_by("started_at", "metric")
    ]
    events = facts(survivor)
    merged = TicketEvent(ticket=survivor, kind=TicketEvent.Kind.ABSORBED, at=now, data=absorbed_data(duplicate))
    before, after = replay_ticket(events, as_of=now), replay_ticket([*events, merged], as_of=now)
    moves, earliest = [], False
    if before is not None and after is not None:
        earliest = after.bound.document.tickets.merging == "earliest start"
        for metric, label in METRIC_LABELS.items():
            old, new = before.current(metric), after.current(metric)
            if old is not None and new is not None and _shown(old) != _shown(new):
                missed = new.breached_at if new.breached_at != old.breached_at else None
                moves.append(Move(label, old.due_at, new.due_at, missed))
    earlier = duplicate.received_at if duplicate.received_at < survivor.received_at else None
    return Preview(endings, moves, earlier if earliest else None)


def _overdue(clock: Clock, now: datetime) -> bool:
    return clock.due_at is not None and clock.due_at <= now


def _shown(state: ClockState) -> tuple[datetime | None, datetime | None, datetime | None]:
    return state.started_at, state.due_at, state.breached_at
