"""The list of outgoing messages for owners, and sending one again."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from notifications import actions
from notifications.models import OutgoingMessage
from shell.paging import page_of
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


resend = settings_view.verb(
    actions.resend_message,
    done=lambda mail: f"The mail to {mail.to} goes out again within a few seconds.",
    back="/settings/mail/?state=dead",
)
