"""What people say on a ticket."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from shell.wording import listed
from tenants.models import Contact, Member
from tenants.scope import current_tenant
from tickets.actions.lock import lock, refuse_closed, settle
from tickets.actions.new_ticket import BODY_MAX, sent_already
from tickets.actions.status import change_status, hold_of, open_again, stands_at
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
    return _client_said(ticket_id, author, author, body, now, now, {}, attachments, submission)


@transaction.atomic
def log_call(
    *,
    ticket_id: int,
    by: Member,
    caller: Contact,
    body: str,
    called_at: datetime,
    now: datetime,
    submission: UUID | None = None,
) -> Message:
    """Write down what a contact of the ticket's client said on the phone (C9): the client's word, as of the call.

    Raises ValidationError as `write_as_client` does, for somebody else's contact, and for a call in the future.
    """
    if caller.client_id != Ticket.objects.values_list("client", flat=True).get(pk=ticket_id):
        raise ValidationError({"caller": "Only the ticket's own client can be written down here."})
    if called_at > now:
        raise ValidationError({"called_at": "This lies in the future. Give the time of the call."})
    data = {"typed_by": by.name, "by_phone": True}
    return _client_said(ticket_id, caller, by, body, called_at, now, data, (), submission)


def _client_said(
    ticket_id: int,
    author: Contact,
    by: Contact | Member,
    body: str,
    said_at: datetime,
    now: datetime,
    data: dict[str, Any],
    attachments: Sequence[UploadedFile],
    submission: UUID | None,
) -> Message:
    ticket, at = lock(ticket_id, now=said_at)
    earlier = _posted(submission, ticket, by, Message.Kind.CLIENT, body)
    if earlier is not None:
        return earlier
    refuse_closed(ticket)
    message = _post(ticket, Message.Kind.CLIENT, by, body, at, attachments, submission, name=author.name)
    record(ticket, Kind.CLIENT_REPLY, by=author, at=at, now=now, message=message, data=data)
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
    word = message if kind != Message.Kind.INTERNAL_NOTE else None
    solves = then == Ticket.Status.SOLVED and ticket.is_unsolved
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
        changed += change_status(ticket, then, hold, by=author, at=at, now=now, reason="", word=word)
    settle(ticket, at=at, now=now, changed=changed)
    if word is not None and not solves:
        announce.answered(ticket, word, now=now)
    return message


@transaction.atomic
def pass_on(
    *,
    ticket_id: int,
    author: Member,
    kind: Message.Kind,
    body: str,
    said_at: datetime,
    now: datetime,
    submission: UUID,
    is_quoted: bool = True,
    then: Ticket.Status | None = None,
    reopens: str = "",
) -> Message | None:
    """Post a word to many as what answers this ticket too: clocks hear it when it was said, however late it gets here.

    Nobody has the ticket by that. On a closed one nothing is posted: None. `then` is the status that it leaves an
    unsolved ticket in; `reopens` is why it opens a solved one again. Words that are not quoted are the house's own:
    `author` did what they tell of.
    """
    ticket, at = lock(ticket_id, now=said_at)
    # The text may have been worded for another reader since: what counts is that it was posted.
    earlier = Message.objects.filter(submission=submission).first()
    if earlier is not None or ticket.status == Ticket.Status.CLOSED:
        return earlier
    changed: list[str] = []
    if reopens and ticket.status == Ticket.Status.SOLVED:
        record(ticket, Kind.REOPENED, by=author, at=at, now=now, reason=reopens)
        changed = open_again(ticket)
    name = "" if is_quoted else current_tenant().name
    message = _post(ticket, kind, author, body, at, (), submission, name=name)
    record(ticket, WRITTEN[kind], by=author, at=at, now=now, message=message)
    solves = then == Ticket.Status.SOLVED and ticket.is_unsolved
    if then is not None and ticket.is_unsolved:
        changed = change_status(ticket, then, {}, by=author, at=at, now=now, reason="", word=message)
    settle(ticket, at=at, now=now, changed=changed)
    if not solves:
        announce.answered(ticket, message, is_quoted=is_quoted, now=now)
    return message


def owe_word(tickets: Collection[int], said_at: datetime | None) -> None:
    """A word to many that was said then is to be posted on these tickets by `pass_on`; None: nothing is owed any more.

    Until then no sweep calls missed there what it may have kept.
    """
    Ticket.objects.filter(pk__in=tickets).update(word_owed_at=said_at)


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
    name: str = "",
) -> Message:
    if not body.strip():
        raise ValidationError({"body": "Write something first."})
    if len(body) > BODY_MAX:
        raise ValidationError({"body": f"Keep it to {BODY_MAX:,} characters and attach the rest as a file."})
    check_files(files)
    message = Message.objects.create(
        ticket=ticket, kind=kind, author=author.user, author_name=name or author.name, body=body.strip(),
        posted_at=at, submission=submission,
    )  # fmt: skip
    attach(message, files)
    return message
