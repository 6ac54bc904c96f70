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
