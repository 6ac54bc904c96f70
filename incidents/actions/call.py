"""Writing a call on the incident line down (C9)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from incidents.actions.lock import FARTHEST_BACK, lock, settle
from incidents.actions.update import check_body, posted
from incidents.models import IncidentEvent
from incidents.models.kinds import Kind
from tenants.models import Contact, Member


@transaction.atomic
def log_incident_call(
    *,
    incident_id: int,
    by: Member,
    caller: Contact,
    body: str,
    called_at: datetime,
    now: datetime,
    submission: UUID | None = None,
) -> IncidentEvent:
    """Put on record, for colleagues, that a client called about an incident, when, and what was said.

    Raises ValidationError for a call without a word and for one in the future.
    """
    incident, at = lock(incident_id, now=now)
    earlier = posted(incident, Kind.CALLED, body, submission)
    if earlier is not None:
        return earlier
    check_body(body)
    if called_at > now:
        raise ValidationError({"called_at": "This lies in the future. Give the time of the call."})
    if called_at < now - FARTHEST_BACK:
        raise ValidationError({"called_at": "This is more than a year ago. Check the date."})
    data = {"who": caller.name, "client": caller.client.name, "called_at": called_at.isoformat()}
    event = IncidentEvent.objects.record(
        incident, Kind.CALLED, by=by, at=at, now=now, body=body, submission=submission, data=data
    )
    settle(incident, at=at, now=now)
    return event
