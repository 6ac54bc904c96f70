"""“Why?”: the countdown of an incident explains itself to whoever works on it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from clocks.why.layout import laid_out
from incidents.cadence.why import explained_update
from incidents.views.desk.incident import find
from tenants.doors import desk_view
from tickets.views.desk.frame import page


@desk_view
def why(request: Any, number: int, cycle: int) -> HttpResponse:
    """The arithmetic of one update, in a panel of the incident's page or on a page of its own."""
    now = timezone.now()
    incident = find(number)
    told = explained_update(incident, cycle, now=now) if cycle < 2**31 else None
    if told is None:
        raise Http404("There is no such clock.")
    panel = "incidents/desk/_why.html"
    context = {**laid_out(told), "incident": incident, "face": told.face, "panel": panel}
    if request.htmx:
        return render(request, panel, context | {"now": now})
    return page(request, "incidents/desk/verb.html", context, now=now, active="incidents")
