"""Messages on their way out: mail, chat and SMS, webhooks. Rows are committed with what caused them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from urllib.parse import urlsplit

from django.db import models
from django.db.models import Q

from notifications.models.reach import Channel, WebhookEndpoint
from notifications.models.subscribers import Subscriber
from tenants.models import TenantForeignKey, TenantManager, TenantOwned


class OutgoingMessageQuerySet(models.QuerySet["OutgoingMessage"]):
    def mails(self) -> OutgoingMessageQuerySet:
        return self.filter(kind=OutgoingMessage.Kind.MAIL)

    def waiting(self) -> OutgoingMessageQuerySet:
        return self.filter(sent_at=None, dead_at=None)

    def due(self, *, now: datetime) -> OutgoingMessageQuerySet:
        return self.waiting().filter(next_attempt_at__lte=now)

    def dead(self) -> OutgoingMessageQuerySet:
        return self.filter(dead_at__isnull=False)


class OutgoingMessage(TenantOwned):
    """One message in the outbox. Delivered at least once; `key` makes queueing it twice harmless and is its identity.

    A webhook's `subject` is the event, its `text` the payload as it is signed, its `to` the address.
    """

    class Kind(models.TextChoices):
        MAIL = "mail", "Mail"
        CHAT = "chat", "Chat and SMS"
        WEBHOOK = "webhook", "Webhook"

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.MAIL)
    channel = TenantForeignKey(Channel, on_delete=models.SET_NULL, null=True, blank=True, related_name="messages")
    endpoint = TenantForeignKey(
        WebhookEndpoint, on_delete=models.SET_NULL, null=True, blank=True, related_name="messages"
    )
    subscriber = TenantForeignKey(
        Subscriber,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages",
        help_text="Of a webhook that is no endpoint's.",
    )
    key = models.CharField(max_length=200)
    topic = models.CharField(max_length=80)
    to = models.CharField(max_length=1000)
    sender = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    is_bulk = models.BooleanField(default=False, help_text="One of many: it goes out after what is for one reader.")
    queued_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    answer_status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of the last attempt, in HTTP.")
    answer = models.TextField(blank=True, help_text="How the last answer begins.")
    answer_ms = models.PositiveIntegerField(null=True, blank=True, help_text="How long the last answer took.")
    sent_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(OutgoingMessageQuerySet)()

    class Meta:
        ordering = ["-queued_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "key"], name="one_message_per_key"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(dead_at__isnull=True), name="a_message_is_not_both_sent_and_dead"
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind", "is_bulk", "next_attempt_at"],
                name="outgoing_due",
                condition=Q(sent_at=None, dead_at=None),
            ),
            models.Index(fields=["tenant", "-queued_at", "-id"], name="outgoing_newest_first"),
            models.Index(
                fields=["tenant", "-queued_at", "-id"], name="outgoing_dead", condition=Q(dead_at__isnull=False)
            ),
            models.Index(
                fields=["tenant", "endpoint", "-queued_at", "-id"],
                name="outgoing_of_endpoint",
                condition=Q(endpoint__isnull=False),
            ),
            models.Index(fields=["tenant", "channel"], name="outgoing_of_channel", condition=Q(channel__isnull=False)),
            models.Index(
                fields=["tenant", "subscriber"], name="outgoing_of_subscriber", condition=Q(subscriber__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"

    @property
    def identity(self) -> str:
        """The same for every attempt, so that whoever gets it can tell a second delivery from a second message."""
        return hashlib.sha256(f"{self.tenant_id}:{self.key}".encode()).hexdigest()[:40]

    @property
    def receiver(self) -> tuple[tuple[str, int | None]]:
        """The field that says to whom it goes, and what is in it: all messages to the same have it."""
        named = (
            ("channel_id", self.channel_id),
            ("endpoint_id", self.endpoint_id),
            ("subscriber_id", self.subscriber_id),
        )
        return (next((each for each in named if each[1] is not None), ("id", self.pk)),)

    @property
    def shown_to(self) -> str:
        """Whom it goes to; of a webhook the host alone, because the rest of an address may be a key."""
        return urlsplit(self.to).hostname or self.to if self.kind == self.Kind.WEBHOOK else self.to

    @property
    def can_go_again(self) -> bool:
        """A lost one, and a webhook that arrived: nobody is written to twice, but a program may lose what it took."""
        return self.dead_at is not None or (self.kind == self.Kind.WEBHOOK and self.sent_at is not None)
