"""Words for tests of incidents: a tenant under one of the five agreements with its products, and who does what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from agreements.models import Product
from incidents import actions
from incidents.models import Affected, Impact, Incident, IncidentClock
from tenants.models import Member
from tenants.scope import tenant_scope
from tests import factories

#: A Monday in Amsterdam's winter.
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def workspace(cast: Any, key: str = "engage", plan: str = "standard") -> Any:
    """The agreement in force with both clients on it, and its products as the tenant's own."""
    with tenant_scope(cast.tenant):
        version = factories.agreement(key)
        for client in (cast.client, cast.other_client):
            factories.subscription(client, version, plan)
        for listed in version.document.products:
            Product.objects.get_or_create(key=listed.key, defaults={"name": listed.name, "category": listed.category})
    return version


def product(key: str) -> Product:
    return Product.objects.get(key=key)


def hurt(key: str = "messaging", component: str = "", impact: Impact = Impact.DOWN) -> Affected:
    return Affected(product=product(key), component=component, impact=impact)


def declared(by: Member, *, level: str = "p1", at: datetime = START, **more: Any) -> Incident:
    """An incident, in the tenant in force."""
    more.setdefault("hurts", [hurt()] if Product.objects.filter(key="messaging").exists() else [])
    return actions.declare_incident(title=more.pop("title", "Messages are late"), level=level, by=by, now=at, **more)


def clocks(incident: Incident) -> list[IncidentClock]:
    return list(IncidentClock.objects.filter(incident=incident).order_by("cycle"))


def latest(incident: Incident) -> IncidentClock:
    return clocks(incident)[-1]
