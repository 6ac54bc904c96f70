"""Reminders before an update is due, and breaches when none came (B15): what sweeps raise, and who is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from clocks.sweep import Concerned, Sweep, reader_of, tell_readers
from incidents.models import Duty, Incident, IncidentClock, IncidentEvent, Role
from incidents.paths import desk_path

#: Whose matter the updates are.
WRITES = (Role.COMMUNICATIONS, Role.COORDINATOR)


def tell(clocks: Sequence[IncidentClock], now: datetime) -> None:
    """Queue notices and mails to those who write the updates, in any tenants; to leads and owners where nobody does."""
    tell_readers(clocks, now, _concerned)


def _concerned(clocks: Sequence[IncidentClock], tenants: set[int]) -> Mapping[int, Concerned]:
    owners = {clock.incident_id for clock in clocks}
    writing = defaultdict(list)
    duties = Duty.objects.current().filter(tenant__in=tenants, incident__in=owners, role__in=WRITES)
    for duty in duties.select_related("member__user"):
        if duty.member.deactivated_at is None:
            writing[duty.incident_id].append(reader_of(duty.member))
    return {
        incident.pk: Concerned(
            name=str(incident), path=desk_path(incident), document=incident.document, readers=writing[incident.pk]
        )
        for incident in Incident.objects.with_version().filter(tenant__in=tenants, pk__in=owners)
    }


sweep = Sweep(IncidentClock, IncidentEvent, tell)
