"""What is done to an incident: each verb is one of `incidents.actions`, and answers with the incident as it then is."""

from __future__ import annotations

from typing import Any

from rest_framework.serializers import BaseSerializer

from incidents import actions
from incidents.api.arguments import CALLED, FIELDS
from incidents.api.incidents import shown_or_404
from incidents.api.shapes import IncidentOut
from incidents.models import Incident
from shell.api.arguments import doing
from shell.api.operations import Verb
from tickets.api.access import MembersOnly, person


class IncidentVerb(Verb):
    """Something that the team does to an incident."""

    permission_classes = [MembersOnly]
    gives: type[BaseSerializer[Any]] = IncidentOut

    def about(self) -> dict[str, Any]:
        return {"incident_id": self.found().pk, "by": person(self.request)}

    def found(self) -> Incident:
        return shown_or_404(self.request, self.kwargs["number"])


#: By what stands behind the incident's address: the name of the operation, and what it does.
_ACTIONS: dict[str, tuple[str, Any]] = {
    "updates": ("update", actions.post_update),
    "notes": ("note", actions.add_note),
    "level": ("set_level", actions.relevel),
    "affected": ("set_affected", actions.set_affected),
    "duties": ("hand_over", actions.hand_over),
    "steps": ("record_step", actions.record_step),
    "resolve": ("resolve", actions.resolve_incident),
    "reopen": ("reopen", actions.reopen_incident),
    "merge": ("merge", actions.merge_incidents),
    "publish": ("publish", actions.publish_incident),
    "title": ("rename", actions.rename_incident),
    "links": ("link_tickets", actions.link_tickets),
    "unlink": ("unlink_ticket", actions.unlink_ticket),
    "calls": ("log_call", actions.log_incident_call),
}
VERBS = {
    place: doing(IncidentVerb, f"incidents_{name}", action, FIELDS, CALLED)
    for place, (name, action) in _ACTIONS.items()
}
