"""Who wants to hear of what, and the news that all of them are told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q

from tenants.models import Contact, Member, TenantForeignKey, TenantManager, TenantOwned


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

    A contact is the subscriber of its own address. Where there is a webhook, news go there, signed with its `secret`,
    and the address manages it.
    """

    email = models.EmailField("e-mail address", max_length=254)
    webhook_url = models.CharField(max_length=500, blank=True)
    secret = models.CharField(max_length=100, blank=True)
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
