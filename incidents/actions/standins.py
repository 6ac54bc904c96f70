"""Standing in on call: taking a shift over, swapping two, putting somebody else in; undoing it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction

from agreements.businesstime.local_hours import zone_of
from incidents.actions.oncall import locked
from incidents.models import OnCallOverride, OnCallSchedule
from incidents.oncall import ical, roster, rota
from notifications import outbox
from shell.wording import listed, span_words
from tenants import history
from tenants.models import Member
from tenants.scope import current_tenant

LONGEST = timedelta(days=366)
Span = tuple[datetime, datetime]
#: Who stands in, for whom, when.
Half = tuple[int, int | None, Span]


@transaction.atomic
def stand_in(
    *,
    schedule_id: int,
    starts_at: datetime,
    ends_at: datetime,
    by: Member,
    now: datetime,
    member_id: int | None = None,
    instead_of_id: int | None = None,
    reason: str = "",
) -> OnCallOverride:
    """Put a member (None: oneself) on call, for a colleague wherever that one is on call then or (None) for whoever is.

    Agents put themselves; owners and leads anybody. What is over already stays. ValidationError keyed by field: for
    times that make no sense, and where the colleague is not on call (any more): of two who take a shift at the same
    moment, one does.
    """
    schedule, member_id = locked(schedule_id), member_id or by.pk
    if member_id != by.pk and not arranges(by):
        raise ValidationError({"member": "Owners and leads put others on call. You can stand in yourself, or swap."})
    half, reason = (member_id, instead_of_id, (starts_at, ends_at)), " ".join(reason.split())[:200]
    return _arrange(schedule, [half], "on_call_override.made", by=by, now=now, reason=reason)[0]


@transaction.atomic
def swap(
    *, schedule_id: int, mine: Span, theirs: Span, colleague_id: int, by: Member, now: datetime
) -> list[OnCallOverride]:
    """Take a colleague's shift and give one's own for it, in one go: both or neither."""
    halves: list[Half] = [(by.pk, colleague_id, theirs), (colleague_id, by.pk, mine)]
    return _arrange(locked(schedule_id), halves, "on_call_override.swapped", by=by, now=now, swap=uuid4())


@transaction.atomic
def cancel_standing_in(*, override_id: int, by: Member, now: datetime) -> OnCallOverride:
    """Let the layers say again who is on call, from now on; of a swap both halves.

    Raises OnCallOverride.DoesNotExist for one that is over.
    """
    schedule = locked(OnCallOverride.objects.get(pk=override_id).schedule_id)
    standing = OnCallOverride.objects.standing(now=now).select_related("member__user", "instead_of__user")
    found = standing.get(pk=override_id)
    if not undoes(by, found):
        raise ValidationError("Whoever arranged this, an owner or a lead can undo it, and of a swap either of the two.")
    undone = list(standing.filter(swap=found.swap)) if found.swap else [found]
    for each in undone:
        history.change(each, "on_call_override.cancelled", actor=by.user, at=now, cancelled_at=now)
    _tell(schedule, undone, by=by, now=now)
    return found


@transaction.atomic
def renew_own_address(*, by: Member, now: datetime) -> None:
    """Give the calendar of one's shifts another address; the one before shows nothing from here on."""
    history.record(by, ical.RENEWED["person"], actor=by.user, at=now)


def arranges(member: Member) -> bool:
    """Whether somebody puts others on call."""
    return member.role in {Member.Role.OWNER, Member.Role.LEAD}


def undoes(member: Member, override: OnCallOverride) -> bool:
    """Whether somebody may undo it: a colleague was not asked before a swap, so both may undo that one."""
    is_swapped = override.swap is not None and member in (override.member, override.instead_of)
    return is_swapped or override.made_by_id == member.user_id or arranges(member)


def _arrange(
    schedule: OnCallSchedule, halves: list[Half], event: str, *, by: Member, now: datetime, **about: Any
) -> list[OnCallOverride]:
    """Who stands in for whom in which time, one after the other; everybody concerned is told."""
    made = []
    for member_id, instead_of_id, (start, end) in halves:
        _check_span(start, end, now=now)
        start = max(start, now)
        member = Member.objects.working_tickets().select_related("user").filter(pk=member_id).first()
        if member is None:
            raise ValidationError({"member": "Choose somebody who works tickets here."})
        instead_of = _stood_in_for(schedule, instead_of_id, member, start, end) if instead_of_id is not None else None
        override = OnCallOverride.objects.create(
            schedule=schedule,
            starts_at=start,
            ends_at=end,
            member=member,
            instead_of=instead_of,
            made_by=by.user,
            made_at=now,
            **about,
        )
        history.record(override, event, actor=by.user, at=now, reason=override.reason)
        made.append(override)
    _tell(schedule, made, by=by, now=now)
    return made


def _check_span(start: datetime, end: datetime, *, now: datetime) -> None:
    wrong = ""
    if end <= start:
        wrong = "It has to end after it starts."
    elif end - start > LONGEST:
        wrong = "For longer than a year, change the rotation itself."
    elif end <= now:
        wrong = "This is over already."
    elif end.year not in rota.YEARS:
        wrong = "Nobody is on call at that time."
    if wrong:
        raise ValidationError({"ends_at": wrong})


def _stood_in_for(
    schedule: OnCallSchedule, colleague_id: int, member: Member, start: datetime, end: datetime
) -> Member:
    """The colleague, if there is anything to take over from them."""
    if member.pk == colleague_id:
        raise ValidationError({"instead_of": "Nobody stands in for themselves."})
    colleague = Member.objects.select_related("user").filter(pk=colleague_id).first()
    if colleague is None:
        raise ValidationError({"instead_of": "Choose somebody who works here."})
    there = {shift.person for shift in roster.roster_of(schedule, since=start).shifts(start, end)}
    # Somebody who is gone has nothing, and is stood in for all the same.
    if colleague not in there and colleague.deactivated_at is None:
        names = listed(sorted(each.name for each in there))
        who = f"{names} {'is' if len(there) == 1 else 'are'}" if names else "nobody is"
        raise ValidationError({"instead_of": f"{colleague.name} is not on call then: {who}."})
    return colleague


def _tell(schedule: OnCallSchedule, halves: list[OnCallOverride], *, by: Member, now: datetime) -> None:
    """A notice and a mail for everybody it is about, but for whoever did it: nobody was asked before."""
    path, key, prefix, verb = f"/desk/on-call/{schedule.pk}/", f"on-call:{halves[0].pk}:made", "", "swapped"
    if halves[0].cancelled_at is not None:
        key, prefix, verb = f"on-call:{halves[0].pk}:undone", "No longer so: ", "undid the swap of"
    for who in {who for each in halves for who in (each.member, each.instead_of)} - {None, by}:
        zone = zone_of(who.user.timezone or schedule.timezone)
        said = [prefix + _said(each, schedule, zone) for each in halves]
        title, body = said[0], ""
        if len(said) > 1:
            title, body = f"{by.name} {verb} two shifts with you on “{schedule}”", ". ".join(said)
        text = "\n".join([*said, "", current_tenant().url(path), ""])
        outbox.tell_users([who.user], key=key, topic="on_call", title=title, url=path, body=body, text=text, now=now)
    roster.forget()


def _said(override: OnCallOverride, schedule: OnCallSchedule, zone: ZoneInfo) -> str:
    span = span_words(override.starts_at.astimezone(zone), override.ends_at.astimezone(zone))
    instead = f" for {override.instead_of.name}" if override.instead_of else ""
    return f"{override.member.name} stands in{instead} on “{schedule}”: {span}"
