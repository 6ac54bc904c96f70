"""People are asked to see to an incident, and somebody acknowledges it: once, whoever is first."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from incidents import announcements
from incidents.actions.lock import lock, refuse_over, settle
from incidents.escalation.course import keep_course
from incidents.escalation.policy import asked_words, people_asked, way_of, way_words
from incidents.escalation.replay import Asking, Step
from incidents.models import Incident, IncidentEvent, Page
from incidents.models.kinds import Kind
from shell.wording import relative_words
from tenants.models import Member
from tenants.one_by_one import one_by_one
from tenants.tokens import digest, new_secret


def ask_all_due(*, now: datetime) -> None:
    """Ask whoever is to be asked by now, in all tenants, the earliest first.

    Safe to miss, repeat, overlap and kill: each asking is a row, and what is due is a replay of facts.
    """
    one_by_one(
        lambda: Incident.objects.to_page(now=now).order_by("page_due_at"),
        lambda pk: ask_due(incident_id=pk, now=now),
        reason="ask about incidents",
    )


@transaction.atomic
def ask_due(*, incident_id: int, now: datetime) -> None:
    """Ask about one incident in each step that is due and was not asked in, in their order.

    One that somebody works on at this moment is left to the next sweep: it may be the acknowledgement.
    """
    waiting = Incident.objects.to_page(now=now).select_for_update(skip_locked=True, of=("self",))
    incident = waiting.with_version().filter(pk=incident_id).first()
    if incident is None:
        return
    found = keep_course(incident, now=now)
    while found.left and found.left[0].due_at <= now:
        assert found.course.running is not None
        steps = found.course.running.way.policy.steps
        _ask(incident, found.left[0], steps[found.left[0].step], now=now)
        found = keep_course(incident, now=now)


def _ask(incident: Incident, asking: Asking, step: Step, *, now: datetime) -> None:
    people, record = people_asked(step.asks, at=now), IncidentEvent.objects.record
    if not people:
        data = {"asking": asking.key, "asks": asked_words(step.asks)}
        record(incident, Kind.NOBODY_ON_CALL, by=None, at=now, now=now, data=data)
        return
    ways = way_words(step.by)
    links = {}
    for member in people:
        links[member] = new_secret()
        Page.objects.create(
            incident=incident,
            round=asking.round,
            repeat=asking.repeat,
            step=asking.step,
            member=member,
            by=ways,
            due_at=asking.due_at,
            asked_at=now,
            token_digest=digest(links[member]),
        )
    late = int((now - asking.due_at).total_seconds())
    names = [member.name for member in people]
    told = {"asking": asking.key, "asked": names, "ways": ways, "late": late}
    record(incident, Kind.PAGED, by=None, at=now, now=now, data=told)
    announcements.asked(incident, links, by=way_of(step.by), occasion=":".join(map(str, asking.key)), now=now)


@transaction.atomic
def acknowledge(*, incident_id: int, by: Member, now: datetime) -> Incident:
    """Say that somebody is at it: nobody further is asked while something goes on. Again by the same person: nothing.

    Raises ValidationError where another was first, it is over, or nobody is asked about it (B14: planned).
    """
    # Of two at once the second finds the first one's name.
    incident, at = lock(incident_id, now=now)
    refuse_over(incident)
    if keep_course(incident, now=at).course.way is None:
        raise ValidationError("Nobody is asked about it: at this level it is planned with other work.")
    if incident.acknowledged_by is not None and incident.acknowledged_at is not None:
        if incident.acknowledged_by != by:
            since = relative_words(incident.acknowledged_at, now)
            raise ValidationError(f"{incident.acknowledged_by.name} acknowledged it {since}.")
        return incident
    take_on(incident, by=by, at=at, now=now)
    settle(incident, at=at, now=now)
    return incident


def take_on(incident: Incident, *, by: Member, at: datetime, now: datetime) -> None:
    """Put on a locked incident's record that somebody is at it, where people are asked about it and nobody has it."""
    course = keep_course(incident, now=at).course
    if course.way is not None and course.acknowledged_at is None:
        IncidentEvent.objects.record(incident, Kind.ACKNOWLEDGED, by=by, at=at, now=now, data={"member": by.pk})


def page_of_link(token: str) -> Page | None:
    """The page whose mail held the link, while the person it was sent to works tickets here; else None."""
    pages = Page.objects.select_related("member__user", "incident")
    return pages.filter(token_digest=digest(token), member__in=Member.objects.working_tickets()).first()
