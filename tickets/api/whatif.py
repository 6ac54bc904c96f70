"""What-ifs for programs: ask how a past period would have gone under other terms, wait, read the answer, keep it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.response import Response
from rest_framework.views import APIView

from agreements.models import AgreementVersion
from shell.api.operations import Verb, operation, verb
from shell.api.shapes import Body, IdField, body_of
from shell.entry import LARGEST_ID
from shell.paging import KeysetPagination
from tenants.api.access import ReportReaders
from tenants.models import Client
from tickets.actions.whatif import ask_what_if, cancel_what_if, discard_what_if, keep_what_if
from tickets.models import WhatIf, WhatIfTicket

LARGEST_NUMBER = 2**31 - 1


class WhatIfIn(Body):
    """Tickets received from `first_day` to `last_day`, both included, in the workspace's time zone."""

    agreement = serializers.SlugField(max_length=60, help_text="The agreement's key.")
    version = serializers.IntegerField(min_value=1, max_value=LARGEST_NUMBER, help_text="Its number; a draft's too.")
    plan = serializers.CharField(
        max_length=60, required=False, default="", allow_blank=True, help_text="Instead of each ticket's own."
    )
    client = IdField(required=False, allow_null=True, default=None, help_text="Only this client's tickets.")
    first_day = serializers.DateField()
    last_day = serializers.DateField()


class WhatIfKeepIn(Body):
    name = serializers.CharField(max_length=120)


class WhatIfSideOut(serializers.Serializer):
    kept = serializers.IntegerField()
    missed = serializers.IntegerField()
    running = serializers.IntegerField()
    measured = serializers.IntegerField()


class WhatIfRowOut(serializers.Serializer):
    """Clocks of one plan and level, by metric. `lost` would have been missed and were not; `gained`: the reverse."""

    plan = serializers.CharField()
    plan_name = serializers.CharField()
    level = serializers.CharField()
    level_name = serializers.CharField()
    metric = serializers.CharField()
    before = WhatIfSideOut()
    after = WhatIfSideOut()
    lost = serializers.IntegerField()
    gained = serializers.IntegerField()


class WhatIfLeftOut(serializers.Serializer):
    """Tickets that cannot be compared: the version lacks their plan, request type or level, or they had no terms."""

    what = serializers.ChoiceField(choices=["plan", "request_type", "level", "terms"])
    key = serializers.CharField()
    name = serializers.CharField()
    tickets = serializers.IntegerField()
    missed = serializers.IntegerField(help_text="Promises on them that really were missed.")


class WhatIfAnswerOut(serializers.Serializer):
    as_of = serializers.DateTimeField()
    compared = serializers.IntegerField(help_text="Tickets in the rows.")
    coverage_changed = serializers.IntegerField(help_text="Tickets of which another part would have been covered.")
    rows = WhatIfRowOut(many=True)
    left_out = WhatIfLeftOut(many=True)


class WhatIfOut(serializers.ModelSerializer):
    """A question, where it stands, and the answer once it is `finished`."""

    agreement = serializers.CharField(source="version.agreement.key")
    version = serializers.IntegerField(source="version.number")
    version_label = serializers.CharField(source="version.label")
    text_changed = serializers.BooleanField(help_text="The draft has another text by now than the one asked about.")
    client = serializers.IntegerField(source="client_id", allow_null=True)
    state = serializers.ChoiceField(choices=WhatIf.State.choices)
    asked_by = serializers.CharField(source="asked_by.name")
    expires_at = serializers.DateTimeField(allow_null=True)
    result = serializers.SerializerMethodField()

    class Meta:
        model = WhatIf
        fields = [
            "id", "name", "agreement", "version", "version_label", "text_changed", "plan", "client", "since", "until",
            "state", "total", "done", "failure", "asked_at", "asked_by", "finished_at", "kept_at", "expires_at",
            "result",
        ]  # fmt: skip

    @extend_schema_field(WhatIfAnswerOut(allow_null=True))
    def get_result(self, what_if: WhatIf) -> Any:
        return None if what_if.result is None else WhatIfAnswerOut(what_if.result).data


class WhatIfTicketOut(serializers.ModelSerializer):
    """A clock that is missed on one side only."""

    ticket = serializers.IntegerField(source="ticket.number")
    subject = serializers.CharField(source="ticket.subject")

    class Meta:
        model = WhatIfTicket
        fields = [
            "ticket", "subject", "metric", "cycle", "outcome", "was", "would_be", "was_target", "would_be_target",
            "was_due_at", "would_be_due_at",
        ]  # fmt: skip


class NewestFirst(KeysetPagination):
    ordering = "-asked_at"


class InOrderOfFiling(KeysetPagination):
    page_size = 200
    max_page_size = 1000
    ordering = "pk"


class FlipFilter(django_filters.FilterSet):
    outcome = django_filters.ChoiceFilter(choices=WhatIfTicket.Outcome.choices)
    metric = django_filters.CharFilter(max_length=30)

    class Meta:
        model = WhatIfTicket
        fields: list[str] = []


def _questions() -> Any:
    return WhatIf.objects.select_related("version__agreement", "asked_by").defer("version__source")


def _found(what_if_id: int) -> WhatIf:
    found = _questions().filter(pk=what_if_id).first() if what_if_id <= LARGEST_ID else None
    if found is None:
        raise Http404("There is no such what-if.")
    return found


class WhatIfList(ListAPIView):
    """Questions that were asked, and asking one."""

    permission_classes = [ReportReaders]
    serializer_class = WhatIfOut
    pagination_class = NewestFirst
    queryset = WhatIf._base_manager.none()

    def get_queryset(self) -> Any:
        return _questions()

    @operation("what_ifs_list", WhatIfOut(many=True))
    def get(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @operation("what_ifs_create", WhatIfOut, status=status.HTTP_202_ACCEPTED, request=WhatIfIn)
    def post(self, request: Any) -> Response:
        """Answers at once; the answer is computed in the background. Read it again until it is finished or failed."""
        body = body_of(WhatIfIn, request)
        version = AgreementVersion.objects.filter(agreement__key=body["agreement"], number=body["version"]).first()
        if version is None:
            raise ValidationError({"version": "There is no such version of this agreement."})
        client = None
        if body["client"] is not None:
            client = Client.objects.filter(pk=body["client"]).first()
            if client is None:
                raise ValidationError({"client": "There is no such client."})
        zone = ZoneInfo(request._request.tenant.timezone)
        if body["last_day"] < body["first_day"]:
            raise ValidationError({"last_day": "The period ends before it begins."})
        try:
            since = datetime.combine(body["first_day"], time(), zone)
            until = datetime.combine(body["last_day"] + timedelta(days=1), time(), zone)
        except OverflowError:
            raise ValidationError({"last_day": "This day is out of range."}) from None
        try:
            asked = ask_what_if(
                version=version, plan=body["plan"], client=client, since=since, until=until, by=request.user,
                now=timezone.now(),
            )  # fmt: skip
        except ValidationError as refusal:
            raise _beside_days(refusal) from None
        return Response(WhatIfOut(_found(asked.pk)).data, status=status.HTTP_202_ACCEPTED)


def _beside_days(refusal: ValidationError) -> ValidationError:
    """The action's sentences, beside what this endpoint calls the ends of the period."""
    if not hasattr(refusal, "error_dict"):
        return refusal
    names = {"since": "first_day", "until": "last_day"}
    return ValidationError({names.get(name, name): sentences for name, sentences in refusal.message_dict.items()})


class WhatIfDetail(APIView):
    permission_classes = [ReportReaders]

    @operation("what_ifs_read", WhatIfOut)
    def get(self, request: Any, what_if_id: int) -> Response:
        return Response(WhatIfOut(_found(what_if_id)).data)

    @operation("what_ifs_discard", None, status=status.HTTP_204_NO_CONTENT)
    def delete(self, request: Any, what_if_id: int) -> Response:
        """Throw the question and its answer away; that it was asked stays on the history."""
        discard_what_if(what_if_id=_found(what_if_id).pk, by=request.user, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class WhatIfTickets(ListAPIView):
    """The promises that would have turned out differently, each with its ticket."""

    permission_classes = [ReportReaders]
    serializer_class = WhatIfTicketOut
    pagination_class = InOrderOfFiling
    filterset_class = FlipFilter
    queryset = WhatIfTicket._base_manager.none()

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return _found(self.kwargs["what_if_id"]).tickets.select_related("ticket")

    @operation("what_ifs_tickets", WhatIfTicketOut(many=True))
    def get(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class WhatIfVerb(Verb):
    """Something done to a question; answers with it as it then is."""

    permission_classes = [ReportReaders]
    gives = WhatIfOut

    def about(self) -> dict[str, Any]:
        return {"what_if_id": self.found().pk, "by": self.request.user}

    def found(self) -> WhatIf:
        return _found(**self.kwargs)


@verb("what_ifs_cancel", cancel_what_if)
class WhatIfCancelling(WhatIfVerb):
    """Stop computing the answer."""


@verb("what_ifs_keep", keep_what_if, WhatIfKeepIn)
class WhatIfKeeping(WhatIfVerb):
    """Keep it under a name, or give a kept one another."""
