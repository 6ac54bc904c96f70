"""A workaround: the client is helped, the cause is still to be fixed (C2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from tenants.models import Contact, Member
from tickets.actions.conversation import answer
from tickets.actions.lock import lock, refuse_closed, settle
from tickets.announcements import announce
from tickets.history.facts import record, record_going_on
from tickets.models import Message, Ticket, TicketEvent
from tickets.models.kinds import Kind

Status = Ticket.Status


@transaction.atomic
def give_workaround(
    *,
    ticket_id: int,
    by: Member,
    now: datetime,
    body: str = "",
    reason: str = "",
    attachments: Sequence[UploadedFile] = (),
    seen_event: int | None = None,
    submission: UUID | None = None,
) -> Ticket:
    """Put on record that the client has a workaround: it stays open, its resolution stops where the agreement says so.

    `body` goes to the client as a reply that explains it; without one, `reason` says where they have it from, and they
    read that. Raises ValidationError without either, on a ticket that is solved, and while another workaround holds.
    A form sent twice is taken once.
    """
    ticket, _ = lock(ticket_id, now=now)
    if _given_with(submission, ticket, by, body):
        return ticket
    refuse_closed(ticket)
    if ticket.status == Status.SOLVED:
        raise ValidationError("This ticket is solved. Reopen it first, and say why.")
    if ticket.workaround_at is not None:
        raise ValidationError("A workaround is in place already. If it does not hold, say so first.")
    if not body.strip() and not reason.strip():
        raise ValidationError({"body": "Write to the client what to do, or say below where they have it from."})
    if body.strip():
        answer(
            ticket_id=ticket_id, author=by, kind=Message.Kind.REPLY, body=body, now=now, attachments=attachments,
            seen_event=seen_event, submission=submission,
        )  # fmt: skip
    ticket, at = lock(ticket_id, now=now)
    record(ticket, Kind.WORKAROUND, by=by, at=at, now=now, reason=reason)
    ticket.workaround_at = at
    settle(ticket, at=at, now=now, changed=["workaround_at"])
    if not body.strip():
        announce.workaround_given(ticket, by=by.name, reason=reason.strip(), at=at, now=now)
    return ticket


@transaction.atomic
def withdraw_workaround(*, ticket_id: int, by: Member | Contact, reason: str, now: datetime) -> Ticket:
    """Say that the workaround does not hold: what it stopped goes on as if reopened. Without one, nothing happens.

    There is something to do again, so a ticket that waited for the client is open; a hold goes on. From a contact it is
    a message that waits for an answer. Raises ValidationError without a reason, and on a ticket that is solved.
    """
    ticket, at = lock(ticket_id, now=now)
    refuse_closed(ticket)
    if ticket.status == Status.SOLVED:
        raise ValidationError("This ticket is solved. Reopen it, and say what is still wrong.")
    if ticket.workaround_at is None:
        return ticket
    if not reason.strip():
        raise ValidationError({"reason": "Say what does not work."})
    record(ticket, Kind.WORKAROUND_WITHDRAWN, by=by, at=at, now=now, reason=reason)
    ticket.workaround_at = None
    changed = ["workaround_at"]
    if ticket.status == Status.WAITING:
        if isinstance(by, Member):
            record(ticket, Kind.RESUMED, by=by, at=at, now=now)
        ticket.status = Status.OPEN
        changed.append("status")
    elif ticket.status == Status.ON_HOLD:
        # A clock that runs again has to hear of the hold, which goes on.
        record_going_on(ticket, at=at, now=now)
    settle(ticket, at=at, now=now, changed=changed)
    announce.workaround_withdrawn(ticket, by=by, reason=reason.strip(), at=at, now=now)
    return ticket


def _given_with(submission: UUID | None, ticket: Ticket, by: Member, body: str) -> bool:
    """Whether this form gave a workaround before, which may have been taken back since."""
    if submission is None:
        return False
    sent = Message.objects.filter(submission=submission, ticket=ticket, author=by.user, body=body.strip()).first()
    given = TicketEvent.objects.filter(ticket=ticket, kind=Kind.WORKAROUND)
    return sent is not None and given.filter(at__gte=sent.posted_at).exists()
