"""What an agreement in force calls things, put on rows for templates."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from agreements.governing import offered_versions
from agreements.models import AgreementVersion, Product, Subscription


def with_plan_names(subscriptions: Collection[Subscription]) -> None:
    """Give each subscription `plan_name` and `listed_price` (what its plan costs by the agreement, or None)."""
    newest: dict[int, AgreementVersion] = {}
    wanted = {subscription.agreement_id for subscription in subscriptions}
    for version in (
        AgreementVersion.objects.published().filter(agreement__in=wanted).order_by("effective_from", "number")
    ):
        newest[version.agreement_id] = version
    for subscription in subscriptions:
        latest = newest.get(subscription.agreement_id)
        plan = latest.document.plans.get(subscription.plan) if latest else None
        subscription.plan_name = plan.name if plan else subscription.plan  # type: ignore[attr-defined]
        subscription.listed_price = plan.price if plan else None  # type: ignore[attr-defined]


def categories(*, on: date) -> list[tuple[str, str]]:
    """Product categories of the agreements in force, and those that products still have from earlier ones."""
    found = {c.key: c.name for version in offered_versions(on=on) for c in version.document.categories}
    for used in Product.objects.exclude(category="").values_list("category", flat=True).distinct().order_by():
        found.setdefault(used, used)
    return list(found.items())
