"""A ticket's history as people read it: messages, and what happened between them in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString

from agreements.document import AgreementDocument
from clocks.face import face
from clocks.replay import METRICS
from clocks.replay.reasons import Reader
from clocks.verdict import Verdict, on_record
from tickets.conversation import markup
from tickets.models import Attachment, Clock, Message, Ticket, TicketEvent
from tickets.models.kinds import ROWS, Kind


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
    missed: bool = False
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
    turns = []
    for event in events:
        row = ROWS[event.kind]
        if reader == "client" and not row.to_client:
            continue
        if event.message is not None:
            badge = acknowledgement_words(document) if event.kind == Kind.ACKNOWLEDGEMENT else ""
            turns.append(_spoken(ticket, event, event.message, stopped.get(event.at, []), badge, attachment_url))
        elif text := words(event, document, reader=reader):
            turns.append(Turn(kind="system", at=event.at, text=text, icon=row.icon, anchor=f"event-{event.pk}"))
    return turns


def _spoken(
    ticket: Ticket,
    event: TicketEvent,
    message: Message,
    stopped: list[str],
    badge: str,
    attachment_url: Callable[[Attachment], str],
) -> Turn:
    row = ROWS[event.kind]
    role = ticket.client.name if "client" in row.by else ""
    if typed_by := event.data.get("typed_by", ""):
        role = f"{role}, {'by phone, ' if event.data.get('by_phone') else ''}written down by {typed_by}"
    return Turn(
        kind=row.drawn,
        at=message.posted_at,
        author=message.author_name,
        role=role,
        html=markup.render(message.body),
        note=" ".join(stopped) if "agent" in row.by and row.to_client else "",
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
        if clock.stopped_at is None or not METRICS[clock.metric].is_a_word:
            continue
        if on_record(clock, now=now) == Verdict.MISSED:
            continue
        shown = face(clock, document, waits_for=None, now=now, reader=reader)
        found.setdefault(clock.stopped_at, []).append(f"{shown.metric_label}: {_lower(shown.words)}.")
    return found


def acknowledgement_words(document: AgreementDocument | None) -> str:
    """What an acknowledgement is under an agreement: an answer only where any reply is one (C1)."""
    answers = document is not None and any(metric.ends_by_any_reply for metric in document.metrics)
    return "Acknowledgement" if answers else "Acknowledgement: stops no clock"


def words(event: TicketEvent, document: AgreementDocument | None, *, reader: Reader) -> str:
    """What happened, in one sentence with who did it; "" for an event whose message says it all."""
    row = ROWS[event.kind]
    said = (row.client_words if reader == "client" else "") or row.words
    if not said:
        return ""
    sentence = f"{event.actor_name} {said}" if isinstance(said, str) else said(event, document)
    reason = event.reason.strip()
    return f"{sentence}: {reason}" if reason and not sentence.endswith(reason) else sentence


def _file_icon(content_type: str) -> str:
    if content_type.startswith("image/"):
        return "photo"
    return {"application/pdf": "file-type-pdf", "text/plain": "file-text", "application/zip": "file-zip"}.get(
        content_type, "file"
    )


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
