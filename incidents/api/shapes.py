"""What goes in and out about incidents. Shapes only: rules are in the actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from incidents.board.incident_rows import hurt_of
from incidents.cadence.countdown import latest, next_update
from incidents.models import Affected, Duty, Incident, IncidentClock, IncidentEvent
from incidents.models.kinds import words_of
from tenants.models import Contact
from tickets.api.access import person
from tickets.api.serializers import ClockOut, PersonOut

#: What facts keep for the replay alone.
REPLAYED = {"terms"}


class AffectedOut(serializers.ModelSerializer):
    product = serializers.CharField(source="product.key")
    name = serializers.CharField()

    class Meta:
        model = Affected
        fields = ["product", "component", "name", "impact"]


class DutyOut(serializers.ModelSerializer):
    """A role that somebody has or had."""

    member = PersonOut()

    class Meta:
        model = Duty
        fields = ["role", "member", "from_at", "until_at"]


class UpdateClockOut(ClockOut):
    """The update that is owed next, or was last. Durations are seconds of the agreement's hours."""

    class Meta(ClockOut.Meta):
        model = IncidentClock  # type: ignore[assignment]  # a clock like the other


class ReadByContactsToo(serializers.ModelSerializer):
    """What contacts get as well, with what is internal as `outside` has it."""

    outside: Mapping[str, Any]

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        return {**shown, **self.outside} if isinstance(person(self.context["request"]), Contact) else shown


class IncidentOut(ReadByContactsToo):
    """An incident. What is internal is null or empty to contacts: `clock`, `acknowledged_at`, `duties`, `tickets`."""

    agreement = serializers.CharField(source="agreement_version.agreement.key")
    level_name = serializers.CharField(help_text="As the agreement calls it; empty where it has no levels.")
    merged_into = serializers.IntegerField(
        source="merged_into.number", allow_null=True, default=None, help_text="The number of the one that goes on."
    )
    affected = serializers.SerializerMethodField()
    next_update_due_at = serializers.SerializerMethodField(help_text="Null where none is promised by a time.")
    clock = serializers.SerializerMethodField()
    duties = DutyOut(many=True)
    tickets = serializers.SerializerMethodField(help_text="The numbers of linked tickets.")

    outside = {"clock": None, "duties": [], "tickets": [], "acknowledged_at": None}

    class Meta:
        model = Incident
        fields = [
            "number", "title", "agreement", "level", "level_name", "status", "started_at", "declared_at",
            "published_at", "resolved_at", "last_activity_at", "merged_into", "affected", "next_update_due_at", "clock",
            "duties", "tickets", "acknowledged_at",
        ]  # fmt: skip

    @extend_schema_field(AffectedOut(many=True))
    def get_affected(self, incident: Incident) -> Any:
        return AffectedOut(hurt_of(incident), many=True).data

    def get_next_update_due_at(self, incident: Incident) -> datetime | None:
        owed = next_update(incident.clocks.all(), now=timezone.now())
        return owed.due_at if owed else None

    @extend_schema_field(UpdateClockOut(allow_null=True))
    def get_clock(self, incident: Incident) -> Any:
        clock = latest(incident.clocks.all())
        return UpdateClockOut(clock).data if clock else None

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_tickets(self, incident: Incident) -> list[int]:
        return [link.ticket.number for link in incident.links.all()]


class IncidentEventOut(ReadByContactsToo):
    """A fact, or a word to everybody or among colleagues. Contacts get what is public, without who did it and why."""

    words = serializers.SerializerMethodField(help_text="The fact in a sentence.")
    data = serializers.SerializerMethodField()  # type: ignore[assignment]  # the field is called what it holds

    outside = {"actor_name": "", "reason": "", "words": "", "data": {}}

    class Meta:
        model = IncidentEvent
        fields = ["id", "kind", "at", "by", "actor_name", "words", "body", "reason", "data"]

    def get_words(self, event: IncidentEvent) -> str:
        return words_of(event, event.incident.document)

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_data(self, event: IncidentEvent) -> dict[str, Any]:
        return {name: value for name, value in event.data.items() if name not in REPLAYED}
