"""Writing a ticket's facts, and reading them back as what the replay takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from tenants.models import Contact, Member, User
from tickets.models import Message, Ticket, TicketEvent
from tickets.replay import Event
from tickets.terms import DEAF, FOR_THIRD_PARTY, ON_HOLD, WAITING_FOR_CLIENT, Bound, TermsRecord, bind

Kind = TicketEvent.Kind
# Facts that the replay does not know, because no clock listens to them.
SILENT = {
    Kind.ASSIGNED,
    Kind.SCOPED,
    Kind.WARNED,
    Kind.BREACHED,
    Kind.ABSORBED,
    Kind.PAUSE_CONTESTED,
    Kind.PAUSE_KEPT,
    Kind.PAUSE_STRUCK,
}
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


def replay_events(
    events: Sequence[TicketEvent], metric: str, bound: dict[TermsRecord, Bound], *, as_of: datetime
) -> list[Event]:
    """The facts up to `as_of` as one metric hears them: what pauses it, and what stops it, is the agreement's choice."""
    struck = {event.data["pause"] for event in events if event.kind == Kind.PAUSE_STRUCK and event.at <= as_of}
    heard = []
    its: Bound | None = None
    for event in events:
        # A pause that was struck out never was.
        if event.kind in SILENT or event.pk in struck:
            continue
        terms = None
        if event.kind == Kind.CREATED or event.kind in NEW_TERMS:
            # A ticket filed before the tenant had any agreement has no terms until it is given some.
            its = bound[TermsRecord.from_data(event.data["terms"])] if event.data.get("terms") else None
            terms = its.terms if its and event.kind in NEW_TERMS else None
        kind, by = _as_heard(event, metric, its)
        if kind:
            heard.append(Event(event.at, kind, by=by, terms=terms))
    return heard


def _as_heard(event: TicketEvent, metric: str, its: Bound | None) -> tuple[str, str]:
    """The kind and author under which a metric's replay takes a fact; an empty kind is one it does not hear."""
    listens = its.listening(metric) if its else DEAF
    if event.kind == Kind.WAITING:
        return "waiting" if WAITING_FOR_CLIENT in listens.pauses_for else "resumed", event.by
    if event.kind == Kind.HELD:
        what = FOR_THIRD_PARTY if event.data.get("for") == Ticket.HoldFor.THIRD_PARTY else ON_HOLD
        return "waiting" if what in listens.pauses_for else "resumed", event.by
    if event.kind == Kind.ACKNOWLEDGEMENT and listens.any_reply_stops:
        return "agent_reply", "agent"
    if event.kind == Kind.WORKAROUND:
        return "solved" if listens.workaround_resolves else "", event.by
    if event.kind == Kind.WORKAROUND_WITHDRAWN:
        return "reopened" if listens.workaround_resolves else "", event.by
    if event.kind == Kind.MERGED:
        return "closed", event.by
    return event.kind, event.by


def bind_all(records: Iterable[TermsRecord]) -> dict[TermsRecord, Bound]:
    return {record: bind(record) for record in records}
