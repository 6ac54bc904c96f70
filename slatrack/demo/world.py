"""What a demo workspace is described with: its people, its clients and what they have bought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from slatrack.demo.story import Story, Words
from slatrack.demo.storybook import read


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works for the provider. `role` is one of Member.Role."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Caller:
    """A contact at a client, with what they may do (B8, C10, C12). `busy` weighs how often they write."""

    name: str
    support: bool = True
    credits: bool = False
    organisation: bool = False
    top: bool = True
    busy: int = 2


@dataclass(frozen=True, slots=True)
class Deal:
    """A subscription. Ages count back from the day of loading; `arrears`: how long ago an invoice fell overdue (A2)."""

    plan: str
    products: tuple[str, ...] = ()
    age: timedelta = timedelta(days=500)
    ended: timedelta | None = None
    arrears: timedelta | None = None
    price: Decimal | None = None
    billing_period: str = "month"
    is_trial: bool = False
    beta: tuple[str, ...] = ()
    #: Longer hours agreed with this client (E7).
    extensions: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """A client organisation: mail addresses under `<domain>.example`, and how much of all tickets it files."""

    name: str
    domain: str
    callers: tuple[Caller, ...]
    deals: tuple[Deal, ...] = ()
    share: int = 3
    timezone: str = ""


@dataclass(frozen=True, slots=True)
class Ware:
    """A product that the agreement does not list by name."""

    key: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Live:
    """A conversation that is under way when the workspace is loaded: so many of its story's turns have happened.

    It was filed `age` ago, or its first response falls due in `due` (below zero: fell due so long ago). Both are
    counted on the promise's own calendar, so that "in an hour" is an hour after the next opening while the office is
    closed.
    """

    story: str
    customer: str
    caller: str
    turns: int = 1
    due: timedelta | None = None
    age: timedelta = timedelta(hours=4)
    assigned: bool | None = None
    this_month: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """A caller's ticket merged, so long `ago`, into one that somebody else of the customer filed about the same."""

    customer: str
    caller: str
    story: str
    reason: str
    ago: timedelta


@dataclass(frozen=True, slots=True)
class World:
    """One workspace, which lives by `agreements/documents/<slug>.yaml`."""

    slug: str
    name: str
    timezone: str
    accent: str
    team: tuple[Person, ...]
    customers: tuple[Customer, ...]
    tickets: int
    #: Products beyond those that the agreement lists.
    products: tuple[Ware, ...] = ()
    live: tuple[Live, ...] = ()
    merges: tuple[Merge, ...] = ()
    incident_line: str = ""

    @property
    def words(self) -> Words:
        return read(self.slug)[0]

    @property
    def stories(self) -> tuple[Story, ...]:
        return read(self.slug)[1]

    @property
    def support_email(self) -> str:
        return f"support@{self.slug}.example"
