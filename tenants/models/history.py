"""The append-only history of everything but tickets (whose events are their history)."""

from __future__ import annotations

import pgtrigger
from django.db import models

from tenants.models.base import TenantForeignKey, TenantOwned
from tenants.models.people import User


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
