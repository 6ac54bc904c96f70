"""Messages on their way out, and notices inside the app. Rows are committed with what caused them."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from tenants.models import Contact, TenantForeignKey, TenantManager, TenantOwned, User


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def waiting(self) -> OutgoingMailQuerySet:
        return self.filter(sent_at=None, dead_at=None)

    def due(self, *, now: datetime) -> OutgoingMailQuerySet:
        return self.waiting().filter(next_attempt_at__lte=now)

    def dead(self) -> OutgoingMailQuerySet:
        return self.filter(dead_at__isnull=False)


class OutgoingMail(TenantOwned):
    """One mail in the outbox. Delivered at least once; `key` makes queueing it twice harmless and is its Message-ID."""

    key = models.CharField(max_length=200)
    topic = models.CharField(max_length=80)
    to = models.CharField(max_length=320)
    sender = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    queued_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(OutgoingMailQuerySet)()

    class Meta:
        ordering = ["-queued_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "key"], name="one_mail_per_key"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(dead_at__isnull=True), name="a_mail_is_not_both_sent_and_dead"
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], name="mail_due", condition=Q(sent_at=None, dead_at=None)),
            models.Index(fields=["tenant", "-queued_at", "-id"], name="mail_newest_first"),
            models.Index(fields=["tenant", "-queued_at", "-id"], name="mail_dead", condition=Q(dead_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"


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


class TopicSubscription(TenantOwned):
    """A contact who wants to hear of a topic by mail, once or `about` one thing of it. Ending it deletes the row."""

    contact = TenantForeignKey(Contact, on_delete=models.CASCADE, related_name="topics")
    topic = models.CharField(max_length=60)
    about = models.CharField(max_length=60, blank=True, help_text="The key of what it is about; empty for all.")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "topic", "about", "contact"], name="a_topic_once_per_contact")
        ]

    def __str__(self) -> str:
        return f"{self.contact}: {self.topic}"
