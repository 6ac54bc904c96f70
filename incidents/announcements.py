"""Who is told what about an incident: mails and notices, queued in the transaction of their cause."""

from __future__ import annotations

from datetime import datetime

from incidents.models import Incident, IncidentEvent, Role
from incidents.paths import desk_path
from notifications import outbox
from tenants.models import Member, User


def declared(incident: Incident, event: IncidentEvent, *, by: Member, now: datetime) -> None:
    """Tell the desk's leads and owners that an incident was declared, and the public where it reads it."""
    title = f"{by.name} declared {incident}"
    leads = [member.user for member in Member.objects.active().select_related("user") if member.hears_of_unassigned]
    _notice([user for user in leads if user != by.user], incident, "declared", title, incident.level_name, now=now)
    if event.body:
        told(incident, event, now=now)
    else:
        changed(incident, now=now)


def told(incident: Incident, event: IncidentEvent, *, now: datetime) -> None:
    """Send a word to everybody on to who subscribed to the news of what is hurt."""
    changed(incident, now=now)


def resolved(incident: Incident, event: IncidentEvent, *, now: datetime) -> None:
    """Send the last word on."""
    told(incident, event, now=now)


def changed(incident: Incident, *, now: datetime) -> None:
    """Let programs know that an incident is not as it was."""


def duty_given(incident: Incident, role: Role, to: Member, *, by: Member, at: datetime, now: datetime) -> None:
    """Tell somebody that a role is theirs now."""
    title = f"{by.name} made you {role.label.lower()} of {incident}"
    _notice([to.user], incident, f"duty:{role.value}:{at.isoformat()}", title, role.task, now=now)


def _notice(users: list[User], incident: Incident, occasion: str, title: str, body: str, *, now: datetime) -> None:
    key, url = f"incident:{incident.pk}:{occasion}", desk_path(incident)
    outbox.notify(
        [
            outbox.NoticeDraft(user_id=user.pk, key=key, topic="incident", title=title, url=url, body=body)
            for user in users
        ],
        now=now,
    )
