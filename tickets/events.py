"""Writing a ticket's facts, and reading them back as what the replay takes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tenants.models import Contact, Member, User
from tickets.models import Message, Ticket, TicketEvent
from tickets.replay import Event
from tickets.terms import ON_HOLD, WAITING_FOR_CLIENT, Bound, TermsRecord, bind

Kind = TicketEvent.Kind
# Facts that the replay does not know, because no clock listens to them.
SILENT = {Kind.ASSIGNED, Kind.SCOPED, Kind.WARNED, Kind.BREACHED}
NEW_TERMS = {Kind.RECLASSIFIED, Kind.TERMS_CHANGED}

Actor = Member | Contact | None


def record(
    ticket: Ticket,
    kind: TicketEvent.Kind,
    *,
    by: Actor,
    at: datetime,
    now: datetime,
    message: Message | None = None,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> TicketEvent:
    """Append a fact: it happened `at`, it is written down `now`. `by` None is the system."""
    user: User | None = by.user if by is not None else None
    return TicketEvent.objects.create(
        ticket=ticket,
        kind=kind,
        at=at,
        recorded_at=now,
        by="system" if by is None else "agent" if isinstance(by, Member) else "client",
        actor=user,
        actor_name=by.name if by is not None else "slatrack",
        message=message,
        reason=reason,
        data=data or {},
    )


def terms_of(events: Iterable[TicketEvent]) -> list[TermsRecord]:
    """Every set of terms the ticket has had, oldest first. The first is that of its filing."""
    return [
        TermsRecord.from_data(event.data["terms"])
        for event in events
        if event.kind == Kind.CREATED or event.kind in NEW_TERMS
        if event.data.get("terms")
    ]


def replay_events(events: Iterable[TicketEvent], metric: str, bound: dict[TermsRecord, Bound]) -> list[Event]:
    """The facts as one metric hears them: an agreement may pause it for the client, while on hold, for both or neither."""
    heard = []
    pauses_for: tuple[str, ...] = ()
    for event in events:
        terms = None
        if event.kind in SILENT:
            continue
        if event.kind == Kind.CREATED or event.kind in NEW_TERMS:
            # A ticket filed before the tenant had any agreement has no terms until it is given some.
            its = bound[TermsRecord.from_data(event.data["terms"])] if event.data.get("terms") else None
            pauses_for = its.promises[metric].pauses_for if its and metric in its.promises else ()
            terms = its.terms if its and event.kind in NEW_TERMS else None
        kind: str = event.kind
        if kind == Kind.WAITING:
            kind = "waiting" if WAITING_FOR_CLIENT in pauses_for else "resumed"
        elif kind == Kind.HELD:
            kind = "waiting" if ON_HOLD in pauses_for else "resumed"
        heard.append(Event(event.at, kind, by=event.by, terms=terms))
    return heard


def bind_all(records: Iterable[TermsRecord]) -> dict[TermsRecord, Bound]:
    return {record: bind(record) for record in records}
