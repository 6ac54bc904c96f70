"""For whom a document is read: everybody, or one client with its plan, longer hours, products and price."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from agreements.document import AgreementDocument
from agreements.document.calendars import CalendarSpec
from agreements.document.keys import Catalogue
from agreements.document.model import Plan, Product
from agreements.document.service_terms import CreditSchedule
from agreements.readable.blocks import Blocks
from agreements.readable.voice import TEAM, Voice
from shell.wording import listed


@dataclass(frozen=True)
class Covered:
    """A product of a subscription. `category` is a key of the document's categories, or "" for none of them."""

    key: str
    name: str
    category: str
    is_beta: bool = False


# Compared by identity, as documents are.
@dataclass(frozen=True, eq=False)
class Reader:
    """`plan`, `extensions` and `products` narrow the document to one client; None of each shows all there are.

    Special days are those of the year of `on`. A price that was agreed with the client stands in `plan`. `on_trial` is
    None where it is not known. `example` works a schedule of credits out for whoever signs it.
    """

    document: AgreementDocument
    on: date
    effective_from: date
    voice: Voice = TEAM
    plan: Plan | None = None
    extensions: Collection[str] | None = None
    products: tuple[Covered, ...] | None = None
    on_trial: bool | None = None
    example: Callable[[CreditSchedule], Blocks] | None = None

    @property
    def plans(self) -> tuple[Plan, ...]:
        return (self.plan,) if self.plan else tuple(self.document.plans)

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """The keys of the categories that matter: those of the client's products, or all where none is known."""
        known = self.document.categories.keys
        of_products = {product.category for product in self.products or ()}
        return tuple(key for key in known if key in of_products) or known

    @cached_property
    def known_products(self) -> tuple[Product, ...]:
        """The client's products that the document describes, or all where none is known."""
        chosen = {product.key for product in self.products or ()}
        every = tuple(self.document.products)
        return tuple(product for product in every if product.key in chosen) or every

    def concerns(self, plans: Sequence[str], categories: Sequence[str] = ()) -> bool:
        """Whether terms for these plans and categories are terms for this reader; none named means any."""
        return (self.plan is None or not plans or self.plan.key in plans) and (
            not categories or bool(set(categories) & set(self.categories))
        )

    def of_plans(self, plans: Sequence[str]) -> str:
        """The plans that terms are for, "" where they are for all or the reader has one only."""
        return "" if self.plan else self.names(self.document.plans, plans)

    def of_categories(self, categories: Sequence[str]) -> str:
        return self.names(self.document.categories, [key for key in categories if key in self.categories])

    def names(self, parts: Catalogue, keys: Iterable[str]) -> str:
        return listed(parts[key].name for key in keys)

    def calendar(self, key: str) -> CalendarSpec:
        """The calendar, or the longer hours that are agreed in its place (E7)."""
        return self.document.calendars[self.document.calendar_for(key, self.extensions or ())]

    def hours(self, key: str | None) -> str:
        """The name of these hours; "" for none."""
        return self.calendar(key).name if key else ""
