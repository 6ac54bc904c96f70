"""Settings: the products that are supported and measured."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from agreements import actions
from agreements.forms.subscriptions import ProductForm
from agreements.governing import offered_versions
from agreements.models import Product
from shell.forms import done, posted
from tenants.doors import settings_view
from tenants.forms import ReasonForm
from tenants.narration import entries_about, narrate


def categories(*, on: date) -> list[tuple[str, str]]:
    """None; product categories of the agreements in force, and those that products still have from earlier ones."""
    found = {"": "None"} | {c.key: c.name for version in offered_versions(on=on) for c in version.document.categories}
    for used in Product.objects.exclude(category="").values_list("category", flat=True).distinct().order_by():
        found.setdefault(used, used)
    return list(found.items())


@settings_view.form
def products(request: Any) -> HttpResponse:
    """The products; posting adds one."""
    known = categories(on=timezone.localdate())
    form = ProductForm(posted(request), choices={"category": known})
    if form.carry_out(actions.add_product, by=request.user, now=timezone.now()):
        return done(request, f"{form.result.name} is added.", "settings-products")
    clients = Count("subscriptions__subscription__client", distinct=True)
    rows: list[Any] = list(Product.objects.annotate(clients=clients))
    for row in rows:
        row.category_name = dict(known).get(row.category, "") if row.category else ""
    context = {
        "products": [row for row in rows if row.retired_at is None],
        "retired": [row for row in rows if row.retired_at is not None],
        "form": form,
    }
    return render(request, "agreements/products.html", context, status=422 if form.errors else 200)


@settings_view.form
def product(request: Any, product_id: int) -> HttpResponse:
    """One product; posting changes it."""
    found = get_object_or_404(Product, pk=product_id)
    offered = {"category": categories(on=timezone.localdate())}
    form = ProductForm(posted(request), choices=offered, initial=model_to_dict(found))
    if form.carry_out(actions.change_product, product_id=found.pk, by=request.user, now=timezone.now()):
        return done(request, f"{form.result.name} is saved.", "settings-products")
    events = narrate(entries_about(found))
    context = {"product": found, "form": form, "reason_form": ReasonForm(), "events": events}
    return render(request, "agreements/product.html", context, status=422 if form.errors else 200)


retire = settings_view.verb(
    actions.retire_product,
    done=lambda product: f"{product.name} is no longer offered. Its tickets and figures stay.",
    back="settings-product",
    form=ReasonForm,
)


restore = settings_view.verb(
    actions.restore_product,
    done=lambda product: f"{product.name} is offered again.",
    back="settings-product",
)
