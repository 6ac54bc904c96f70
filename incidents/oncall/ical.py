"""Calendars of shifts, for people's own calendar programs; the secret addresses they fetch them from."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.signing import BadSignature, Signer
from icalendar import Calendar, Event

from incidents.models import OnCallCalendar, OnCallSchedule
from incidents.oncall.roster import Roster, rosters
from shell.entry import id_of
from tenants.models import Member, Tenant

BEHIND, AHEAD = timedelta(weeks=8), timedelta(weeks=26)
REFRESHED_EVERY = timedelta(hours=1)
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
    return _calendar(f"On call: {name}", found, only=member, tenant=tenant, now=now)


def _address(kind: str, pk: int, renewals: int) -> str:
    return _signer().sign(f"{kind}-{pk}-{renewals}")


def _signer() -> Signer:
    """A signature of what it names: nothing that opens a calendar lies in the database."""
    return Signer(salt="incidents.on-call", sep=".")


def _calendar(name: str, found: Iterable[Roster], *, only: Member | None, tenant: Tenant, now: datetime) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//slatrack//on call//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _plain(name))
    calendar.add("refresh-interval", REFRESHED_EVERY, parameters={"VALUE": "DURATION"})
    for roster in found:
        for shift in roster.shifts(now - BEHIND, now + AHEAD):
            # Of a shift that began before, what cut it then is not read.
            if shift.start < now - BEHIND or (only is not None and shift.person != only.pk):
                continue
            person, event = roster.people[shift.person].name, Event()
            kind, pk = shift.source
            # The same shift is the same entry at every fetch, whatever else changes.
            event.add("uid", f"{roster.schedule.pk}-{kind}-{pk}-{int(shift.start.timestamp())}@{tenant.slug}.on-call")
            event.add("dtstamp", roster.said_at(shift))
            event.add("dtstart", shift.start)
            event.add("dtend", shift.end)
            schedule = f"On call: {roster.schedule.name}"
            event.add("summary", _plain(schedule if only else f"{schedule}, {person}"))
            event.add("url", tenant.url(f"/desk/on-call/{roster.schedule.pk}/"))
            event.add("transp", "TRANSPARENT")
            calendar.add_component(event)
    return calendar.to_ical()


def _plain(text: str) -> str:
    """Without control characters, which no calendar program expects in a name."""
    return "".join(letter for letter in text if unicodedata.category(letter)[0] != "C")
