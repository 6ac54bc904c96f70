"""Writing a ticket's facts, and reading them back as what the replay takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from clocks.replay import Event
from clocks.replay.reasons import CLIENT, HOLD, THIRD_PARTY, Reason
from tenants.models import Contact, Member, User
from tickets.models import Message, Ticket, TicketEvent
from tickets.promises.terms import Bound, TermsRecord, bind

Kind = TicketEvent.Kind
# Facts that the replay does not know, because no clock listens to them.
SILENT = {Kind.SCOPED, Kind.WARNED, Kind.BREACHED, Kind.PAUSE_CONTESTED, Kind.PAUSE_KEPT, Kind.PAUSE_STRUCK}
NEW_TERMS = {Kind.RECLASSIFIED, Kind.TERMS_CHANGED}
PAUSES = {Kind.WAITING, Kind.HELD}

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


def standing_on_record(events: Iterable[TicketEvent]) -> dict[str, Any]:
    """How the client stood for this request, as the latest fact that says so has it; empty where none does."""
    found: dict[str, Any] = {}
    for event in events:
        found = event.data.get("standing") or found
    return found


def replay_events(events: Sequence[TicketEvent], bound: dict[TermsRecord, Bound], *, as_of: datetime) -> list[Event]:
    """The facts up to `as_of` as the replay takes them."""
    struck = struck_pauses(events, as_of=as_of)
    its: Bound | None = None
    heard: list[Event] = []
    for event in events:
        terms, data = None, event.data
        if (event.kind == Kind.CREATED or event.kind in NEW_TERMS) and data.get("terms"):
            # A ticket filed before the tenant had any agreement has no terms until it is given some.
            its = bound[TermsRecord.from_data(data["terms"])]
            terms = its.terms if event.kind in NEW_TERMS else None
        if event.kind in SILENT or (event.kind == Kind.ASSIGNED and not data.get("to")):
            continue
        if event.pk in struck:
            # A pause that was struck out never was; what it put an end to, such as another pause, ended all the same.
            heard.append(Event(event.at, "resumed"))
        elif event.kind in PAUSES:
            heard.append(Event(event.at, "waiting", by=event.by, reason=reason_of(event).key))
        elif event.kind == Kind.ABSORBED:
            heard += _taken_over(event, its)
        else:
            heard.append(Event(event.at, event.kind, by=event.by, terms=terms))
    return heard


def _taken_over(absorbed: TicketEvent, its: Bound | None) -> list[Event]:
    """How the clocks hear that a ticket which owed something was merged into theirs.

    A fact without `since` is older than this rule: it moves a start that nothing has ended, and no more.
    """
    earliest, data = its is not None and its.document.tickets.merging == "earliest start", absorbed.data
    if "since" in data:
        since = {
            metric: datetime.fromisoformat(at) if earliest else absorbed.at for metric, at in data["since"].items()
        }
        return [Event(absorbed.at, "owed", since=since)]
    since = dict.fromkeys(data["owed"], datetime.fromisoformat(data["received_at"]))
    return [Event(absorbed.at, "started_earlier", since=since)] if earliest else []


def reason_of(event: TicketEvent) -> Reason:
    """What a fact that sets a ticket to wait has it wait for."""
    if event.kind == Kind.WAITING:
        return CLIENT
    return THIRD_PARTY if event.data.get("for") == Ticket.HoldFor.THIRD_PARTY else HOLD


def held_as(ticket: Ticket) -> dict[str, Any]:
    """What a ticket on hold is on hold for, as its history has it."""
    held = TicketEvent.objects.filter(ticket=ticket, kind=Kind.HELD).order_by("-at", "-id").first()
    return held.data if held else {}


def struck_pauses(events: Iterable[TicketEvent], *, as_of: datetime) -> set[int]:
    """The facts that began pauses struck out by `as_of`; a hold's by itself goes with what it goes on from."""
    struck = [event.data for event in events if event.kind == Kind.PAUSE_STRUCK and event.at <= as_of]
    return {pause for data in struck for pause in (data["pause"], *data.get("with", ()))}


def bind_all(records: Iterable[TermsRecord]) -> dict[TermsRecord, Bound]:
    return {record: bind(record) for record in records}
