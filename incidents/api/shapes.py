"""What goes in and out about incidents. Shapes only: rules are in the actions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from incidents.actions.course import REASON_MAX
from incidents.actions.declaration import TITLE_MAX
from incidents.actions.update import BODY_MAX
from incidents.board.incident_rows import hurt_of
from incidents.cadence.countdown import latest, next_update
from incidents.models import Affected, Duty, Impact, Incident, IncidentClock, IncidentEvent, Role
from incidents.models.kinds import words_of
from shell.api.shapes import Body, EnumField, IdField
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


class IncidentOut(serializers.ModelSerializer):
    """An incident. What is internal is null or empty to contacts: `clock`, `acknowledged_at`, `duties`, `tickets`."""

    agreement = serializers.CharField(source="agreement_version.agreement.key")
    level_name = serializers.CharField(help_text="As the agreement calls it; empty where it has no levels.")
    merged_into = serializers.IntegerField(
        source="merged_into.number", allow_null=True, default=None, help_text="The number of the one that goes on."
    )
    affected = serializers.SerializerMethodField()
    next_update_due_at = serializers.SerializerMethodField(help_text="Null where none is promised by a time.")
    clock = serializers.SerializerMethodField()
    duties = serializers.SerializerMethodField()
    tickets = serializers.SerializerMethodField(help_text="The numbers of linked tickets.")
    acknowledged_at = serializers.SerializerMethodField()

    class Meta:
        model = Incident
        fields = [
            "number", "title", "agreement", "level", "level_name", "status", "started_at", "declared_at",
            "published_at", "resolved_at", "last_activity_at", "merged_into", "affected", "next_update_due_at", "clock",
            "duties", "tickets", "acknowledged_at",
        ]  # fmt: skip

    @property
    def _is_inside(self) -> bool:
        return not isinstance(person(self.context["request"]), Contact)

    @extend_schema_field(AffectedOut(many=True))
    def get_affected(self, incident: Incident) -> Any:
        return AffectedOut(hurt_of(incident), many=True).data

    def get_next_update_due_at(self, incident: Incident) -> datetime | None:
        owed = next_update(incident.clocks.all(), now=timezone.now())
        return owed.due_at if owed else None

    @extend_schema_field(UpdateClockOut(allow_null=True))
    def get_clock(self, incident: Incident) -> Any:
        clock = latest(incident.clocks.all()) if self._is_inside else None
        return UpdateClockOut(clock).data if clock else None

    @extend_schema_field(DutyOut(many=True))
    def get_duties(self, incident: Incident) -> Any:
        return DutyOut(incident.duties.all(), many=True).data if self._is_inside else []

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_tickets(self, incident: Incident) -> list[int]:
        return [link.ticket.number for link in incident.links.all()] if self._is_inside else []

    def get_acknowledged_at(self, incident: Incident) -> datetime | None:
        return incident.acknowledged_at if self._is_inside else None


class IncidentEventOut(serializers.ModelSerializer):
    """A fact, or a word to everybody or among colleagues. Contacts get what is public, without who did it and why."""

    actor_name = serializers.SerializerMethodField()
    words = serializers.SerializerMethodField(help_text="The fact in a sentence.")
    reason = serializers.SerializerMethodField()
    data = serializers.SerializerMethodField()  # type: ignore[assignment]  # the field is called what it holds

    class Meta:
        model = IncidentEvent
        fields = ["id", "kind", "at", "by", "actor_name", "words", "body", "reason", "data"]

    @property
    def _is_inside(self) -> bool:
        return not isinstance(person(self.context["request"]), Contact)

    def get_actor_name(self, event: IncidentEvent) -> str:
        return event.actor_name if self._is_inside else ""

    def get_reason(self, event: IncidentEvent) -> str:
        return event.reason if self._is_inside else ""

    def get_words(self, event: IncidentEvent) -> str:
        return words_of(event, event.incident.document) if self._is_inside else ""

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_data(self, event: IncidentEvent) -> dict[str, Any]:
        inside = self._is_inside
        return {name: value for name, value in event.data.items() if inside and name not in REPLAYED}


def _text(limit: int, **said: Any) -> serializers.CharField:
    return serializers.CharField(max_length=limit, trim_whitespace=False, **said)


def _number(help_text: str = "") -> serializers.IntegerField:
    """The number of a ticket or an incident."""
    return serializers.IntegerField(min_value=1, max_value=10**18, help_text=help_text)


class AffectedIn(Body):
    product = serializers.CharField(max_length=60, help_text="A product's key.")
    component = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    impact = EnumField(Impact)


class AffectedSetIn(Body):
    affected = AffectedIn(many=True, help_text="All that is affected now; what is left out is not any more.")


class DeclarationIn(Body):
    title = serializers.CharField(max_length=TITLE_MAX)
    agreement = serializers.CharField(
        max_length=60, required=False, help_text="The agreement's key; needed where more than one is in force."
    )
    level = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    affected = AffectedIn(many=True, required=False, default=list)
    started_at = serializers.DateTimeField(required=False, help_text="Now if left out.")
    body = _text(BODY_MAX, required=False, allow_blank=True, default="", help_text="A first word to everybody.")
    tickets = serializers.ListField(child=_number(), required=False, default=list, max_length=200)


class UpdateIn(Body):
    """A word to everybody, with where it stands then."""

    body = _text(BODY_MAX)
    status = EnumField(Incident.Status, required=False, help_text="Short of `resolved`.")
    affected = AffectedIn(many=True, required=False, help_text="All that is affected now, if that changes.")
    automated = serializers.BooleanField(
        required=False, default=False, help_text="Nobody wrote it: it tells everybody, and keeps no promise (B15)."
    )
    substantive = serializers.BooleanField(
        required=False, default=True, help_text="False: it says no more than that you know, no answer to tickets (C1)."
    )
    seen_event = IdField(required=False, help_text="The last event you read. Refused if somebody told everybody since.")


class NoteIn(Body):
    body = _text(BODY_MAX)


class LevelIn(Body):
    level = serializers.CharField(max_length=60)
    reason = serializers.CharField(max_length=REASON_MAX)


class DutyIn(Body):
    role = EnumField(Role)
    member = IdField(allow_null=True, help_text="A member's id, or null for nobody.")


class StepIn(Body):
    step = serializers.CharField(max_length=40)
    reached_at = serializers.DateTimeField(required=False, help_text="Now if left out.")


class ResolutionIn(Body):
    body = _text(BODY_MAX, help_text="The last word to everybody.")
    solve_tickets = serializers.BooleanField(required=False, default=True)
    seen_event = IdField(required=False, help_text="The last event you read. Refused if somebody told everybody since.")


class IncidentReasonIn(Body):
    reason = serializers.CharField(max_length=REASON_MAX)


class IncidentMergeIn(IncidentReasonIn):
    into = _number(help_text="The number of the open incident that goes on.")


class TitleIn(Body):
    title = serializers.CharField(max_length=TITLE_MAX)


class LinksIn(Body):
    tickets = serializers.ListField(child=_number(), min_length=1, max_length=200)


class UnlinkIn(Body):
    ticket = _number()
