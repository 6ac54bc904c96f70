"""Maintenance through the API: what people may read of it, and its verbs, which are those of the desk."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.response import Response
from rest_framework.views import APIView

from incidents.actions import maintenance as actions
from incidents.models import Maintenance, MaintenanceAnnouncement, MaintenancePart
from incidents.models.maintenance import TITLE_MAX, MaintenanceQuerySet
from shell.api.operations import Verb, operation, verb
from shell.api.shapes import Body, EnumField, IdField, body_of
from shell.paging import KeysetPagination
from tenants.models import Contact, Member
from tickets.api.access import MembersOnly, ReadsOrWorksTickets, person


class PartOut(serializers.ModelSerializer):
    product = serializers.CharField(source="product.key")

    class Meta:
        model = MaintenancePart
        fields = ["product", "component"]


class AnnouncementOut(serializers.ModelSerializer):
    """What clients were told and when. A later one does not change an earlier one."""

    class Meta:
        model = MaintenanceAnnouncement
        fields = ["announced_at", "start_at", "end_at", "text"]


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
        max_length=40, required=False, allow_blank=True, help_text="A component's key; left out, all of the product."
    )


class MaintenanceIn(Body):
    title = serializers.CharField(max_length=TITLE_MAX)
    parts = PartIn(many=True)
    start_at = serializers.DateTimeField()
    end_at = serializers.DateTimeField()
    kind = EnumField(Maintenance.Kind, required=False)
    description = serializers.CharField(max_length=actions.TEXT_MAX, required=False, allow_blank=True)
    notes = serializers.CharField(
        max_length=actions.TEXT_MAX, required=False, allow_blank=True, help_text="For the team alone."
    )
    is_risky = serializers.BooleanField(required=False)
    urgent_because = serializers.CharField(
        max_length=actions.REASON_MAX,
        required=False,
        allow_blank=True,
        help_text="Why it cannot wait. Left out, it can.",
    )
    responsible = IdField(required=False, help_text="A member's id; you, if left out.")
    starts_by_itself = serializers.BooleanField(required=False)


class MaintenanceAnnouncementIn(Body):
    text = serializers.CharField(max_length=actions.TEXT_MAX, required=False, allow_blank=True)


class MaintenanceMoveIn(Body):
    start_at = serializers.DateTimeField()
    end_at = serializers.DateTimeField()
    reason = serializers.CharField(max_length=actions.REASON_MAX)


class MaintenanceStartIn(Body):
    at = serializers.DateTimeField(required=False, help_text="When it began, if not now.")


class MaintenanceExtensionIn(Body):
    end_at = serializers.DateTimeField()
    reason = serializers.CharField(max_length=actions.REASON_MAX)


class MaintenanceCompletionIn(Body):
    at = serializers.DateTimeField(required=False, help_text="When it was done, if not now.")
    reason = serializers.CharField(max_length=actions.REASON_MAX, required=False, allow_blank=True)


class MaintenanceCancellationIn(Body):
    reason = serializers.CharField(max_length=actions.REASON_MAX)


class MaintenancePages(KeysetPagination):
    ordering = "-planned_start_at"


def visible(request: Any) -> MaintenanceQuerySet:
    """What this person may read: a member everything, a contact what was announced about its client's products."""
    who = person(request)
    rows = Maintenance.objects.all() if isinstance(who, Member) else Maintenance.objects.visible_to_contact(who)
    return rows.with_parts().prefetch_related("announcements")


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
        body = body_of(MaintenanceIn, request)
        body["parts"] = [(part["product"], part.get("component", "")) for part in body["parts"]]
        if "responsible" in body:
            body["responsible"] = _member(body["responsible"])
        planned = actions.plan_maintenance(by=who, now=timezone.now(), **body)
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
        found = maintenance_or_404(self.request, self.kwargs["number"])
        return {"maintenance_id": found.pk, "by": person(self.request)}

    def found(self) -> Maintenance:
        return maintenance_or_404(self.request, self.kwargs["number"])


@verb("maintenance_announce", actions.announce_maintenance, MaintenanceAnnouncementIn)
class Announcing(MaintenanceVerb):
    """Tell clients of a draft. What each was owed, and whether this keeps it, goes on record."""


@verb("maintenance_reschedule", actions.reschedule_maintenance, MaintenanceMoveIn)
class Moving(MaintenanceVerb):
    """Move announced maintenance; a new announcement, whose notice is looked at anew."""


@verb("maintenance_start", actions.start_maintenance, MaintenanceStartIn)
class Starting(MaintenanceVerb):
    """Say that the work has begun. A draft is announced with it."""


@verb("maintenance_extend", actions.extend_maintenance, MaintenanceExtensionIn)
class Extending(MaintenanceVerb):
    """Say that it takes longer. The end that was announced before it began stays what it was."""


@verb("maintenance_complete", actions.complete_maintenance, MaintenanceCompletionIn)
class Completing(MaintenanceVerb):
    """Say that the work is done."""


@verb("maintenance_cancel", actions.cancel_maintenance, MaintenanceCancellationIn)
class Cancelling(MaintenanceVerb):
    """Say that it will not take place."""


def _member(member_id: int) -> Member:
    found = Member.objects.working_tickets().select_related("user").filter(pk=member_id).first()
    if found is None:
        raise ValidationError({"responsible": "There is no such member."})
    return found
