"""A ticket's history as facts: writing them down, and what they say beside promises."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from shell.wording import listed
from tenants.models import Contact, Member
from tickets.models import Message, Ticket, TicketEvent
from tickets.models.kinds import Author, Kind

Actor = Member | Contact | None


def record(
    ticket: Ticket,
    kind: Kind,
    *,
    by: Actor,
    at: datetime,
    now: datetime,
    message: Message | None = None,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> TicketEvent:
    """Append a fact: it happened `at`, it is written down `now`. `by` None is the system.

    Raises ValueError where such an author does not write this kind.
    """
    author: Author = "system" if by is None else "agent" if isinstance(by, Member) else "client"
    if author not in kind.row.by:
        raise ValueError(f"{kind.value} of #{ticket.number}: by {author}, expected {listed(kind.row.by, last='or')}")
    return TicketEvent.objects.create(
        ticket=ticket,
        kind=kind,
        by=author,
        message=message,
        **TicketEvent.columns(by=by, at=at, now=now, reason=reason, data=data),
    )


def record_going_on(ticket: Ticket, *, at: datetime, now: datetime) -> None:
    """Append that a hold goes on by itself, after something that ends other waiting."""
    record(ticket, Kind.HELD, by=None, at=at, now=now, reason="Still on hold.", data=held_as(ticket))


def facts(ticket: Ticket) -> list[TicketEvent]:
    return list(TicketEvent.objects.filter(ticket=ticket).order_by("at", "id"))


def held_as(ticket: Ticket) -> dict[str, Any]:
    """What a ticket on hold is on hold for, as its history has it."""
    held = TicketEvent.objects.filter(ticket=ticket, kind=Kind.HELD).order_by("-at", "-id").first()
    return held.data if held else {}


def whom_it_waits_for(ticket: Ticket, events: Iterable[TicketEvent]) -> str:
    """The third party that a ticket on hold waits for, by its events in their order; "" for nobody in particular."""
    held = [event for event in events if event.kind == Kind.HELD]
    return held[-1].data.get("whom", "") if held and ticket.on_hold_for else ""


def standing_on_record(events: Iterable[TicketEvent]) -> dict[str, Any]:
    """How the client stood for this request, as the latest fact that says so has it; empty where none does."""
    found: dict[str, Any] = {}
    for event in events:
        found = event.data.get("standing") or found
    return found


def struck_pauses(events: Iterable[TicketEvent], *, as_of: datetime) -> set[int]:
    """The facts that began pauses struck out by `as_of`; a hold's by itself goes with what it goes on from."""
    struck = [event.data for event in events if event.kind == Kind.PAUSE_STRUCK and event.at <= as_of]
    return {pause for data in struck for pause in (data["pause"], *data.get("with", ()))}
