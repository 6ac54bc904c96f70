"""Where messages go beside mail: people's and the team's channels, and programs that listen."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from tenants.models import TenantForeignKey, TenantManager, TenantOwned, User


class Channel(TenantOwned):
    """A way to reach one person, or the team where it is nobody's own, by chat, push or SMS.

    `url` holds the keys to it, in apprise's form: it is never shown, logged or given out again.
    """

    user = TenantForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="channels")
    name = models.CharField(max_length=60)
    service = models.CharField(max_length=60, help_text="What it is, for people: the service, or the host.")
    url = models.TextField()
    position = models.PositiveSmallIntegerField()
    added_at = models.DateTimeField()

    objects = TenantManager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "user", "name"], name="one_channel_per_name", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.name}"

    @property
    def to(self) -> str:
        """Whom it reaches, as lists of messages say it."""
        return f"{self.user.name if self.user else 'The team'}, {self}"


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    def active(self) -> WebhookEndpointQuerySet:
        return self.filter(paused_at=None)


class WebhookEndpoint(TenantOwned):
    """A program of the tenant's that hears of events, each signed with the endpoint's secret.

    After a rotation both secrets sign until `old_secret_until`.
    """

    url = models.CharField(max_length=1000)
    description = models.CharField(max_length=200, blank=True)
    events = models.JSONField(default=list, help_text="Keys of the events it hears of.")
    secret = models.CharField(max_length=100)
    old_secret = models.CharField(max_length=100, blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True, blank=True, help_text="The first failure after the last success.")
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=200, blank=True)

    objects = TenantManager.from_queryset(WebhookEndpointQuerySet)()

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [models.UniqueConstraint(fields=["tenant", "url"], name="one_endpoint_per_address")]

    def __str__(self) -> str:
        return self.description or self.url

    def secrets(self, *, now: datetime) -> list[str]:
        """Those that sign at `now`, the newest first."""
        old_counts = self.old_secret_until is not None and now < self.old_secret_until
        return [self.secret, self.old_secret] if old_counts else [self.secret]
