"""What goes in and out. Shapes only: rules are in the actions."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clocks.verdict import STATES, for_programs, on_record
from shell.api.records import shape_of
from shell.api.shapes import Body, EnumField, IdField
from tickets.actions.new_ticket import BODY_MAX, SUBJECT_MAX
from tickets.actions.status import THIRD_PARTY_MAX
from tickets.models import Attachment, Clock, Message, Ticket, TicketEvent
from tickets.promises.preview import Preview

#: What facts keep for the replay: bound terms, how the client stood with its provider, what a duplicate owed. No reader
#: can use it, and what a client owes is not for everybody who reads a ticket.
REPLAYED = {"terms", "standing", "owed", "since", "with"}


class PersonOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class ClockOut(serializers.ModelSerializer):
    """One promise on one ticket. Durations are business seconds; no `due_at` while paused, stopped or best effort."""

    state = serializers.SerializerMethodField()

    class Meta:
        model = Clock
        fields = [
            "metric", "cycle", "state", "kind", "target_seconds", "target_text", "calendar", "clause", "started_at",
            "due_at", "paused_at", "stopped_at", "promised_at", "breached_at", "elapsed_seconds", "counted_at",
        ]  # fmt: skip

    @cached_property
    def _now(self) -> datetime:
        # One reader reads the time once, however many clocks it is given.
        return timezone.now()

    @extend_schema_field(serializers.ChoiceField(choices=STATES))
    def get_state(self, clock: Clock) -> str:
        return for_programs(on_record(clock, now=self._now), live=clock.stopped_at is None)


class TicketOut(serializers.ModelSerializer):
    client = PersonOut()
    requester = PersonOut()
    assignee = PersonOut(allow_null=True)
    product = serializers.CharField(source="product.key", allow_null=True, default=None)
    merged_into = serializers.IntegerField(
        source="merged_into.number", allow_null=True, default=None, help_text="The number of the ticket that goes on."
    )
    clocks = ClockOut(many=True)

    class Meta:
        model = Ticket
        fields = [
            "number", "subject", "status", "client", "requester", "assignee", "product", "channel", "plan",
            "request_type", "level", "requested_level", "coverage", "coverage_sentence", "coverage_clause", "scope",
            "reproducibility", "received_at", "last_activity_at", "on_hold_for", "workaround_at", "solved_at",
            "closed_at", "merged_into", "clocks",
        ]  # fmt: skip


class AttachmentOut(serializers.ModelSerializer):
    class Meta:
        model = Attachment
        fields = ["id", "name", "content_type", "size"]


class MessageOut(serializers.ModelSerializer):
    attachments = AttachmentOut(many=True)

    class Meta:
        model = Message
        fields = ["id", "kind", "author_name", "body", "posted_at", "attachments"]


class EventOut(serializers.ModelSerializer):
    """A fact on the ticket's history. `data` names the change."""

    data = serializers.SerializerMethodField()  # type: ignore[assignment]  # the field is called what it holds

    class Meta:
        model = TicketEvent
        fields = ["id", "kind", "at", "by", "actor_name", "reason", "data"]

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_data(self, event: TicketEvent) -> dict[str, Any]:
        return {name: value for name, value in event.data.items() if name not in REPLAYED}


class PromiseOut(serializers.Serializer):
    metric = serializers.CharField()
    text = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    clause = serializers.CharField()


PreviewOut = shape_of(Preview, "PreviewOut", lines=None, promises=PromiseOut(many=True, source="lines"))


class MeOut(serializers.Serializer):
    name = serializers.CharField()
    email = serializers.EmailField()
    kind = serializers.ChoiceField(choices=["member", "contact"])
    role = serializers.CharField(allow_null=True)
    tenant = serializers.CharField()


class RequestIn(Body):
    """What decides a request's promises."""

    request_type = serializers.CharField(
        max_length=60, help_text="A request type of the agreement, such as `incident`."
    )
    level = serializers.CharField(
        max_length=60,
        required=False,
        allow_blank=True,
        help_text="Such as `high` or `p1`; the agreement's default if left out.",
    )
    product = serializers.CharField(max_length=60, required=False, allow_null=True, help_text="A product's key.")
    requester = IdField(required=False, help_text="The contact on whose behalf a member files. Contacts leave it out.")


class TicketIn(RequestIn):
    subject = serializers.CharField(max_length=SUBJECT_MAX)
    body = serializers.CharField(max_length=BODY_MAX, trim_whitespace=False)
    channel = EnumField(Ticket.Channel, required=False)
    received_at = serializers.DateTimeField(required=False, help_text="When it reached you, if not now. Members only.")


class MessageIn(Body):
    body = serializers.CharField(max_length=BODY_MAX, trim_whitespace=False)
    kind = serializers.ChoiceField(
        choices=[kind for kind in Message.Kind.choices if kind[0] != Message.Kind.CLIENT],
        required=False,
        help_text=(
            "Members only. A reply is substantive and stops clocks; an acknowledgement only where any reply does."
        ),
    )
    then = EnumField(Ticket.Status, required=False, help_text="Members only.")
    attachments = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True), required=False, help_text="Files, in a multipart request."
    )


class StatusIn(Body):
    status = EnumField(Ticket.Status)
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    third_party = serializers.CharField(
        max_length=THIRD_PARTY_MAX,
        required=False,
        help_text="Whom a ticket on hold waits for. Left out, it is another kind of hold.",
    )


class ReopenIn(Body):
    reason = serializers.CharField(max_length=2000)


class AssignmentIn(Body):
    assignee = IdField(allow_null=True, help_text="A member's id, or null for nobody.")


class ClassificationIn(Body):
    level = serializers.CharField(max_length=60)
    request_type = serializers.CharField(max_length=60, required=False)
    reason = serializers.CharField(max_length=2000)


class ScopeIn(Body):
    scope = EnumField(Ticket.Scope)
    reproducibility = EnumField(Ticket.Reproducibility)


class WorkaroundIn(Body):
    body = serializers.CharField(
        max_length=BODY_MAX, trim_whitespace=False, required=False, help_text="Goes to the client as a reply."
    )
    reason = serializers.CharField(
        max_length=2000, required=False, help_text="Where the client has it from, if no reply explains it."
    )


class WithdrawalIn(Body):
    reason = serializers.CharField(max_length=2000, help_text="What does not work.")


class CallIn(Body):
    caller = IdField(help_text="The contact who called.")
    called_at = serializers.DateTimeField()
    body = serializers.CharField(max_length=BODY_MAX, trim_whitespace=False)


class MergeIn(Body):
    into = serializers.IntegerField(min_value=1, max_value=10**18, help_text="The number of the ticket that goes on.")
    reason = serializers.CharField(max_length=2000, help_text="The client reads it on both tickets.")
