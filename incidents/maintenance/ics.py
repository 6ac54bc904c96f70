"""Maintenance as a calendar that calendar programs read (RFC 5545)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from icalendar import Calendar, Event

from incidents.models import Maintenance
from tenants.models import Tenant

CONTENT_TYPE = "text/calendar; charset=utf-8"


def calendar_of(
    maintenances: Iterable[Maintenance], tenant: Tenant, *, path_of: Callable[[Maintenance], str], now: datetime
) -> bytes:
    """A calendar of `maintenances` (with their parts); `path_of` is the page that its reader may open.

    What was cancelled stays in it as cancelled, because a calendar that has it keeps it otherwise.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//slatrack//maintenance//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{tenant.name}: maintenance")
    for each in maintenances:
        event = Event()
        event.add("uid", f"maintenance-{each.number}@{tenant.host}")
        event.add("dtstamp", now)
        event.add("dtstart", each.started_at or each.planned_start_at)
        event.add("dtend", max(each.ended_at or each.planned_end_at, each.started_at or each.planned_start_at))
        event.add("summary", f"{each.get_kind_display()} maintenance: {each.title}")
        event.add("description", "\n\n".join(filter(None, (each.description, each.products))))
        event.add("url", tenant.url(path_of(each)))
        event.add("status", "CANCELLED" if each.status == Maintenance.Status.CANCELLED else "CONFIRMED")
        calendar.add_component(event)
    return calendar.to_ical()
