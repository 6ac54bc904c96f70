"""One ticket at a time: the lock that actions and sweeps agree on, and the instant at which a fact takes effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from tickets import breaches
from tickets.models import Ticket, TicketEvent
from tickets.models.kinds import Kind
from tickets.promises import upkeep

#: What posts the words to many that are owed on a ticket; apps above whose words they are add theirs.
POSTS_OWED: list[Callable[[int, datetime], None]] = []


def lock(ticket_id: int, *, now: datetime) -> tuple[Ticket, datetime]:
    """The ticket, locked, and the instant at which what follows takes effect.

    That is `now`, but never before a fact that is on record already: a sweep that got the lock first and recorded a
    breach a moment ago cannot be made wrong by an answer that was on its way. A warning decides nothing, so it holds
    nothing back.
    """
    ticket = _locked(ticket_id)
    if ticket.word_owed_at is not None and ticket.word_owed_at < now:
        # What was said to many before this comes before it on the ticket too.
        for post in POSTS_OWED:
            post(ticket_id, now)
        ticket = _locked(ticket_id)
    latest = TicketEvent.objects.filter(ticket=ticket).exclude(kind=Kind.WARNED).aggregate(latest=Max("at"))["latest"]
    return ticket, max(now, latest) if latest else now


def _locked(ticket_id: int) -> Ticket:
    tickets = Ticket.objects.select_for_update(of=("self",))
    return tickets.select_related("client", "requester__client", "requester__user", "assignee__user").get(pk=ticket_id)


def settle(ticket: Ticket, *, at: datetime, now: datetime, changed: list[str]) -> None:
    """After the facts: bring the clocks to them, raise what turned out breached, save the ticket's own columns."""
    breached = upkeep.refresh(ticket, now=at)
    ticket.last_activity_at = at
    ticket.save(update_fields=sorted({*changed, "last_activity_at", "queue_at"}))
    if breached:
        breaches.sweep.announce(breached, now=now)


@transaction.atomic
def mend_clocks(*, number: int, now: datetime) -> None:
    """Store the clocks that a ticket's facts give, where others are stored or none: after an upgrade that counts more.

    What turns out missed goes on its history, and people are told where the ticket is still open.
    """
    ticket, at = lock(Ticket.objects.values_list("pk", flat=True).get(number=number), now=now)
    breached = upkeep.refresh(ticket, now=at)
    ticket.save(update_fields=["queue_at"])
    raise_breaches = breaches.sweep.announce if ticket.is_unsolved else breaches.sweep.record
    raise_breaches(breached, now=now)


def refuse_closed(ticket: Ticket) -> None:
    """Raises ValidationError: a closed ticket is final, and one that was merged goes on elsewhere."""
    if ticket.merged_into is not None:
        number = ticket.merged_into.number
        raise ValidationError(f"This ticket was merged into #{number} and goes on there. Nothing can be added here.")
    if ticket.status == Ticket.Status.CLOSED:
        raise ValidationError("This ticket is closed. File a new one, and mention this one's number.")
