"""Ready words for updates: written, changed and thrown away by owners."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from incidents.actions.update import BODY_MAX
from incidents.board.filling import problem_of
from incidents.board.ready_updates import READY
from incidents.models import UpdateTemplate
from shell.entry import name_of
from tenants import history
from tenants.models import User


@transaction.atomic
def save_update_template(
    *, name: str, body: str, by: User, now: datetime, status: str = "", template_id: int | None = None
) -> UpdateTemplate:
    """Write a template, or change that of `template_id`.

    Raises ValidationError for a name that is taken, no words, and a placeholder that nothing stands for; and
    UpdateTemplate.DoesNotExist.
    """
    name, body = name_of(name, "Give it a name."), body.strip()
    problems = {}
    if UpdateTemplate.objects.filter(name=name).exclude(pk=template_id or 0).exists():
        problems["name"] = "There is a template of this name already."
    if not body or len(body) > BODY_MAX:
        problems["body"] = f"Write what the update says, in at most {BODY_MAX:,} characters."
    elif problem := problem_of(body):
        problems["body"] = problem
    if problems:
        raise ValidationError(problems)
    if template_id is None:
        template = UpdateTemplate.objects.create(name=name, status=status, body=body)
        history.record(template, "update_template.added", actor=by, at=now)
        return template
    template = UpdateTemplate.objects.select_for_update().get(pk=template_id)
    history.change(template, "update_template.changed", actor=by, at=now, name=name, status=status, body=body)
    return template


@transaction.atomic
def remove_update_template(*, template_id: int, by: User, now: datetime) -> UpdateTemplate:
    """Throw a template away; what was said with it stays said. Raises UpdateTemplate.DoesNotExist."""
    template = UpdateTemplate.objects.select_for_update().get(pk=template_id)
    history.record(template, "update_template.removed", actor=by, at=now, data={"body": template.body})
    UpdateTemplate.objects.filter(pk=template_id).delete()
    return template


@transaction.atomic
def take_ready_templates(*, by: User, now: datetime) -> int:
    """Take over the ready ones whose names are not taken; gives how many."""
    taken = set(UpdateTemplate.objects.values_list("name", flat=True))
    missing = [ready for ready in READY if ready.name not in taken]
    for ready in missing:
        save_update_template(name=ready.name, status=ready.status, body=ready.body, by=by, now=now)
    return len(missing)
