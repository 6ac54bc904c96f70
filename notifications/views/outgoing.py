"""The list of outgoing messages for owners, and sending one again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from notifications import actions
from notifications.models import OutgoingMessage
from shell.forms import ActionForm
from shell.paging import page_of
from tenants.doors import page_of as page_sent_from
from tenants.doors import settings_view

STATES = {"all": "All", "waiting": "Waiting", "sent": "Sent", "dead": "Not delivered"}


@settings_view
def outgoing_messages(request: Any) -> HttpResponse:
    """Who was written to, and did it get through. Not what it says: a mail may carry somebody's sign-in link."""
    state = request.GET.get("state", "all")
    rows = OutgoingMessage.objects.defer("text", "html", "headers")
    chosen = {"waiting": rows.waiting(), "sent": rows.exclude(sent_at=None), "dead": rows.dead()}.get(state, rows)
    # Each is a partial index; "all" and "sent" grow for ever, and nobody needs their number.
    counts = {"waiting": rows.waiting().count(), "dead": rows.dead().count()}
    tabs = [
        {"label": label, "url": f"?state={key}", "active": key == state, "count": counts.get(key)}
        for key, label in STATES.items()
    ]
    page = page_of(chosen, order="-queued_at", query=request.GET)
    return render(request, "notifications/outgoing.html", {"page": page, "tabs": tabs, "state": state})


@settings_view.post
def resend(request: Any, outgoing_id: int) -> HttpResponse:
    """Send one again, and go back to the list it was pressed in: all messages, or those of a webhook."""
    asked = ActionForm(request.POST)
    try:
        again = asked.carry_out(actions.resend_message, outgoing_id=outgoing_id, by=request.user, now=timezone.now())
    except OutgoingMessage.DoesNotExist as error:
        raise Http404("No such message.") from error
    if again:
        messages.success(request, f"The message to {asked.result.shown_to} goes out again within a few seconds.")
    else:
        messages.error(request, asked.refusal)
    return redirect(page_sent_from(request))
