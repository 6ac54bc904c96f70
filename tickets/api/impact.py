"""What a version would make of the tickets that are open, for programs of owners: looked at part by part."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from agreements.api.versions import version_or_404
from agreements.models import AgreementVersion
from shell.api.operations import operation
from shell.api.records import shape_of
from shell.entry import LARGEST_ID
from tenants.api.access import OwnersOnly
from tickets.impact import impact
from tickets.impact.impact import EFFECTS, Change, Row
from tickets.models import Ticket


class ChangedTicketOut(serializers.Serializer):
    number = serializers.IntegerField()
    plan = serializers.CharField()
    level = serializers.CharField()
    changes = shape_of(Change, "ClockMoveOut")(many=True)


class KeptTicketOut(serializers.Serializer):
    """A ticket that stays under its version, because this one lacks the part that `lacking` names."""

    number = serializers.IntegerField()
    lacking = serializers.ChoiceField(choices=["plan", "request type", "level"])
    key = serializers.CharField()


class ImpactOut(serializers.Serializer):
    """One part of the impact. `next` is what to send as `after` for the part after it; null after the last."""

    as_of = serializers.DateTimeField()
    open_tickets = serializers.IntegerField(help_text="All that are open under an earlier version.")
    looked_at = serializers.IntegerField(help_text="Those of this part.")
    clocks = serializers.DictField(child=serializers.IntegerField(), help_text="Clocks of this part, by effect.")
    changed = ChangedTicketOut(many=True)
    kept = KeptTicketOut(many=True)
    next = serializers.IntegerField(allow_null=True)


class VersionImpact(APIView):
    """What would become of open tickets under an earlier version if they came under this one now; nothing moves."""

    permission_classes = [OwnersOnly]

    @operation(
        "agreement_versions_impact",
        ImpactOut,
        parameters=[OpenApiParameter("after", int, description="`next` of the part before; left out for the first.")],
    )
    def get(self, request: Any, agreement: str, version: int) -> Response:
        found = version_or_404(request, agreement, version)
        after = serializers.IntegerField(min_value=0, max_value=LARGEST_ID).run_validation(
            request.query_params.get("after", 0)
        )
        return Response(ImpactOut(_part(found, after)).data)


def _part(version: AgreementVersion, after: int) -> dict[str, Any]:
    part = impact.begin(version, as_of=timezone.now())
    open_tickets, part.after = part.open_tickets, after
    impact.go_on(part, version)
    numbers = dict(Ticket.objects.filter(pk__in=[row.ticket for row in part.rows]).values_list("pk", "number"))
    return {
        "as_of": part.as_of,
        "open_tickets": open_tickets,
        "looked_at": part.looked_at,
        "clocks": {effect: part.clocks[effect] for effect in EFFECTS},
        "changed": [_changed(row, numbers[row.ticket]) for row in part.changed],
        "kept": [_kept(row, numbers[row.ticket]) for row in part.kept],
        "next": None if part.looked_at < impact.BATCH else part.after,
    }


def _changed(row: Row, number: int) -> dict[str, Any]:
    return {"number": number, "plan": row.plan, "level": row.level, "changes": row.changes}


def _kept(row: Row, number: int) -> dict[str, Any]:
    assert row.lacking is not None
    what, key = row.lacking
    return {"number": number, "lacking": what, "key": key}
