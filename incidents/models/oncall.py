"""On-call schedules: rotations in layers, and who stands in for whom.

What was in force stays: a layer that changes ends, and another begins; an override is cancelled at an instant.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from tenants.models import Member, TenantForeignKey, TenantManager, TenantOwned, User


class OnCallScheduleQuerySet(models.QuerySet["OnCallSchedule"]):
    def current(self) -> OnCallScheduleQuerySet:
        return self.filter(ended_at=None)


class OnCallSchedule(TenantOwned):
    """Somebody to reach at any time: escalation names a schedule, never a person (D2)."""

    name = models.CharField(max_length=120)
    timezone = models.CharField(max_length=64, help_text="Where its hand-overs are read by the clock on the wall.")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(OnCallScheduleQuerySet)()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"], condition=Q(ended_at=None), name="one_current_schedule_per_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class OnCallLayerQuerySet(models.QuerySet["OnCallLayer"]):
    def standing(self, *, now: datetime) -> OnCallLayerQuerySet:
        """Those that hold, or will."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now))


class OnCallLayer(TenantOwned):
    """One rotation of a schedule. The higher `position` stands before the lower."""

    schedule = TenantForeignKey(OnCallSchedule, on_delete=models.PROTECT, related_name="layers")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    timezone = models.CharField(max_length=64)
    first_day = models.DateField()
    handover = models.TimeField()
    turn_days = models.PositiveSmallIntegerField()
    hours = models.JSONField(default=dict, blank=True, help_text="By weekday, from when to when; empty is always.")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(OnCallLayerQuerySet)()

    class Meta:
        ordering = ["position", "starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(turn_days__gte=1), name="a_turn_lasts_a_day_or_more"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="a_layer_ends_after_it_began"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "schedule", "position"], name="layer_of_schedule")]

    def __str__(self) -> str:
        return f"{self.schedule}: {self.name}"


class OnCallPlace(TenantOwned):
    """A place in a layer's rotation. Somebody may have several."""

    layer = TenantForeignKey(OnCallLayer, on_delete=models.CASCADE, related_name="places")
    position = models.PositiveSmallIntegerField()
    member = TenantForeignKey(Member, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["tenant", "layer", "position"], name="one_person_per_place")]

    def __str__(self) -> str:
        return f"{self.position}: {self.member}"


class OnCallOverrideQuerySet(models.QuerySet["OnCallOverride"]):
    def standing(self, *, now: datetime) -> OnCallOverrideQuerySet:
        """Those that hold, or will."""
        return self.filter(cancelled_at=None, ends_at__gt=now)


class OnCallOverride(TenantOwned):
    """Somebody stands in: for a colleague wherever that one is on call, or for whoever is (`instead_of` None)."""

    schedule = TenantForeignKey(OnCallSchedule, on_delete=models.PROTECT, related_name="overrides")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    member = TenantForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    instead_of = TenantForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    swap = models.UUIDField(null=True, blank=True, help_text="The same on both halves of a swap.")
    made_by = TenantForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True, help_text="What was held until then stays so.")

    objects = TenantManager.from_queryset(OnCallOverrideQuerySet)()

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="an_override_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(instead_of=None) | ~Q(member=F("instead_of")), name="nobody_stands_in_for_themselves"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "schedule", "ends_at"], name="override_of_schedule")]

    def __str__(self) -> str:
        return f"{self.schedule}: {self.member}" + (f" for {self.instead_of}" if self.instead_of_id else "")

    @property
    def until(self) -> datetime:
        """Until when it holds; before its start where it was cancelled before."""
        return min(self.ends_at, self.cancelled_at or self.ends_at)
