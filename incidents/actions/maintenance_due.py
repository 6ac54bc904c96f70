"""What the sweep does about maintenance: reminds, begins what begins by itself, sees overruns, plans what comes back.

It looks at what is due, in all tenants, through partial indexes; each thing is done once, however late or often anybody
looks. A fact says when it was so and when it was written down, so that lateness shows.
"""

from __future__ import annotations

from datetime import datetime

from incidents.actions.maintenance import falls_due, record, record_overrun, start_maintenance
from incidents.actions.maintenance_series import plan_ahead
from incidents.maintenance import messages
from incidents.models import Maintenance, MaintenanceSeries
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
        kind, at = maintenance.due, maintenance.due_at
        falls_due(maintenance)
        match kind:
            case Kind.NOTICE_DUE:
                _notice_due(maintenance, at, now)
            case Kind.REMINDED:
                _remind(maintenance, at, now)
            case Kind.START_DUE:
                maintenance = _start_due(maintenance, at, now)
            case Kind.OVERRUN:
                _overrun(maintenance, now)
        maintenance.save()


def _notice_due(maintenance: Maintenance, at: datetime, now: datetime) -> None:
    record(maintenance, Kind.NOTICE_DUE, by=None, at=at, now=now)
    said = "It is a draft. Announced later than within a day, it comes too late for what some clients are owed."
    messages.tell_team(maintenance, "notice_due", f"Announce it: {maintenance.title}", said, now=now)


def _remind(maintenance: Maintenance, at: datetime, now: datetime) -> None:
    record(maintenance, Kind.REMINDED, by=None, at=at, now=now)
    start = maintenance.planned_start_at
    # A reminder of what should have begun already is none.
    if start > now:
        occasion = f"reminded:{start.isoformat()}"
        messages.tell_team(maintenance, occasion, f"Tomorrow: {maintenance.title}", "It begins within a day.", now=now)
        messages.tell_clients(maintenance, occasion, "Soon", "It begins soon: {window}.", now=now, by_mail=False)
    falls_due(maintenance, Kind.START_DUE, start)


def _start_due(maintenance: Maintenance, at: datetime, now: datetime) -> Maintenance:
    record(maintenance, Kind.START_DUE, by=None, at=at, now=now)
    if maintenance.starts_by_itself:
        maintenance.save()
        # It began when it was to begin, whenever we came to write that down.
        return start_maintenance(maintenance_id=maintenance.pk, by=None, now=now, at=at)
    said = "Its start has come. Say that it has begun, move it or cancel it: clients wait for it."
    occasion = f"start_due:{at.isoformat()}"
    messages.tell_team(maintenance, occasion, f"Begins now: {maintenance.title}", said, now=now)
    return maintenance


def _overrun(maintenance: Maintenance, now: datetime) -> None:
    if record_overrun(maintenance, now=now):
        said = (
            "It runs beyond the end that was announced. What clients are told of now does not take that back. "
            "If they are hurt, declare an incident."
        )
        url = f"/desk/incidents/new/?maintenance={maintenance.number}"
        messages.tell_team(maintenance, "overrun", f"Overrun: {maintenance.title}", said, url=url, now=now)
