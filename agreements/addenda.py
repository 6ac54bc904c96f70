"""The addenda that a client has: one for each subscription and each version that held or will hold for it (C13)."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.text import slugify

from agreements.addendum import Addendum, Contract, write
from agreements.document.quantities import Money
from agreements.governing import Subscribed, governing_ever
from agreements.models import Subscription
from agreements.readable import Covered
from agreements.typeset import TypesettingError, addendum_pdf
from shell.wording import day_words
from tenants.models import Client
from tenants.scope import current_tenant

logger = logging.getLogger(__name__)

NO_PDF = "The PDF could not be made just now. This page says the same; please try the PDF again later."


def addenda_of(client: Client, *, subscription: Subscription | None = None) -> list[Subscribed]:
    """What the client can read, newest first; of one subscription only where it is named."""
    return [
        each
        for each in governing_ever(client)
        if each.subscription.plan in each.version.document.plans.keys
        and (subscription is None or each.subscription.pk == subscription.pk)
    ]


def chosen(addenda: list[Subscribed], *, now: datetime, number: int | None = None) -> Subscribed:
    """The one with the version's `number`; without one what holds now, else the newest that did, else the next.

    Raises Http404 where there is none.
    """
    if number is not None:
        addenda = [each for each in addenda if each.version.number == number]
    if not addenda:
        raise Http404("No such version holds for this subscription.")
    begun = [each for each in addenda if each.since <= each.version.day_of(now)]
    return next((each for each in begun if each.holds(each.version.day_of(now))), begun[0] if begun else addenda[-1])


def url_of(governing: Subscribed, *, at: str) -> str:
    """Its address among those of the name `at`."""
    return reverse(at, args=[governing.subscription.pk, governing.version.number])


def listing(addenda: list[Subscribed], current: Subscribed, *, at: str) -> list[dict[str, Any]]:
    """The addenda as `agreements/_addendum_choose.html` lists them, with links to the addresses of the name `at`."""
    listed = []
    for each in addenda:
        plan = each.version.document.plans[each.subscription.plan]
        until = f" until {day_words(each.until - timedelta(days=1))}" if each.until else ""
        listed.append(
            {
                "name": f"{plan.name}, {each.version.label}",
                "period": f"from {day_words(each.since)}{until}",
                "url": url_of(each, at=at),
                "current": each == current,
            }
        )
    return listed


def addendum(governing: Subscribed, *, now: datetime) -> Addendum:
    """The addendum as it is produced today, from the subscription as it stands. One query, for the products."""
    subscription, version = governing.subscription, governing.version
    document = version.document
    products = subscription.products.select_related("product").order_by("product__name")
    return write(
        Contract(
            document=document,
            label=version.label,
            digest=version.digest,
            effective_from=version.effective_from,
            since=governing.since,
            until=governing.until,
            provider=current_tenant().name,
            client=subscription.client.name,
            plan_key=subscription.plan,
            starts_on=subscription.starts_on,
            ends_on=subscription.ends_on,
            produced_on=version.day_of(now),
            products=tuple(
                Covered(each.product.key, each.product.name, each.product.category, each.is_beta) for each in products
            ),
            extension_keys=tuple(subscription.extensions),
            price=None if subscription.price is None else Money(subscription.price, subscription.currency),
            billing_period=subscription.billing_period,
            is_trial=subscription.is_trial,
        )
    )


def as_file(governing: Subscribed, *, now: datetime) -> HttpResponse | None:
    """The same as a PDF to sign, shown in the browser; saved, it has a name that says whose it is.

    None where none could be made, which is in the log; `NO_PDF` says it to people.
    """
    try:
        pdf = addendum_pdf(addendum(governing, now=now), produced_on=governing.version.day_of(now))
    except TypesettingError:
        logger.exception("no PDF of version %s for subscription %s", governing.version.pk, governing.subscription.pk)
        return None
    client = slugify(governing.subscription.client.name)[:60] or "client"
    name = f"addendum-{client}-version-{governing.version.number}.pdf"
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
