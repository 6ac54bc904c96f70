"""Merging a duplicate into another of the client's tickets: found, looked at, done."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, When
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from shell.drafts import arrived
from shell.entry import id_of
from shell.forms import posted
from tenants.doors import desk_view
from tickets import actions
from tickets.forms.desk import MergeForm
from tickets.models import Ticket
from tickets.models.ticket import TicketQuerySet
from tickets.promises.merge_effects import preview
from tickets.queue.search import search
from tickets.views.desk.frame import page, say
from tickets.views.desk.ticket import find

OFFERED = 15
_SOLVED_LAST = Case(When(status=Ticket.Status.SOLVED, then=1), default=0)


@desk_view.form
def merge(request: Any, number: int) -> HttpResponse:
    """Choose the ticket that goes on, see what happens to the clocks of both, and merge."""
    now = timezone.now()
    ticket = find(number)
    if ticket.status == Ticket.Status.CLOSED:
        say(request, "This ticket is closed, so there is nothing to merge.", "error")
        return redirect("desk:ticket", number=number)
    form = MergeForm(posted(request), candidates=_candidates(ticket))
    if form.carry_out(actions.merge, ticket_id=ticket.pk, by=request.member, now=now):
        say(request, f"#{number} was merged into this ticket, which goes on.")
        return arrived(request, redirect("desk:ticket", number=form.result.number))
    text = " ".join(request.GET.get("q", "")[:200].split())
    asked = str(request.POST.get("into") or request.GET.get("into", ""))
    candidates = _candidates(ticket)
    into = candidates.filter(number=id_of(asked)).first()
    found = candidates.filter(pk__in=search(text).tickets.values("pk")) if text else candidates
    context = {
        "ticket": ticket,
        "form": form,
        "search": text,
        "found": found.order_by(_SOLVED_LAST, "-last_activity_at", "-pk")[:OFFERED],
        "into": into,
        "preview": preview(ticket, into, now=now) if into else None,
    }
    return page(request, "tickets/desk/merge.html", context, now=now, status=422 if form.errors else 200)


def _candidates(ticket: Ticket) -> TicketQuerySet:
    """What may go on in its place: the client's own tickets that are not closed, which merged ones are."""
    others = Ticket.objects.filter(client=ticket.client).exclude(status=Ticket.Status.CLOSED).exclude(pk=ticket.pk)
    return others.with_version().select_related("requester")
