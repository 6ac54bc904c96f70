"""Standing in on call: taking a shift over, swapping two, putting somebody else in; undoing it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction

from agreements.businesstime.local_hours import zone_of
from incidents.actions.oncall import locked
from incidents.models import OnCallCalendar, OnCallOverride, OnCallSchedule
from incidents.oncall import roster
from notifications import outbox
from shell.wording import listed, span_words
from tenants import history
from tenants.models import Member

LONGEST = timedelta(days=366)


@transaction.atomic
def stand_in(
    *,
    schedule_id: int,
    member_id: int,
    starts_at: datetime,
    ends_at: datetime,
    by: Member,
    now: datetime,
    instead_of_id: int | None = None,
    reason: str = "",
) -> OnCallOverride:
    """Put a member on call: for a colleague wherever that one is on call then, or (None) for whoever is.

    Agents put themselves; owners and leads anybody. What is over already stays. ValidationError keyed by field: for
    times that make no sense, and where the colleague is not on call (any more): of two who take a shift at the same
    moment, one does.
    """
    schedule = locked(schedule_id)
    if member_id != by.pk and not arranges(by):
        raise ValidationError({"member": "Owners and leads put others on call. You can stand in yourself, or swap."})
    made = _stand_in(
        schedule,
        member_id=member_id,
        instead_of_id=instead_of_id,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        swap=None,
        by=by,
        now=now,
    )
    _tell(schedule, [made], by=by, now=now)
    return made


@transaction.atomic
def swap(
    *,
    schedule_id: int,
    mine: tuple[datetime, datetime],
    theirs: tuple[datetime, datetime],
    colleague_id: int,
    by: Member,
    now: datetime,
    reason: str = "",
) -> list[OnCallOverride]:
    """Take a colleague's shift and give one's own for it, in one go: both or neither."""
    schedule, both = locked(schedule_id), uuid4()
    made = [
        _stand_in(
            schedule,
            member_id=stands,
            instead_of_id=instead,
            starts_at=starts_at,
            ends_at=ends_at,
            reason=reason,
            swap=both,
            by=by,
            now=now,
        )
        for stands, instead, (starts_at, ends_at) in [(by.pk, colleague_id, theirs), (colleague_id, by.pk, mine)]
    ]
    _tell(schedule, made, by=by, now=now)
    return made


@transaction.atomic
def cancel_standing_in(*, override_id: int, by: Member, now: datetime) -> OnCallOverride:
    """Let the layers say again who is on call, from now on; of a swap both halves. Agents undo what they arranged.

    Raises OnCallOverride.DoesNotExist for one that is over.
    """
    found = OnCallOverride.objects.get(pk=override_id)
    schedule = locked(found.schedule_id)
    found = OnCallOverride.objects.standing(now=now).select_related("member__user", "instead_of__user").get(pk=found.pk)
    if found.made_by_id != by.user_id and not arranges(by):
        raise ValidationError("Whoever arranged this, an owner or a lead can undo it.")
    halves = OnCallOverride.objects.standing(now=now).select_related("member__user", "instead_of__user")
    undone = list(halves.filter(swap=found.swap)) if found.swap else [found]
    for each in undone:
        history.change(each, "on_call_override.cancelled", actor=by.user, at=now, cancelled_at=now)
    _tell(schedule, undone, by=by, now=now, undone=True)
    roster.forget()
    return found


@transaction.atomic
def renew_own_address(*, by: Member, now: datetime) -> OnCallCalendar:
    """Give the calendar of one's shifts another address; the one before shows nothing from here on."""
    # The row first, so that two who press at once count twice.
    calendar, _ = OnCallCalendar.objects.get_or_create(member=by)
    calendar = OnCallCalendar.objects.select_for_update().get(pk=calendar.pk)
    event = "on_call_calendar.address_renewed"
    history.change(calendar, event, actor=by.user, at=now, data={}, renewals=calendar.renewals + 1)
    return calendar


def arranges(member: Member) -> bool:
    """Whether somebody puts others on call."""
    return member.role in {Member.Role.OWNER, Member.Role.LEAD}


def _stand_in(
    schedule: OnCallSchedule,
    *,
    member_id: int,
    instead_of_id: int | None,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    swap: UUID | None,
    by: Member,
    now: datetime,
) -> OnCallOverride:
    if ends_at <= starts_at:
        raise ValidationError({"ends_at": "It has to end after it starts."})
    if ends_at - starts_at > LONGEST:
        raise ValidationError({"ends_at": "For longer than a year, change the rotation itself."})
    if ends_at <= now:
        raise ValidationError({"ends_at": "This is over already."})
    starts_at = max(starts_at, now)
    members = {m.pk: m for m in Member.objects.working_tickets().select_related("user").filter(pk=member_id)}
    if member_id not in members:
        raise ValidationError({"member": "Choose somebody who works tickets here."})
    if instead_of_id is not None:
        _check_there(schedule, member_id, instead_of_id, starts_at, ends_at)
    made = OnCallOverride.objects.create(
        schedule=schedule,
        starts_at=starts_at,
        ends_at=ends_at,
        member=members[member_id],
        instead_of_id=instead_of_id,
        reason=" ".join(reason.split())[:200],
        swap=swap,
        made_by=by.user,
        made_at=now,
    )
    event = "on_call_override.swapped" if swap else "on_call_override.made"
    history.record(made, event, actor=by.user, at=now, reason=made.reason)
    roster.forget()
    return made


def _check_there(schedule: OnCallSchedule, member_id: int, instead_of_id: int, start: datetime, end: datetime) -> None:
    """Whether there is anything to take over from that colleague."""
    if member_id == instead_of_id:
        raise ValidationError({"instead_of": "Nobody stands in for themselves."})
    found = roster.rosters(OnCallSchedule.objects.filter(pk=schedule.pk), since=start)[0]
    named = {shift.person for shift in found.shifts(start, end)}
    # Somebody who is gone has nothing, and is stood in for all the same.
    colleague = Member.objects.select_related("user").filter(pk=instead_of_id).first()
    if colleague is None:
        raise ValidationError({"instead_of": "Choose somebody who works here."})
    if instead_of_id not in named and colleague.deactivated_at is None:
        there = listed(sorted(found.people[pk].name for pk in named))
        who = f"{there} {'is' if len(named) == 1 else 'are'}" if there else "nobody is"
        raise ValidationError({"instead_of": f"{colleague.name} is not on call then: {who}."})


def _tell(
    schedule: OnCallSchedule, made: list[OnCallOverride], *, by: Member, now: datetime, undone: bool = False
) -> None:
    """A notice for everybody it is about, but for whoever did it."""
    for each in made:
        for who in {each.member, each.instead_of} - {None, by}:
            zone = zone_of(who.user.timezone or schedule.timezone)
            span = span_words(each.starts_at.astimezone(zone), each.ends_at.astimezone(zone))
            instead = f" for {each.instead_of.name}" if each.instead_of else ""
            title = f"{each.member.name} stands in{instead} on “{schedule.name}”: {span}"
            key, url = f"on-call:{each.pk}:{'undone' if undone else 'made'}", f"/desk/on-call/{schedule.pk}/"
            title = f"No longer so: {title}" if undone else title
            outbox.tell_users([who.user], key=key, topic="on_call", title=title, url=url, now=now)
