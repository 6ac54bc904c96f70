"""How an incident ends: resolved with a word to everybody, merged into another, or opened again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from incidents import announcements
from incidents.actions.affected import take_over
from incidents.actions.answers import answer_first
from incidents.actions.links import move_links
from incidents.actions.lock import lock, refuse_over, settle
from incidents.actions.update import check_public, posted, refuse_unseen, say
from incidents.models import Duty, Incident, IncidentEvent
from incidents.models.kinds import Kind
from tenants.models import Member

Status = Incident.Status


@transaction.atomic
def resolve_incident(
    *,
    incident_id: int,
    by: Member,
    body: str,
    now: datetime,
    solve_tickets: bool = True,
    seen_event: int | None = None,
    submission: UUID | None = None,
) -> Incident:
    """Say that it is over and why: to the public, to subscribers, on every linked ticket, solved with it if asked.

    Raises ValidationError without a word to everybody, and for one that is resolved already.
    """
    incident, at = lock(incident_id, now=now)
    if posted(incident, Kind.PUBLIC_UPDATE, body, submission) is not None:
        return incident
    refuse_over(incident)
    check_public(body, incident)
    refuse_unseen(incident, by, seen_event)
    incident.status, incident.resolved_at = Status.RESOLVED, at
    data = {"substantive": True, "resolves": True, "solve": solve_tickets}
    event = say(incident, body, by=by, at=at, now=now, submission=submission, data=data)
    IncidentEvent.objects.record(incident, Kind.RESOLVED, by=by, at=at, now=now)
    settle(incident, at=at, now=now, changed=["status", "resolved_at"])
    answer_first(event, now=now)
    announcements.happened(incident, event, now=now)
    return incident


@transaction.atomic
def reopen_incident(*, incident_id: int, by: Member, reason: str, now: datetime) -> Incident:
    """Open a resolved incident again, and say so on every linked ticket: the next update is owed from then on.

    Raises ValidationError without a reason, which colleagues alone read.
    """
    incident, at = lock(incident_id, now=now)
    if incident.merged_into is not None:
        refuse_over(incident)
    if incident.is_open:
        return incident
    if not reason.strip():
        raise ValidationError({"reason": "Say what is wrong again."})
    incident.status, incident.resolved_at = Status.INVESTIGATING, None
    event = IncidentEvent.objects.record(incident, Kind.REOPENED, by=by, at=at, now=now, reason=reason)
    settle(incident, at=at, now=now, changed=["status", "resolved_at"])
    answer_first(event, now=now)
    announcements.happened(incident, event, now=now)
    return incident


@transaction.atomic
def merge_incidents(*, incident_id: int, into_id: int, by: Member, reason: str, now: datetime) -> Incident:
    """Let a series of related events be one incident: this one ends, its tickets and what it hurts go on in the other.

    Raises ValidationError without a reason, for itself, where either of them is over, and where the public reads this
    one alone: what it has read is not taken back.
    """
    if incident_id == into_id:
        raise ValidationError({"into": "Choose another incident than this one."})
    # In one order everywhere, so that two who merge them into each other wait instead of blocking one another.
    locked = {pk: lock(pk, now=now) for pk in sorted((incident_id, into_id))}
    (incident, at), (survivor, survivor_at) = locked[incident_id], locked[into_id]
    for each in (incident, survivor):
        refuse_over(each)
    if not reason.strip():
        raise ValidationError({"reason": "Say what they have in common."})
    if incident.is_public and not survivor.is_public:
        raise ValidationError(
            {"into": f"The public reads this one, but not INC-{survivor.number}. Put that on the status page first."}
        )
    at = max(at, survivor_at)
    incident.status, incident.resolved_at, incident.merged_into = Status.RESOLVED, at, survivor
    record = IncidentEvent.objects.record
    event = record(incident, Kind.MERGED, by=by, at=at, now=now, reason=reason, data={"into": survivor.number})
    record(survivor, Kind.ABSORBED, by=by, at=at, now=now, reason=reason, data={"from": incident.number})
    Duty.objects.current().filter(incident=incident).update(until_at=at)
    move_links(incident, survivor, by=by, at=at, now=now)
    take_over(incident, survivor, by=by, at=at, now=now)
    settle(incident, at=at, now=now, changed=["status", "resolved_at", "merged_into"])
    settle(survivor, at=at, now=now)
    announcements.happened(incident, event, now=now)
    return incident
