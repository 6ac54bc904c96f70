"""The append-only history: of what has facts of its own, such as a ticket, and of everything else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pgtrigger
from django.db import models

from tenants.models.base import TenantForeignKey, TenantOwned
from tenants.models.people import Contact, Member, User


class Fact(TenantOwned):
    """Something that happened to what has a history of its own. Never changed, never deleted; instants are UTC."""

    at = models.DateTimeField(help_text="When it happened.")
    recorded_at = models.DateTimeField(help_text="When we wrote it down.")
    actor = TenantForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    actor_name = models.CharField(max_length=120)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        abstract = True
        ordering = ["at", "id"]

    @staticmethod
    def columns(
        *,
        by: Member | Contact | None,
        at: datetime,
        now: datetime,
        reason: str = "",
        data: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The columns that every fact has: it happened `at`, it is written down `now`. `by` None is the system."""
        return {
            "at": at,
            "recorded_at": now,
            "actor": by.user if by is not None else None,
            "actor_name": by.name if by is not None else "slatrack",
            "reason": reason.strip(),
            "data": data or {},
        }


class HistoryEntry(TenantOwned):
    """Who did what to which thing, when and why. The database refuses to change or delete one."""

    at = models.DateTimeField()
    event = models.CharField(max_length=80, help_text="`noun.past_tense`, never renamed.")
    subject_type = models.CharField(max_length=80)
    subject_id = models.BigIntegerField()
    subject_name = models.CharField(max_length=200)
    actor = TenantForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    actor_name = models.CharField(max_length=120)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["tenant", "subject_type", "subject_id", "-at"], name="history_of_subject"),
            models.Index(fields=["tenant", "-at", "-id"], name="history_newest_first"),
        ]
        triggers = [pgtrigger.Protect(name="history_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.event} {self.subject_name}"
