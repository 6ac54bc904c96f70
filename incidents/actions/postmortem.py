"""What was learned from an incident: written, published, and what is done about it by whom and when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from incidents import announcements
from incidents.models import Incident, Postmortem, PostmortemAction
from tenants import history
from tenants.models import Member

TEXT_MAX = 50_000
TITLE_MAX = 200


@transaction.atomic
def write_postmortem(
    *,
    incident_id: int,
    by: Member,
    now: datetime,
    summary: str,
    what_happened: str = "",
    causes: str = "",
    what_we_do: str = "",
) -> Postmortem:
    """Write the postmortem of an incident, or change it, all of it; what it said before stands in the history.

    Raises ValidationError without a summary, and for a text that is too long.
    """
    incident = Incident.objects.select_for_update().get(pk=incident_id)
    texts = {"summary": summary, "what_happened": what_happened, "causes": causes, "what_we_do": what_we_do}
    texts = {name: text.strip() for name, text in texts.items()}
    problems = {name: f"Keep it to {TEXT_MAX:,} characters." for name, text in texts.items() if len(text) > TEXT_MAX}
    if not texts["summary"]:
        problems["summary"] = "Say in a few sentences what it was."
    if problems:
        raise ValidationError(problems)
    found = Postmortem.objects.filter(incident=incident).first()
    if found is None:
        found = Postmortem.objects.create(incident=incident, updated_at=now, **texts)
        history.record(found, "postmortem.written", actor=by.user, at=now)
    elif history.change(found, "postmortem.changed", actor=by.user, at=now, **dict[str, Any](texts)):
        found.updated_at = now
        found.save(update_fields=["updated_at"])
    return found


@transaction.atomic
def publish_postmortem(*, incident_id: int, by: Member, now: datetime) -> Postmortem:
    """Let everybody who reads the incident read its postmortem. Published already: nothing happens.

    Raises ValidationError while the incident is open, and where nothing is written.
    """
    incident = Incident.objects.with_version().select_for_update(of=("self",)).get(pk=incident_id)
    found = Postmortem.objects.filter(incident=incident).first()
    if found is None:
        raise ValidationError("Write it first.")
    if incident.is_open:
        raise ValidationError("The incident is still open. Resolve it first.")
    if found.published_at is None:
        history.change(found, "postmortem.published", actor=by.user, at=now, published_at=now)
        announcements.postmortem_published(incident, found, now=now)
    return found


@transaction.atomic
def add_postmortem_action(
    *, incident_id: int, title: str, owner: Member, due_on: date, by: Member, now: datetime
) -> PostmortemAction:
    """Agree that somebody does something by a day. Raises ValidationError before anything is written, and for a day
    that is over.
    """
    postmortem = Postmortem.objects.filter(incident=incident_id).first()
    if postmortem is None:
        raise ValidationError("Write the postmortem first.")
    title = " ".join(title.split())
    if not title or len(title) > TITLE_MAX:
        raise ValidationError({"title": f"Say what is to be done, in at most {TITLE_MAX} characters."})
    if not owner.works_tickets or owner.deactivated_at is not None:
        raise ValidationError({"owner": f"{owner.name} does not work on incidents."})
    if due_on < timezone.localdate(now):
        raise ValidationError({"due_on": "The day lies in the past."})
    action = PostmortemAction.objects.create(postmortem=postmortem, title=title, owner=owner, due_on=due_on)
    history.record(action, "postmortem_action.added", actor=by.user, at=now)
    return action


@transaction.atomic
def finish_postmortem_action(*, action_id: int, by: Member, now: datetime) -> PostmortemAction:
    """Say that it is done. Raises PostmortemAction.DoesNotExist."""
    action = PostmortemAction.objects.select_for_update().get(pk=action_id)
    if action.done_at is None:
        history.change(action, "postmortem_action.done", actor=by.user, at=now, done_at=now)
    return action


@transaction.atomic
def resume_postmortem_action(*, action_id: int, by: Member, now: datetime) -> PostmortemAction:
    """Say that it is not done after all. Raises PostmortemAction.DoesNotExist."""
    action = PostmortemAction.objects.select_for_update().get(pk=action_id)
    history.change(action, "postmortem_action.resumed", actor=by.user, at=now, done_at=None)
    return action
