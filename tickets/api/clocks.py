"""Why a clock stands as it does, and pauses that are contested: endpoints and their shapes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from clocks.replay import METRICS
from clocks.replay.reasons import BY_SLUG
from clocks.verdict import STATES, for_programs
from clocks.why.account import Change
from clocks.why.explanation import Segment
from clocks.why.sentences import segment_words, sum_words, verdict_of
from shell.api.operations import Verb, operation, verb
from shell.api.records import shape_of
from shell.api.shapes import Body, EnumField, body_of
from tenants.models import Contact
from tickets import actions
from tickets.actions.contest import REASON_MAX
from tickets.api.access import MembersOnly, ReadsOrWorksTickets, person, ticket_or_404
from tickets.models import PauseContest
from tickets.why.answer import Explained, PauseTold, explained

SECOND = timedelta(seconds=1)


class ContestOut(serializers.ModelSerializer):
    """A pause that a client says should have counted. `outcome` is empty until it is answered."""

    contact = serializers.CharField(source="contact.name")
    answered_by = serializers.SerializerMethodField()

    class Meta:
        model = PauseContest
        fields = ["id", "pause", "contact", "reason", "contested_at", "outcome", "answer", "answered_by", "answered_at"]

    def get_answered_by(self, contest: PauseContest) -> str | None:
        return contest.answered_by.name if contest.answered_by else None


class PauseOut(serializers.Serializer):
    """A pause of this clock. `id` is the fact that began it; `lost_seconds` would have counted."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=list(BY_SLUG))
    words = serializers.CharField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField(allow_null=True)
    by = serializers.CharField()
    reason = serializers.CharField()
    asked = serializers.CharField(help_text="The public message that went with it, shortened.")
    struck = serializers.BooleanField(help_text="Struck out: its time counts.")
    lost_seconds = serializers.SerializerMethodField()
    can_be_contested = serializers.BooleanField(help_text="By the contact who asks.")
    contest = ContestOut(allow_null=True)

    def get_lost_seconds(self, pause: PauseTold) -> int:
        return pause.lost // SECOND


class SegmentOut(serializers.Serializer):
    """A part of the clock's life, [start, end). They hold each instant once; what counts adds up to the second."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=["counted", "closed", "paused", "stopped"])
    reason = serializers.CharField(
        help_text=(
            "closed: night, break, weekend, closed_day, holiday or exception. paused: as the pause. stopped: "
            "solved or closed."
        )
    )
    name = serializers.SerializerMethodField(help_text="A closed segment in words: a holiday by its name.")
    counted_seconds = serializers.SerializerMethodField()
    total_seconds = serializers.SerializerMethodField(help_text="Counted up to its end.")
    to_come = serializers.BooleanField(source="coming")
    after_due = serializers.BooleanField(source="over")
    struck = serializers.BooleanField(help_text="Within a pause that was struck out.")
    pause = serializers.IntegerField(allow_null=True)

    def get_name(self, segment: Segment) -> str:
        return segment_words(segment) if segment.kind == "closed" else ""

    def get_counted_seconds(self, segment: Segment) -> int:
        return segment.counted // SECOND

    def get_total_seconds(self, segment: Segment) -> int:
        return segment.total // SECOND


class PromisedOut(serializers.Serializer):
    """What was promised, and the rule that says so."""

    kind = serializers.ChoiceField(choices=["target", "best_effort", "none"])
    text = serializers.CharField()
    rule = serializers.CharField(source="matched")
    note = serializers.CharField()


class CitedOut(serializers.Serializer):
    key = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()


class TermsOut(serializers.Serializer):
    """The agreement that the clock stands under."""

    title = serializers.CharField(source="document.title")
    version = serializers.CharField(source="version.label")
    effective_from = serializers.DateField(source="version.effective_from")
    plan = serializers.CharField()
    level = serializers.CharField()


class HoursOut(serializers.Serializer):
    """The calendar that counts. `members` are what a union is put together from."""

    key = serializers.CharField(source="calendar.key")
    name = serializers.CharField(source="calendar.name")
    description = serializers.CharField(source="calendar.description")
    timezone = serializers.CharField(source="calendar.timezone")
    members = serializers.SerializerMethodField()

    def get_members(self, told: Explained) -> list[str]:
        return [member.name for member in told.members]


class ExplanationOut(serializers.Serializer):
    """Why a clock stands as it does. Instants are UTC, durations seconds of the calendar's time."""

    metric = serializers.CharField(source="clock.metric")
    cycle = serializers.IntegerField(source="clock.cycle")
    outcome = serializers.SerializerMethodField()
    promise = PromisedOut()
    clause = CitedOut(allow_null=True)
    agreement = TermsOut(source="*")
    calendar = HoursOut(source="*")
    as_of = serializers.DateTimeField(source="state.as_of")
    started_at = serializers.DateTimeField(source="state.started_at")
    due_at = serializers.DateTimeField(source="state.due_at", allow_null=True)
    promised_at = serializers.DateTimeField(source="state.promised_at", allow_null=True)
    paused_at = serializers.DateTimeField(source="state.paused_at", allow_null=True)
    stopped_at = serializers.DateTimeField(source="state.stopped_at", allow_null=True)
    breached_at = serializers.DateTimeField(source="state.breached_at", allow_null=True)
    target_seconds = serializers.SerializerMethodField()
    counted_seconds = serializers.SerializerMethodField(help_text="So far.")
    segments = SegmentOut(many=True, source="explanation.segments")
    pauses = PauseOut(many=True)
    changes = shape_of(Change, "TermsChangeOut")(many=True)
    sum = serializers.SerializerMethodField(help_text="The arithmetic in one line.")

    @extend_schema_field(serializers.ChoiceField(choices=STATES))
    def get_outcome(self, told: Explained) -> str:
        return for_programs(verdict_of(told.explanation), live=told.state.stopped_at is None)

    def get_target_seconds(self, told: Explained) -> int | None:
        return None if told.state.target is None else told.state.target // SECOND

    def get_counted_seconds(self, told: Explained) -> int:
        return told.explanation.counted // SECOND

    def get_sum(self, told: Explained) -> str:
        return sum_words(told.explanation)


class ContestIn(Body):
    reason = serializers.CharField(max_length=REASON_MAX, help_text="Why the time should have counted.")


class ContestAnswerIn(Body):
    outcome = EnumField(PauseContest.Outcome)
    answer = serializers.CharField(max_length=REASON_MAX, help_text="The client reads it.")


class ContactsOnly(ReadsOrWorksTickets):
    """What only a client's contacts do."""

    message = "Only the client's contacts contest a pause."

    def has_permission(self, request: Any, view: Any) -> bool:
        return super().has_permission(request, view) and request._request.contact is not None


class ClockExplanation(APIView):
    """Every instant of a clock's life and why it counted or did not, from its start to its due time."""

    permission_classes = [ReadsOrWorksTickets]

    @operation("clocks_explain", ExplanationOut)
    def get(self, request: Any, number: int, metric: str, cycle: int) -> Response:
        ticket, who = ticket_or_404(request, number), person(request)
        contact = who if isinstance(who, Contact) else None
        told = None
        if metric in METRICS and cycle < 2**31:
            reader = "client" if contact else "desk"
            told = explained(ticket, metric, cycle, reader=reader, now=timezone.now(), contact=contact)  # type: ignore[arg-type]
        if told is None:
            raise Http404("There is no such clock.")
        return Response(ExplanationOut(told).data)


class PauseContesting(APIView):
    """A contact says that a pause should have counted, once. The desk is told, and answers."""

    permission_classes = [ContactsOnly]

    @operation("pauses_contest", ContestOut, status=status.HTTP_201_CREATED, request=ContestIn)
    def post(self, request: Any, number: int, pause: int) -> Response:
        ticket, who = ticket_or_404(request, number), person(request)
        assert isinstance(who, Contact)  # ContactsOnly has let nobody else through
        body = body_of(ContestIn, request)
        contest = actions.contest_pause(
            ticket_id=ticket.pk, pause_id=pause, by=who, reason=body["reason"], now=timezone.now()
        )
        return Response(ContestOut(contest).data, status=status.HTTP_201_CREATED)


@verb("contests_answer", actions.answer_contest, ContestAnswerIn)
class ContestAnswering(Verb):
    """Let a contested pause stand, or strike it out: its time then counts. The first answer holds."""

    permission_classes = [MembersOnly]
    gives = ContestOut

    def about(self) -> dict[str, Any]:
        return {"contest_id": self.found().pk, "by": person(self.request)}

    def found(self) -> PauseContest:
        contest = PauseContest.objects.filter(pk=self.kwargs["contest_id"]).first()
        if contest is None:
            raise Http404("There is no such contest.")
        return contest
