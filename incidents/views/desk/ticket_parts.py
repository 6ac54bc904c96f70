"""What pages of tickets show of incidents: the linked one, a way to declare one, and in the queue with several."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils import timezone

from incidents import actions
from incidents.cadence.countdown import face_of
from incidents.forms.incident import LinkingForm
from incidents.links.known import hurting
from incidents.models import IncidentClock, IncidentLink
from shell.templatetags.places import fills, takes
from tenants.doors import desk_view
from tenants.models import Contact
from tickets.models import Ticket
from tickets.views.desk.frame import say
from tickets.views.desk.ticket import done


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


@desk_view.post
def link(request: Any, number: int) -> HttpResponse:
    """Link a ticket to an open incident, and stay on its page."""
    now = timezone.now()
    words, tone = _link(request, get_object_or_404(Ticket, number=number), now=now)
    if tone == "success":
        return done(request, number, words, now=now)
    say(request, words, tone)
    return redirect("desk:ticket", number=number)


@fills("ticket.aside")
def offer(request: Any, ticket: Ticket) -> str:
    """Nothing on a ticket that is over, or about an incident already."""
    if not ticket.is_unsolved:
        return ""
    found = hurting(ticket.client_id, ticket.product.key if ticket.product else None)
    unlinked = ~Exists(IncidentLink.objects.current().filter(ticket=ticket))
    context = {"offered": found.filter(unlinked).with_version(), "ticket": ticket}
    return render_to_string("incidents/desk/_link_offer.html", context, request=request)


@fills("desk.new_ticket")
def known_already(request: Any, contact: Contact, product: str | None) -> str:
    """What the request that is being written down may be about; ticked, it is linked once it is filed."""
    sent = request.POST if request.method == "POST" else request.GET
    context = {"known": hurting(contact.client_id, product), "ticked": sent.get("incident", "")}
    return render_to_string("incidents/desk/_known_already.html", context, request=request)


@takes("desk.new_ticket")
def link_filed(request: Any, ticket: Ticket) -> None:
    """Link what was just filed, where that was ticked."""
    if request.POST.get("incident"):
        words, tone = _link(request, ticket, now=timezone.now())
        say(request, words, tone)


def _link(request: Any, ticket: Ticket, *, now: datetime) -> tuple[str, str]:
    """Link a ticket to the incident that was chosen: what came of it, and its tone."""
    form = LinkingForm(request.POST)
    if form.carry_out(actions.link_tickets, tickets=[ticket], by=request.member, now=now):
        return f"Every update of INC-{form.result.number} answers it from now on.", "success"
    return form.refusal, "error"
