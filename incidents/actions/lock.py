"""One incident at a time: the lock that actions and sweeps agree on, and the instant at which a fact takes effect."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from incidents.cadence import clocks, overdue
from incidents.escalation.course import keep_course
from incidents.models import Incident, IncidentEvent

#: Further back nobody says that anything began: a year that long ago is a slip of the keyboard.
FARTHEST_BACK = timedelta(days=366)


def lock(incident_id: int, *, now: datetime) -> tuple[Incident, datetime]:
    """The incident, locked, and the instant at which what follows takes effect.

    That is `now`, but never before a fact that is on record already: a sweep that got the lock first and recorded a
    missed update cannot be made wrong by an update that was on its way. Raises Incident.DoesNotExist.
    """
    incident = Incident.objects.with_version().select_for_update(of=("self",)).get(pk=incident_id)
    latest = IncidentEvent.objects.filter(incident=incident).aggregate(latest=Max("at"))["latest"]
    return incident, max(now, latest) if latest else now


def settle(incident: Incident, *, at: datetime, now: datetime, changed: Iterable[str] = ()) -> None:
    """After the facts: bring the clock and the escalation to them, raise what turned out missed, save the columns."""
    breached = clocks.refresh(incident, now=at)
    incident.last_activity_at = at
    incident.save(update_fields=sorted({*changed, "last_activity_at"}))
    keep_course(incident, now=at)
    if breached:
        overdue.sweep.announce(breached, now=now)


@transaction.atomic
def mend_incident(*, number: int, now: datetime) -> None:
    """Store the clocks and the escalation that an incident's facts give, where others are stored or none.

    What turns out missed goes on its history, and people are told where it is still open.
    """
    incident, at = lock(Incident.objects.values_list("pk", flat=True).get(number=number), now=now)
    breached = clocks.refresh(incident, now=at)
    raise_breaches = overdue.sweep.announce if incident.is_open else overdue.sweep.record
    raise_breaches(breached, now=now)
    keep_course(incident, now=at)


def refuse_over(incident: Incident) -> None:
    """Raises ValidationError: an incident that was merged goes on elsewhere, a resolved one is opened again first."""
    if incident.merged_into is not None:
        raise ValidationError(f"This incident goes on in INC-{incident.merged_into.number}. Nothing can be added here.")
    if not incident.is_open:
        raise ValidationError("This incident is resolved. Open it again first, and say why.")
