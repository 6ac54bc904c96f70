"""Who has an incident, who was asked, and saying that one is at it."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema_view
from rest_framework.response import Response
from rest_framework.views import APIView

from incidents import actions
from incidents.escalation.panel import Panel, panel
from incidents.models import Incident
from shell.api.operations import Verb, operation, verb
from shell.api.records import shape_of
from tickets.api.access import MembersOnly, person

EscalationOut = shape_of(Panel, "EscalationOut")


def incident_or_404(number: int) -> Incident:
    found: Incident | None = Incident.objects.with_version().filter(number=number).first()
    if found is None:
        raise Http404("There is no such incident.")
    return found


@extend_schema_view(get=operation("incidents_escalation", EscalationOut))
class Escalation(APIView):
    """Who has the incident, who was asked when and by which way, and who would be next."""

    permission_classes = [MembersOnly]

    def get(self, request: Any, number: int) -> Response:
        return Response(EscalationOut(panel(incident_or_404(number), now=timezone.now())).data)


@verb("incidents_acknowledge", actions.acknowledge)
class Acknowledgement(Verb):
    """Say that you are at it. Once, whoever is first; again by the same person is the same acknowledgement."""

    permission_classes = [MembersOnly]
    gives = EscalationOut

    def about(self) -> dict[str, Any]:
        return {"incident_id": incident_or_404(self.kwargs["number"]).pk, "by": person(self.request)}

    def found(self) -> Panel:
        return panel(incident_or_404(self.kwargs["number"]), now=timezone.now())
