"""Writing the append-only history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Model

from tenants.models import HistoryEntry, User


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


def change(subject: Model, **fields: Any) -> dict[str, Any]:
    """Save those of `fields` that are not so yet; gives what they were, nothing where nothing changed."""
    before = {name: was for name, value in fields.items() if (was := getattr(subject, name)) != value}
    for name in before:
        setattr(subject, name, fields[name])
    if before:
        subject.save(update_fields=list(before))
    return before
