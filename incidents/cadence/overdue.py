"""Reminders before an update is due, and breaches when none came (B15): what sweeps raise, and who is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from clocks.face import metric_name
from clocks.sweep import BREACHED, Sweep, headline, occasion, said, still_to_keep
from incidents.models import Duty, Incident, IncidentClock, IncidentEvent, Role
from incidents.paths import desk_path
from notifications import outbox
from tenants.models import Tenant
from tickets.breaches import leads_of

#: Whose matter the updates are.
WRITES = (Role.COMMUNICATIONS, Role.COORDINATOR)


def tell(clocks: Sequence[IncidentClock], now: datetime) -> None:
    """Queue notices and mails to those who write the updates, in any tenants; to leads and owners where nobody does."""
    clocks = [clock for clock in clocks if clock.untold == BREACHED or still_to_keep(clock, now)]
    tenants = Tenant.objects.in_bulk({clock.tenant_id for clock in clocks})
    incidents = (
        Incident.objects.with_version().filter(tenant__in=tenants).in_bulk({clock.incident_id for clock in clocks})
    )
    writing: dict[int, list[tuple[int, str, str]]] = {}
    duties = Duty.objects.current().filter(tenant__in=tenants, incident__in=incidents, role__in=WRITES)
    for duty in duties.select_related("member__user"):
        if duty.member.deactivated_at is None:
            user = duty.member.user
            writing.setdefault(duty.incident_id, []).append((user.pk, user.email, user.timezone))
    leads = leads_of({incident.tenant_id for pk, incident in incidents.items() if pk not in writing})
    mails, notices = [], []
    for clock in clocks:
        incident, tenant = incidents[clock.incident_id], tenants[clock.tenant_id]
        label, path, key = metric_name(clock.metric, incident.document), desk_path(incident), occasion(clock)
        text = f"{incident}\n\n{said(clock, label)}\n\n{tenant.url(path)}\n"
        # Whoever has two roles is told once.
        for user_id, email, zone in dict.fromkeys(writing.get(incident.pk) or leads.get(clock.tenant_id, [])):
            title = headline(clock, f"{label.lower()} on {incident}", ZoneInfo(zone or tenant.timezone), now)
            topic = f"incident_clock.{clock.untold}"
            notices.append(
                outbox.NoticeDraft(
                    tenant_id=clock.tenant_id, user_id=user_id, key=key, topic=topic, title=title, url=path
                )
            )
            mails.append(
                outbox.Draft(
                    tenant_id=clock.tenant_id, key=f"{key}:{user_id}", topic=topic, to=email, subject=title, text=text
                )
            )
    outbox.notify(notices, now=now)
    outbox.queue(mails, now=now)


sweep = Sweep(IncidentClock, IncidentEvent, tell)
