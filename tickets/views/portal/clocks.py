"""“Why?” for the client: clause, hours and arithmetic behind a due time, and the pauses they may contest."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from tenants.doors import portal_view
from tickets.views.portal.frame import page
from tickets.views.portal.ticket import find
from tickets.views.why import why_context


@portal_view
def why(request: Any, number: int, metric: str, cycle: int) -> HttpResponse:
    """The explanation of one clock, on a page of its own; a panel of the ticket's page shows the same."""
    now = timezone.now()
    ticket = find(request.contact, number)
    context = why_context(ticket, metric, cycle, reader="client", now=now, contact=request.contact)
    return page(request, "tickets/portal/why.html", context, now=now)
