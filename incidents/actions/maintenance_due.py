"""What the sweep does about maintenance: reminds, begins what begins by itself, sees overruns, plans what comes back.

It looks at what is due, in all tenants, through partial indexes; each thing is done once, however late or often anybody
looks. A fact says when it was so and when it was written down, so that lateness shows.
"""

from __future__ import annotations

from datetime import datetime

from incidents.actions.maintenance import falls_due, record, record_overrun, start_maintenance
from incidents.actions.maintenance_series import plan_ahead
from incidents.maintenance import messages
from incidents.models import Maintenance, MaintenanceEvent, MaintenanceSeries
from incidents.models.maintenance import MaintenanceEventKind as Kind
from tenants.one_by_one import one_by_one


def sweep_maintenance(*, now: datetime) -> None:
    """Do what is due, each in a transaction of its own: one that fails is tried again, and keeps nobody waiting."""
    one_by_one(
        lambda: Maintenance.objects.filter(due_at__lte=now).order_by("due_at"),
        lambda pk: raise_due(pk, now),
        reason="do what is due about maintenance",
    )
    one_by_one(
        lambda: MaintenanceSeries.objects.filter(plan_next_at__lte=now).order_by("plan_next_at"),
        lambda pk: plan_ahead(series_id=pk, now=now),
        reason="plan maintenance that comes back",
    )


def raise_due(maintenance_id: int, now: datetime) -> None:
    """Everything that has fallen due on one; nothing where somebody works on it at this moment."""
    due = Maintenance.objects.filter(pk=maintenance_id, due_at__lte=now).select_related("responsible__user")
    maintenance = due.select_for_update(of=("self",), skip_locked=True).first()
    while maintenance is not None and maintenance.due_at is not None and maintenance.due_at <= now:
        kind, at = Kind(maintenance.due), maintenance.due_at  # type: ignore[call-arg]  # a value finds its member
        falls_due(maintenance)
        if kind == Kind.OVERRUN:
            if event := record_overrun(maintenance, now=now):
                declare = f"/desk/incidents/new/?maintenance={maintenance.number}"
                messages.tell_team(event, url=declare, now=now)
        else:
            maintenance = _come(maintenance, record(maintenance, kind, by=None, at=at, now=now), now=now)
        maintenance.save()


def _come(maintenance: Maintenance, event: MaintenanceEvent, *, now: datetime) -> Maintenance:
    """What follows now that it is time for something."""
    if event.kind == Kind.START_DUE and maintenance.starts_by_itself:
        maintenance.save()
        # It began when it was to begin, whenever we came to write that down.
        return start_maintenance(maintenance_id=maintenance.pk, by=None, now=now, at=event.at)
    if event.kind == Kind.REMINDED:
        falls_due(maintenance, Kind.START_DUE, maintenance.planned_start_at)
        # A reminder of what should have begun already is none.
        if maintenance.planned_start_at <= now:
            return maintenance
        messages.tell_clients(event, by_mail=False, now=now)
    messages.tell_team(event, now=now)
    return maintenance
