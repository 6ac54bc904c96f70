"""What an addendum is written from: one client's subscription and the version of the agreement it is under."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

from agreements.document import AgreementDocument
from agreements.document.credit import Fee
from agreements.document.model import Extension, Plan, Price
from agreements.document.quantities import Money
from agreements.readable.reader import Covered

_BILLED: dict[str, Literal["monthly", "quarterly", "yearly"]] = {
    "month": "monthly",
    "quarter": "quarterly",
    "year": "yearly",
}


@dataclass(frozen=True, kw_only=True)
class Contract:
    """One client's side of a version that holds for the subscription on the days `[since, until)`, None for open.

    `label` and `digest` are the version's, `effective_from` is the day from which it is in force for everybody.
    `ends_on` is the first day without; `price` None: as the plan says. An agreed price is for the same length of time
    as the plan's, a month where it has none, and `billing_period` says how often it is billed: Gold is 1,499.00 EUR a
    month, billed yearly (E1).
    """

    document: AgreementDocument
    label: str
    digest: str
    effective_from: date
    since: date
    until: date | None
    provider: str
    client: str
    plan_key: str
    starts_on: date
    ends_on: date | None
    produced_on: date
    products: tuple[Covered, ...] = ()
    extension_keys: tuple[str, ...] = ()
    price: Money | None = None
    billing_period: str = "month"
    is_trial: bool = False

    @cached_property
    def plan(self) -> Plan:
        """The plan, with the agreed price in the place of its own."""
        plan = self.document.plans[self.plan_key]
        if self.price is None:
            return plan
        per = plan.price.per if plan.price else "month"
        return replace(plan, price=Price(per=per, amount=self.price, billed=_BILLED[self.billing_period]))

    @property
    def last_day(self) -> date | None:
        """The last day of the subscription; None while no end is agreed."""
        return self.ends_on - timedelta(days=1) if self.ends_on else None

    @property
    def replaced_on(self) -> date | None:
        """The day from which the next version holds; None where there is none, or the subscription ends before."""
        return None if self.until == self.ends_on else self.until

    @cached_property
    def extensions(self) -> tuple[Extension, ...]:
        """The longer hours agreed with this client (E7) that the version still has."""
        return tuple(self.document.extensions[key] for key in self.document.known_extensions(self.extension_keys))

    @property
    def shown_on(self) -> date:
        """The day whose year and measuring period are shown: the production's, as far as the version holds on it."""
        last = self.until - timedelta(days=1) if self.until else date.max
        return max(self.since, min(self.produced_on, last))

    @property
    def fee(self) -> Fee | None:
        """What the client pays; None where no amount is known."""
        price, source = self.plan.price, "as agreed" if self.price else "as the plan says"
        return Fee(price.amount, price.per, source) if price and price.amount else None
