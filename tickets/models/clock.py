"""Clocks as stored: a cache of the replay, so that queues and sweeps find what is due through an index."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tenants.models import TenantForeignKey, TenantManager, TenantOwned
from tickets.models.ticket import Ticket


class ClockQuerySet(models.QuerySet["Clock"]):
    def running(self) -> ClockQuerySet:
        return self.filter(stopped_at=None, paused_at=None)

    def overdue(self, *, now: datetime) -> ClockQuerySet:
        """Due and not yet recorded as a breach, earliest first: what the sweep has to raise."""
        return self.running().filter(breached_at=None, due_at__lte=now).order_by("due_at")

    def untold(self) -> ClockQuerySet:
        """Raised, and nobody has been told yet."""
        return self.exclude(untold="").order_by("pk")


class Clock(TenantOwned):
    """One promise on one ticket, counting down: its terms, and the state of the replay when a fact last changed it."""

    class Kind(models.TextChoices):
        TARGET = "target", "Target"
        BEST_EFFORT = "best_effort", "Best effort"

    ticket = TenantForeignKey(Ticket, on_delete=models.PROTECT, related_name="clocks")
    metric = models.CharField(max_length=30)
    cycle = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=12, choices=Kind)
    target_seconds = models.PositiveBigIntegerField(null=True, blank=True, help_text="Business seconds promised.")
    target_text = models.CharField(max_length=80, blank=True, help_text="As the agreement says it: “8 business hours”.")
    calendar = models.CharField(max_length=60, blank=True, help_text="The agreement's calendar that counts.")
    clause = models.CharField(max_length=40, blank=True)

    started_at = models.DateTimeField()
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="Empty while paused, stopped, or nothing is promised."
    )
    promised_at = models.DateTimeField(null=True, blank=True, help_text="The due time that applied when it stopped.")
    warn_at = models.DateTimeField(null=True, blank=True, help_text="The next warning to raise.")
    warn_later = ArrayField(models.DateTimeField(), default=list, help_text="The warnings after that one, in order.")
    warned_at = models.DateTimeField(null=True, blank=True, help_text="When the last warning was raised.")
    paused_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    elapsed_seconds = models.PositiveBigIntegerField(
        default=0, help_text="Business seconds counted until `counted_at`."
    )
    counted_at = models.DateTimeField()
    breached_at = models.DateTimeField(null=True, blank=True, help_text="The due time that passed; set once.")
    breach_recorded_at = models.DateTimeField(null=True, blank=True)
    untold = models.CharField(
        max_length=10, blank=True, choices=[("warned", "Due soon"), ("breached", "Target missed")],
        help_text="What was raised last, until people have been told.",
    )  # fmt: skip

    objects = TenantManager.from_queryset(ClockQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "ticket", "metric", "cycle"], name="one_clock_per_metric_and_cycle"
            ),
            models.CheckConstraint(condition=Q(kind="target") | Q(due_at=None), name="best_effort_is_never_due"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="clock_overdue",
                condition=Q(stopped_at=None, paused_at=None, breached_at=None, due_at__isnull=False),
            ),
            models.Index(
                fields=["warn_at"],
                name="clock_to_warn",
                condition=Q(stopped_at=None, paused_at=None, breached_at=None, warn_at__isnull=False),
            ),
            models.Index(fields=["id"], name="clock_untold", condition=~Q(untold="")),
            models.Index(fields=["tenant", "metric", "started_at"], name="clock_report"),
        ]

    def __str__(self) -> str:
        return f"{self.metric} of #{self.ticket_id}"

    def ended_by_merging(self, ticket: Ticket) -> bool:
        """Whether only the merging of its `ticket` into another stopped it, in time: neither kept nor missed."""
        merged = ticket.merged_into_id is not None and self.stopped_at == ticket.closed_at
        return merged and self.breached_at is None
