"""Maintenance: what is planned, what clients were told, what really happened. The three are kept apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import F, Q

from agreements.models import AgreementVersion, Product, Subscription
from clocks.kinds import KindOfEvent
from shell.wording import listed
from tenants.models import (
    Client,
    Contact,
    Fact,
    Member,
    NumberSeries,
    TenantForeignKey,
    TenantManager,
    TenantOwned,
)

TITLE_MAX = 160


@dataclass(frozen=True, slots=True)
class MaintenanceEventRow:
    """One kind of fact about maintenance: its picture, what its author did, and whether clients read it."""

    icon: str
    words: str
    to_client: bool = True


class MaintenanceEventKind(KindOfEvent):
    """What can happen to maintenance."""

    row: MaintenanceEventRow

    # fmt: off
    PLANNED = "planned", MaintenanceEventRow("pencil", "planned it", to_client=False), "Planned"
    CHANGED = "changed", MaintenanceEventRow("pencil", "changed the plan", to_client=False), "Plan changed"
    NOTICE_DUE = "notice_due", MaintenanceEventRow("alarm", "reminded: it must be announced", to_client=False), \
        "Notice falls due"
    ANNOUNCED = "announced", MaintenanceEventRow("speakerphone", "announced it"), "Announced"
    RESCHEDULED = "rescheduled", MaintenanceEventRow("calendar-time", "moved it"), "Moved"
    REMINDED = "reminded", MaintenanceEventRow("bell", "reminded of it", to_client=False), "Reminded"
    START_DUE = "start_due", MaintenanceEventRow("alarm", "noted that its start has come", to_client=False), "Start due"
    STARTED = "started", MaintenanceEventRow("player-play", "began the work"), "Began"
    EXTENDED = "extended", MaintenanceEventRow("clock-plus", "said that it takes longer"), "Extended"
    OVERRUN = "overrun", MaintenanceEventRow("alert-triangle", "noted that it runs beyond the announced end"), "Overrun"
    COMPLETED = "completed", MaintenanceEventRow("circle-check", "completed the work"), "Completed"
    CANCELLED = "cancelled", MaintenanceEventRow("circle-x", "cancelled it"), "Cancelled"
    # fmt: on


def event_kinds() -> list[tuple[str, str]]:
    """For columns: a function, so that another kind is no migration."""
    return MaintenanceEventKind.choices


class MaintenanceSeries(TenantOwned):
    """Maintenance that comes back by the clock on the wall: every so many weeks, on the weekday of its first day."""

    first_on = models.DateField()
    starts_at = models.TimeField(help_text="By the clocks of the zone, whatever those do.")
    timezone = models.CharField(max_length=64)
    length = models.DurationField(help_text="Elapsed time, the same for each.")
    every_weeks = models.PositiveSmallIntegerField()
    until = models.DateField(null=True, blank=True, help_text="The last day on which one may begin.")
    at_most = models.PositiveSmallIntegerField(null=True, blank=True, help_text="How many there are in all.")
    stopped_at = models.DateTimeField(null=True, blank=True)
    planned_to = models.PositiveSmallIntegerField(default=0, help_text="How many have been planned.")
    plan_next_at = models.DateTimeField(null=True, blank=True, help_text="When the next is to be planned.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(every_weeks__gte=1), name="a_series_comes_back_after_a_week_or_more"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("first_on")), name="a_series_ends_after_its_first_day"
            ),
        ]
        indexes = [
            models.Index(fields=["plan_next_at"], name="series_due", condition=Q(plan_next_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"every {self.every_weeks} weeks from {self.first_on}"


class MaintenanceQuerySet(models.QuerySet["Maintenance"]):
    def public(self) -> MaintenanceQuerySet:
        """What clients and the public may know of: whatever was announced, also if it was cancelled afterwards."""
        return self.filter(announced_start_at__isnull=False)

    def upcoming(self, now: datetime) -> MaintenanceQuerySet:
        """Announced, not begun, and not over as planned; the next first."""
        announced = self.filter(status=Maintenance.Status.ANNOUNCED, planned_end_at__gt=now)
        return announced.order_by("planned_start_at", "id")

    def running(self) -> MaintenanceQuerySet:
        return self.filter(status=Maintenance.Status.IN_PROGRESS).order_by("started_at", "id")

    def coming(self) -> MaintenanceQuerySet:
        """What the desk still has to begin, drafts too; what should have begun long ago stays on top."""
        return self.filter(status__in=Maintenance.BEFORE).order_by("planned_start_at", "id")

    def over(self) -> MaintenanceQuerySet:
        return self.filter(status__in=Maintenance.OVER)

    def visible_to_contact(self, contact: Contact) -> MaintenanceQuerySet:
        """What was announced about products that this contact's client has."""
        products = Product.objects.of_client(contact.client_id).values("pk")
        return self.public().filter(pk__in=MaintenancePart.objects.filter(product__in=products).values("maintenance"))

    def with_parts(self) -> MaintenanceQuerySet:
        parts = MaintenancePart.objects.select_related("product").order_by("product__name", "component")
        return self.select_related("responsible__user").prefetch_related(models.Prefetch("parts", queryset=parts))


class Maintenance(TenantOwned):
    """Work on products that clients are told of beforehand.

    `planned_*` is what the team means to do now. `announced_*` is the window that clients were told of before it began:
    what lies beyond that one counts (C8), whatever was said while it ran. `started_at`, `ended_at` are what happened.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        ANNOUNCED = "announced", "Announced"
        IN_PROGRESS = "in_progress", "In progress"
        COMPLETED = "completed", "Completed"
        CANCELLED = "cancelled", "Cancelled"

    class Kind(models.TextChoices):
        PLANNED = "planned", "Planned"
        EMERGENCY = "emergency", "Emergency"

    BEFORE = (Status.DRAFT, Status.ANNOUNCED)
    OVER = (Status.COMPLETED, Status.CANCELLED)

    number = models.PositiveBigIntegerField()
    title = models.CharField(max_length=TITLE_MAX)
    description = models.TextField(blank=True, help_text="What clients read.")
    notes = models.TextField(blank=True, help_text="For the team alone.")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PLANNED)
    is_risky = models.BooleanField(default=False, help_text="Needs care outside the hours that agreements name.")
    urgent_because = models.TextField(blank=True, help_text="Why it cannot wait for the notice owed; empty: it can.")
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    planned_start_at = models.DateTimeField()
    planned_end_at = models.DateTimeField()
    announced_start_at = models.DateTimeField(null=True, blank=True)
    announced_end_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    overrun_at = models.DateTimeField(null=True, blank=True, help_text="Since when it ran beyond the announced end.")
    responsible = TenantForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    starts_by_itself = models.BooleanField(default=False)
    series = TenantForeignKey(
        MaintenanceSeries, on_delete=models.PROTECT, null=True, blank=True, related_name="occurrences"
    )
    occurrence = models.PositiveSmallIntegerField(null=True, blank=True)
    # What the sweep does next, and when: a cache of the facts, found through one partial index.
    due = models.CharField(max_length=16, choices=event_kinds, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(MaintenanceQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="one_maintenance_per_number"),
            models.UniqueConstraint(fields=["tenant", "series", "occurrence"], name="one_maintenance_per_occurrence"),
            models.CheckConstraint(
                condition=Q(planned_end_at__gt=F("planned_start_at")), name="maintenance_ends_after_its_start"
            ),
            models.CheckConstraint(
                condition=Q(announced_start_at=None, announced_end_at=None)
                | Q(announced_end_at__gt=F("announced_start_at")),
                name="an_announced_window_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="maintenance_ended_after_it_started"
            ),
            models.CheckConstraint(
                condition=~Q(status="in_progress") | Q(started_at__isnull=False, ended_at=None),
                name="maintenance_in_progress_has_started",
            ),
            models.CheckConstraint(
                condition=~Q(status="completed") | Q(ended_at__isnull=False), name="completed_maintenance_has_ended"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "cancelled"]) | Q(announced_start_at__isnull=False),
                name="maintenance_is_announced_before_it_starts",
            ),
            models.CheckConstraint(condition=Q(due="", due_at=None) | (~Q(due="") & Q(due_at__isnull=False)),
                                   name="what_is_due_has_an_instant"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["due_at"], name="maintenance_due", condition=Q(due_at__isnull=False)),
            models.Index(
                fields=["tenant", "planned_start_at", "id"],
                name="maintenance_ahead",
                condition=Q(status__in=["draft", "announced", "in_progress"]),
            ),
            models.Index(fields=["tenant", "-planned_start_at", "-id"], name="maintenance_newest"),
        ]

    def __str__(self) -> str:
        return f"Maintenance {self.number}: {self.title}"

    @property
    def is_urgent(self) -> bool:
        return bool(self.urgent_because)

    @property
    def products(self) -> str:
        """The products it touches, as a list in words."""
        return listed(dict.fromkeys(part.product.name for part in self.parts.all()))

    @property
    def is_extended(self) -> bool:
        """Whether it is to take longer than was announced before it began."""
        return self.announced_end_at is not None and self.planned_end_at > self.announced_end_at


class MaintenancePart(TenantOwned):
    """What maintenance touches: a product, or one component of it by its key in agreements; "" is all of it."""

    maintenance = TenantForeignKey(Maintenance, on_delete=models.CASCADE, related_name="parts")
    product = TenantForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    component = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "maintenance", "product", "component"], name="a_part_once_per_maintenance"
            )
        ]
        indexes = [models.Index(fields=["tenant", "product", "maintenance"], name="maintenance_of_product")]

    def __str__(self) -> str:
        return f"{self.product}{f' / {self.component}' if self.component else ''}"


class MaintenanceAnnouncement(TenantOwned):
    """What clients were told, when, and of which window. A later one does not change an earlier one."""

    maintenance = TenantForeignKey(Maintenance, on_delete=models.PROTECT, related_name="announcements")
    announced_at = models.DateTimeField()
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["announced_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(end_at__gt=F("start_at")), name="an_announcement_ends_after_its_start")
        ]
        indexes = [models.Index(fields=["tenant", "maintenance", "announced_at"], name="announcement_of_maintenance")]
        triggers = [
            pgtrigger.Protect(name="announcements_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"Announcement of {self.maintenance_id} at {self.announced_at}"


class MaintenanceNotice(TenantOwned):
    """What one announcement meant under one client's subscription: what it was owed, and whether it was kept.

    `findings` are `incidents.maintenance.notice.Finding` as data, one for each promise that was looked at. Exclusions
    and reports ask by client, so it is a row and no part of the announcement.
    """

    announcement = TenantForeignKey(MaintenanceAnnouncement, on_delete=models.PROTECT, related_name="notices")
    client = TenantForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    subscription = TenantForeignKey(Subscription, on_delete=models.PROTECT, related_name="+")
    agreement_version = TenantForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="+")
    is_kept = models.BooleanField()
    findings = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "client", "announcement", "subscription", "agreement_version"],
                name="one_notice_per_client_and_announcement",
            )
        ]
        indexes = [models.Index(fields=["tenant", "announcement"], name="notice_of_announcement")]
        triggers = [
            pgtrigger.Protect(name="maintenance_notices_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.client}: {'kept' if self.is_kept else 'not kept'}"


class MaintenanceEvent(Fact):
    """A fact about maintenance, never changed. `at` is when it was so, `recorded_at` when it was written down."""

    maintenance = TenantForeignKey(Maintenance, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=16, choices=event_kinds)

    class Meta(Fact.Meta):
        indexes = [models.Index(fields=["tenant", "maintenance", "at", "id"], name="event_of_maintenance")]
        triggers = [
            pgtrigger.Protect(name="maintenance_events_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.maintenance_id}"


class MaintenanceNumber(NumberSeries):
    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_maintenance_series_of_numbers_per_tenant")]
