"""Maintenance through the API: what people may read of it, and its verbs, which are those of the desk."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.response import Response
from rest_framework.views import APIView

from incidents.actions import maintenance as actions
from incidents.forms import maintenance as forms
from incidents.models import Maintenance, MaintenanceEvent, MaintenancePart
from incidents.models.maintenance import TITLE_MAX, MaintenanceQuerySet
from shell.api.arguments import Fields, doing, sent_for
from shell.api.operations import Verb, operation
from shell.api.shapes import Body, IdField, RowField, body_of
from shell.paging import KeysetPagination
from tenants.models import Contact, Member
from tickets.api.access import MembersOnly, ReadsOrWorksTickets, person


class PartOut(serializers.ModelSerializer):
    product = serializers.CharField(source="product.key")

    class Meta:
        model = MaintenancePart
        fields = ["product", "component"]


class AnnouncementOut(serializers.Serializer):
    """What clients were told and when. A later one does not change an earlier one."""

    announced_at = serializers.DateTimeField(source="at")
    start_at = serializers.DateTimeField()
    end_at = serializers.DateTimeField()
    text = serializers.CharField(source="reason")


class MaintenanceOut(serializers.ModelSerializer):
    """`planned_*` is meant now, `announced_*` was told to clients before it began, the rest is what happened."""

    parts = PartOut(many=True)
    announcements = AnnouncementOut(many=True)

    class Meta:
        model = Maintenance
        fields = [
            "number", "title", "description", "kind", "is_risky", "urgent_because", "status", "parts",
            "planned_start_at", "planned_end_at", "announced_start_at", "announced_end_at", "started_at", "ended_at",
            "overrun_at", "announcements",
        ]  # fmt: skip


class PartIn(Body):
    product = serializers.CharField(max_length=60, help_text="A product's key.")
    component = serializers.CharField(
        max_length=40, required=False, default="", allow_blank=True,
        help_text="A component's key; left out, all of the product.",
    )  # fmt: skip

    def to_internal_value(self, data: Any) -> tuple[str, str]:
        part = super().to_internal_value(data)
        return part["product"], part["component"]


_text = partial(serializers.CharField, max_length=actions.TEXT_MAX)
_reason = partial(serializers.CharField, max_length=actions.REASON_MAX)
#: Arguments of actions of which the type does not say enough.
FIELDS: Fields = {
    "title": partial(serializers.CharField, max_length=TITLE_MAX),
    "parts": partial(PartIn, many=True),
    "description": partial(_text, allow_blank=True, help_text="What clients read."),
    "notes": partial(_text, help_text="For the team alone."),
    "text": partial(_text, help_text="What clients read."),
    "reason": partial(_reason, help_text="Clients read it."),
    "urgent_because": partial(_reason, help_text="Why it cannot wait. Left out, it can."),
    "responsible": partial(RowField, Member, help_text="A member's id; you, if left out."),
    "seen_event": partial(IdField, help_text="Refused if somebody changed it after this event."),
    "at": partial(serializers.DateTimeField, help_text="Now, if left out."),
}
MaintenanceIn: Any = sent_for(actions.plan_maintenance, "MaintenanceIn", FIELDS, {})


class MaintenancePages(KeysetPagination):
    ordering = "-planned_start_at"


def visible(request: Any) -> MaintenanceQuerySet:
    """What this person may read: a member everything, a contact what was announced about its client's products."""
    who = person(request)
    rows = Maintenance.objects.all() if isinstance(who, Member) else Maintenance.objects.visible_to_contact(who)
    told = MaintenanceEvent.objects.announcements()
    return rows.with_parts().prefetch_related(Prefetch("events", told, to_attr="announcements"))


def maintenance_or_404(request: Any, number: int) -> Maintenance:
    found = visible(request).filter(number=number).first()
    if found is None:
        raise Http404("There is no such maintenance.")
    return found


class MaintenanceList(ListAPIView):
    """Maintenance you may read, newest first, and planning some."""

    permission_classes = [ReadsOrWorksTickets]
    serializer_class = MaintenanceOut
    pagination_class = MaintenancePages
    queryset = Maintenance._base_manager.none()

    def get_queryset(self) -> Any:
        rows, status = visible(self.request), self.request.query_params.get("status")
        if status and status not in Maintenance.Status.values:
            raise ValidationError({"status": "There is no such status."})
        return rows.filter(status=status) if status else rows

    @operation(
        "maintenance_list",
        MaintenanceOut(many=True),
        parameters=[OpenApiParameter("status", enum=Maintenance.Status.values)],
    )
    def get(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @operation("maintenance_plan", MaintenanceOut, status=201, request=MaintenanceIn)
    def post(self, request: Any) -> Response:
        who = person(request)
        if isinstance(who, Contact):
            raise Http404
        planned = actions.plan_maintenance(by=who, now=timezone.now(), **body_of(MaintenanceIn, request))
        location = {"Location": f"/api/v1/maintenance/{planned.number}/"}
        return Response(MaintenanceOut(maintenance_or_404(request, planned.number)).data, status=201, headers=location)


class MaintenanceDetail(APIView):
    """One maintenance with every announcement of it."""

    permission_classes = [ReadsOrWorksTickets]

    @operation("maintenance_read", MaintenanceOut)
    def get(self, request: Any, number: int) -> Response:
        return Response(MaintenanceOut(maintenance_or_404(request, number)).data)


class MaintenanceVerb(Verb):
    """Something done to maintenance; answers with it as it then is."""

    permission_classes = [MembersOnly]
    gives = MaintenanceOut

    def about(self) -> dict[str, Any]:
        return {"maintenance_id": self.found().pk, "by": person(self.request)}

    def found(self) -> Maintenance:
        return maintenance_or_404(self.request, self.kwargs["number"])


VERBS = {key: doing(MaintenanceVerb, f"maintenance_{key}", its.action, FIELDS, {}) for key, its in forms.VERBS.items()}
