"""Where the link in a page leads: what is wrong, and one button that says somebody is at it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from incidents import actions
from incidents.escalation.panel import panel
from incidents.models import Incident
from incidents.paths import desk_path
from shell.forms import ActionForm, posted


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge(request: Any, page_token: str) -> HttpResponse:
    """Open to whoever has the link. Looking changes nothing: programs that read mail follow every link in it."""
    now = timezone.now()
    page = actions.page_of_link(page_token)
    if page is None:
        return render(request, "incidents/acknowledge_over.html", status=404)
    form = ActionForm(posted(request))
    if form.carry_out(actions.acknowledge, incident_id=page.incident_id, by=page.member, now=now):
        return redirect("acknowledge", page_token=page_token)
    incident = Incident.objects.with_version().get(pk=page.incident_id)
    context = {
        "page": page,
        "form": form,
        "incident": incident,
        "affected": incident.affected.select_related("product"),
        "escalation": panel(incident, now=now),
        "is_theirs": incident.acknowledged_by_id == page.member_id,
        "desk_path": desk_path(incident),
        "now": now,
    }
    return render(request, "incidents/acknowledge.html", context, status=422 if form.errors else 200)
