"""What pages of tickets show of incidents: the linked one, a way to declare one, and in the queue with several."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from incidents.cadence.countdown import face_of
from incidents.models import IncidentClock, IncidentLink
from shell.templatetags.places import fills
from tickets.models import Ticket


@fills("ticket.aside")
def linked_incident(request: Any, ticket: Ticket) -> str:
    """The incident that a ticket is about, with its status and next update."""
    links = (
        IncidentLink.objects.current().filter(ticket=ticket).select_related("incident__agreement_version__agreement")
    )
    now, shown = timezone.now(), []
    for link in links.defer("incident__agreement_version__source"):
        clocks = IncidentClock.objects.filter(incident=link.incident, stopped_at=None)
        shown.append({"incident": link.incident, "clock": face_of(link.incident, clocks, now=now)})
    return render_to_string("incidents/desk/_ticket_aside.html", {"shown": shown, "now": now}, request=request)


@fills("ticket.actions")
def declare(request: Any, ticket: Ticket) -> str:
    return render_to_string("incidents/desk/_ticket_actions.html", {"ticket": ticket}, request=request)


@fills("ticket.banner")
def proposal(request: Any, ticket: Ticket) -> str:
    """A ticket at the top level of its agreement may be an incident."""
    document = ticket.document
    top = next(iter(document.levels), None) if document else None
    if top is None or ticket.level != top.key or not ticket.is_unsolved:
        return ""
    if IncidentLink.objects.filter(ticket=ticket).exists():
        return ""
    return render_to_string("incidents/desk/_ticket_banner.html", {"ticket": ticket, "level": top}, request=request)


@fills("queue.bulk")
def with_the_ticked(request: Any) -> str:
    return render_to_string("incidents/desk/_queue_bulk.html", request=request)
