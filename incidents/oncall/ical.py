"""Calendars of shifts, for people's own calendar programs; the secret addresses they fetch them from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.core.signing import BadSignature, Signer
from django.db.models import Q

from incidents.calendar_file import Entry, calendar_file
from incidents.models import OnCallLayer, OnCallSchedule
from incidents.oncall.roster import Roster, rosters
from shell.entry import id_of
from tenants import history
from tenants.models import Member, Tenant

BEHIND, AHEAD = timedelta(weeks=8), timedelta(weeks=26)
#: By what an address is of, the event of the history that makes it another one.
RENEWED = {"schedule": "on_call_schedule.address_renewed", "person": "on_call_calendar.address_renewed"}


def address_of(about: Member | OnCallSchedule) -> str:
    """Where the calendar of a person or a schedule is read."""
    kind = "person" if isinstance(about, Member) else "schedule"
    return _signer().sign(f"{kind}-{about.pk}-{history.count(about, RENEWED[kind])}")


def calendar_at(address: str, *, tenant: Tenant, now: datetime) -> bytes | None:
    """The calendar that an address opens; None for one that was renewed, forged, or is somebody's who left."""
    try:
        kind, pk, _ = _signer().unsign(address).split("-")
    except (BadSignature, ValueError):
        return None
    its = Q(pk=id_of(pk))
    if kind == "person":
        only: Member | OnCallSchedule | None = Member.objects.active().select_related("user").filter(its).first()
        its = Q()
    else:
        only = OnCallSchedule.objects.filter(its).first()
    if only is None or address_of(only) != address:
        return None
    found = rosters(OnCallSchedule.objects.filter(its), since=now - BEHIND)
    return calendar_file(f"On call: {only}", _entries(found, only=only, tenant=tenant, now=now), of="on call")


def _signer() -> Signer:
    """A signature of what it names: nothing that opens a calendar lies in the database."""
    return Signer(salt="incidents.on-call", sep=".")


def _entries(
    found: Iterable[Roster], *, only: Member | OnCallSchedule, tenant: Tenant, now: datetime
) -> Iterator[Entry]:
    for roster in found:
        schedule = roster.schedule
        for shift in roster.shifts(now - BEHIND, now + AHEAD):
            # Of a shift that began before, what cut it then is not read.
            if shift.start < now - BEHIND or only not in (shift.person, schedule):
                continue
            source = shift.source
            kind, said_at = (
                ("layer", source.starts_at) if isinstance(source, OnCallLayer) else ("override", source.made_at)
            )
            yield Entry(
                uid=f"{schedule.pk}-{kind}-{source.pk}-{int(shift.start.timestamp())}@{tenant.slug}.on-call",
                said_at=said_at,
                starts_at=shift.start,
                ends_at=shift.end,
                summary=f"On call: {schedule}" if only == shift.person else f"On call: {schedule}, {shift.person}",
                url=tenant.url(f"/desk/on-call/{schedule.pk}/"),
                transparency="TRANSPARENT",
            )
