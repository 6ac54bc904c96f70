"""What pages of the portal show of incidents: what hurts this client now, the line, and a ticket's own incident."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from incidents.links import known
from incidents.links.line import line_for
from incidents.models import Incident, IncidentLink
from shell.templatetags.places import fills
from tenants.models import Contact
from tickets.models import Ticket


@fills("portal.now")
def hurt_now(request: Any) -> str:
    """What hurts this client's products at this moment, with the line where it is bad enough."""
    now, contact = timezone.now(), request.contact
    found = known.read(known.hurting(contact.client_id).published(), contact, now=now)
    worst = (line_for(contact, now=now, level=each.incident.level, known=each) for each in found)
    # The line stands on the page once: here, where there is something to call about, or among the ways to reach us.
    request.incident_line = next(filter(None, worst), None)
    return _part(request, "hurt_now", known=found, line=request.incident_line, now=now)


@fills("portal.more")
def more(request: Any) -> str:
    """The way to past incidents, and to the line for those who may call it."""
    line = None if request.incident_line else line_for(request.contact, now=timezone.now())
    return _part(request, "more", line=line)


@fills("portal.new_ticket")
def known_already(request: Any, product: str | None) -> str:
    """What a request may be about: it is known, so being told of it is one press away."""
    now, contact = timezone.now(), request.contact
    found = known.read(known.hurting(contact.client_id, product).published(), contact, now=now)
    return _part(request, "known_already", known=found, now=now)


@fills("portal.promise")
def line_at_level(request: Any, level: str) -> str:
    """The line, where the level that is chosen is one it is for."""
    return _part(request, "line", line=line_for(request.contact, now=timezone.now(), level=level))


@fills("portal.ticket")
def about_ticket(request: Any, ticket: Ticket) -> str:
    """The incidents that a ticket is about, and the line where its level is one it is for."""
    now, contact = timezone.now(), request.contact
    links = IncidentLink.objects.current().filter(ticket=ticket).values("incident")
    found = known.read(Incident.objects.published().filter(pk__in=links).newest_first(), contact, now=now)
    line = _line_of(ticket, contact, found)
    return _part(request, "about_ticket", known=found, line=line, ticket=ticket, now=now)


def _line_of(ticket: Ticket, contact: Contact, found: list[known.Known]) -> Any:
    if not ticket.is_unsolved:
        return None
    first = next((each for each in found if each.incident.is_open), None)
    return line_for(contact, now=timezone.now(), level=ticket.level, known=first, ticket=ticket)


def _part(request: Any, name: str, **context: Any) -> str:
    return render_to_string(f"incidents/portal/_{name}.html", context, request=request)
