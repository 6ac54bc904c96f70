"""Who is on call, for programs."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from incidents.actions.standins import LONGEST, stand_in
from incidents.models import OnCallOverride, OnCallSchedule
from incidents.oncall import rota
from incidents.oncall.roster import roster_of, rosters
from shell.api.arguments import sent_for
from shell.api.operations import operation
from shell.api.shapes import Body, IdField, body_of
from tickets.api.access import MembersOnly

USUAL_SPAN = timedelta(weeks=4)


class ShiftOut(serializers.Serializer):
    """[starts_at, ends_at), and who has it."""

    member = serializers.IntegerField(source="person.pk")
    name = serializers.CharField(source="person.name")
    starts_at = serializers.DateTimeField(source="start")
    ends_at = serializers.DateTimeField(source="end")


class OnCallOut(serializers.Serializer):
    """A schedule with who has it now and who has it next; null is nobody."""

    id = serializers.IntegerField(source="schedule.pk")
    name = serializers.CharField(source="schedule.name")
    timezone = serializers.CharField(source="schedule.timezone")
    now = ShiftOut(source="current", allow_null=True)
    next = ShiftOut(allow_null=True)


class OnCallOverrideOut(serializers.ModelSerializer):
    class Meta:
        model = OnCallOverride
        fields = ["id", "schedule", "member", "instead_of", "starts_at", "ends_at", "reason", "made_at"]


OnCallOverrideIn: Any = sent_for(
    stand_in,
    "OnCallOverrideIn",
    {
        "member_id": partial(IdField, help_text="Who stands in; whoever asks, when left out."),
        "instead_of_id": partial(IdField, help_text="For whom; null stands before everybody."),
        "reason": partial(serializers.CharField, max_length=200),
    },
    {"member_id": "member", "instead_of_id": "instead_of"},
)


class SpanIn(Body):
    since = serializers.DateTimeField(required=False)
    until = serializers.DateTimeField(required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        since = given.get("since") or timezone.now()
        if since.year not in rota.YEARS:
            raise serializers.ValidationError({"since": ["Nobody is on call at that time."]})
        until = given.get("until") or since + USUAL_SPAN
        if not since < until <= since + LONGEST:
            raise serializers.ValidationError({"until": ["This has to come after `since`, within a year."]})
        return {"start": since, "end": until}


class OnCallList(APIView):
    permission_classes = [MembersOnly]

    @operation("on_call_list", OnCallOut(many=True))
    def get(self, request: Any) -> Response:
        """Every schedule: who is on call now, and who is next."""
        now = timezone.now()
        return Response(OnCallOut([found.standing(now) for found in rosters(since=now)], many=True).data)


class OnCallShifts(APIView):
    permission_classes = [MembersOnly]

    @operation(
        "on_call_shifts",
        ShiftOut(many=True),
        parameters=[
            OpenApiParameter("since", OpenApiTypes.DATETIME, description="Now, when left out."),
            OpenApiParameter("until", OpenApiTypes.DATETIME, description="Four weeks later, when left out."),
        ],
    )
    def get(self, request: Any, schedule_id: int) -> Response:
        """The shifts of a schedule that reach into the time asked for, whole. Between them nobody is on call."""
        schedule = get_object_or_404(OnCallSchedule, pk=schedule_id)
        span = SpanIn(data=request.query_params.dict())
        span.is_valid(raise_exception=True)
        start, end = span.validated_data["start"], span.validated_data["end"]
        return Response(ShiftOut(roster_of(schedule, since=start).shifts(start, end), many=True).data)


class OnCallOverrides(APIView):
    permission_classes = [MembersOnly]

    @operation("on_call_override", OnCallOverrideOut, status=201, request=OnCallOverrideIn)
    def post(self, request: Any, schedule_id: int) -> Response:
        """Put somebody on call. Agents put themselves; owners and leads anybody."""
        get_object_or_404(OnCallSchedule.objects.current(), pk=schedule_id)
        given, by = body_of(OnCallOverrideIn, request), request._request.member
        made = stand_in(schedule_id=schedule_id, by=by, now=timezone.now(), **given)
        return Response(OnCallOverrideOut(made).data, status=status.HTTP_201_CREATED)
