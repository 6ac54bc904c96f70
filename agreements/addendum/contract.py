"""What an addendum is written from: one client's subscription and the version of the agreement it is under."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

from agreements.document import AgreementDocument
from agreements.document.credit import Fee
from agreements.document.model import Extension, Plan
from agreements.document.quantities import Money
from agreements.readable.reader import Covered

BillingPeriod = Literal["month", "quarter", "year"]


@dataclass(frozen=True)
class VersionFacts:
    """Which version, and the days on which it holds for the subscription: `[since, until)`, `until` None for open.

    `effective_from` is the day from which it is in force for everybody.
    """

    number: int
    label: str
    digest: str
    effective_from: date
    since: date
    until: date | None


@dataclass(frozen=True)
class Contract:
    """One client's side of it. `ends_on` is the first day without; `price` None: as the plan says.

    An agreed price is for the same length of time as the plan's, a month where it has none, and `billing_period` says
    how often it is billed: Gold is 1,499.00 EUR a month, billed yearly (E1).
    """

    document: AgreementDocument
    version: VersionFacts
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

    @property
    def plan(self) -> Plan:
        return self.document.plans[self.plan_key]

    @property
    def last_day(self) -> date | None:
        """The last day of the subscription; None while no end is agreed."""
        return self.ends_on - timedelta(days=1) if self.ends_on else None

    @property
    def replaced_on(self) -> date | None:
        """The day from which the next version holds; None where there is none, or the subscription ends before."""
        return None if self.version.until == self.ends_on else self.version.until

    @cached_property
    def extensions(self) -> tuple[Extension, ...]:
        """The longer hours agreed with this client (E7) that the version still has."""
        return tuple(self.document.extensions[key] for key in self.document.known_extensions(self.extension_keys))

    @property
    def shown_on(self) -> date:
        """The day whose year and measuring period are shown: the production's, as far as the version holds on it."""
        last = self.version.until - timedelta(days=1) if self.version.until else date.max
        return max(self.version.since, min(self.produced_on, last))

    @property
    def price_per(self) -> BillingPeriod:
        """The length of time that the price is for."""
        return self.plan.price.per if self.plan.price else "month"

    @property
    def price_due(self) -> Money | None:
        """The agreed price, or the plan's; None where no amount is known."""
        return self.price or (self.plan.price.amount if self.plan.price else None)

    @property
    def fee(self) -> Fee | None:
        """What the client pays; None where no amount is known."""
        source = "as agreed" if self.price else "as the plan says"
        return Fee(self.price_due, self.price_per, source) if self.price_due else None
