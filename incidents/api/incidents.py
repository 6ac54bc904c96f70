"""Incidents for programs: the same reads and the same actions as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import Http404
from django.utils import timezone
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response
from rest_framework.views import APIView

from incidents import actions
from incidents.api import shapes
from incidents.api.arguments import CALLED, FIELDS
from incidents.board.incident_filters import IncidentFilter
from incidents.board.incident_rows import NEWEST_FIRST
from incidents.cadence.why import explained_update
from incidents.models import Affected, Duty, Incident, IncidentClock, IncidentEvent, IncidentLink
from shell.api.arguments import doing
from shell.api.operations import Verb, operation
from shell.paging import KeysetPagination
from tenants.models import Contact
from tickets.api.access import MembersOnly, ReadsOrWorksTickets, person
from tickets.api.clocks import ExplanationOut


class ReadOrWorkedOn(ReadsOrWorksTickets):
    """Members read, those who work tickets write too; contacts read what is published about their products."""

    def has_permission(self, request: Any, view: Any) -> bool:
        if request._request.contact is not None and request.method not in SAFE_METHODS:
            raise Http404
        return super().has_permission(request, view)


def shown_incidents(request: Any) -> Any:
    """Those that may be read, with everything that `IncidentOut` says."""
    who = person(request)
    incidents = Incident.objects.visible_to_contact(who) if isinstance(who, Contact) else Incident.objects.all()
    # The latest cycle alone: one that goes on for days has hundreds.
    clocks = IncidentClock.objects.order_by("incident", "-cycle").distinct("incident")
    return (
        incidents.with_version()
        .select_related("merged_into")
        .prefetch_related(
            Prefetch("clocks", clocks),
            Prefetch("affected", Affected.objects.select_related("product")),
            Prefetch("duties", Duty.objects.select_related("member__user")),
            Prefetch("links", IncidentLink.objects.current().select_related("ticket")),
        )
    )


def shown_or_404(request: Any, number: int) -> Incident:
    found: Incident | None = shown_incidents(request).filter(number=number).first()
    if found is None:
        raise Http404("There is no such incident.")
    return found


class NewestFirst(KeysetPagination):
    ordering = NEWEST_FIRST


class Incidents(ListAPIView, Verb):
    """Incidents you may see, and declaring one."""

    permission_classes = [ReadOrWorkedOn]
    serializer_class = gives = shapes.IncidentOut
    pagination_class = NewestFirst
    filterset_class = IncidentFilter
    queryset = Incident._base_manager.none()
    answers = status.HTTP_201_CREATED

    def get_queryset(self) -> Any:
        return shown_incidents(self.request)

    @operation("incidents_list", shapes.IncidentOut(many=True))
    def get(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def post(self, request: Any, **address: Any) -> Response:
        answer = super().post(request, **address)
        answer["Location"] = f"/api/v1/incidents/{self.made.number}/"
        return answer

    def about(self) -> dict[str, Any]:
        return {"by": person(self.request)}

    def found(self) -> Incident:
        return shown_or_404(self.request, self.made.number)


IncidentList = doing(Incidents, "incidents_create", actions.declare_incident, FIELDS, CALLED)


class IncidentDetail(APIView):
    """One incident with the update it owes next."""

    permission_classes = [ReadOrWorkedOn]

    @operation("incidents_read", shapes.IncidentOut)
    def get(self, request: Any, number: int) -> Response:
        return Response(shapes.IncidentOut(shown_or_404(request, number), context={"request": request}).data)


class IncidentEventList(APIView):
    """What happened and what was said, oldest first."""

    permission_classes = [ReadOrWorkedOn]

    @operation("incident_events_list", shapes.IncidentEventOut(many=True))
    def get(self, request: Any, number: int) -> Response:
        incident = shown_or_404(request, number)
        events = IncidentEvent.objects.of(incident)
        if isinstance(person(request), Contact):
            events = events.public()
        found = list(events)
        for event in found:
            event.incident = incident
        return Response(shapes.IncidentEventOut(found, many=True, context={"request": request}).data)


class UpdateExplanation(APIView):
    """Why an update is due when it is: every instant since the word before it, and why it counted or did not."""

    permission_classes = [MembersOnly]

    @operation("incident_clock_explain", ExplanationOut)
    def get(self, request: Any, number: int, cycle: int) -> Response:
        incident = shown_or_404(request, number)
        told = explained_update(incident, cycle, now=timezone.now()) if cycle < 2**31 else None
        if told is None:
            raise Http404("There is no such clock.")
        return Response(ExplanationOut(told).data)
