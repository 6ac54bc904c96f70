"""What an incident hurts, and how much."""

from __future__ import annotations

from django.db import models

from agreements.models import Product
from incidents.models.incident import Incident
from tenants.models import TenantForeignKey, TenantManager, TenantOwned


class Impact(models.TextChoices):
    """From the mildest to the worst; the history says from when to when each held."""

    OPERATIONAL = "operational", "Works again"
    DEGRADED = "degraded", "Degraded"
    PARTIAL = "partial", "Partly down"
    DOWN = "down", "Down"

    @property
    def weight(self) -> int:
        return list(Impact).index(self)


class AffectedQuerySet(models.QuerySet["Affected"]):
    def hurt(self) -> AffectedQuerySet:
        """What open incidents hurt at this moment."""
        return self.filter(incident__resolved_at=None).exclude(impact=Impact.OPERATIONAL)


class Affected(TenantOwned):
    """A component of a product, by the agreement's key, or with "" the product as a whole."""

    incident = TenantForeignKey(Incident, on_delete=models.CASCADE, related_name="affected")
    product = TenantForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    component = models.CharField(max_length=60, blank=True)
    impact = models.CharField(max_length=12, choices=Impact)

    objects = TenantManager.from_queryset(AffectedQuerySet)()

    class Meta:
        ordering = ["product__name", "component"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "incident", "product", "component"], name="a_component_once_per_incident"
            )
        ]
        indexes = [models.Index(fields=["tenant", "product", "incident"], name="affected_of_product")]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_impact_display()}"

    @property
    def name(self) -> str:
        return self.incident.part_name(self.product, self.component)

    @property
    def words(self) -> str:
        """`Voice: SIP trunk A (partly down)`."""
        return f"{self.name} ({self.get_impact_display().lower()})"
