"""The incident: what is wrong, how bad it is under the agreement, and where it stands."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q

from agreements.document import AgreementDocument
from agreements.document.model import Level
from agreements.models import AgreementVersion, Product
from notifications.topics import ONE_INCIDENT
from tenants.models import Contact, Member, NumberSeries, TenantForeignKey, TenantManager, TenantOwned
from tickets.models import Ticket


class IncidentQuerySet(models.QuerySet["Incident"]):
    def open(self) -> IncidentQuerySet:
        return self.filter(resolved_at=None)

    def published(self) -> IncidentQuerySet:
        """Those that the public reads. One that was merged into another goes on there."""
        return self.exclude(published_at=None).filter(merged_into=None)

    def visible_to_contact(self, contact: Contact) -> IncidentQuerySet:
        """Published ones about products of this contact's client, about none in particular, or about their tickets."""
        every = Incident.objects.all()
        hurt = every.filter(affected__product__in=Product.objects.of_client(contact.client_id).values("pk"))
        tickets = Ticket.objects.visible_to_contact(contact).values("pk")
        linked = every.filter(links__unlinked_at=None, links__ticket__in=tickets)
        about = (Q(pk__in=found.values("pk")) for found in (every.filter(affected=None), hurt, linked))
        return self.published().filter(reduce(or_, about))

    def affecting(self, product_id: int) -> IncidentQuerySet:
        return self.filter(affected__product=product_id).distinct()

    def to_page(self, *, now: datetime) -> IncidentQuerySet:
        """Those about which somebody is to be asked by now, or of which an acknowledgement no longer holds."""
        return self.filter(page_due_at__lte=now)

    def with_version(self) -> IncidentQuerySet:
        """With the version that each is under, but not its text."""
        return self.select_related("agreement_version__agreement").defer("agreement_version__source")

    def newest_first(self) -> IncidentQuerySet:
        return self.order_by("-declared_at", "-id")


class Incident(TenantOwned):
    """One event, or several related ones, that hurt a product. Its clock is a replay of its events.

    Instants are UTC. `title` is what the public reads once it is published.
    """

    #: Where its pages are; see `incidents.paths`.
    path = "incidents"

    class Status(models.TextChoices):
        INVESTIGATING = "investigating", "Investigating"
        IDENTIFIED = "identified", "Identified"
        MONITORING = "monitoring", "Monitoring"
        RESOLVED = "resolved", "Resolved"

    number = models.PositiveBigIntegerField()
    title = models.CharField(max_length=200)
    agreement_version = TenantForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(
        max_length=60, blank=True, help_text="By scope and impact; empty where the agreement has no levels of incident."
    )
    status = models.CharField(max_length=14, choices=Status, default=Status.INVESTIGATING)
    started_at = models.DateTimeField(help_text="When the trouble began, as far as is known.")
    declared_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True, help_text="Since when the public reads it.")
    merged_into = TenantForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="absorbed")
    last_activity_at = models.DateTimeField()
    submission = models.UUIDField(null=True, blank=True, help_text="The form it came from: sent twice, declared once.")

    # Who is asked, in which order: as the policy was when the incident started. `incidents.escalation` reads it.
    escalation = models.JSONField(default=dict, blank=True)
    page_due_at = models.DateTimeField(null=True, blank=True, help_text="When somebody has to be asked next.")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = TenantForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = TenantManager.from_queryset(IncidentQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="one_incident_per_number"),
            models.UniqueConstraint(fields=["tenant", "submission"], name="an_incident_is_declared_once"),
            models.CheckConstraint(
                condition=Q(status="resolved", resolved_at__isnull=False)
                | (~Q(status="resolved") & Q(resolved_at=None)),
                name="a_resolved_incident_says_when",
            ),
            models.CheckConstraint(
                condition=Q(started_at__lte=F("declared_at")), name="an_incident_starts_before_it_is_declared"
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(status="resolved"), name="a_merged_incident_is_resolved"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "-declared_at", "-id"], name="incident_newest"),
            models.Index(fields=["tenant", "-declared_at", "-id"], name="incident_open", condition=Q(resolved_at=None)),
            models.Index(
                fields=["tenant", "-started_at"], name="incident_public", condition=Q(published_at__isnull=False)
            ),
            models.Index(fields=["page_due_at"], name="incident_to_page", condition=Q(page_due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"INC-{self.number} {self.title}"

    @property
    def document(self) -> AgreementDocument:
        """The agreement it is under, as its version says it."""
        return self.agreement_version.document

    @property
    def topic(self) -> str:
        """What whoever asked to hear of this incident alone is subscribed to."""
        return f"{ONE_INCIDENT}{self.number}"

    @property
    def level_terms(self) -> Level | None:
        """The level as the agreement defines it; None where it has none."""
        return self.document.incident_levels.get(self.level)

    @property
    def level_name(self) -> str:
        return self.document.incident_levels.name_of(self.level, "")

    def components_of(self, product: Product) -> dict[str, str]:
        """The names of a product's components by key, as the agreement lists them."""
        listed = self.document.products.get(product.key)
        return {component.key: component.name for component in listed.components} if listed else {}

    def part_name(self, product: Product, component: str) -> str:
        """`Voice: SIP trunk A`, or the product alone."""
        part = self.components_of(product).get(component, "")
        return f"{product.name}: {part}" if part else product.name

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None

    @property
    def lasted_seconds(self) -> int | None:
        """From when the trouble began to the resolution; None while it is open."""
        return int((self.resolved_at - self.started_at).total_seconds()) if self.resolved_at else None

    @property
    def is_public(self) -> bool:
        return self.published_at is not None and self.merged_into_id is None

    @property
    def status_words(self) -> str:
        """The status as people read it: one that was merged is no more."""
        return "Merged" if self.merged_into_id is not None else self.get_status_display()


class IncidentNumber(NumberSeries):
    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_series_of_incidents_per_tenant")]
