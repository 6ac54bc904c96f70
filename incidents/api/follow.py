"""Following an incident, for clients' programs."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from rest_framework import serializers

from incidents import actions
from incidents.api.incidents import shown_or_404
from incidents.forms.follow import WORD_MAX
from incidents.models import IncidentLink
from shell.api.operations import Verb, verb
from shell.api.shapes import Body
from tickets.api.access import ReadsOrWorksTickets, person
from tickets.api.serializers import TicketOut
from tickets.api.views import shown_tickets
from tickets.models import Ticket


class ContactsOnly(ReadsOrWorksTickets):
    """What clients do. To a member it does not exist."""

    def has_permission(self, request: Any, view: Any) -> bool:
        if request._request.member is not None:
            raise Http404
        return super().has_permission(request, view)


class FollowIn(Body):
    body = serializers.CharField(max_length=WORD_MAX, required=False, allow_blank=True, help_text="A word beside.")


@verb("incidents_follow", actions.follow_incident, FollowIn)
class Following(Verb):
    """Be told of an incident: files a ticket that its updates answer. Answers with it, or with the one there is."""

    permission_classes = [ContactsOnly]
    gives = TicketOut

    def about(self) -> dict[str, Any]:
        return {
            "incident_id": shown_or_404(self.request, self.kwargs["number"]).pk,
            "contact": person(self.request),
            "channel": Ticket.Channel.API,
        }

    def found(self) -> Ticket:
        links = IncidentLink.objects.current().filter(incident__number=self.kwargs["number"])
        who: Any = person(self.request)
        own = links.filter(ticket__requester=who).values("ticket")
        found: Ticket = shown_tickets(self.request).filter(pk__in=own).order_by("-id").first()
        return found
