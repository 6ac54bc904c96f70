"""Tickets about an incident: linking them, and what each of them is to be answered with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from incidents.actions.answers import await_next
from incidents.actions.lock import lock, refuse_over, settle
from incidents.models import Incident, IncidentEvent, IncidentLink, LinkedAnswer
from incidents.models.kinds import Kind
from tenants.models import Member
from tickets.actions import answer
from tickets.models import Message, Ticket


@transaction.atomic
def link_tickets(*, incident_id: int, tickets: Sequence[Ticket], by: Member, now: datetime) -> Incident:
    """Let the updates of an open incident answer these tickets too. One that is linked already stays so.

    Raises ValidationError for a ticket that is closed.
    """
    incident, at = lock(incident_id, now=now)
    refuse_over(incident)
    if link_to(incident, tickets, by=by, at=at, now=now):
        settle(incident, at=at, now=now)
    return incident


def link_to(incident: Incident, tickets: Sequence[Ticket], *, by: Member, at: datetime, now: datetime) -> bool:
    """`link_tickets` on a locked incident; gives whether there was anything to do."""
    closed = [ticket for ticket in tickets if ticket.status == Ticket.Status.CLOSED]
    if closed:
        raise ValidationError({"tickets": f"{closed[0]} is closed, so nothing can be answered there."})
    return _link(incident, tickets, by=by, at=at, now=now)


def _link(incident: Incident, tickets: Sequence[Ticket], *, by: Member, at: datetime, now: datetime) -> bool:
    linked = set(IncidentLink.objects.current().filter(incident=incident).values_list("ticket_id", flat=True))
    new = [ticket for ticket in tickets if ticket.pk not in linked]
    if not new:
        return False
    IncidentLink.objects.bulk_create([IncidentLink(incident=incident, ticket=ticket, linked_at=at) for ticket in new])
    data = {"tickets": [ticket.number for ticket in new]}
    IncidentEvent.objects.record(incident, Kind.LINKED, by=by, at=at, now=now, data=data)
    return True


@transaction.atomic
def unlink_ticket(*, incident_id: int, ticket: Ticket, by: Member, now: datetime) -> Incident:
    """Say that a ticket is about something else. What it was answered with stays said; what was still to come does not.

    Its history says so, because an update that somebody read elsewhere is missing there.
    """
    incident, at = lock(incident_id, now=now)
    link = IncidentLink.objects.current().select_for_update().filter(incident=incident, ticket=ticket).first()
    if link is not None:
        link.unlinked_at = at
        link.save(update_fields=["unlinked_at"])
        # A worker that is answering it at this moment is waited for: then it has been answered.
        withheld, _ = LinkedAnswer.objects.owed().filter(link=link).delete()
        if withheld:
            await_next(ticket.merged_into_id or ticket.pk)
            answer(
                ticket_id=ticket.pk, author=by, kind=Message.Kind.INTERNAL_NOTE, now=now,
                body=f"Taken off {incident} before its last word to everybody was posted here: it does not come.",
            )  # fmt: skip
        data = {"tickets": [ticket.number], "withheld": withheld}
        IncidentEvent.objects.record(incident, Kind.UNLINKED, by=by, at=at, now=now, data=data)
        settle(incident, at=at, now=now)
    return incident


def move_links(incident: Incident, survivor: Incident, *, by: Member, at: datetime, now: datetime) -> None:
    """Let the tickets of an incident that ends go on in another."""
    links = list(IncidentLink.objects.current().filter(incident=incident).select_related("ticket"))
    IncidentLink.objects.filter(pk__in=[link.pk for link in links]).update(unlinked_at=at)
    # Closed ones too: one that was merged goes on elsewhere, and is answered there.
    _link(survivor, [link.ticket for link in links], by=by, at=at, now=now)
