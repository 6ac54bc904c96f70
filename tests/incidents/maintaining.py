"""Words for tests of maintenance: clients under real agreements, a plan, and what beat does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from agreements.models import Product, SubscribedProduct
from incidents.actions import maintenance as actions
from incidents.actions import maintenance_due
from incidents.models import Maintenance, MaintenanceEvent
from tenants.scope import tenant_scope
from tests import factories

#: A Sunday night in Amsterdam's summer, outside everybody's hours and in the service window of managedops.
START = datetime(2026, 6, 14, 1, 0, tzinfo=UTC)
END = START + timedelta(hours=2)
#: Long enough before it for every agreement.
EARLY = START - timedelta(days=20)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def under(key: str, plan: str, cast: Any, *, source: str | None = None) -> Any:
    """Globex under an agreement with its products, of which Initech has the last alone."""
    with tenant_scope(cast.tenant):
        version = factories.agreement(key, source=source)
        products = [Product.objects.create(key=each.key, name=each.name) for each in version.document.products]
        for client, its in ((cast.client, products), (cast.other_client, products[-1:])):
            subscription = factories.subscription(client, version, plan)
            SubscribedProduct.objects.bulk_create(
                SubscribedProduct(subscription=subscription, product=product) for product in its
            )
    return version


def act(cast: Any, verb: str, maintenance: Maintenance | None = None, **said: Any) -> Maintenance:
    """Do `verb` as the agent, `START` - 20 days unless `now` says otherwise."""
    if maintenance is not None:
        said["maintenance_id"] = maintenance.pk
    with tenant_scope(cast.tenant):
        return getattr(actions, f"{verb}_maintenance")(**{"by": cast.agent, "now": EARLY, **said})


def planned(cast: Any, *parts: str, **said: Any) -> Maintenance:
    """A draft about products by their keys, `messaging` unless said otherwise."""
    fields = {"title": "New routers", "start_at": START, "end_at": END, **said}
    return act(cast, "plan", parts=[(part, "") for part in parts or ("messaging",)], **fields)


def announced(cast: Any, *parts: str, **said: Any) -> Maintenance:
    maintenance = planned(cast, *parts, **said)
    return act(cast, "announce", maintenance, **({"now": said["now"]} if "now" in said else {}))


def again(cast: Any, maintenance: Maintenance) -> Maintenance:
    with tenant_scope(cast.tenant):
        return Maintenance.objects.get(pk=maintenance.pk)


def facts(cast: Any, maintenance: Maintenance) -> list[tuple[str, datetime, datetime]]:
    """Kind, when it was so, when it was written down."""
    with tenant_scope(cast.tenant):
        return list(MaintenanceEvent.objects.filter(maintenance=maintenance).values_list("kind", "at", "recorded_at"))


def kinds(cast: Any, maintenance: Maintenance) -> list[str]:
    return [kind for kind, _, _ in facts(cast, maintenance)]


def sweep(now: datetime) -> None:
    maintenance_due.sweep_maintenance(now=now)
