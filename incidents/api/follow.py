"""Following an incident, for clients' programs."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from incidents import actions
from incidents.api.verbs import IncidentVerb
from shell.api.operations import verb
from tickets.api.access import ReadsOrWorksTickets, person


class ContactsOnly(ReadsOrWorksTickets):
    """What clients do. To a member it does not exist."""

    def has_permission(self, request: Any, view: Any) -> bool:
        if request._request.member is not None:
            raise Http404
        return super().has_permission(request, view)


@verb("incidents_follow", actions.follow_incident)
class Following(IncidentVerb):
    """Be told of an incident by mail, until it is over. Asking again changes nothing."""

    permission_classes = [ContactsOnly]

    def about(self) -> dict[str, Any]:
        return {"incident_id": self.found().pk, "contact": person(self.request)}
