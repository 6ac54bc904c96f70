"""Maintenance as a calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from incidents.calendar_file import Entry, calendar_file
from incidents.models import Maintenance
from tenants.models import Tenant


def calendar_of(
    maintenances: Iterable[Maintenance], tenant: Tenant, *, path_of: Callable[[Maintenance], str], now: datetime
) -> bytes:
    """A calendar of `maintenances` (with their parts); `path_of` is the page that its reader may open.

    What was cancelled stays in it as cancelled, because a calendar that has it keeps it otherwise.
    """
    return calendar_file(
        f"{tenant.name}: maintenance",
        (_entry(each, tenant, tenant.url(path_of(each)), now) for each in maintenances),
        of="maintenance",
    )


def _entry(each: Maintenance, tenant: Tenant, url: str, now: datetime) -> Entry:
    starts_at = each.started_at or each.planned_start_at
    return Entry(
        uid=f"maintenance-{each.number}@{tenant.host}",
        said_at=now,
        starts_at=starts_at,
        ends_at=max(each.ended_at or each.planned_end_at, starts_at),
        summary=f"{each.get_kind_display()} maintenance: {each.title}",
        url=url,
        description="\n\n".join(filter(None, (each.description, each.products, each.called))),
        status="CANCELLED" if each.status == Maintenance.Status.CANCELLED else "CONFIRMED",
    )
