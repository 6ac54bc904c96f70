"""A client says that a pause should have counted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from shell.drafts import arrived
from shell.forms import posted
from tenants.doors import portal_view
from tickets import actions
from tickets.forms.contest import ContestForm
from tickets.history.facts import facts
from tickets.views.portal.frame import page
from tickets.views.portal.ticket import find
from tickets.why.strike import pause_of


@portal_view.form
def contest(request: Any, number: int, pause: int) -> HttpResponse:
    """The form, and what comes of it. What is wrong stands beside the field, with everything typed kept."""
    now, ticket = timezone.now(), find(request.contact, number)
    events = facts(ticket)
    its = pause_of(pause, events, as_of=max([now, *(event.at for event in events)]))
    if its is None:
        raise Http404("There is no such pause.")
    form = ContestForm(posted(request))
    if form.carry_out(actions.contest_pause, ticket_id=ticket.pk, pause_id=pause, by=request.contact, now=now):
        messages.success(request, "We have it. Somebody looks into it, and you get an answer by mail and here.")
        return arrived(request, redirect("portal:ticket", number=number))
    context = {"ticket": ticket, "pause": its, "form": form}
    return page(request, "tickets/portal/contest.html", context, now=now, status=422 if form.errors else 200)
