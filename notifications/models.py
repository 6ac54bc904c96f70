"""Messages on their way out, and notices inside the app. Rows are committed with what caused them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q

from tenants.models import Contact, Member, TenantForeignKey, TenantManager, TenantOwned, User


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
    is_bulk = models.BooleanField(default=False, help_text="One of many: it goes out after what is for one reader.")
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
            models.Index(
                fields=["is_bulk", "next_attempt_at"], name="mail_due", condition=Q(sent_at=None, dead_at=None)
            ),
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


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def by_mail(self) -> SubscriberQuerySet:
        return self.filter(webhook_url="")

    def choices_of(self, email: str, webhook_url: str = "") -> list[tuple[str, str]]:
        """What an address hears of: topics' keys, each with the key of what it is about."""
        held = TopicSubscription.objects.filter(subscriber__email=email, subscriber__webhook_url=webhook_url)
        return list(held.order_by("topic", "about").values_list("topic", "about"))

    def hearing(self, topic: str, abouts: Collection[str], *, since: datetime) -> SubscriberQuerySet:
        """Those who asked for everything of a topic, or for one of `abouts`, by `since`; each once."""
        asked = TopicSubscription.objects.filter(
            subscriber=OuterRef("pk"), topic=topic, about__in=["", *abouts], since__lte=since
        )
        return self.filter(Exists(asked))

    def welcome(self, *, everybody: bool) -> SubscriberQuerySet:
        """Those the tenant may write to: never who was deactivated; only its people where not `everybody` may read."""
        people = Q(email__in=Contact.objects.active().values("email")) | Q(
            email__in=Member.objects.active().values("user__email")
        )
        deactivated = Contact.objects.exclude(deactivated_at=None).values("email")
        return self.exclude(email__in=deactivated) if everybody else self.filter(people)


class Subscriber(TenantOwned):
    """An address that confirmed it wants to hear of something; without a topic left the row goes.

    A contact is the subscriber of its own address. Where there is a webhook, news go there, and the address manages it.
    """

    email = models.EmailField("e-mail address", max_length=254)
    webhook_url = models.CharField(max_length=500, blank=True)
    confirmed_at = models.DateTimeField()

    objects = TenantManager.from_queryset(SubscriberQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "email", "webhook_url"], name="one_subscriber_per_address")
        ]

    def __str__(self) -> str:
        return self.email


class TopicSubscription(TenantOwned):
    """A topic that a subscriber hears of, of everything or `about` one thing of it. Ending it deletes the row."""

    subscriber = TenantForeignKey(Subscriber, on_delete=models.CASCADE, related_name="topics")
    topic = models.CharField(max_length=60)
    about = models.CharField(max_length=60, blank=True, help_text="The key of what it is about; empty for all.")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "subscriber", "topic", "about"], name="a_topic_once_per_subscriber"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subscriber}: {self.topic} {self.about}".rstrip()


class BroadcastQuerySet(models.QuerySet["Broadcast"]):
    def unfinished(self) -> BroadcastQuerySet:
        return self.filter(finished_at=None)


class Broadcast(TenantOwned):
    """News for everybody who hears of a topic, committed with its cause; one mail each is queued afterwards.

    `reached` is the last subscriber whose mail is queued, so that a batch that was killed is taken up again.
    """

    key = models.CharField(max_length=150)
    topic = models.CharField(max_length=60)
    abouts = models.JSONField(default=list, help_text="The keys of what it is about.")
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    url = models.CharField(max_length=300, help_text="The path of the page that says more.")
    announced_at = models.DateTimeField()
    reached = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(BroadcastQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="one_broadcast_per_key")]
        indexes = [
            models.Index(fields=["announced_at"], name="broadcast_unfinished", condition=Q(finished_at=None)),
        ]

    def __str__(self) -> str:
        return self.subject
