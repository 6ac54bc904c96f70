"""“Why?”: a clock explains itself to whoever works on the ticket."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from tenants.doors import desk_view
from tickets.views.desk.frame import page
from tickets.views.desk.ticket import find
from tickets.views.why import why_context


@desk_view
def why(request: Any, number: int, metric: str, cycle: int) -> HttpResponse:
    """The arithmetic of one clock, in a panel of the ticket's page or on a page of its own."""
    now = timezone.now()
    context = why_context(find(number), metric, cycle, reader="desk", now=now)
    if request.htmx:
        return render(request, "tickets/desk/_why.html", context | {"now": now})
    return page(request, "tickets/desk/why.html", context, now=now)
