"""A ticket as its client reads it: where it stands, what was promised and said. Nothing of the desk's own work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from clocks.face import Face
from clocks.verdict import Verdict
from tenants.doors import portal_view
from tenants.models import Contact
from tickets.conversation import story
from tickets.forms.portal import ReplyForm
from tickets.forms.ticket import ReopenForm, WithdrawalForm
from tickets.history.facts import whom_it_waits_for
from tickets.models import Clock, Ticket, TicketEvent
from tickets.models.kinds import Kind
from tickets.promises.faces import faces_of
from tickets.views.portal import sentences
from tickets.views.portal.frame import page
from tickets.views.portal.visible_clocks import shown_clocks


@portal_view
def ticket(request: Any, number: int) -> HttpResponse:
    """The page; with `filed` in its address it begins by saying what happens next."""
    return show(request, find(request.contact, number), now=timezone.now())


def find(contact: Contact, number: int) -> Ticket:
    """A ticket that this contact may see. Http404 for everybody else's."""
    tickets = (
        Ticket.objects.visible_to_contact(contact)
        .with_version()
        .select_related("client", "requester__user", "product", "merged_into")
    )
    return get_object_or_404(tickets, number=number)


def show(
    request: Any,
    ticket: Ticket,
    *,
    now: datetime,
    reply: ReplyForm | None = None,
    reopening: ReopenForm | None = None,
    withdrawal: WithdrawalForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page, with a form that was refused in its place. A fixed number of queries."""
    document = ticket.document
    # What is the desk's alone is left out where it is read, so that nothing further down can show it by mistake.
    events = list(TicketEvent.objects.filter(ticket=ticket).to_client().with_messages())
    clocks = list(Clock.objects.filter(ticket=ticket).order_by("metric", "cycle"))
    url = reverse("portal:ticket", args=[ticket.number])
    shown, whom = shown_clocks(clocks), whom_it_waits_for(ticket, events)
    faces = faces_of(ticket, shown, document, now=now, reader="client", why=f"{url}clocks/", whom=whom)
    context = {
        "ticket": ticket,
        "document": document,
        # Once anything has happened, what happens next is another thing.
        "filed": "filed" in request.GET and ticket.last_activity_at == ticket.received_at,
        "state": sentences.state_of(ticket, clocks, now=now),
        "faces": [face for face in faces if face.is_pressing],
        "quiet_faces": [face for face in faces if not face.is_pressing and face.verdict != Verdict.NONE],
        "next_due": _next_due(faces),
        "conversation": story.conversation(
            ticket, events, shown, document, reader="client", now=now,
            attachment_url=lambda file: reverse("portal:file", args=[ticket.number, file.pk]),
        ),
        "still_welcome": sentences.STILL_WELCOME if ticket.coverage == Ticket.CoverageKind.NOT_COVERED else "",
        "reply": reply or ReplyForm.fresh(),
        "reopening": reopening or ReopenForm(),
        "withdrawal": withdrawal or WithdrawalForm(),
        "came_under": next((e for e in reversed(events) if e.kind == Kind.TERMS_CHANGED), None),
        **_beside(request.contact, ticket),
        **_named(ticket),
    }  # fmt: skip
    return page(request, "tickets/portal/ticket.html", context, now=now, status=status)


def _beside(contact: Contact, ticket: Ticket) -> dict[str, Any]:
    """The tickets that were merged into this one, and the one it was merged into: only those this contact may see."""
    visible = Ticket.objects.visible_to_contact(contact)
    return {
        "absorbed": list(visible.filter(merged_into=ticket).order_by("number")),
        "survivor": visible.filter(pk=ticket.merged_into_id).first() if ticket.merged_into_id else None,
    }


def _next_due(faces: list[Face]) -> Face | None:
    """What falls due first of all that is still to come."""
    due = [(each.due_at, each) for each in faces if each.verdict.is_open and each.live and each.due_at is not None]
    return min(due, key=lambda pair: pair[0])[1] if due else None


def _named(ticket: Ticket) -> dict[str, Any]:
    """The agreement's words for the ticket's classification; what was asked for too, where it became another (B10)."""
    document = ticket.document
    if document is None:
        return {}
    level, asked = document.levels.get(ticket.level), document.levels.get(ticket.requested_level)
    return {
        "level": level,
        "asked": asked if asked != level else None,
        "type_name": document.request_types.name_of(ticket.request_type, ""),
        "plan_name": document.plans.name_of(ticket.plan, ""),
        "scheme_name": document.scheme.name,
    }
