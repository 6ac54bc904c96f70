"""Where a ticket stands: its status and who has it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from tenants.models import Contact, Member
from tickets.actions.lock import lock, refuse_closed, settle
from tickets.announcements import announce
from tickets.history.facts import held_as, record
from tickets.models import Message, Ticket
from tickets.models.kinds import Kind

Status = Ticket.Status
_EVENT_OF = {kind.row.status: kind for kind in Kind}
THIRD_PARTY_MAX = 120


@transaction.atomic
def set_status(
    *,
    ticket_id: int,
    by: Member | Contact,
    status: Ticket.Status,
    now: datetime,
    reason: str = "",
    third_party: str | None = None,
) -> Ticket:
    """Move a ticket to another status. To the status it has: nothing happens. Of a contact only "solved" is taken.

    `third_party` names whom a ticket on hold waits for; None is another kind of hold. Raises ValidationError for a
    closed ticket; a solved one is opened again by `reopen`, which asks for a reason.
    """
    ticket, at = lock(ticket_id, now=now)
    hold = hold_of(status, third_party)
    if stands_at(ticket, status, hold):
        return ticket
    refuse_closed(ticket)
    if isinstance(by, Contact) and status != Status.SOLVED:
        raise ValidationError({"status": "You can say that it is solved, or that it is not."})
    if ticket.status == Status.SOLVED and status != Status.CLOSED:
        raise ValidationError({"status": "This ticket is solved. Reopen it first, and say why."})
    changed = change_status(ticket, status, hold, by=by, at=at, now=now, reason=reason)
    settle(ticket, at=at, now=now, changed=changed)
    return ticket


@transaction.atomic
def reopen(*, ticket_id: int, by: Member | Contact, reason: str, now: datetime) -> Ticket:
    """Open a solved ticket again; what its clocks do then is the agreement's choice. Raises ValidationError if closed.

    A workaround that was given before is taken back with it: something is still wrong.
    """
    ticket, at = lock(ticket_id, now=now)
    if ticket.is_unsolved:
        return ticket
    refuse_closed(ticket)
    if not reason.strip():
        raise ValidationError({"reason": "Say what is still wrong."})
    record(ticket, Kind.REOPENED, by=by, at=at, now=now, reason=reason)
    settle(ticket, at=at, now=now, changed=open_again(ticket))
    if isinstance(by, Contact):
        announce.reopened(ticket, name=by.name, reason=reason.strip(), at=at, now=now)
    return ticket


def open_again(ticket: Ticket) -> list[str]:
    """Open a locked ticket after the fact that says so; the columns to save. A workaround goes with a solution."""
    ticket.status, ticket.solved_at, ticket.workaround_at = Status.OPEN, None, None
    return ["status", "solved_at", "workaround_at"]


@transaction.atomic
def assign(*, ticket_id: int, by: Member, assignee: Member | None, now: datetime) -> Ticket:
    """Give the ticket to a member who works tickets, or to nobody. To whom has it already: nothing happens."""
    ticket, at = lock(ticket_id, now=now)
    if ticket.assignee_id == (assignee.pk if assignee else None):
        return ticket
    if assignee is not None and (not assignee.works_tickets or assignee.deactivated_at is not None):
        raise ValidationError({"assignee": f"{assignee.name} does not work tickets."})
    ticket.assignee = assignee
    data = {"to": assignee.name if assignee else ""}
    record(ticket, Kind.ASSIGNED, by=by, at=at, now=now, data=data)
    settle(ticket, at=at, now=now, changed=["assignee"])
    if assignee is not None and assignee != by:
        announce.assigned(ticket, assignee, at=at, now=now)
    return ticket


def hold_of(status: Ticket.Status, third_party: str | None) -> dict[str, Any]:
    """What a hold is for, as the history keeps it: `{}` or whom it waits for. ValidationError without a name."""
    if third_party is None:
        return {}
    whom = " ".join(third_party.split())
    if status != Status.ON_HOLD:
        raise ValidationError({"third_party": "Only a ticket on hold waits for a third party."})
    if not whom:
        raise ValidationError({"third_party": "Say whom it waits for."})
    if len(whom) > THIRD_PARTY_MAX:
        raise ValidationError({"third_party": f"Keep the name to {THIRD_PARTY_MAX} characters."})
    return {"for": Ticket.HoldFor.THIRD_PARTY.value, "whom": whom}


def stands_at(ticket: Ticket, status: Ticket.Status, hold: dict[str, Any]) -> bool:
    """Whether there is nothing to change: a hold for somebody else is another hold."""
    return ticket.status == status and (status != Status.ON_HOLD or held_as(ticket) == hold)


def change_status(
    ticket: Ticket,
    status: Ticket.Status,
    hold: dict[str, Any],
    *,
    by: Member | Contact,
    at: datetime,
    now: datetime,
    reason: str,
    word: Message | None = None,
) -> list[str]:
    """Record a locked ticket's change of status; returns the columns to save. For actions that do more in one go.

    Where it solves the ticket, the client is told, of the `word` to them that comes with it too.
    """
    record(ticket, _EVENT_OF[status], by=by, at=at, now=now, reason=reason, data=hold)
    changed = ["status", "on_hold_for"]
    ticket.status, ticket.on_hold_for = status, hold.get("for", "")
    if status in {Status.SOLVED, Status.CLOSED} and ticket.solved_at is None:
        ticket.solved_at = at
        changed.append("solved_at")
    if status == Status.CLOSED:
        ticket.closed_at = at
        changed.append("closed_at")
    if status == Status.SOLVED and isinstance(by, Member):
        announce.solved(ticket, word=word, at=at, now=now)
    return changed
