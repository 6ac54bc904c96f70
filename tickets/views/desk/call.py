"""Writing a call about a ticket down: the ticket stays the source of truth (C9)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from shell.forms import posted
from tenants.doors import desk_view
from tenants.models import Contact
from tickets import actions
from tickets.forms.call import TicketCallForm
from tickets.views.desk.frame import asked
from tickets.views.desk.ticket import done, find


@desk_view.form
def call(request: Any, number: int) -> HttpResponse:
    """What the client said on the phone becomes their message, as of the call: clocks hear it."""
    now, ticket = timezone.now(), find(number)
    form = TicketCallForm.fresh(
        posted(request), now=now, initial={"caller": ticket.requester_id},
        choices={"caller": Contact.objects.active().filter(client=ticket.client)},
    )  # fmt: skip
    return asked(
        request,
        form,
        actions.log_call,
        panel="tickets/desk/_call.html",
        whole="tickets/desk/call.html",
        context={"ticket": ticket},
        done=lambda: done(request, number, "Written down, as said by the client.", now=now),
        now=now,
        ticket_id=ticket.pk,
    )
