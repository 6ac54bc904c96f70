"""Products: what is supported and measured."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from agreements.models import AgreementVersion, Product
from shell.entry import name_of
from tenants import history
from tenants.models import User

NAMELESS = "Give the product a name."


@transaction.atomic
def add_product(
    *, name: str, by: User | None, now: datetime, category: str = "", description: str = "", key: str = ""
) -> Product:
    """Add a product. `category` is a key of the agreement's product categories (B4); `key` "": made from the name."""
    name = name_of(name, NAMELESS)
    key = key or slugify(name)[:60]
    if not key:
        raise ValidationError({"name": "Use at least one letter or digit."})
    if Product.objects.filter(key=key).exists():
        raise ValidationError({"name": "There is a product with this name already."})
    product = Product.objects.create(key=key, name=name, category=category, description=description.strip())
    history.record(product, "product.added", actor=by, at=now)
    return product


@transaction.atomic
def add_products_of(*, version_id: int, by: User | None, now: datetime) -> list[Product]:
    """Add the products that a version lists and that are missing here."""
    document = AgreementVersion.objects.get(pk=version_id).document
    known = set(Product.objects.values_list("key", flat=True))
    return [
        add_product(
            name=listed.name, key=listed.key, category=listed.category, description=listed.description, by=by, now=now
        )
        for listed in document.products
        if listed.key not in known
    ]


@transaction.atomic
def change_product(
    *, product_id: int, name: str, category: str, description: str, by: User | None, now: datetime
) -> Product:
    """Change what a product is called and where it belongs."""
    product = Product.objects.select_for_update().get(pk=product_id)
    name, description = name_of(name, NAMELESS), description.strip()
    event = "product.changed"
    history.change(product, event, actor=by, at=now, name=name, category=category, description=description)
    return product


@transaction.atomic
def retire_product(*, product_id: int, by: User | None, now: datetime, reason: str = "") -> Product:
    """No new tickets or subscriptions for it; what there is stays."""
    product = Product.objects.select_for_update().get(pk=product_id)
    if product.retired_at is None:
        history.change(product, "product.retired", actor=by, at=now, reason=reason, retired_at=now)
    return product


@transaction.atomic
def restore_product(*, product_id: int, by: User | None, now: datetime) -> Product:
    """Offer a retired product again."""
    product = Product.objects.select_for_update().get(pk=product_id)
    history.change(product, "product.restored", actor=by, at=now, retired_at=None)
    return product
