"""What is done to a ticket: each verb is one of `tickets.actions`."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from shell.api.operations import Verb, verb
from tenants.models import Contact, Member
from tickets import actions
from tickets.api import serializers as shapes
from tickets.api.access import MembersOnly, ReadsOrWorksTickets, person, ticket_or_404, visible_tickets
from tickets.api.views import shown_tickets
from tickets.models import Ticket


class TicketVerb(Verb):
    """Something done to a ticket; answers with the ticket as it then is."""

    permission_classes = [ReadsOrWorksTickets]
    gives = shapes.TicketOut

    def about(self) -> dict[str, Any]:
        return {"ticket_id": ticket_or_404(self.request, self.kwargs["number"]).pk, "by": person(self.request)}

    def found(self) -> Ticket:
        return shown_tickets(self.request).get(number=self.kwargs["number"])


class DeskVerb(TicketVerb):
    """One for the team alone."""

    permission_classes = [MembersOnly]


@verb("tickets_set_status", actions.set_status, shapes.StatusIn)
class StatusChange(TicketVerb):
    """Set the status. A contact can say only that it is solved."""


@verb("tickets_reopen", actions.reopen, shapes.ReopenIn)
class Reopening(TicketVerb):
    """Open a solved ticket again."""


@verb("tickets_assign", actions.assign, shapes.AssignmentIn)
class Assignment(DeskVerb):
    """Give the ticket to a member, or to nobody."""

    def arguments(self, body: dict[str, Any]) -> dict[str, Any]:
        if body["assignee"] is None:
            return body
        assignee = Member.objects.select_related("user").filter(pk=body["assignee"]).first()
        if assignee is None:
            raise ValidationError({"assignee": "There is no such member."})
        return {"assignee": assignee}


@verb("tickets_reclassify", actions.reclassify, shapes.ClassificationIn)
class Classification(DeskVerb):
    """Give the ticket another level or type, with the reason that its client reads."""


@verb("tickets_set_scope", actions.set_scope, shapes.ScopeIn)
class ScopeChange(DeskVerb):
    """Say whose side the cause is on, and whether it can be reproduced."""


@verb("tickets_give_workaround", actions.give_workaround, shapes.WorkaroundIn, once=True)
class Workaround(DeskVerb):
    """Say that the client has a workaround. The resolution stops where the agreement lets a workaround resolve."""


@verb("tickets_withdraw_workaround", actions.withdraw_workaround, shapes.WithdrawalIn)
class WorkaroundWithdrawal(TicketVerb):
    """Say that the workaround does not hold. A clock that it stopped goes on as after a reopening."""


@verb("tickets_log_call", actions.log_call, shapes.CallIn, once=True)
class CallLogging(DeskVerb):
    """Write a call of the client down: their word, as of the call (C9)."""

    def arguments(self, body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "caller": caller_of(body)}


def caller_of(body: dict[str, Any]) -> Contact:
    """Who called. Raises ValidationError where there is no such contact."""
    found = Contact.objects.active().select_related("client", "user").filter(pk=body["caller"]).first()
    if found is None:
        raise ValidationError({"caller": "There is no such contact."})
    return found


@verb("tickets_merge", actions.merge, shapes.MergeIn)
class Merging(DeskVerb):
    """Merge the ticket into another of the same client, which goes on; answers with the merged one, closed."""

    def arguments(self, body: dict[str, Any]) -> dict[str, Any]:
        into = visible_tickets(self.request).filter(number=body["into"]).first()
        if into is None:
            raise ValidationError({"into": "There is no such ticket."})
        return {"into_id": into.pk, "reason": body["reason"]}
