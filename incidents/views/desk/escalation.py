"""Who has an incident and who is asked, on its page of the desk; and the button that says it is oneself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from incidents import actions
from incidents.escalation.panel import panel, told
from incidents.models import Incident
from incidents.paths import desk_path
from shell.forms import ActionForm
from shell.wording import listed
from tenants.doors import desk_view


def context(incident: Incident, *, now: datetime) -> dict[str, Any]:
    """What `incidents/desk/_escalation.html` shows."""
    found, incidents = panel(incident, now=now), incident.document.incidents
    terms = incidents.levels.get(incident.level) if incidents else None
    return {
        "escalation": found,
        "escalation_next": listed(found.next_asked),
        "escalation_clause": f" ({terms.clause})" if terms and terms.clause else "",
        "escalation_told": told(incident),
    }


@desk_view.post
def acknowledge(request: Any, number: int) -> HttpResponse:
    """Say that one is at it oneself; where somebody was first, whose it is."""
    incident = get_object_or_404(Incident, number=number)
    form = ActionForm(request.POST)
    if form.carry_out(actions.acknowledge, incident_id=incident.pk, by=request.member, now=timezone.now()):
        messages.success(request, "It is yours: nobody further is asked while something happens.")
    else:
        messages.info(request, form.refusal)
    return redirect(desk_path(incident))
