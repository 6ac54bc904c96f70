"""What is said in an incident: to everybody, and among colleagues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from incidents import announcements
from incidents.actions.affected import set_on
from incidents.actions.answers import answer_first
from incidents.actions.lock import lock, refuse_over, settle
from incidents.actions.paging import take_on
from incidents.board.filling import problem_of_sent
from incidents.models import Affected, Incident, IncidentEvent
from incidents.models.kinds import Author, Kind
from shell.drafts import SENT_ALREADY
from shell.wording import listed
from tenants.models import Member

BODY_MAX = 20_000
Status = Incident.Status


@transaction.atomic
def post_update(
    *,
    incident_id: int,
    by: Member,
    body: str,
    now: datetime,
    status: Incident.Status | None = None,
    hurts: Sequence[Affected] | None = None,
    substantive: bool = True,
    author: Author = "agent",
    seen_event: int | None = None,
    submission: UUID | None = None,
) -> IncidentEvent:
    """Tell everybody how it stands: on the status page, to subscribers, on every linked ticket. The cadence restarts.

    Whoever does so is at it, and acknowledges it where nobody did before (B14).
    `substantive` False answers linked tickets as an acknowledgement does: their agreements say what that counts for
    (C1). `author` "system" is a program's post, which keeps no promise and answers no ticket. `seen_event` is the
    latest event that its author had on screen: when somebody else has told everybody since, nothing is posted and
    ValidationError says so. A form sent twice is posted once. A new `status` short of resolved, and what is hurt now,
    go with it.
    """
    incident, at = lock(incident_id, now=now)
    earlier = posted(incident, Kind.PUBLIC_UPDATE, body, submission)
    if earlier is not None:
        return earlier
    refuse_over(incident)
    check_public(body, incident)
    refuse_unseen(incident, by, seen_event)
    if status == Status.RESOLVED:
        raise ValidationError({"status": "Resolve it with its own form: every client is told then."})
    if status is not None and status != incident.status:
        incident.status = status
        IncidentEvent.objects.record(incident, Kind.STATUS_SET, by=by, at=at, now=now, data={"status": status.value})
    if hurts is not None:
        set_on(incident, hurts, by=by, at=at, now=now)
    event = say(
        incident, body, by=by, at=at, now=now, author=author, submission=submission, data={"substantive": substantive}
    )
    if author == "agent":
        take_on(incident, by=by, at=at, now=now)
    settle(incident, at=at, now=now, changed=["status"])
    answer_first(event, now=now)
    announcements.happened(incident, event, now=now)
    return event


def say(
    incident: Incident,
    body: str,
    *,
    by: Member,
    at: datetime,
    now: datetime,
    author: Author = "agent",
    submission: UUID | None = None,
    data: Mapping[str, object],
) -> IncidentEvent:
    """Write down a word to everybody about a locked incident; once that is settled, `answer_first` answers tickets."""
    return IncidentEvent.objects.record(
        incident, Kind.PUBLIC_UPDATE, by=by, author=author, at=at, now=now, body=body, submission=submission,
        data={**data, "status": incident.status},
    )  # fmt: skip


@transaction.atomic
def add_note(
    *, incident_id: int, by: Member, body: str, now: datetime, submission: UUID | None = None
) -> IncidentEvent:
    """Write something down for colleagues only, also after the incident is over. No promise is kept by it."""
    incident, at = lock(incident_id, now=now)
    earlier = posted(incident, Kind.INTERNAL_NOTE, body, submission)
    if earlier is not None:
        return earlier
    check_body(body)
    event = IncidentEvent.objects.record(
        incident, Kind.INTERNAL_NOTE, by=by, at=at, now=now, body=body, submission=submission
    )
    settle(incident, at=at, now=now)
    return event


def posted(incident: Incident, kind: Kind, body: str, submission: UUID | None) -> IncidentEvent | None:
    """What this form posted before. Raises ValidationError where that was something else."""
    earlier = IncidentEvent.objects.filter(submission=submission).first() if submission is not None else None
    if earlier is not None and (earlier.incident_id, earlier.kind, earlier.body) != (incident.pk, kind, body.strip()):
        raise ValidationError("This form was sent already, with another text.", code=SENT_ALREADY)
    return earlier


def check_body(body: str) -> None:
    if not body.strip():
        raise ValidationError({"body": "Write something first."})
    if len(body) > BODY_MAX:
        raise ValidationError({"body": f"Keep it to {BODY_MAX:,} characters."})


def check_public(body: str, incident: Incident) -> None:
    check_body(body)
    if problem := problem_of_sent(body, incident.title):
        raise ValidationError({"body": problem})


def refuse_unseen(incident: Incident, by: Member, seen_event: int | None) -> None:
    """Two who write at once tell everybody once: the second reads the first one's word before sending."""
    if seen_event is None:
        return
    unseen = IncidentEvent.objects.filter(incident=incident, pk__gt=seen_event, kind=Kind.PUBLIC_UPDATE)
    names = sorted({event.actor_name for event in unseen.exclude(actor=by.user)})
    if names:
        raise ValidationError(f"{listed(names)} told everybody while you wrote. Read it above, then send again.")
