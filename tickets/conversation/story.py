"""A ticket's history as people read it: messages, and what happened between them in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString

from agreements.document import AgreementDocument
from tickets.conversation import markup
from tickets.models import Attachment, Clock, Message, Ticket, TicketEvent
from tickets.promises.faces import Reader, face
from tickets.wording import METRIC_LABELS

Kind = TicketEvent.Kind

#: What a client reads of a ticket's history beside the messages; the rest is how the desk works.
CLIENT_READS = {
    Kind.WAITING,
    Kind.RESUMED,
    Kind.HELD,
    Kind.SOLVED,
    Kind.CLOSED,
    Kind.REOPENED,
    Kind.RECLASSIFIED,
    Kind.TERMS_CHANGED,
    Kind.WORKAROUND,
    Kind.WORKAROUND_WITHDRAWN,
    Kind.MERGED,
    Kind.ABSORBED,
    Kind.PAUSE_CONTESTED,
    Kind.PAUSE_KEPT,
    Kind.PAUSE_STRUCK,
}
_TURNS = {
    Message.Kind.CLIENT: "client",
    Message.Kind.REPLY: "agent",
    Message.Kind.ACKNOWLEDGEMENT: "acknowledgement",
    Message.Kind.INTERNAL_NOTE: "note",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """An entry of a conversation, as `components/_message.html` reads it. `kind` system: a line between messages."""

    kind: str
    at: datetime
    author: str = ""
    role: str = ""
    html: SafeString | str = ""
    text: str = ""
    icon: str = ""
    note: str = ""
    badge: str = ""
    anchor: str = ""
    attachments: list[dict[str, Any]] = field(default_factory=list)


def conversation(
    ticket: Ticket,
    events: Iterable[TicketEvent],
    clocks: Iterable[Clock],
    document: AgreementDocument | None,
    *,
    reader: Reader,
    now: datetime,
    attachment_url: Callable[[Attachment], str],
) -> list[Turn]:
    """The turns of a ticket, oldest first, for desk or client. No queries where the events come with their messages.

    `events` are in the order of their instants, with `message` and its attachments fetched. A client gets no internal
    notes, and no lines about the desk's own work.
    """
    stopped = _stopped_by(clocks, ticket, document, reader=reader, now=now)
    badges = {Message.Kind.ACKNOWLEDGEMENT: acknowledgement_words(document)}
    turns = []
    for event in events:
        message = event.message
        if message is not None:
            if reader == "desk" or message.kind != Message.Kind.INTERNAL_NOTE:
                notes = stopped.get(message.posted_at, [])
                badge = badges.get(Message.Kind(message.kind), "")
                turns.append(_spoken(ticket, event, message, notes, badge, attachment_url))
            continue
        if reader == "client" and event.kind not in CLIENT_READS:
            continue
        text = words(event, document, reader=reader)
        if text:
            turns.append(
                Turn(
                    kind="system",
                    at=event.at,
                    text=text,
                    icon=_ICONS.get(event.kind, "point"),
                    anchor=f"event-{event.pk}",
                )
            )
    return turns


def _spoken(
    ticket: Ticket,
    event: TicketEvent,
    message: Message,
    stopped: list[str],
    badge: str,
    attachment_url: Callable[[Attachment], str],
) -> Turn:
    role = ticket.client.name if message.kind == Message.Kind.CLIENT else ""
    typed_by = event.data.get("typed_by", "") if event.kind == Kind.CREATED else ""
    if typed_by:
        role = f"{role}, written down by {typed_by}"
    return Turn(
        kind=_TURNS[Message.Kind(message.kind)],
        at=message.posted_at,
        author=message.author_name,
        role=role,
        html=markup.render(message.body),
        note=" ".join(stopped) if message.kind in {Message.Kind.REPLY, Message.Kind.ACKNOWLEDGEMENT} else "",
        badge=badge,
        anchor=f"message-{message.pk}",
        attachments=[
            {"name": file.name, "size": file.size, "url": attachment_url(file), "icon": _file_icon(file.content_type)}
            for file in message.attachments.all()
        ],
    )


def _stopped_by(
    clocks: Iterable[Clock], ticket: Ticket, document: AgreementDocument | None, *, reader: Reader, now: datetime
) -> Mapping[datetime, list[str]]:
    """What each answer achieved, by its instant, where a promise was kept or measured; a miss has a line of its own."""
    found: dict[datetime, list[str]] = {}
    if document is None:
        return found
    for clock in clocks:
        if clock.stopped_at is None or clock.metric == "resolution" or clock.breached_at is not None:
            continue
        words = face(clock, document, ticket=ticket, now=now, reader=reader).words
        found.setdefault(clock.stopped_at, []).append(f"{METRIC_LABELS[clock.metric]}: {_lower(words)}.")
    return found


def hold_in(ticket: Ticket, events: Iterable[TicketEvent]) -> str:
    """Whom a ticket on hold waits for, by its events in their order; "" for nobody in particular."""
    held = [event for event in events if event.kind == Kind.HELD]
    return held[-1].data.get("whom", "") if held and ticket.on_hold_for else ""


def acknowledgement_words(document: AgreementDocument | None) -> str:
    """What an acknowledgement is under an agreement: an answer only where any reply is one (C1)."""
    answers = document is not None and any(metric.ends_by_any_reply for metric in document.metrics)
    return "Acknowledgement" if answers else "Acknowledgement: stops no clock"


def words(event: TicketEvent, document: AgreementDocument | None, *, reader: Reader) -> str:
    """What happened, in one sentence with who did it; "" for an event whose message says it all."""
    if event.kind == Kind.WAITING and reader == "client":
        return f"{event.actor_name} is waiting for your answer"
    said = _WORDS.get(Kind(event.kind))
    if said is None:
        return ""
    sentence = said(event, document)
    reason = event.reason.strip()
    return f"{sentence}: {reason}" if reason and not sentence.endswith(reason) else sentence


def _assigned(event: TicketEvent, _document: AgreementDocument | None) -> str:
    to = event.data.get("to", "")
    if not to:
        return f"{event.actor_name} gave it back to nobody"
    return f"{event.actor_name} took it" if to == event.actor_name else f"{event.actor_name} assigned it to {to}"


def _reclassified(event: TicketEvent, document: AgreementDocument | None) -> str:
    before, after = event.data.get("from", {}), event.data.get("to", {})
    changes = []
    for key, named in (("level", _level_name), ("request_type", _type_name)):
        if before.get(key) != after.get(key):
            changes.append(f"from {named(document, before.get(key, ''))} to {named(document, after.get(key, ''))}")
    return f"{event.actor_name} reclassified it {' and '.join(changes)}"


def _terms_changed(event: TicketEvent, _document: AgreementDocument | None) -> str:
    return f"The agreement changed: it comes under “{event.data['to_version']}” from here on"


def _scoped(event: TicketEvent, _document: AgreementDocument | None) -> str:
    scope = Ticket.Scope(event.data["scope"]).label.lower()
    reproducible = Ticket.Reproducibility(event.data["reproducibility"]).label.lower()
    return f"{event.actor_name} set the scope: {scope}, {reproducible}"


def _merged(event: TicketEvent, _document: AgreementDocument | None) -> str:
    return f"{event.actor_name} merged it into #{event.data['into']}"


def _absorbed(event: TicketEvent, _document: AgreementDocument | None) -> str:
    return f"{event.actor_name} merged #{event.data['from']} into it"


def _missed(event: TicketEvent, _document: AgreementDocument | None) -> str:
    label = METRIC_LABELS[event.data["metric"]]
    return f"{label} missed its target{_promised(event)}"


def _warned(event: TicketEvent, _document: AgreementDocument | None) -> str:
    label = METRIC_LABELS[event.data["metric"]]
    return f"{label} was about to fall due{_promised(event)}"


def _promised(event: TicketEvent) -> str:
    target, clause = event.data.get("target", ""), event.data.get("clause", "")
    inside = ", ".join(part for part in (target and f"promised within {target}", clause) if part)
    return f" ({inside})" if inside else ""


def _plainly(said: str) -> Callable[[TicketEvent, AgreementDocument | None], str]:
    return lambda event, _document: f"{event.actor_name} {said}"


def _held(event: TicketEvent, _document: AgreementDocument | None) -> str:
    if event.by == "system":
        return ""
    whom = event.data.get("whom", "")
    return f"{event.actor_name} put it on hold{f', waiting for {whom}' if whom else ''}"


def _level_name(document: AgreementDocument | None, key: str) -> str:
    level = document.levels.get(key) if document else None
    return level.name if level else key


def _type_name(document: AgreementDocument | None, key: str) -> str:
    kind = document.request_types.get(key) if document else None
    return kind.name if kind else key


def _file_icon(content_type: str) -> str:
    if content_type.startswith("image/"):
        return "photo"
    return {"application/pdf": "file-type-pdf", "text/plain": "file-text", "application/zip": "file-zip"}.get(
        content_type, "file"
    )


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


_WORDS: dict[TicketEvent.Kind, Callable[[TicketEvent, AgreementDocument | None], str]] = {
    Kind.WAITING: _plainly("set it to waiting for the client"),
    Kind.RESUMED: _plainly("set it to open"),
    Kind.HELD: _held,
    Kind.SOLVED: _plainly("marked it as solved"),
    Kind.CLOSED: _plainly("closed it"),
    Kind.REOPENED: _plainly("reopened it"),
    Kind.ASSIGNED: _assigned,
    Kind.RECLASSIFIED: _reclassified,
    Kind.TERMS_CHANGED: _terms_changed,
    Kind.WORKAROUND: _plainly("gave a workaround"),
    Kind.WORKAROUND_WITHDRAWN: _plainly("took the workaround back: it does not hold"),
    Kind.MERGED: _merged,
    Kind.ABSORBED: _absorbed,
    Kind.PAUSE_CONTESTED: _plainly("contested a pause"),
    Kind.PAUSE_KEPT: _plainly("let the contested pause stand"),
    Kind.PAUSE_STRUCK: _plainly("struck the contested pause out: that time counts"),
    Kind.SCOPED: _scoped,
    Kind.WARNED: _warned,
    Kind.BREACHED: _missed,
}
_ICONS: dict[str, str] = {
    Kind.WAITING: "player-pause",
    Kind.RESUMED: "circle-dot",
    Kind.HELD: "hand-stop",
    Kind.SOLVED: "circle-check",
    Kind.CLOSED: "lock",
    Kind.REOPENED: "rotate",
    Kind.ASSIGNED: "user",
    Kind.RECLASSIFIED: "arrows-exchange",
    Kind.TERMS_CHANGED: "file-text",
    Kind.WORKAROUND: "bandage",
    Kind.WORKAROUND_WITHDRAWN: "bandage-off",
    Kind.MERGED: "arrow-merge",
    Kind.ABSORBED: "arrow-merge",
    Kind.PAUSE_CONTESTED: "gavel",
    Kind.PAUSE_KEPT: "gavel",
    Kind.PAUSE_STRUCK: "gavel",
    Kind.SCOPED: "target",
    Kind.WARNED: "alarm",
    Kind.BREACHED: "alert-triangle",
}
