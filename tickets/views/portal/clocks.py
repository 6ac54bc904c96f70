"""“Why?” for the client: the clause, the hours and the arithmetic behind a due time, and the pauses they may contest."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tenants.doors import portal_view
from tickets.explaining import explained
from tickets.views.portal.reading import find
from tickets.views.portal.shell import page
from tickets.views.why import why_context


@require_safe
@portal_view
def why(request: Any, number: int, metric: str, cycle: int) -> HttpResponse:
    """The explanation of one clock, on a page of its own; a panel of the ticket's page shows the same."""
    now = timezone.now()
    told = explained(find(request.contact, number), metric, cycle, reader="client", now=now, contact=request.contact)
    if told is None:
        raise Http404("There is no such clock.")
    return page(request, "tickets/portal/why.html", why_context(told), now=now)
