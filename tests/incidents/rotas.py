"""On-call schedules for tests, as rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from incidents.models import OnCallLayer, OnCallPlace, OnCallSchedule
from tenants.models import Member

#: Monday the 2nd of March 2026, 09:00 in Amsterdam.
MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)


def schedule(*people: Member, name: str = "Platform", **layer: Any) -> OnCallSchedule:
    """A schedule of one weekly rotation in Amsterdam, from Monday the 2nd of March 2026 on."""
    made = OnCallSchedule.objects.create(name=name, timezone="Europe/Amsterdam", made_at=MONDAY)
    if people:
        add_layer(made, *people, **layer)
    return made


def add_layer(schedule: OnCallSchedule, *people: Member, **layer: Any) -> OnCallLayer:
    usual = {"timezone": schedule.timezone, "first_day": date(2026, 3, 2), "handover": time(9), "turn_days": 7}
    usual |= {"name": "Primary", "position": schedule.layers.count(), "starts_at": MONDAY}
    made = OnCallLayer.objects.create(schedule=schedule, **{**usual, **layer})
    for position, member in enumerate(people):
        OnCallPlace.objects.create(layer=made, position=position, member=member)
    return made
