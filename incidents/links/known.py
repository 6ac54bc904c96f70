"""Incidents as the contacts of a client know them: what is hurt, when they hear next, and how they are told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from agreements.models import Product
from incidents.cadence.countdown import NextUpdate, next_update
from incidents.models import Affected, Impact, Incident, IncidentClock, IncidentLink
from incidents.models.incident import IncidentQuerySet
from notifications.models import Subscriber
from notifications.topics import INCIDENTS, Choice
from tenants.models import Contact
from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Known:
    """An incident, what of it is hurt, when people hear next, and how this contact is told: on a ticket, or by mail."""

    incident: Incident
    hurt: Sequence[str]
    next: NextUpdate | None
    ticket: Ticket | None
    is_told: bool
    #: What was merged into it and had been published before.
    taken_in: Sequence[Incident]

    @property
    def product(self) -> Product | None:
        """The first of what is hurt."""
        return next((each.product for each in self.incident.affected.all()), None)


def hurting(client_id: int, product: str | None = None) -> IncidentQuerySet:
    """Open incidents that hurt this product of a client at this moment, by its key; any of its products for None."""
    products = Product.objects.of_client(client_id)
    hurt = Affected.objects.hurt().filter(product__in=products.filter(key=product) if product else products)
    incidents: IncidentQuerySet = Incident.objects.open().filter(pk__in=hurt.values("incident"))
    return incidents.newest_first()


def read(incidents: IncidentQuerySet, contact: Contact, *, now: datetime) -> list[Known]:
    """Each of them as `contact` reads it, in a fixed number of queries."""
    own = IncidentLink.objects.current().filter(ticket__requester=contact).select_related("ticket")
    held = Subscriber.objects.choices_of(contact.email)
    told = as_it_stands(incidents).prefetch_related(
        Prefetch("links", own, to_attr="own"),
        Prefetch("absorbed", Incident.objects.exclude(published_at=None), to_attr="taken_in"),
    )
    return [_known(each, held, now) for each in told]


def as_it_stands(incidents: IncidentQuerySet) -> IncidentQuerySet:
    """With what people outside are told of any: its version, what it hurts, when they hear next (`running`)."""
    return incidents.with_version().prefetch_related(
        Prefetch("affected", Affected.objects.select_related("product")),
        Prefetch("clocks", IncidentClock.objects.running(), to_attr="running"),
    )


def tells(incident: Incident, held: Collection[Choice]) -> bool:
    """Whether whoever hears of `held` hears of this incident."""
    abouts = {"", incident.topic, *(each.product.key for each in incident.affected.all())}
    return any(topic == INCIDENTS.key and about in abouts for topic, about in held)


def _known(incident: Any, held: Collection[Choice], now: datetime) -> Known:
    hurt = [each.words for each in incident.affected.all() if not incident.is_open or each.impact != Impact.OPERATIONAL]
    # On one that is closed nothing is posted any more; on one that was merged it is, where that goes on.
    own = [link.ticket for link in incident.own if not incident.is_open or _hears(link.ticket)]
    return Known(
        incident,
        hurt,
        next_update(incident.running, now=now),
        own[-1] if own else None,
        tells(incident, held),
        incident.taken_in,
    )


def _hears(ticket: Ticket) -> bool:
    return ticket.closed_at is None or ticket.merged_into_id is not None
