"""Writing a ticket's facts, and reading them back as what the replay takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from clocks.replay import Event
from tenants.models import Contact, Member, User
from tickets.models import Message, Ticket, TicketEvent
from tickets.promises.terms import (
    DEAF,
    FOR_THIRD_PARTY,
    ON_HOLD,
    WAITING_FOR_CLIENT,
    Bound,
    Listening,
    TermsRecord,
    bind,
)

Kind = TicketEvent.Kind
# Facts that the replay does not know, because no clock listens to them.
SILENT = {
    Kind.ASSIGNED,
    Kind.SCOPED,
    Kind.WARNED,
    Kind.BREACHED,
    Kind.PAUSE_CONTESTED,
    Kind.PAUSE_KEPT,
    Kind.PAUSE_STRUCK,
}
NEW_TERMS = {Kind.RECLASSIFIED, Kind.TERMS_CHANGED}
SETS_TERMS = {Kind.CREATED, *NEW_TERMS}
TOUCHES_WORKAROUNDS = {Kind.WORKAROUND, Kind.WORKAROUND_WITHDRAWN, Kind.REOPENED}
# What every metric hears in the same way, whatever the agreement says; and what those hear alike that listen alike. A
# kind that is in neither is taken to mean something else to each metric.
HEARD_ALIKE = {
    Kind.CREATED, Kind.CLIENT_REPLY, Kind.AGENT_REPLY, Kind.INTERNAL_NOTE, Kind.RESUMED, Kind.SOLVED, Kind.CLOSED,
    Kind.REOPENED, Kind.ASSIGNED, Kind.SCOPED, Kind.WARNED, Kind.BREACHED, *NEW_TERMS,
}  # fmt: skip
HEARD_BY_LISTENING = HEARD_ALIKE | {Kind.WAITING, Kind.HELD, Kind.ACKNOWLEDGEMENT, Kind.MERGED}
#: What ends every clock, as the replay calls it.
ENDINGS = {"solved", "closed"}

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


def replay_events(
    events: Sequence[TicketEvent], metric: str, bound: dict[TermsRecord, Bound], *, as_of: datetime
) -> list[Event]:
    """The facts up to `as_of` as one metric hears them: what pauses and what stops it is the agreement's choice."""
    struck = struck_pauses(events, as_of=as_of)
    heard: list[Event] = []
    its: Bound | None = None
    ended = resolved_by_workaround = False
    for event in events:
        if event.kind in SILENT:
            continue
        if event.kind == Kind.ABSORBED:
            if metric in event.data["owed"]:
                heard += _taken_over(event, metric, its, ended=ended)
            continue
        terms = None
        if event.kind in SETS_TERMS:
            # A ticket filed before the tenant had any agreement has no terms until it is given some.
            its = bound[TermsRecord.from_data(event.data["terms"])] if event.data.get("terms") else None
            terms = its.terms if its and event.kind in NEW_TERMS else None
        kind, by = as_heard(event, its.listening(metric) if its else DEAF)
        if event.pk in struck:
            # A pause that was struck out never was; what it put an end to, such as another pause, ended all the same.
            kind = "resumed"
        if event.kind == Kind.WORKAROUND_WITHDRAWN and not resolved_by_workaround:
            # What a workaround did not stop goes on; a client who says that it does not hold is owed an answer.
            kind = "client_reply" if by == "client" else ""
        if event.kind in TOUCHES_WORKAROUNDS:
            resolved_by_workaround = event.kind == Kind.WORKAROUND and kind == "solved"
        ended = ended or kind in ENDINGS or (kind == "agent_reply" and metric != "resolution")
        if kind:
            heard.append(Event(event.at, kind, by=by, terms=terms))
    return heard


def _taken_over(absorbed: TicketEvent, metric: str, its: Bound | None, *, ended: bool) -> list[Event]:
    """How a metric hears that a ticket which owed the same was merged into its own.

    A fact without `since` is older than this rule: it moves a start that nothing has ended, and no more.
    """
    earliest = its is not None and its.document.tickets.merging == "earliest start"
    if "since" in absorbed.data:
        since = datetime.fromisoformat(absorbed.data["since"][metric]) if earliest else absorbed.at
        return [Event(absorbed.at, "owed", since=since)]
    if ended or not earliest:
        return []
    return [Event(absorbed.at, "started_earlier", since=datetime.fromisoformat(absorbed.data["received_at"]))]


def held_as(ticket: Ticket) -> dict[str, Any]:
    """What a ticket on hold is on hold for, as its history has it."""
    held = TicketEvent.objects.filter(ticket=ticket, kind=Kind.HELD).order_by("-at", "-id").first()
    return held.data if held else {}


def struck_pauses(events: Iterable[TicketEvent], *, as_of: datetime) -> set[int]:
    """The facts that began pauses struck out by `as_of`; a hold's by itself goes with what it goes on from."""
    struck = [event.data for event in events if event.kind == Kind.PAUSE_STRUCK and event.at <= as_of]
    return {pause for data in struck for pause in (data["pause"], *data.get("with", ()))}


def would_pause(event: TicketEvent, metric: str, its: Bound | None) -> bool:
    """Whether the fact, under those terms, stops a metric's clock for as long as it is not the last word."""
    return as_heard(event, its.listening(metric) if its else DEAF)[0] == "waiting"


def as_heard(event: TicketEvent, listens: Listening) -> tuple[str, str]:
    """The kind and author under which a metric's replay takes a fact; an empty kind is one it does not hear."""
    if event.kind in HEARD_ALIKE:
        return event.kind, event.by
    if event.kind == Kind.WAITING:
        return "waiting" if WAITING_FOR_CLIENT in listens.pauses_for else "resumed", event.by
    if event.kind == Kind.HELD:
        what = FOR_THIRD_PARTY if event.data.get("for") == Ticket.HoldFor.THIRD_PARTY else ON_HOLD
        return "waiting" if what in listens.pauses_for else "resumed", event.by
    if event.kind == Kind.ACKNOWLEDGEMENT and listens.any_reply_stops and event.by == "agent":
        return "agent_reply", "agent"
    if event.kind == Kind.WORKAROUND:
        return "solved" if listens.workaround_resolves else "", event.by
    if event.kind == Kind.WORKAROUND_WITHDRAWN:
        return "reopened", event.by
    if event.kind == Kind.MERGED:
        return "closed", event.by
    return event.kind, event.by


def bind_all(records: Iterable[TermsRecord]) -> dict[TermsRecord, Bound]:
    return {record: bind(record) for record in records}
