"""Who has an incident, who was asked, and saying that one is at it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_view
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from incidents import actions
from incidents.api.incidents import shown_or_404
from incidents.escalation.panel import Panel, panel
from incidents.models import Page
from shell.api.operations import Verb, operation, verb
from shell.api.records import shape_of
from tickets.api.access import MembersOnly, person


class AskedOut(serializers.ModelSerializer):
    """Somebody was asked; `due_at` is when that should have happened. Rounds count from 1, repeats and steps from 0."""

    member = serializers.CharField(source="member.name")

    class Meta:
        model = Page
        fields = ["round", "repeat", "step", "member", "by", "due_at", "asked_at"]


EscalationOut = shape_of(Panel, "EscalationOut", askings=AskedOut(many=True))


@extend_schema_view(get=operation("incidents_escalation", EscalationOut))
class Escalation(APIView):
    """Who has the incident, who was asked when and by which way, and who would be next."""

    permission_classes = [MembersOnly]

    def get(self, request: Any, number: int) -> Response:
        return Response(EscalationOut(panel(shown_or_404(request, number), now=timezone.now())).data)


@verb("incidents_acknowledge", actions.acknowledge)
class Acknowledgement(Verb):
    """Say that you are at it. Once, whoever is first; again by the same person is the same acknowledgement."""

    permission_classes = [MembersOnly]
    gives = EscalationOut

    def about(self) -> dict[str, Any]:
        return {"incident_id": shown_or_404(self.request, self.kwargs["number"]).pk, "by": person(self.request)}

    def found(self) -> Panel:
        return panel(shown_or_404(self.request, self.kwargs["number"]), now=timezone.now())
