"""News that the tenant writes for whoever subscribed to it."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from notifications.topics import CHANGE_LOG, SYSTEM_UPDATES, TOPICS, Topic
from tenants.models import TenantForeignKey, TenantManager, TenantOwned, User
from tickets.conversation import markup

TITLE_MAX = 160


class NewsPostQuerySet(models.QuerySet["NewsPost"]):
    def drafts(self) -> NewsPostQuerySet:
        return self.filter(published_at=None)

    def published(self) -> NewsPostQuerySet:
        return self.exclude(published_at=None).order_by("-published_at", "-id")

    def kinds(self) -> set[str]:
        """What the tenant writes news of: topics' keys."""
        return set(self.order_by().values_list("kind", flat=True).distinct())

    def between(self, since: datetime, until: datetime) -> NewsPostQuerySet:
        return self.published().filter(published_at__gte=since, published_at__lt=until)


class NewsPost(TenantOwned):
    """A system update or an entry of the change log (A10). What was published was mailed, and stays as it was."""

    class Kind(models.TextChoices):
        SYSTEM_UPDATE = SYSTEM_UPDATES.key, "System update"
        CHANGE = CHANGE_LOG.key, "Change"

    kind = models.CharField(max_length=20, choices=Kind)
    title = models.CharField(max_length=TITLE_MAX)
    body = models.TextField(help_text="Markdown as typed.")
    products = models.JSONField(default=list, help_text="The keys of what it is about; none: of everything.")
    author = TenantForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(NewsPostQuerySet)()

    class Meta:
        ordering = ["-written_at", "-id"]
        indexes = [
            models.Index(
                fields=["tenant", "-published_at", "-id"], name="news_newest", condition=Q(published_at__isnull=False)
            ),
            models.Index(fields=["tenant", "-written_at", "-id"], name="news_by_writing"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def path(self) -> str:
        return f"/status/news/{self.pk}/"

    @property
    def html(self) -> str:
        return markup.render(self.body)

    @property
    def topic(self) -> Topic:
        return TOPICS[self.kind]
