"""What was learned from an incident, and what is done about it."""

from __future__ import annotations

from datetime import date

from django.db import models

from incidents.models.incident import Incident
from tenants.models import Member, TenantForeignKey, TenantManager, TenantOwned


class PostmortemQuerySet(models.QuerySet["Postmortem"]):
    def published(self) -> PostmortemQuerySet:
        """Those that whoever reads the incident reads with it."""
        return self.exclude(published_at=None)


class Postmortem(TenantOwned):
    """One for each incident. Each text is Markdown; what it said before stands in the history."""

    incident = TenantForeignKey(Incident, on_delete=models.PROTECT, related_name="postmortems")
    summary = models.TextField()
    what_happened = models.TextField(blank=True)
    causes = models.TextField(blank=True)
    what_we_do = models.TextField(blank=True)
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(PostmortemQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "incident"], name="one_postmortem_per_incident")]

    def __str__(self) -> str:
        return str(self.incident)


class PostmortemActionQuerySet(models.QuerySet["PostmortemAction"]):
    def open(self) -> PostmortemActionQuerySet:
        return self.filter(done_at=None)


class PostmortemAction(TenantOwned):
    """Something that somebody does by a day, so that it does not happen again."""

    postmortem = TenantForeignKey(Postmortem, on_delete=models.PROTECT, related_name="actions")
    title = models.CharField(max_length=200)
    owner = TenantForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(PostmortemActionQuerySet)()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["tenant", "due_on", "id"], name="action_to_do", condition=models.Q(done_at=None)),
            models.Index(fields=["tenant", "postmortem"], name="action_of_postmortem"),
        ]

    def __str__(self) -> str:
        return self.title

    def is_overdue(self, today: date) -> bool:
        return self.done_at is None and self.due_on < today
