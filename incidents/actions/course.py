"""What is decided on the way: level, title, publication, who does what, which step was reached (B11, B12, C5)."""

from __future__ import annotations

from datetime import UTC, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from incidents import announcements
from incidents.actions.declaration import TITLE_MAX, check_level, one_line
from incidents.actions.lock import lock, refuse_over, settle
from incidents.cadence.levels import LevelRecord
from incidents.models import Duty, Incident, IncidentEvent, Role
from incidents.models.kinds import Kind
from tenants.models import Member

REASON_MAX = 2000


@transaction.atomic
def relevel(*, incident_id: int, by: Member, level: str, reason: str, now: datetime) -> Incident:
    """Give an open incident another level, with the reason that colleagues read (B11).

    A level that is published goes on the status page by itself; one that is published stays there. Raises
    ValidationError without a reason and for a level that the agreement does not have.
    """
    incident, at = lock(incident_id, now=now)
    refuse_over(incident)
    if level == incident.level:
        return incident
    problems: dict[str, str] = {}
    check_level(incident.agreement_version, level, problems)
    if not reason.strip():
        problems["reason"] = "Say why."
    if problems:
        raise ValidationError(problems)
    before, incident.level = incident.level, level
    terms = LevelRecord(incident.agreement_version_id, level).as_data()
    data = {"from": before, "to": level, "terms": terms}
    event = IncidentEvent.objects.record(incident, Kind.RELEVELLED, by=by, at=at, now=now, reason=reason, data=data)
    tell = announcements.happened
    if incident.published_at is None and incident.document.publishes_by_itself(level):
        tell = announcements.published
        incident.published_at = at
        IncidentEvent.objects.record(incident, Kind.PUBLISHED, by=None, at=at, now=now)
    settle(incident, at=at, now=now, changed=["level", "published_at"])
    tell(incident, event, now=now)
    return incident


@transaction.atomic
def publish_incident(*, incident_id: int, by: Member, now: datetime) -> Incident:
    """Put an incident on the status page that is not there by itself. What the public has read is not taken back."""
    incident, at = lock(incident_id, now=now)
    if incident.merged_into is not None:
        refuse_over(incident)
    if incident.published_at is None:
        incident.published_at = at
        event = IncidentEvent.objects.record(incident, Kind.PUBLISHED, by=by, at=at, now=now)
        settle(incident, at=at, now=now, changed=["published_at"])
        announcements.published(incident, event, now=now)
    return incident


@transaction.atomic
def rename_incident(*, incident_id: int, by: Member, title: str, now: datetime) -> Incident:
    """Give an incident another title. Raises ValidationError for none and for one that is too long."""
    incident, at = lock(incident_id, now=now)
    title = one_line(title)
    if not title or len(title) > TITLE_MAX:
        raise ValidationError({"title": f"Say in a few words what is wrong, at most {TITLE_MAX} characters."})
    if title != incident.title:
        data = {"from": incident.title, "to": title}
        incident.title = title
        event = IncidentEvent.objects.record(incident, Kind.RENAMED, by=by, at=at, now=now, data=data)
        settle(incident, at=at, now=now, changed=["title"])
        announcements.happened(incident, event, now=now)
    return incident


@transaction.atomic
def hand_over(*, incident_id: int, role: Role, to: Member | None, by: Member, now: datetime) -> Duty | None:
    """Give a role to somebody, or to nobody; who had it is relieved at that instant. To whom has it: nothing happens.

    Raises ValidationError for somebody who does not work tickets.
    """
    incident, at = lock(incident_id, now=now)
    refuse_over(incident)
    if to is not None and (not to.works_tickets or to.deactivated_at is not None):
        raise ValidationError({"to": f"{to.name} does not work on incidents."})
    held = Duty.objects.current().select_related("member__user").filter(incident=incident, role=role).first()
    if (held.member_id if held else None) == (to.pk if to else None):
        return held
    if held is not None:
        held.until_at = at
        held.save(update_fields=["until_at"])
    duty = Duty.objects.create(incident=incident, role=role, member=to, from_at=at) if to else None
    data = {"role": role.value, "from": held.member.name if held else "", "to": to.name if to else ""}
    IncidentEvent.objects.record(incident, Kind.DUTY, by=by, at=at, now=now, data=data)
    settle(incident, at=at, now=now)
    if to is not None and to != by:
        announcements.duty_given(incident, role, to, by=by, at=at, now=now)
    return duty


@transaction.atomic
def record_step(
    *, incident_id: int, step: str, by: Member, now: datetime, reached_at: datetime | None = None
) -> IncidentEvent:
    """Record that a step of the agreement was reached (C5), now or a while ago; the first time counts.

    Raises ValidationError for a step that the agreement does not record, before the incident began, and in the future.
    """
    incident, at = lock(incident_id, now=now)
    steps = incident.document.incidents.steps if incident.document.incidents else ()
    if step not in {known.key for known in steps}:
        raise ValidationError({"step": "The agreement records no such step."})
    earlier = IncidentEvent.objects.of(incident).filter(kind=Kind.STEP, data__step=step).first()
    if earlier is not None:
        return earlier
    reached_at = reached_at or now
    if reached_at > now:
        raise ValidationError({"reached_at": "A step cannot be reached in the future."})
    if reached_at < incident.started_at:
        raise ValidationError({"reached_at": "A step cannot be reached before the incident began."})
    data = {"step": step, "reached_at": reached_at.astimezone(UTC).isoformat()}
    event = IncidentEvent.objects.record(incident, Kind.STEP, by=by, at=at, now=now, data=data)
    settle(incident, at=at, now=now)
    return event
