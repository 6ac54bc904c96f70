"""Writing a call on the incident line down, for colleagues (C9)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from incidents import actions
from incidents.forms.call import IncidentCallForm
from incidents.views.desk.incident import done, find
from shell.forms import posted
from tenants.doors import desk_view
from tenants.models import Contact
from tickets.views.desk.frame import asked

#: So many are offered by name; whoever else called is named by their address.
OFFERED = 200


@desk_view.form
def call(request: Any, number: int) -> HttpResponse:
    """A fact of the incident; no promise is kept or broken by it. What is to be answered belongs on a ticket."""
    now, incident = timezone.now(), find(number)
    contacts = Contact.objects.active().select_related("client")
    form = IncidentCallForm.fresh(posted(request), now=now, choices={"caller": contacts})
    return asked(
        request,
        form,
        actions.log_incident_call,
        panel="incidents/desk/_call.html",
        whole="incidents/desk/verb.html",
        context={"incident": incident, "callers": contacts[:OFFERED]},
        done=lambda: done(request, number, "The call is on record, for colleagues.", now=now),
        now=now,
        active="incidents",
        incident_id=incident.pk,
    )
