"""What is done to a ticket beside its status: a workaround given and taken back (C2), a duplicate merged."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from shell.api.shapes import CONFLICT, IDEMPOTENCY_KEY, JSON, PROBLEMS, Body, body_of, idempotency_key
from tickets import actions
from tickets.actions.new_ticket import BODY_MAX
from tickets.api.access import MembersOnly, ReadsOrWorksTickets, person, ticket_or_404, visible_tickets
from tickets.api.serializers import TicketOut
from tickets.api.views import Verb


class WorkaroundIn(Body):
    body = serializers.CharField(
        max_length=BODY_MAX, trim_whitespace=False, required=False, help_text="Goes to the client as a reply."
    )
    reason = serializers.CharField(
        max_length=2000, required=False, help_text="Where the client has it from, if no reply explains it."
    )


class WithdrawalIn(Body):
    reason = serializers.CharField(max_length=2000, help_text="What does not work.")


class MergeIn(Body):
    into = serializers.IntegerField(min_value=1, max_value=10**18, help_text="The number of the ticket that goes on.")
    reason = serializers.CharField(max_length=2000, help_text="The client reads it on both tickets.")


class Workaround(Verb):
    """Say that the client has a workaround. The resolution stops where the agreement lets a workaround resolve."""

    permission_classes = [MembersOnly]

    @extend_schema(
        operation_id="tickets_give_workaround",
        request=WorkaroundIn,
        parameters=[IDEMPOTENCY_KEY],
        responses={(200, JSON): TicketOut, **CONFLICT, **PROBLEMS},
    )
    def post(self, request: Any, number: int) -> Response:
        ticket, body = ticket_or_404(request, number), body_of(WorkaroundIn, request)
        actions.give_workaround(
            ticket_id=ticket.pk,
            by=request._request.member,
            now=timezone.now(),
            submission=idempotency_key(request),
            **body,
        )
        return self.done(request, number)


class WorkaroundWithdrawal(Verb):
    """Say that the workaround does not hold. A clock that it stopped goes on as after a reopening."""

    permission_classes = [ReadsOrWorksTickets]

    @extend_schema(
        operation_id="tickets_withdraw_workaround",
        request=WithdrawalIn,
        responses={(200, JSON): TicketOut, **PROBLEMS},
    )
    def post(self, request: Any, number: int) -> Response:
        ticket, body = ticket_or_404(request, number), body_of(WithdrawalIn, request)
        actions.withdraw_workaround(ticket_id=ticket.pk, by=person(request), reason=body["reason"], now=timezone.now())
        return self.done(request, number)


class Merging(Verb):
    """Merge the ticket into another of the same client, which goes on; answers with the merged one, closed."""

    permission_classes = [MembersOnly]

    @extend_schema(operation_id="tickets_merge", request=MergeIn, responses={(200, JSON): TicketOut, **PROBLEMS})
    def post(self, request: Any, number: int) -> Response:
        ticket, body = ticket_or_404(request, number), body_of(MergeIn, request)
        into = visible_tickets(request).filter(number=body["into"]).first()
        if into is None:
            raise ValidationError({"into": "There is no such ticket."})
        actions.merge(
            ticket_id=ticket.pk, into_id=into.pk, by=request._request.member, reason=body["reason"], now=timezone.now()
        )
        return self.done(request, number)
