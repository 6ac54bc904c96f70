"""Agreements with their immutable versions, the products they are about, and who has subscribed to which plan."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from agreements.document import AgreementDocument, load_stored
from agreements.document.quantities import Money
from tenants.models import Client, TenantForeignKey, TenantManager, TenantOwned, User


@lru_cache(maxsize=512)
def _document(version_id: int, digest: str, is_published: bool) -> AgreementDocument:
    """The document of a version, parsed once a process: what a version says never changes under its digest."""
    # By its digest too: the text of a draft that was changed a moment ago must not be kept as the one it was before.
    # And by its publication, from which on its holidays are those that were spelt out.
    texts = AgreementVersion.objects.values_list("source", "holidays__text")
    source, holidays = texts.get(pk=version_id, digest=digest, published_at__isnull=not is_published)
    return load_stored(source, name=f"version {version_id}", holidays=holidays or "{}")


class Agreement(TenantOwned):
    """An SLA document of the tenant, across its versions."""

    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=160)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="one_agreement_per_key")]

    def __str__(self) -> str:
        return self.name


class SpeltHolidays(TenantOwned):
    """Public holidays as published versions keep them, by their digest: a library's next release may tell others.

    `text` is the canonical JSON of `AgreementDocument.holidays_text`.
    """

    digest = models.CharField(max_length=64)
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "digest"], name="holidays_are_kept_once")]
        triggers = [
            pgtrigger.Protect(name="spelt_holidays_are_immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.digest


class AgreementVersionQuerySet(models.QuerySet["AgreementVersion"]):
    def published(self) -> AgreementVersionQuerySet:
        return self.exclude(published_at=None)

    def before(self, version: AgreementVersion) -> AgreementVersionQuerySet:
        """The published versions of its agreement that `version` comes after."""
        earlier = Q(effective_from__lt=version.effective_from) | Q(
            effective_from=version.effective_from, number__lt=version.number
        )
        return self.published().filter(earlier, agreement=version.agreement_id)

    def newest(self) -> AgreementVersion | None:
        """The one that takes the place of all the others."""
        return self.order_by("effective_from", "number").last()


#: How far a version is, in the order in which it gets there.
VERSION_STATES = ("draft", "in review", "approved", "published")
#: Of a version whose text is not the one that a review was asked of, or that was approved.
NOT_REVIEWED: dict[str, Any] = dict.fromkeys(["review_asked_at", "review_asked_by", "approved_at", "approved_by"])


class AgreementVersion(TenantOwned):
    """One version of an agreement: its source, exactly as loaded. Published once, unchanged ever after (B17)."""

    class AppliesTo(models.TextChoices):
        NEW = "new", "New tickets only"
        OPEN = "open", "Open tickets too"

    agreement = TenantForeignKey(Agreement, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=120, help_text="As the document calls itself: “version July 2024”.")
    source = models.TextField()
    digest = models.CharField(max_length=64)
    holidays = TenantForeignKey(SpeltHolidays, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    effective_from = models.DateField()
    created_at = models.DateTimeField()
    changed_by = TenantForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    review_asked_at = models.DateTimeField(null=True, blank=True)
    review_asked_by = TenantForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = TenantForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = TenantForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    applies_to = models.CharField(max_length=4, choices=AppliesTo, default=AppliesTo.NEW)
    publish_reason = models.TextField(blank=True, help_text="Why open tickets come under it too.")

    objects = TenantManager.from_queryset(AgreementVersionQuerySet)()

    class Meta:
        ordering = ["agreement", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "agreement", "number"], name="one_version_per_number"),
            models.CheckConstraint(
                condition=Q(approved_at=None) | Q(review_asked_at__isnull=False), name="what_is_approved_was_in_review"
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(holidays__isnull=False),
                name="what_is_published_has_its_holidays_spelt_out",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_versions_are_immutable",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.agreement.name}, {self.label}"

    @property
    def document(self) -> AgreementDocument:
        """The parsed document; shared, not to be changed. Its source may be deferred: it is read once a process."""
        try:
            return _document(self.pk, self.digest, self.published_at is not None)
        except AgreementVersion.DoesNotExist:
            # Somebody changed this draft since it was read; what it says now belongs to its next reader too.
            self.refresh_from_db()
            return _document(self.pk, self.digest, self.published_at is not None)

    def day_of(self, at: datetime) -> date:
        """The date of an instant where the agreement counts its days."""
        return at.astimezone(self.document.zone).date()

    @property
    def state(self) -> str:
        """One of `VERSION_STATES`."""
        reached = (True, self.review_asked_at, self.approved_at, self.published_at)
        return [state for state, at in zip(VERSION_STATES, reached, strict=True) if at][-1]

    @property
    def as_read(self) -> str:
        """Stands for what somebody has on screen: the text and, because it may stand beside it, the date."""
        return f"{self.digest} {self.effective_from.isoformat()}"

    def is_still(self, read: str) -> bool:
        """Whether it is as it was read. `read`: an `as_read`, or the text's digest from who read no more."""
        return read in {self.as_read, self.digest}


class ProductQuerySet(models.QuerySet["Product"]):
    def of_client(self, client_id: int) -> ProductQuerySet:
        """Those that a client has or had a subscription to; one that lists none is for all of them."""
        theirs = Subscription.objects.filter(client=client_id)
        named = SubscribedProduct.objects.filter(subscription__in=theirs.values("pk")).values("product")
        return self.filter(models.Exists(theirs.filter(products=None)) | Q(pk__in=named))


class Product(TenantOwned):
    """What is supported and measured. `category` names the document's product category (B4)."""

    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    category = models.CharField(max_length=60, blank=True)
    description = models.CharField(max_length=300, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(ProductQuerySet)()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="one_product_per_key")]

    def __str__(self) -> str:
        return self.name


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def not_over(self, *, on: date) -> SubscriptionQuerySet:
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=on))

    def running(self, *, on: date) -> SubscriptionQuerySet:
        return self.not_over(on=on).filter(starts_on__lte=on)

    def left_behind_by(self, version: AgreementVersion) -> SubscriptionQuerySet:
        """Those of its agreement that last until `version` is in force and have a plan or longer hours it lacks."""
        document = version.document
        kept = Q(plan__in=document.plans.keys, extensions__contained_by=list(document.extensions.keys))
        return self.not_over(on=version.effective_from).filter(~kept, agreement=version.agreement_id)


class Subscription(TenantOwned):
    """A client's plan of an agreement for a period, with price and standing. `ends_on` is the first day without."""

    class Standing(models.TextChoices):
        PAID = "paid", "Paid"
        ARREARS = "arrears", "Invoice overdue"

    client = TenantForeignKey(Client, on_delete=models.PROTECT, related_name="subscriptions")
    agreement = TenantForeignKey(Agreement, on_delete=models.PROTECT, related_name="subscriptions")
    plan = models.CharField(max_length=60)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    price = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    billing_period = models.CharField(
        max_length=10, choices=[("month", "Monthly"), ("quarter", "Quarterly"), ("year", "Yearly")], default="month"
    )
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.PAID)
    is_trial = models.BooleanField("trial", default=False)
    extensions = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        help_text="Longer hours agreed with this client (E7), by the agreement's keys.",
    )
    note = models.CharField(max_length=200, blank=True)

    objects = TenantManager.from_queryset(SubscriptionQuerySet)()

    class Meta:
        ordering = ["client", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), name="a_subscription_ends_after_it_starts"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "client", "starts_on"], name="subscription_of_client")]

    def __str__(self) -> str:
        """The client and the plan as the newest published version names it; one query."""
        newest = AgreementVersion.objects.published().filter(agreement=self.agreement_id).defer("source").newest()
        plan = newest.document.plans.get(self.plan) if newest else None
        return f"{self.client}: {plan.name if plan else self.plan}"

    def runs(self, *, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or on < self.ends_on)

    @property
    def last_day(self) -> date | None:
        """The day before `ends_on`; None until further notice."""
        return self.ends_on - timedelta(days=1) if self.ends_on else None

    @property
    def price_text(self) -> str:
        """`€ 1,499.00`; empty where no price was agreed."""
        return "" if self.price is None else Money(self.price, self.currency).text


class SubscribedProduct(TenantOwned):
    """A product in a subscription, and whether this client has it as beta or early access (B3)."""

    subscription = TenantForeignKey(Subscription, on_delete=models.CASCADE, related_name="products")
    product = TenantForeignKey(Product, on_delete=models.PROTECT, related_name="subscriptions")
    is_beta = models.BooleanField("beta or early access", default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "subscription", "product"], name="a_product_once_per_subscription"
            )
        ]

    def __str__(self) -> str:
        return str(self.product)
