"""Settings: the products that are supported and measured."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from agreements import actions
from agreements.forms.subscriptions import ProductForm
from agreements.governing import offered_versions
from agreements.models import Product
from agreements.narration import WORDS
from tenants.doors import settings_verb, settings_view
from tenants.forms import ReasonForm
from tenants.narration import entries_about, narrate


def categories(*, on: date) -> list[tuple[str, str]]:
    """Product categories of the agreements in force, and those that products still have from earlier ones."""
    found = {c.key: c.name for version in offered_versions(on=on) for c in version.document.categories}
    for used in Product.objects.exclude(category="").values_list("category", flat=True).distinct().order_by():
        found.setdefault(used, used)
    return list(found.items())


@require_http_methods(["GET", "HEAD", "POST"])
@settings_view
def products(request: Any) -> HttpResponse:
    """The products; posting adds one."""
    known = categories(on=timezone.localdate())
    form = ProductForm(request.POST or None, categories=known)
    if request.method == "POST" and form.carry_out(actions.add_product, by=request.user, now=timezone.now()):
        messages.success(request, f"{form.result.name} is added.")
        return redirect("settings-products")
    rows = list(Product.objects.annotate(clients=Count("subscriptions__subscription__client", distinct=True)))
    names = dict(known)
    for row in rows:
        row.category_name = names.get(row.category, "")
    context = {
        "products": [row for row in rows if row.retired_at is None],
        "retired": [row for row in rows if row.retired_at is not None],
        "form": form,
    }
    return render(request, "agreements/products.html", context, status=422 if form.errors else 200)


def _product(product_id: int) -> Product:
    return get_object_or_404(Product, pk=product_id)


@require_http_methods(["GET", "HEAD", "POST"])
@settings_view
def product(request: Any, product_id: int) -> HttpResponse:
    """One product; posting changes it."""
    found = _product(product_id)
    first = {"name": found.name, "category": found.category, "description": found.description}
    form = ProductForm(request.POST or None, categories=categories(on=timezone.localdate()), initial=first)
    change = {"product_id": found.pk, "by": request.user, "now": timezone.now()}
    if request.method == "POST" and form.carry_out(actions.change_product, **change):
        messages.success(request, f"{form.result.name} is saved.")
        return redirect("settings-products")
    events = narrate(entries_about(found), WORDS)
    context = {"product": found, "form": form, "reason_form": ReasonForm(), "events": events}
    return render(request, "agreements/product.html", context, status=422 if form.errors else 200)


retire = settings_verb(
    actions.retire_product,
    of=_product,
    done=lambda product: f"{product.name} is no longer offered. Its tickets and figures stay.",
    back="settings-product",
    form=ReasonForm,
)


restore = settings_verb(
    actions.restore_product,
    of=_product,
    done=lambda product: f"{product.name} is offered again.",
    back="settings-product",
)
