"""What the status page can truthfully say: who can be reached when, what is promised. Nothing is measured yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from agreements.document import AgreementDocument
from agreements.models import Product
from shell.wording import city_words, when_words


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
    clause: str

    @property
    def city(self) -> str:
        """The zone as people say it: `Amsterdam` for `Europe/Amsterdam`."""
        return city_words(self.zone)


@dataclass(frozen=True, slots=True)
class Promise:
    """An availability promised or aimed at, in words: `99.99 %`, and for whom, where it is not for everybody."""

    percent: str
    whom: str
    clause: str


@dataclass(frozen=True, slots=True)
class Service:
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
    services: tuple[Service, ...]
    # What may happen outside these hours and is not promised (A7).
    beyond: tuple[str, ...]

    @property
    def liability(self) -> str:
        """“commitment” or “objective”; "" where the agreement says nothing about availability."""
        return self.document.availability.liability if self.document.availability else ""


def board(document: AgreementDocument, products: Iterable[Product], *, now: datetime) -> Board:
    """What `document`, being in force, says at `now`."""
    served = _served(document)
    hours = [_hours(document, key, served[key], now) for key in served]
    return Board(
        document=document,
        hours=tuple(hours),
        urgent=tuple(_urgent(document, now)),
        services=tuple(_services(document, list(products))),
        beyond=tuple(kind.outside_hours.sentence for kind in document.request_types if kind.outside_hours),
    )


def truth(boards: Iterable[Board]) -> str:
    """The one sentence on top. It speaks of support alone, because nobody measures the services yet."""
    found = list(boards)
    first = next((hours for board in found for hours in board.hours), None)
    if first is None:
        return "No support hours are published yet."
    if first.always:
        return "Support is there around the clock."
    if first.open:
        return f"Support is open now, {first.changes}."
    return f"Support is closed now and {first.changes}."


def at_any_hour(boards: Iterable[Board]) -> str:
    """Who is there while support is closed, and for what; "" where nobody is."""
    around = next((hours for board in boards for hours in board.urgent if hours.always), None)
    return f"Around the clock for {', '.join(around.serves)}: {around.name}." if around else ""


def _served(document: AgreementDocument) -> dict[str, tuple[str, ...]]:
    """The calendars that people are supported on, with the channels that keep them; that of targets comes first."""
    served: dict[str, tuple[str, ...]] = {document.targets.calendar: ()}
    for channel in document.channels:
        # A channel for some levels only is not support hours for everybody: see `_urgent`.
        if channel.calendar and not channel.levels:
            served[channel.calendar] = (*served.get(channel.calendar, ()), channel.name)
    return served


def _urgent(document: AgreementDocument, now: datetime) -> Iterable[Hours]:
    """Who is there for some levels only: their channels, and then the hours in which incidents are worked on."""
    told = set(_served(document))
    for channel in document.channels:
        if channel.calendar and channel.levels:
            told.add(channel.calendar)
            names = tuple(document.levels[key].name for key in channel.levels)
            yield _hours(
                document, channel.calendar, names, now, name=channel.name, text=channel.text, clause=channel.clause
            )
    for calendar, levels in document.incident_hours.items():
        if calendar not in told:
            yield _hours(document, calendar, tuple(level.name for level in levels), now)


def _hours(
    document: AgreementDocument,
    key: str,
    serves: tuple[str, ...],
    now: datetime,
    *,
    name: str = "",
    text: str = "",
    clause: str | None = None,
) -> Hours:
    spec = document.calendars[key]
    calendar = document.calendar(key)
    always = document.is_always(key)
    is_open = always or calendar.is_open(now)
    changes = ""
    if not always:
        zone = ZoneInfo(spec.timezone)
        change = calendar.next_close(now) if is_open else calendar.next_open(now)
        words = when_words(change.astimezone(zone), now.astimezone(zone))
        changes = f"until {words}" if is_open else f"opens {words}"
    return Hours(
        name=name or spec.name,
        description=text or spec.description,
        always=always,
        open=is_open,
        changes=changes,
        zone=spec.timezone,
        serves=serves,
        clause=clause or spec.clause or "",
    )


def _services(document: AgreementDocument, products: list[Product]) -> Iterable[Service]:
    """The tenant's products; the agreement's own list where the tenant keeps none."""
    if products:
        for product in products:
            listed = document.products.get(product.key)
            category = product.category or (listed.category if listed else "")
            yield _service(
                document, product.name, category, product.description or (listed.description if listed else "")
            )
    else:
        for listed in document.products:
            yield _service(document, listed.name, listed.category, listed.description)


def _service(document: AgreementDocument, name: str, category: str, description: str) -> Service:
    promises = []
    for commitment in document.commitments_for(category):
        plans = ", ".join(document.plans[key].name for key in commitment.plans)
        promises.append(Promise(commitment.percent.text, f"on {plans}" if plans else "", commitment.clause or ""))
    known = document.categories.get(category)
    label = known.name if known and known.name != name else ""
    return Service(name=name, category=label, description=description, promises=tuple(promises))
