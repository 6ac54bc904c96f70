"""Escalations that should have happened and did not, or came late: found by a replay, and said."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q

from incidents import announcements
from incidents.escalation.course import escalation_of
from incidents.models import Incident, IncidentEvent
from incidents.models.kinds import LATE, Kind
from tenants.one_by_one import one_by_one

#: How long after its end an incident is looked at.
STILL_LOOKED_AT = timedelta(days=1)
LOOKED_AT = "incidents.escalation.audited_at"


def audit_all(*, now: datetime) -> None:
    """Compare what should have been asked with what was, in all tenants. Safe to miss, repeat and overlap."""
    open_or_recent = Q(resolved_at=None) | Q(resolved_at__gte=now - STILL_LOOKED_AT)
    one_by_one(
        lambda: Incident.objects.filter(open_or_recent).exclude(escalation={}),
        lambda pk: audit(incident_id=pk, now=now),
        reason="audit escalations",
    )
    cache.set(LOOKED_AT, now, timeout=None)


@transaction.atomic
def audit(*, incident_id: int, now: datetime) -> None:
    """Record, once each, the askings of an incident that did not happen within a minute, and tell owners and leads."""
    # The lock keeps two auditors from recording the same; one that is being worked on is looked at next time.
    free = Incident.objects.select_for_update(skip_locked=True, of=("self",)).with_version()
    incident = free.filter(pk=incident_id).first()
    if incident is None:
        return
    found = escalation_of(incident, as_of=now)
    course, done = found.course, found.asked
    known = IncidentEvent.objects.of(incident).filter(kind=Kind.ESCALATION_MISSED)
    told, missed, record = {tuple(event.data["asking"]) for event in known}, [], IncidentEvent.objects.record
    for asking in course.askings:
        # Asked at last, or no longer to be asked, or still not.
        until = done.get(asking.key) or course.rounds[asking.round - 1].ended_at or now
        if until - asking.due_at >= LATE and asking.key not in told:
            late = int((until - asking.due_at).total_seconds()) if asking.key in done else None
            data = {"asking": asking.key, "due_at": asking.due_at.isoformat(), "late": late}
            missed.append(record(incident, Kind.ESCALATION_MISSED, by=None, at=now, now=now, data=data))
    if missed:
        announcements.escalation_missed(incident, missed, now=now)
