"""Declaring an incident: what it is, how bad, what it hurts, and what follows from that by the agreement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agreements.governing import versions_governing
from agreements.models import AgreementVersion
from incidents import announcements
from incidents.actions.affected import set_on
from incidents.actions.answers import answer_first
from incidents.actions.links import link_to
from incidents.actions.lock import FARTHEST_BACK, settle
from incidents.actions.update import BODY_MAX
from incidents.board.filling import problem_of_sent
from incidents.cadence.levels import LevelRecord
from incidents.escalation.policy import freeze
from incidents.models import Affected, Duty, Incident, IncidentEvent, IncidentNumber, Role
from incidents.models.kinds import Kind
from shell.drafts import SENT_ALREADY
from tenants.models import Member
from tickets.models import Ticket

TITLE_MAX = 200


@transaction.atomic
def declare_incident(
    *,
    title: str,
    by: Member,
    now: datetime,
    level: str = "",
    hurts: Sequence[Affected] = (),
    started_at: datetime | None = None,
    agreement_version: AgreementVersion | None = None,
    body: str = "",
    tickets: Sequence[Ticket] = (),
    submission: UUID | None = None,
) -> Incident:
    """Declare an incident under the agreement in force, as its level says: on the status page, escalated, updated.

    `body` is the first word to everybody; `tickets` are acknowledged with it. Whoever declares it coordinates until
    somebody takes over. The agreement is named only where more than one is in force. A form sent twice declares once.
    Raises ValidationError with a sentence per field.
    """
    title = one_line(title)
    # Two copies of one form come one after the other.
    IncidentNumber.objects.lock()
    earlier = Incident.objects.filter(submission=submission).first() if submission is not None else None
    if earlier is not None:
        if earlier.title != title:
            raise ValidationError("This form was sent already, with another title.", code=SENT_ALREADY)
        return earlier
    version = agreement_version or _only_version(now)
    _check(version, title, level, body, started_at, now)
    by_itself = version.document.publishes_by_itself(level)
    incident = Incident.objects.create(
        number=IncidentNumber.objects.next(),
        title=title,
        agreement_version=version,
        level=level,
        started_at=started_at or now,
        declared_at=now,
        published_at=now if by_itself else None,
        last_activity_at=now,
        submission=submission,
        escalation=freeze(version.document),
    )
    record = IncidentEvent.objects.record
    terms = LevelRecord(version.pk, level).as_data()
    declared = record(
        incident, Kind.DECLARED, by=by, at=now, now=now, body=body, data={"terms": terms, "title": incident.title}
    )
    if by_itself:
        record(incident, Kind.PUBLISHED, by=None, at=now, now=now)
    set_on(incident, hurts, by=by, at=now, now=now)
    Duty.objects.create(incident=incident, role=Role.COORDINATOR, member=by, from_at=now)
    data = {"role": Role.COORDINATOR.value, "from": "", "to": by.name}
    record(incident, Kind.DUTY, by=by, at=now, now=now, data=data)
    if tickets:
        link_to(incident, tickets, by=by, at=now, now=now)
    settle(incident, at=now, now=now)
    answer_first(declared, now=now)
    announcements.declared(incident, declared, by=by, now=now)
    return incident


def _only_version(now: datetime) -> AgreementVersion:
    governing = versions_governing(at=now)
    if not governing:
        raise ValidationError("No agreement is in force that says how an incident is handled. Publish one first.")
    if len(governing) > 1:
        raise ValidationError({"agreement_version": "Choose the agreement that the incident is handled by."})
    return governing[0]


def _check(
    version: AgreementVersion, title: str, level: str, body: str, started_at: datetime | None, now: datetime
) -> None:
    problems: dict[str, str] = {}
    if not title:
        problems["title"] = "Say in a few words what is wrong."
    elif len(title) > TITLE_MAX:
        problems["title"] = f"Keep the title to {TITLE_MAX} characters."
    check_level(version, level, problems)
    if len(body) > BODY_MAX:
        problems["body"] = f"Keep it to {BODY_MAX:,} characters."
    elif problem := problem_of_sent(body, title):
        problems["body"] = problem
    if started_at is not None and started_at > now:
        problems["started_at"] = "It cannot begin in the future."
    elif started_at is not None and started_at < now - FARTHEST_BACK:
        problems["started_at"] = "This is more than a year ago. Check the date."
    if problems:
        raise ValidationError(problems)


def one_line(title: str) -> str:
    """The title as mails, feeds and calendars can carry it."""
    return " ".join(title.split())


def check_level(version: AgreementVersion, level: str, problems: dict[str, str]) -> None:
    """Add what is wrong with `level`: an agreement that has levels of incident needs one of them."""
    known = version.document.incident_levels
    if level not in known.keys if known else level:
        problems["level"] = "Choose a level from the agreement." if known else "This agreement has no levels."
