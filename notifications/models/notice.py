"""Notices inside the app."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tenants.models import TenantForeignKey, TenantManager, TenantOwned, User


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)


class Notice(TenantOwned):
    """Something one person is told inside the app, once."""

    user = TenantForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    key = models.CharField(max_length=200)
    topic = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    body = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=300, blank=True)
    noticed_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(NoticeQuerySet)()

    class Meta:
        ordering = ["-noticed_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["tenant", "user", "key"], name="one_notice_per_person_and_key")]
        indexes = [
            models.Index(fields=["tenant", "user", "-noticed_at", "-id"], name="notice_newest_first"),
            models.Index(fields=["tenant", "user"], name="notice_unread", condition=Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return self.title
