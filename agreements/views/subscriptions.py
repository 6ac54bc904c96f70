"""Settings: what a client has subscribed to, at which price, paid or not, with which products."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from agreements import actions
from agreements.forms.subscriptions import (
    BETA,
    INCLUDED,
    EndForm,
    PlanForm,
    StandingForm,
    SubscribedProductsForm,
    SubscriptionForm,
    TermsForm,
    plan_choices,
)
from agreements.governing import offered_versions, version_on
from agreements.models import AgreementVersion, Product, Subscription
from shell.forms import ActionForm, done, posted
from tenants.doors import settings_view
from tenants.models import Client
from tenants.narration import entries_about, narrate


def with_plan_names(subscriptions: Collection[Subscription]) -> None:
    """Give each subscription `plan_name` and `listed_price` (what its plan costs by the agreement, or None)."""
    wanted = {subscription.agreement_id for subscription in subscriptions}
    versions = AgreementVersion.objects.published().filter(agreement__in=wanted).order_by("effective_from", "number")
    newest = {version.agreement_id: version for version in versions}
    for subscription in subscriptions:
        latest = newest.get(subscription.agreement_id)
        plan = latest.document.plans.get(subscription.plan) if latest else None
        subscription.plan_name = plan.name if plan else subscription.plan  # type: ignore[attr-defined]
        subscription.listed_price = plan.price if plan else None  # type: ignore[attr-defined]


@settings_view.form
def add(request: Any, client_id: int) -> HttpResponse:
    """Subscribe a client to a plan."""
    client = get_object_or_404(Client, pk=client_id)
    today = timezone.localdate()
    versions = offered_versions(on=today)
    offered = {"plan": plan_choices(versions)}
    form = SubscriptionForm(posted(request), choices=offered, initial={"starts_on": today})
    now = timezone.now()
    if form.carry_out(actions.subscribe, client_id=client.pk, by=request.user, now=now):
        sentence = f"{client.name} is subscribed. Which products does it include?"
        return done(request, sentence, "settings-subscription", form.result.pk)
    context = {"client": client, "form": form, "versions": versions}
    return render(request, "agreements/subscription_new.html", context, status=422 if form.errors else 200)


def _forms(found: Subscription, data: Any, which: str) -> dict[str, ActionForm]:
    """Every form of the page; the one called `which` is bound to what was posted."""
    today = timezone.localdate()
    version = version_on(found.agreement_id, on=today)
    document = version.document if version else None
    plans = [(each.key, each.name) for each in document.plans] if document else []
    longer = document.extensions_for(found.plan) if document else ()
    hours = [(each.key, f"{each.name}. {each.text}") for each in longer]
    has = {p.product_id: p.is_beta for p in found.products.all()}
    listed = Product.objects.filter(retired_at=None) | Product.objects.filter(pk__in=has)
    chosen = {f"product_{pk}": BETA if beta else INCLUDED for pk, beta in has.items()}
    makers: dict[str, Callable[..., ActionForm]] = {
        "standing": StandingForm,
        "plan": partial(PlanForm, choices={"plan": plans}),
        "terms": partial(TermsForm, choices={"extensions": hours}),
        "products": partial(SubscribedProductsForm, products=listed.distinct()),
        "end": EndForm,
    }
    first = {**model_to_dict(found), "from_on": today, **chosen}
    return {name: make(data if name == which else None, initial=first) for name, make in makers.items()}


ACTIONS: dict[str, tuple[Callable[..., Subscription], str]] = {
    "standing": (actions.change_standing, "The payment standing is saved."),
    "plan": (actions.change_plan, "The plan is changed."),
    "terms": (actions.change_terms, "Price and terms are saved."),
    "products": (actions.set_products, "The products are saved."),
    "end": (actions.end_subscription, "The end is saved."),
}


@settings_view.form
def subscription(request: Any, subscription_id: int, what: str = "") -> HttpResponse:
    """One subscription; posting changes one thing about it, a key of `ACTIONS`."""
    found = get_object_or_404(Subscription.objects.select_related("client", "agreement"), pk=subscription_id)
    forms = _forms(found, posted(request), what)
    if what:
        action, said = ACTIONS[what]
        if forms[what].carry_out(action, subscription_id=found.pk, by=request.user, now=timezone.now()):
            return done(request, said, "settings-subscription", forms[what].result.pk)
    with_plan_names([found])
    context = {"subscription": found, "forms": forms, "events": narrate(entries_about(found))}
    wrong = any(form.errors for form in forms.values())
    return render(request, "agreements/subscription.html", context, status=422 if wrong else 200)
