"""What programs call things: products and tickets by their keys and numbers, and mistakes beside what they sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError

from agreements.models import Product
from incidents.actions import Hurt
from tickets.models import Ticket


def hurts(rows: Sequence[Mapping[str, Any]]) -> list[Hurt]:
    """What is affected. Raises ValidationError for a product that there is not."""
    products = {product.key: product for product in Product.objects.filter(key__in=[row["product"] for row in rows])}
    unknown = [row["product"] for row in rows if row["product"] not in products]
    if unknown:
        raise ValidationError({"affected": f"There is no product “{unknown[0]}”."})
    return [Hurt(products[row["product"]], row["component"], row["impact"]) for row in rows]


def tickets(numbers: Sequence[int]) -> list[Ticket]:
    """The tickets of these numbers. Raises ValidationError for one that there is not."""
    found = list(Ticket.objects.filter(number__in=numbers).order_by("number"))
    missing = sorted(set(numbers) - {ticket.number for ticket in found})
    if missing:
        raise ValidationError({"tickets": f"There is no ticket #{missing[0]}."})
    return found


@contextmanager
def beside(**names: str) -> Iterator[None]:
    """What an action refuses, beside what the API calls its arguments."""
    try:
        yield
    except ValidationError as refusal:
        if not hasattr(refusal, "error_dict"):
            raise
        raise ValidationError(
            {names.get(name, name): sentences for name, sentences in refusal.message_dict.items()}
        ) from None
