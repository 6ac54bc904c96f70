"""What is done to an incident: each verb is one of `incidents.actions`, and answers with the incident as it then is."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework.response import Response

from incidents import actions
from incidents.api import shapes
from incidents.api.incidents import shown_incidents, shown_or_404
from incidents.api.naming import beside, hurts, tickets
from incidents.models import Incident
from shell.api.operations import Verb, verb
from tenants.models import Member
from tickets.api.access import MembersOnly, person


class IncidentVerb(Verb):
    """Something that the team does to an incident."""

    permission_classes = [MembersOnly]
    gives = shapes.IncidentOut

    def post(self, request: Any, **address: Any) -> Response:
        with beside(hurts="affected", to="member", into_id="into"):
            return super().post(request, **address)

    def about(self) -> dict[str, Any]:
        return {"incident_id": self.found().pk, "by": person(self.request)}

    def found(self) -> Incident:
        return shown_or_404(self.request, self.kwargs["number"])


@verb("incidents_update", actions.post_update, shapes.UpdateIn, once=True)
class Updating(IncidentVerb):
    """Tell everybody how it stands: status page, subscribers, linked tickets. The cadence restarts."""

    def arguments(self, body: dict[str, Any]) -> dict[str, Any]:
        rest: dict[str, Any] = {
            name: body[name] for name in ("body", "status", "seen_event", "substantive") if name in body
        }
        if "affected" in body:
            rest["hurts"] = hurts(body["affected"])
        return {**rest, "author": "system" if body["automated"] else "agent"}


@verb("incidents_note", actions.add_note, shapes.NoteIn, once=True)
class Noting(IncidentVerb):
    """Write something down for colleagues."""


@verb("incidents_set_level", actions.relevel, shapes.LevelIn)
class Levelling(IncidentVerb):
    """Give it another level of the agreement, with the reason that the public reads."""


@verb("incidents_set_affected", actions.set_affected, shapes.AffectedSetIn)
class AffectedSetting(IncidentVerb):
    """Set what it affects, all of it."""

    def arguments(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"hurts": hurts(body["affected"])}


@verb("incidents_hand_over", actions.hand_over, shapes.DutyIn)
class HandingOver(IncidentVerb):
    """Give a role to somebody, or to nobody."""

    def arguments(self, body: dict[str, Any]) -> dict[str, Any]:
        member = Member.objects.select_related("user").filter(pk=body["member"] or 0).first()
        if body["member"] is not None and member is None:
            raise ValidationError({"member": "There is no such member."})
        return {"role": body["role"], "to": member}


@verb("incidents_record_step", actions.record_step, shapes.StepIn)
class StepRecording(IncidentVerb):
    """Record that a step of the agreement was reached; the first time counts."""


@verb("incidents_resolve", actions.resolve_incident, shapes.ResolutionIn, once=True)
class Resolving(IncidentVerb):
    """Say that it is over, to everybody."""


@verb("incidents_reopen", actions.reopen_incident, shapes.IncidentReasonIn)
class IncidentReopening(IncidentVerb):
    """Open a resolved one again."""


@verb("incidents_merge", actions.merge_incidents, shapes.IncidentMergeIn)
class IncidentMerging(IncidentVerb):
    """Let it go on in another; answers with the merged one, resolved."""

    def arguments(self, body: dict[str, Any]) -> dict[str, Any]:
        into = shown_incidents(self.request).filter(number=body["into"]).first()
        if into is None:
            raise ValidationError({"into": "There is no such incident."})
        return {"into_id": into.pk, "reason": body["reason"]}


@verb("incidents_publish", actions.publish_incident)
class Publishing(IncidentVerb):
    """Put it on the status page. What the public has read is not taken back."""


@verb("incidents_rename", actions.rename_incident, shapes.TitleIn)
class Renaming(IncidentVerb):
    """Give it another title."""


@verb("incidents_link_tickets", actions.link_tickets, shapes.LinksIn)
class Linking(IncidentVerb):
    """Let its updates answer these tickets too."""

    def arguments(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"tickets": tickets(body["tickets"])}


@verb("incidents_unlink_ticket", actions.unlink_ticket, shapes.UnlinkIn)
class Unlinking(IncidentVerb):
    """Say that a ticket is about something else."""

    def arguments(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"ticket": tickets([body["ticket"]])[0]}
