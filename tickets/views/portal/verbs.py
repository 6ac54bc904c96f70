"""What a contact does to a ticket: write, say that it is solved, say that it is not, or that a workaround fails."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from shell.drafts import arrived
from tenants.doors import portal_view
from tickets import actions
from tickets.forms.portal import ReplyForm
from tickets.forms.ticket import ReopenForm, WithdrawalForm
from tickets.models import Ticket
from tickets.views.portal.ticket import find, show


@portal_view.post
def reply(request: Any, number: int) -> HttpResponse:
    """Post a message. What is wrong stands beside the field, with everything typed kept."""
    now, ticket = timezone.now(), find(request.contact, number)
    form = ReplyForm(request.POST, request.FILES)
    if form.carry_out(actions.write_as_client, ticket_id=ticket.pk, author=request.contact, now=now):
        messages.success(request, "Sent. We read it and answer here.")
        return arrived(request, redirect(f"{reverse('portal:ticket', args=[number])}#message-{form.result.pk}"))
    return show(request, ticket, now=now, reply=form, status=422)


@portal_view.post
def solved(request: Any, number: int) -> HttpResponse:
    """The contact says that it is solved. Said twice, it is solved once."""
    now, ticket = timezone.now(), find(request.contact, number)
    try:
        actions.set_status(ticket_id=ticket.pk, by=request.contact, status=Ticket.Status.SOLVED, now=now)
    except ValidationError as problems:
        messages.error(request, " ".join(problems.messages))
    else:
        messages.success(request, "Marked as solved. If it comes back, open it again here.")
    return redirect("portal:ticket", number=number)


@portal_view.post
def reopen(request: Any, number: int) -> HttpResponse:
    """The contact says what is still wrong, and the ticket goes on."""
    now, ticket = timezone.now(), find(request.contact, number)
    form = ReopenForm(request.POST)
    if form.carry_out(actions.reopen, ticket_id=ticket.pk, by=request.contact, now=now):
        messages.success(request, "It is open again. We have what you wrote.")
        return arrived(request, redirect("portal:ticket", number=number))
    return show(request, ticket, now=now, reopening=form, status=422)


@portal_view.post
def workaround_withdrawal(request: Any, number: int) -> HttpResponse:
    """The contact says that the workaround does not hold, and the ticket goes on."""
    now, ticket = timezone.now(), find(request.contact, number)
    form = WithdrawalForm(request.POST)
    if form.carry_out(actions.withdraw_workaround, ticket_id=ticket.pk, by=request.contact, now=now):
        messages.success(request, "Thank you. We have what you wrote, and go on.")
        return arrived(request, redirect("portal:ticket", number=number))
    return show(request, ticket, now=now, withdrawal=form, status=422)
