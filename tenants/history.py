"""Writing the append-only history."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, ForeignKey, Model

from tenants.models import HistoryEntry, Member, User


def record(
    subject: Model,
    event: str,
    *,
    actor: User | None,
    at: datetime,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> HistoryEntry:
    """Append `event` about `subject`, in the transaction that makes it true. `actor` None: the system itself."""
    return HistoryEntry.objects.create(
        at=at,
        event=event,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject_name=str(subject)[:200],
        actor=actor,
        actor_name=actor.name if actor else "slatrack",
        reason=reason,
        data=data or {},
    )


def change(
    subject: Model,
    event: str,
    *,
    actor: User | None,
    at: datetime,
    reason: str = "",
    data: dict[str, Any] | None = None,
    **fields: Any,
) -> bool:
    """Save those of `fields` that are not so yet and append `event`; where all are so, nothing. Gives whether it did.

    `data` None: from what to what they changed.
    """
    before = {name: was for name, value in fields.items() if (was := getattr(subject, name)) != value}
    if not before:
        return False
    if data is None:
        was, now = _told(subject, before), _told(subject, {name: fields[name] for name in before})
        data = {"from": was, "to": now} if was else {}
    for name in before:
        setattr(subject, name, fields[name])
    subject.save(update_fields=list(before))
    record(subject, event, actor=actor, at=at, reason=reason, data=data)
    return True


def count(subject: Model, event: str) -> int:
    """How often it happened to it."""
    about = {"subject_type": subject._meta.label_lower, "subject_id": subject.pk}
    return HistoryEntry.objects.filter(**about, event=event).count()


def absences(*, since: datetime) -> dict[int, list[tuple[datetime, datetime]]]:
    """From when to when members were deactivated, by their ids: of all who came back after `since`."""
    entries = HistoryEntry.objects.filter(subject_type=Member._meta.label_lower)
    back = entries.filter(event="member.reactivated", at__gt=since).values("subject_id")
    left: dict[int, datetime] = {}
    found = defaultdict(list)
    both = ["member.deactivated", "member.reactivated"]
    for entry in entries.filter(event__in=both, subject_id__in=back).order_by("at", "id"):
        if entry.event == "member.deactivated":
            left[entry.subject_id] = entry.at
        elif (start := left.pop(entry.subject_id, entry.at)) < entry.at:
            found[entry.subject_id].append((start, entry.at))
    return found


def _told(subject: Model, fields: dict[str, Any]) -> dict[str, Any]:
    """The values as an entry keeps them, a choice by its label. When something was done and by whom it says anyway."""
    told = {}
    for name, value in fields.items():
        field: Any = subject._meta.get_field(name)
        if not isinstance(field, DateTimeField | ForeignKey):
            value = dict(field.flatchoices).get(value, value) if field.choices else value
            told[name] = value if value is None or isinstance(value, str | int | list) else str(value)
    return told
