"""What the status page can truthfully say: who can be reached when, what is promised. Nothing is measured yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from agreements.document import AgreementDocument
from agreements.models import Product
from shell.wording import city_words


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours as they stand. `changes` is “until today 17:00”, “opens Mon 09:00”; `zone` an IANA name."""

    name: str
    description: str
    always: bool
    open: bool
    changes: str
    zone: str
    serves: tuple[str, ...]

    @property
    def city(self) -> str:
        """The zone as people say it: `Amsterdam` for `Europe/Amsterdam`."""
        return city_words(self.zone)


@dataclass(frozen=True, slots=True)
class Promise:
    """An availability promised or aimed at, in words: `99.99 %`, and for whom, where it is not for everybody."""

    percent: str
    whom: str


@dataclass(frozen=True, slots=True)
class Promised:
    """A product with what is published about its availability."""

    name: str
    category: str
    description: str
    promises: tuple[Promise, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """One agreement, as the public may read it."""

    document: AgreementDocument
    hours: tuple[Hours, ...]
    urgent: tuple[Hours, ...]
    services: tuple[Promised, ...]
    # What may happen outside these hours and is not promised (A7).
    beyond: tuple[str, ...]

    @property
    def liability(self) -> str:
        """“commitment” or “objective”; "" where the agreement says nothing about availability."""
        return self.document.availability.liability if self.document.availability else ""


def board(document: AgreementDocument, products: Iterable[Product], *, now: datetime) -> Board:
    """What `document`, being in force, says at `now`; of its own products where the tenant keeps none."""
    served: dict[str, tuple[str, ...]] = {document.targets.calendar: ()}
    for channel in document.channels:
        # A channel for some levels only is not support hours for everybody: see `_urgent`.
        if channel.calendar and not channel.levels:
            served[channel.calendar] = (*served.get(channel.calendar, ()), channel.name)
    return Board(
        document=document,
        hours=tuple(_hours(document, key, serves, now) for key, serves in served.items()),
        urgent=tuple(_urgent(document, set(served), now)),
        services=tuple(_promised(document, product) for product in list(products) or document.products),
        beyond=tuple(kind.outside_hours.sentence for kind in document.request_types if kind.outside_hours),
    )


def truth(boards: Iterable[Board]) -> str:
    """Whether support is there, and who is at any hour."""
    found = list(boards)
    first = next((hours for board in found for hours in board.hours), None)
    if first is None:
        return "No support hours are published yet."
    if first.always:
        said = "Support is there around the clock."
    elif first.open:
        said = f"Support is open now, {first.changes}."
    else:
        said = f"Support is closed now and {first.changes}."
    around = next((hours for board in found for hours in board.urgent if hours.always), None)
    return f"{said} Around the clock for {', '.join(around.serves)}: {around.name}." if around else said


def _urgent(document: AgreementDocument, told: set[str], now: datetime) -> Iterable[Hours]:
    """Who is there for some levels only: their channels, and then the hours in which incidents are worked on."""
    for channel in document.channels:
        if channel.calendar and channel.levels:
            told.add(channel.calendar)
            names = tuple(document.levels[key].name for key in channel.levels)
            yield _hours(document, channel.calendar, names, now, name=channel.name, text=channel.text)
    for calendar, levels in document.incident_hours.items():
        if calendar not in told:
            yield _hours(document, calendar, tuple(level.name for level in levels), now)


def _hours(
    document: AgreementDocument, key: str, serves: tuple[str, ...], now: datetime, *, name: str = "", text: str = ""
) -> Hours:
    spec, always = document.calendars[key], document.is_always(key)
    is_open, changes = document.opening(key, now=now, zone=ZoneInfo(spec.timezone))
    return Hours(name or spec.name, text or spec.description, always, is_open, changes, spec.timezone, serves)


def _promised(document: AgreementDocument, product: Any) -> Promised:
    """Of a product of the tenant's, or one that the agreement lists; what the former leaves open the latter says."""
    listed = document.products.get(product.key) or product
    category = product.category or listed.category
    promises = []
    for commitment in document.commitments_for(category):
        plans = ", ".join(document.plans[key].name for key in commitment.plans)
        promises.append(Promise(commitment.percent.text, f"on {plans}" if plans else ""))
    known = document.categories.get(category)
    label = known.name if known and known.name != product.name else ""
    return Promised(product.name, label, product.description or listed.description, tuple(promises))
