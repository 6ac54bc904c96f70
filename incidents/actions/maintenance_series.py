"""Maintenance that comes back: each occurrence is planned ahead, as a draft like any other."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction

from incidents.actions.maintenance import plan_maintenance, record
from incidents.maintenance.reach import parts_found
from incidents.models import Maintenance, MaintenanceSeries
from incidents.models.maintenance import MaintenanceEventKind as Kind
from tenants.models import Member

#: How long before its start an occurrence is planned: longer than any usual notice.
HORIZON = timedelta(days=60)
#: What an occurrence takes over from the one before it.
_KEPT = ("title", "kind", "description", "notes", "is_risky", "starts_by_itself")


@transaction.atomic
def plan_series(
    *, by: Member, now: datetime, every_weeks: int, timezone: str, start_at: datetime, end_at: datetime,
    until: Any = None, at_most: int | None = None, **plan: Any,
) -> Maintenance:  # fmt: skip
    """Plan maintenance that comes back every so many weeks, by the clocks of `timezone`; gives the first of it.

    `plan` is what `plan_maintenance` takes. What lies within `HORIZON` is planned at once, the rest by the sweep.
    """
    local = start_at.astimezone(ZoneInfo(timezone))
    problems = {}
    if not 1 <= every_weeks <= 52:
        problems["every_weeks"] = "Give a number of weeks from 1 to 52."
    if until is not None and until < local.date():
        problems["until"] = "The last day lies before the first."
    if at_most is not None and at_most < 1:
        problems["at_most"] = "Give a number from 1 on, or none."
    if end_at - start_at > timedelta(weeks=max(every_weeks, 1)):
        problems["end_at"] = "It is longer than the time until the next one."
    if problems:
        raise ValidationError(problems)
    series = MaintenanceSeries.objects.create(
        first_on=local.date(), starts_at=local.time(), timezone=timezone, length=end_at - start_at,
        every_weeks=every_weeks, until=until, at_most=at_most, planned_to=1,
    )  # fmt: skip
    first = plan_maintenance(by=by, now=now, start_at=start_at, end_at=end_at, series=series, occurrence=1, **plan)
    plan_ahead(series_id=series.pk, now=now)
    return first


@transaction.atomic
def plan_ahead(*, series_id: int, now: datetime) -> None:
    """Plan what comes within `HORIZON`, each once, as the one before it was."""
    series = MaintenanceSeries.objects.select_for_update().get(pk=series_id)
    last = Maintenance.objects.filter(series=series).latest("occurrence")
    # What is gone since the last one, a retired product or somebody who left, does not come back with it.
    parts = list(parts_found(last.parts.values_list("product__key", "component"), at=now))
    responsible = Member.objects.working_tickets().select_related("user").filter(pk=last.responsible_id or 0).first()
    if not parts:
        series.stopped_at = series.stopped_at or now
    while series.stopped_at is None and (start := series.start_of(series.planned_to + 1)) and start <= now + HORIZON:
        series.planned_to += 1
        # Where nobody looked for weeks, what should have been then is no plan any more.
        if start > now:
            last = plan_maintenance(
                by=None, now=now, start_at=start, end_at=start + series.length, series=series,
                occurrence=series.planned_to, parts=parts, responsible=responsible,
                **{name: getattr(last, name) for name in _KEPT},
            )  # fmt: skip
    upcoming = None if series.stopped_at else series.start_of(series.planned_to + 1)
    series.plan_next_at = upcoming - HORIZON if upcoming else None
    series.save(update_fields=["planned_to", "plan_next_at", "stopped_at"])


@transaction.atomic
def stop_series(*, maintenance_id: int, by: Member, now: datetime) -> MaintenanceSeries:
    """Plan no more of what one is the last or the next of. What is planned stays, and is cancelled one by one."""
    maintenance = Maintenance.objects.get(pk=maintenance_id, series__isnull=False)
    series = MaintenanceSeries.objects.select_for_update().get(pk=maintenance.series_id)
    if series.stopped_at is None:
        record(maintenance, Kind.STOPPED, by=by, at=now, now=now)
        series.stopped_at, series.plan_next_at = now, None
        series.save(update_fields=["stopped_at", "plan_next_at"])
    return series
