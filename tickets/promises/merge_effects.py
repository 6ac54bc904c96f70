"""What merging a ticket into another means for the clocks of both: as a fact, and as people are shown it beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clocks.face import metric_name
from clocks.replay import METRICS, ClockState
from clocks.verdict import Verdict, on_record
from tickets.history.facts import facts, held_as
from tickets.models import Clock, Ticket, TicketEvent
from tickets.models.kinds import Kind
from tickets.promises.upkeep import replay_ticket


def survivor_facts(duplicate: Ticket, survivor: Ticket) -> list[tuple[Kind, dict[str, Any]]]:
    """What merging writes on the history of the ticket that goes on, in order.

    A request that is not solved does not end in one that is: the survivor is opened again. An answer that is owed on
    the duplicate is owed here, as if its client wrote here: that ends the waiting for the client, but not a hold.
    """
    owed = Clock.objects.filter(ticket=duplicate, stopped_at=None).order_by("metric", "cycle")
    since = {metric: at.isoformat() for metric, at in owed.values_list("metric", "started_at")}
    answer_owed = any(METRICS[metric].is_answer for metric in since)
    data = {
        "from": duplicate.number,
        "received_at": duplicate.received_at.isoformat(),
        "owed": list(since),
        "since": since,
    }
    merged: list[tuple[Kind, dict[str, Any]]] = [(Kind.ABSORBED, data)]
    if survivor.status == Ticket.Status.SOLVED and duplicate.is_unsolved:
        return [(Kind.REOPENED, {}), *merged]
    if survivor.status == Ticket.Status.WAITING and answer_owed:
        return [(Kind.RESUMED, {}), *merged]
    if survivor.status == Ticket.Status.ON_HOLD and answer_owed:
        return [*merged, (Kind.HELD, held_as(survivor))]
    return merged


@dataclass(frozen=True, slots=True)
class Ending:
    """What happens to one clock of the duplicate. `missed`: it is on record, or about to be, and stays there."""

    label: str
    missed: bool


@dataclass(frozen=True, slots=True)
class Move:
    """One clock of the survivor that merging starts or sets going again, or whose due time or breach it changes."""

    label: str
    counts_from: datetime
    due_before: datetime | None
    due_after: datetime | None
    breached_at: datetime | None
    paused: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """`counts_from` is the earlier receipt where the survivor's agreement counts from it, else None.

    `reopens`: the survivor is solved, and opened again.
    """

    endings: list[Ending]
    moves: list[Move]
    counts_from: datetime | None
    reopens: bool


def preview(duplicate: Ticket, survivor: Ticket, *, now: datetime) -> Preview:
    """What merging now would do to the clocks of both. Changes nothing."""
    endings = [
        Ending(metric_name(clock.metric, duplicate.document), on_record(clock, now=now) == Verdict.MISSED)
        for clock in Clock.objects.filter(ticket=duplicate, stopped_at=None).order_by("started_at", "metric")
    ]
    events = facts(survivor)
    coming = survivor_facts(duplicate, survivor)
    merged = [TicketEvent(ticket=survivor, kind=kind, at=now, by="agent", data=data) for kind, data in coming]
    before, after = replay_ticket(events, as_of=now), replay_ticket([*events, *merged], as_of=now)
    moves, earliest = [], False
    if before is not None and after is not None:
        earliest = after.bound.document.tickets.merging == "earliest start"
        for metric in METRICS:
            old, new = before.current(metric), after.current(metric)
            if new is None or new.started_at is None or (old is not None and _shown(old) == _shown(new)):
                continue
            due, missed = (old.due_at, old.breached_at) if old is not None else (None, None)
            breached_at = new.breached_at if new.breached_at != missed else None
            moves.append(
                Move(
                    metric_name(metric, survivor.document),
                    new.started_at,
                    due,
                    new.due_at,
                    breached_at,
                    new.paused_at is not None,
                )
            )
    earlier = duplicate.received_at if duplicate.received_at < survivor.received_at else None
    return Preview(endings, moves, earlier if earliest else None, coming[0][0] == Kind.REOPENED)


def _shown(state: ClockState) -> tuple[object, ...]:
    return state.cycle, state.started_at, state.due_at, state.stopped_at, state.breached_at
