"""Subscriptions: which plan a client has for which period, at what price, paid or not, with which products."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction

from agreements.document import AgreementDocument
from agreements.governing import version_on
from agreements.models import Agreement, AgreementVersion, Product, SubscribedProduct, Subscription
from shell.wording import day_words
from tenants import history
from tenants.models import Client, User


class Terms(TypedDict, total=False):
    """What may change while a subscription runs. `price` None: as the agreement says.

    `extensions` are keys of the agreement's longer hours that are agreed with this client (E7).
    """

    price: Decimal | None
    currency: str
    billing_period: str
    is_trial: bool
    note: str
    extensions: Collection[str]


@transaction.atomic
def subscribe(
    *,
    client_id: int,
    agreement_id: int,
    plan: str,
    starts_on: date,
    by: User | None,
    now: datetime,
    ends_on: date | None = None,
    standing: str = Subscription.Standing.PAID,
    products: Mapping[int, bool] | None = None,
    **terms: Unpack[Terms],
) -> Subscription:
    """Subscribe a client to a plan from `starts_on` on; `ends_on` is the first day without.

    `products` maps product ids to whether the client has it as beta or early access (B3).
    Raises ValidationError for a plan the agreement does not have, and for a second subscription to it at the same time.
    """
    # Lock the client, so that two subscriptions at once cannot both find the period free.
    client = Client.objects.select_for_update().get(pk=client_id)
    # And the agreement: no version without this plan is published meanwhile.
    agreement = Agreement.objects.select_for_update(no_key=True).get(pk=agreement_id)
    document = _check_plan(agreement, plan, on=starts_on, until=ends_on)
    fields = _checked(terms, document, plan)
    _check_period(starts_on, ends_on)
    _check_free(client, agreement, starts_on, ends_on)
    subscription = Subscription.objects.create(
        client=client,
        agreement=agreement,
        plan=plan,
        starts_on=starts_on,
        ends_on=ends_on,
        standing=standing,
        **fields,
    )
    _put_products(subscription, products or {})
    history.record(
        subscription, "subscription.added", actor=by, at=now, data={"plan": plan, "starts_on": starts_on.isoformat()}
    )
    return subscription


@transaction.atomic
def change_plan(*, subscription_id: int, plan: str, from_on: date, by: User | None, now: datetime) -> Subscription:
    """Move a client to another plan on a day: the subscription ends there and one with the new plan follows it.

    Tickets from before keep what they were promised. Longer hours (E7) come along where the new plan may have them.
    Returns the subscription with the new plan.
    """
    subscription = _locked(subscription_id)
    if plan == subscription.plan:
        return subscription
    document = _check_plan(subscription.agreement, plan, on=from_on, until=subscription.ends_on)
    if subscription.ends_on is not None and from_on >= subscription.ends_on:
        raise ValidationError({"from_on": "The subscription has ended by then. Add a new one instead."})
    before, subscription.plan = subscription.plan, plan
    subscription.extensions = _agreeable(document, plan, subscription.extensions)
    if from_on <= subscription.starts_on:
        subscription.save(update_fields=["plan", "extensions"])
    else:
        products = dict(subscription.products.values_list("product_id", "is_beta"))
        ends_on, subscription.ends_on = subscription.ends_on, from_on
        subscription.save(update_fields=["ends_on"])
        subscription.pk, subscription._state.adding = None, True
        subscription.starts_on, subscription.ends_on, subscription.price = from_on, ends_on, None
        subscription.save(force_insert=True)
        _put_products(subscription, products)
    history.record(
        subscription,
        "subscription.plan_changed",
        actor=by,
        at=now,
        data={"from": before, "to": plan, "from_on": from_on.isoformat()},
    )
    return subscription


@transaction.atomic
def change_standing(
    *, subscription_id: int, standing: str, by: User | None, now: datetime, reason: str = ""
) -> Subscription:
    """Say whether the client's invoices are paid (A2). Tickets filed from now on are covered accordingly."""
    if standing not in Subscription.Standing.values:
        raise ValidationError({"standing": "Choose whether the invoices are paid."})
    subscription = _locked(subscription_id)
    history.change(subscription, "subscription.standing_changed", actor=by, at=now, reason=reason, standing=standing)
    return subscription


@transaction.atomic
def change_terms(*, subscription_id: int, by: User | None, now: datetime, **terms: Unpack[Terms]) -> Subscription:
    """Change price, billing period, trial, note and longer hours (E7); what is not given stays."""
    subscription = _locked(subscription_id)
    today = now.date()
    document = _check_plan(subscription.agreement, subscription.plan, on=today, until=today)
    fields = _checked(terms, document, subscription.plan)
    history.change(subscription, "subscription.terms_changed", actor=by, at=now, **fields)
    return subscription


@transaction.atomic
def set_products(*, subscription_id: int, products: Mapping[int, bool], by: User | None, now: datetime) -> Subscription:
    """Give the subscription exactly these products; the value says beta or early access (B3)."""
    subscription = _locked(subscription_id)
    before = dict(subscription.products.values_list("product_id", "is_beta"))
    if before != dict(products):
        subscription.products.all().delete()
        _put_products(subscription, products)
        names = {str(s.product): s.is_beta for s in subscription.products.select_related("product")}
        history.record(subscription, "subscription.products_changed", actor=by, at=now, data={"beta": names})
    return subscription


@transaction.atomic
def end_subscription(
    *, subscription_id: int, ends_on: date | None, by: User | None, now: datetime, reason: str = ""
) -> Subscription:
    """Let a subscription run out: `ends_on` is the first day without. None takes an end back."""
    subscription = _locked(subscription_id)
    _check_period(subscription.starts_on, ends_on)
    if ends_on is None or (subscription.ends_on is not None and ends_on > subscription.ends_on):
        _check_free(subscription.client, subscription.agreement, subscription.starts_on, ends_on, but=subscription.pk)
        _check_plan(subscription.agreement, subscription.plan, on=subscription.starts_on, until=ends_on)
    history.change(subscription, "subscription.ended", actor=by, at=now, reason=reason, ends_on=ends_on)
    return subscription


def _locked(subscription_id: int) -> Subscription:
    return (
        Subscription.objects.select_for_update(of=("self", "client", "agreement"))
        .select_related("client", "agreement")
        .get(pk=subscription_id)
    )


def _check_plan(agreement: Agreement, plan: str, *, on: date, until: date | None) -> AgreementDocument:
    """The document in force `on` that day. ValidationError where a version in force before `until` lacks the plan."""
    version = version_on(agreement.pk, on=on)
    if version is None:
        raise ValidationError({"agreement": f"{agreement.name} has no published version yet."})
    later = AgreementVersion.objects.published().filter(agreement=agreement, effective_from__gt=on)
    for each in (version, *(later if until is None else later.filter(effective_from__lt=until))):
        if plan not in each.document.plans:
            names = ", ".join(known.name for known in each.document.plans)
            raise ValidationError({"plan": f"{each} has no such plan. Its plans: {names}."})
    return version.document


def _checked(terms: Terms, document: AgreementDocument, plan: str) -> dict[str, Any]:
    """The terms as columns. Raises ValidationError for a price below zero and for hours the plan may not have."""
    fields: dict[str, Any] = {**terms}
    if (fields.get("price") or 0) < 0:
        raise ValidationError({"price": "A price is not below zero."})
    if "note" in fields:
        fields["note"] = fields["note"].strip()
    if "extensions" in fields:
        fields["extensions"] = list(fields["extensions"])
        if fields["extensions"] != _agreeable(document, plan, fields["extensions"]):
            raise ValidationError({"extensions": "These hours cannot be agreed with this plan."})
    return fields


def _agreeable(document: AgreementDocument, plan: str, extensions: Collection[str]) -> list[str]:
    offered = {each.key for each in document.extensions_for(plan)}
    return [key for key in extensions if key in offered]


def _check_period(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on <= starts_on:
        raise ValidationError({"ends_on": f"It starts on {day_words(starts_on)}; the first day without is later."})


def _check_free(client: Client, agreement: Agreement, starts_on: date, ends_on: date | None, *, but: int = 0) -> None:
    overlapping = Subscription.objects.not_over(on=starts_on).filter(client=client, agreement=agreement).exclude(pk=but)
    if ends_on is not None:
        overlapping = overlapping.filter(starts_on__lt=ends_on)
    other = overlapping.first()
    if other is not None:
        until = f" until {day_words(other.ends_on)}" if other.ends_on else ""
        raise ValidationError(
            {
                "starts_on": f"{client.name} has this agreement from {day_words(other.starts_on)}{until}. "
                "End that subscription first."
            }
        )


def _put_products(subscription: Subscription, products: Mapping[int, bool]) -> None:
    known: Collection[int] = set(Product.objects.filter(pk__in=products).values_list("pk", flat=True))
    if set(products) - set(known):
        raise ValidationError({"products": "One of these products does not exist any more."})
    SubscribedProduct.objects.bulk_create(
        [SubscribedProduct(subscription=subscription, product_id=pk, is_beta=beta) for pk, beta in products.items()]
    )
