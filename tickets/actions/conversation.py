"""What people say on a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from shell.wording import listed
from tenants.models import Contact, Member
from tickets.actions.lock import lock, refuse_closed, settle
from tickets.actions.new_ticket import BODY_MAX, sent_already
from tickets.actions.status import change_status, hold_of, stands_at
from tickets.announcements import announce
from tickets.conversation.attachments import attach, check_files
from tickets.history.facts import record, record_going_on
from tickets.models import Message, Ticket, TicketEvent
from tickets.models.kinds import WRITTEN, Kind, kinds


@transaction.atomic
def write_as_client(
    *,
    ticket_id: int,
    author: Contact,
    body: str,
    now: datetime,
    attachments: Sequence[UploadedFile] = (),
    submission: UUID | None = None,
) -> Message:
    """Add the client's message. It ends the waiting for the client; on a solved ticket it starts nothing.

    Raises ValidationError for an empty body and for a closed ticket. A form sent twice is posted once.
    """
    ticket, at = lock(ticket_id, now=now)
    earlier = _posted(submission, ticket, author, Message.Kind.CLIENT, body)
    if earlier is not None:
        return earlier
    refuse_closed(ticket)
    message = _post(ticket, Message.Kind.CLIENT, author, body, at, attachments, submission)
    record(ticket, Kind.CLIENT_REPLY, by=author, at=at, now=now, message=message)
    changed = []
    if ticket.status == Ticket.Status.WAITING:
        ticket.status = Ticket.Status.OPEN
        changed.append("status")
    elif ticket.status == Ticket.Status.ON_HOLD:
        # What it is on hold for is not the client's word, so the hold goes on.
        record_going_on(ticket, at=at, now=now)
    settle(ticket, at=at, now=now, changed=changed)
    announce.client_wrote(ticket, message, now=now)
    return message


@transaction.atomic
def answer(
    *,
    ticket_id: int,
    author: Member,
    kind: Message.Kind,
    body: str,
    now: datetime,
    attachments: Sequence[UploadedFile] = (),
    then: Ticket.Status | None = None,
    third_party: str | None = None,
    seen_event: int | None = None,
    submission: UUID | None = None,
) -> Message:
    """Post a substantive reply, an acknowledgement or an internal note. A reply stops clocks; an acknowledgement does
    only where the agreement takes any reply for an answer (C1).

    `then` is the status that sending leaves the ticket in; on hold it may wait for a `third_party`. `seen_event` is the
    latest event its author had on screen: when something public has been written since, nothing is sent and
    ValidationError says so. So does a `then` that would open a solved ticket: `reopen` asks why. A form sent twice is
    posted once. The message, its history, the clocks and the outgoing mail commit together or not at all.
    """
    ticket, at = lock(ticket_id, now=now)
    earlier = _posted(submission, ticket, author, kind, body)
    if earlier is not None:
        return earlier
    if kind == Message.Kind.CLIENT:
        raise ValidationError({"kind": "Choose reply, acknowledgement or internal note."})
    if kind != Message.Kind.INTERNAL_NOTE:
        refuse_closed(ticket)
        _refuse_unseen(ticket, author, seen_event)
    message = _post(ticket, kind, author, body, at, attachments, submission)
    record(ticket, WRITTEN[kind], by=author, at=at, now=now, message=message)
    changed: list[str] = []
    if ticket.assignee is None and kind == Message.Kind.REPLY:
        # Whoever answers first has it, until somebody says otherwise.
        ticket.assignee = author
        record(ticket, Kind.ASSIGNED, by=author, at=at, now=now, data={"to": author.name})
        changed.append("assignee")
    hold = hold_of(then or Ticket.Status.OPEN, third_party)
    if then is not None and not stands_at(ticket, then, hold):
        refuse_closed(ticket)
        if ticket.status == Ticket.Status.SOLVED and then != Ticket.Status.CLOSED:
            raise ValidationError({"then": "This ticket is solved. Reopen it first, and say why."})
        changed += change_status(ticket, then, hold, by=author, at=at, now=now, reason="")
    settle(ticket, at=at, now=now, changed=changed)
    if kind != Message.Kind.INTERNAL_NOTE:
        announce.answered(ticket, message, now=now)
    return message


def _posted(
    submission: UUID | None, ticket: Ticket, author: Member | Contact, kind: Message.Kind, body: str
) -> Message | None:
    """What this form posted before. Raises ValidationError where that was something else, or somebody else's."""
    earlier = Message.objects.filter(submission=submission).first() if submission is not None else None
    this = (ticket.pk, author.user_id, kind, body.strip())
    if earlier is not None and (earlier.ticket_id, earlier.author_id, earlier.kind, earlier.body) != this:
        raise sent_already()
    return earlier


def _refuse_unseen(ticket: Ticket, author: Member, seen_event: int | None) -> None:
    if seen_event is None:
        return
    spoken = kinds(lambda row: row.message and row.to_client)
    unseen = TicketEvent.objects.filter(ticket=ticket, pk__gt=seen_event, kind__in=spoken).exclude(actor=author.user)
    names = sorted({event.actor_name for event in unseen})
    if names:
        raise ValidationError(f"{listed(names)} wrote while you did. Read it above, then send again.")


def _post(
    ticket: Ticket,
    kind: Message.Kind,
    author: Member | Contact,
    body: str,
    at: datetime,
    files: Sequence[UploadedFile],
    submission: UUID | None,
) -> Message:
    if not body.strip():
        raise ValidationError({"body": "Write something first."})
    if len(body) > BODY_MAX:
        raise ValidationError({"body": f"Keep it to {BODY_MAX:,} characters and attach the rest as a file."})
    check_files(files)
    message = Message.objects.create(
        ticket=ticket, kind=kind, author=author.user, author_name=author.name, body=body.strip(), posted_at=at,
        submission=submission,
    )  # fmt: skip
    attach(message, files)
    return message
