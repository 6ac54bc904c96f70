"""Calendars of shifts, for people's own calendar programs; the secret addresses they fetch them from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.core.signing import BadSignature, Signer

from incidents.calendar_file import Entry, calendar_file
from incidents.models import OnCallCalendar, OnCallSchedule
from incidents.oncall.roster import Roster, rosters
from shell.entry import id_of
from tenants.models import Member, Tenant

BEHIND, AHEAD = timedelta(weeks=8), timedelta(weeks=26)
_SCHEDULE, _PERSON = "schedule", "person"


def schedule_address(schedule: OnCallSchedule) -> str:
    return _address(_SCHEDULE, schedule.pk, schedule.renewals)


def person_address(member: Member) -> str:
    renewed = OnCallCalendar.objects.filter(member=member).first()
    return _address(_PERSON, member.pk, renewed.renewals if renewed else 0)


def calendar_at(address: str, *, tenant: Tenant, now: datetime) -> bytes | None:
    """The calendar that an address opens; None for one that was renewed, forged, or is somebody's who left."""
    try:
        kind, pk, _ = _signer().unsign(address).split("-")
    except (BadSignature, ValueError):
        return None
    since = now - BEHIND
    if kind == _SCHEDULE:
        schedule = OnCallSchedule.objects.filter(pk=id_of(pk)).first()
        if schedule is None or schedule_address(schedule) != address:
            return None
        found, member, name = rosters(OnCallSchedule.objects.filter(pk=schedule.pk), since=since), None, schedule.name
    else:
        member = Member.objects.active().select_related("user").filter(pk=id_of(pk)).first()
        if member is None or person_address(member) != address:
            return None
        found, name = rosters(OnCallSchedule.objects.all(), since=since), member.name
    return calendar_file(f"On call: {name}", _entries(found, only=member, tenant=tenant, now=now), of="on call")


def _address(kind: str, pk: int, renewals: int) -> str:
    return _signer().sign(f"{kind}-{pk}-{renewals}")


def _signer() -> Signer:
    """A signature of what it names: nothing that opens a calendar lies in the database."""
    return Signer(salt="incidents.on-call", sep=".")


def _entries(found: Iterable[Roster], *, only: Member | None, tenant: Tenant, now: datetime) -> Iterator[Entry]:
    for roster in found:
        for shift in roster.shifts(now - BEHIND, now + AHEAD):
            # Of a shift that began before, what cut it then is not read.
            if shift.start < now - BEHIND or (only is not None and shift.person != only.pk):
                continue
            kind, pk = shift.source
            schedule = f"On call: {roster.schedule.name}"
            yield Entry(
                uid=f"{roster.schedule.pk}-{kind}-{pk}-{int(shift.start.timestamp())}@{tenant.slug}.on-call",
                said_at=roster.said_at(shift),
                starts_at=shift.start,
                ends_at=shift.end,
                summary=schedule if only else f"{schedule}, {roster.people[shift.person].name}",
                url=tenant.url(f"/desk/on-call/{roster.schedule.pk}/"),
                transparency="TRANSPARENT",
            )
