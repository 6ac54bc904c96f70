"""Who does what in an incident, and from when to when."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from incidents.models.incident import Incident
from tenants.models import Member, TenantForeignKey, TenantManager, TenantOwned


class Role(models.TextChoices):
    COORDINATOR = "coordinator", "Coordinator"
    COMMUNICATIONS = "communications", "Communications"
    ENGINEER = "engineer", "Engineer"

    @property
    def task(self) -> str:
        return _TASKS[self]


_TASKS = {
    Role.COORDINATOR: "Leads, decides, keeps the overview.",
    Role.COMMUNICATIONS: "Writes the updates, in time.",
    Role.ENGINEER: "Finds the cause and mends it.",
}


class DutyQuerySet(models.QuerySet["Duty"]):
    def current(self) -> DutyQuerySet:
        return self.filter(until_at=None)


class Duty(TenantOwned):
    """A role that somebody had in an incident. Handing over ends one and begins another at the same instant."""

    incident = TenantForeignKey(Incident, on_delete=models.CASCADE, related_name="duties")
    role = models.CharField(max_length=14, choices=Role)
    member = TenantForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(DutyQuerySet)()

    class Meta:
        ordering = ["from_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "incident", "role"], condition=Q(until_at=None), name="a_role_has_one_holder"
            ),
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gte=F("from_at")), name="a_duty_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.member}"
