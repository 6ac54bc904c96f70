"""The one sentence of truth, the state of each service, what goes on, what is planned: for pages and programs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from agreements.document import AgreementDocument
from agreements.governing import versions_governing
from agreements.models import Product
from incidents.maintenance.reach import component_names
from incidents.models import Impact, Incident, Maintenance
from shell.wording import listed
from statuspage.models import NewsPost
from statuspage.state.public_events import (
    PartHurt,
    PublicIncident,
    PublicMaintenance,
    incidents,
    maintenance,
    weight,
)

WORKS, MAINTENANCE = Impact.OPERATIONAL.value, "maintenance"
#: What a state is called. That something works is what nobody has said otherwise of: nothing is measured yet.
NAMES = {
    WORKS: "No known problem",
    MAINTENANCE: "Maintenance",
    **{i.value: i.label for i in Impact if i.value != WORKS},
}
#: What a service is in a sentence.
SAID = {MAINTENANCE: "under maintenance", **{i.value: i.label.lower() for i in Impact if i.value != WORKS}}
#: How many services the sentence names before it counts them; how long what is over and news stay on the page.
NAMED = 3
RESOLVED_FOR = timedelta(days=7)
NEWS_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a service. `state` is that of the worst that goes on, `state_name` what people call it."""

    name: str
    state: str
    state_name: str


@dataclass(frozen=True, slots=True)
class Service:
    """A product and how it is. `components` are those that the agreement lists."""

    key: str
    name: str
    state: str
    state_name: str
    components: tuple[Component, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the status page says of now. Instants are UTC."""

    sentence: str
    state: str
    services: tuple[Service, ...]
    incidents: tuple[PublicIncident, ...]
    maintenance: tuple[PublicMaintenance, ...]
    planned: tuple[PublicMaintenance, ...]
    resolved: tuple[PublicIncident, ...]
    news: tuple[NewsPost, ...]
    as_of: datetime


def may_read(request: Any) -> bool:
    """Everybody, or as the tenant sets its clients and colleagues."""
    return bool(request.tenant.status_is_public or request.member or request.contact)


def documents_at(now: datetime) -> list[AgreementDocument]:
    """The agreements in force."""
    return [version.document for version in versions_governing(at=now)]


def overview(documents: Sequence[AgreementDocument], *, now: datetime) -> Overview:
    """As it stands at `now`, in a fixed number of queries."""
    going_on = incidents(Incident.objects.open().newest_first(), now=now)
    running = maintenance(Maintenance.objects.running(), documents)
    over = Incident.objects.filter(resolved_at__gte=now - RESOLVED_FOR)
    parts = [part for each in going_on for part in each.parts] + [part for each in running for part in each.parts]
    services = tuple(_services(documents, parts))
    return Overview(
        sentence=_sentence(services, going_on, running),
        state=max((service.state for service in services), key=weight, default=WORKS),
        services=services,
        incidents=tuple(going_on),
        maintenance=tuple(running),
        planned=tuple(maintenance(Maintenance.objects.upcoming(now), documents)),
        resolved=tuple(incidents(over.order_by("-resolved_at", "-id"), now=now)),
        news=tuple(NewsPost.objects.between(now - NEWS_FOR, now + timedelta(seconds=1))),
        as_of=now,
    )


def services_of(documents: Sequence[AgreementDocument]) -> list[tuple[str, str]]:
    """Keys and names of the tenant's products, or where it keeps none of those of its agreements."""
    own = [(product.key, product.name) for product in Product.objects.filter(retired_at=None)]
    return own or [(product.key, product.name) for document in documents for product in document.products]


def _services(documents: Sequence[AgreementDocument], parts: Iterable[PartHurt]) -> Iterable[Service]:
    """Each at its worst part's state."""
    names = component_names(documents)
    hurt: dict[str, dict[str, str]] = defaultdict(lambda: defaultdict(lambda: WORKS))
    for part in parts:
        its = hurt[part.product]
        its[part.component] = max(its[part.component], part.impact, key=weight)
    for key, name in services_of(documents):
        its = hurt[key]
        # What hurts a product as a whole hurts each of its parts.
        components = tuple(
            Component(part, state, NAMES[state])
            for component, part in names.get(key, {}).items()
            if (state := max(its[component], its[""], key=weight))
        )
        state = max(its.values(), key=weight, default=WORKS)
        yield Service(key, name, state, NAMES[state], components)


def _sentence(
    services: Iterable[Service], going_on: Sequence[PublicIncident], running: Sequence[PublicMaintenance]
) -> str:
    """Worst first: `Voice is down; Messaging and Inbox are degraded.`"""
    by_state: dict[str, list[str]] = defaultdict(list)
    for service in services:
        by_state[service.state].append(service.name)
    said = []
    for state in sorted(by_state.keys() & SAID.keys(), key=weight, reverse=True):
        names = by_state[state]
        who = listed(names) if len(names) <= NAMED else f"{len(names)} services"
        said.append(f"{who} {'are' if len(names) > 1 else 'is'} {SAID[state]}")
    if said:
        return "; ".join(said) + "."
    if going_on:
        watched = all(each.status == Incident.Status.MONITORING for each in going_on)
        doing = "It works again, and we keep watching" if watched else "We are looking into something"
        return f"{doing}: {going_on[0].title}."
    if running:
        return f"Maintenance is under way: {running[0].title}."
    return "Everything works, as far as we know."
