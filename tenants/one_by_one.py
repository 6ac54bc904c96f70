"""A sweep's way through all tenants: what is due is found at once, and done one row and one transaction at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db.models import QuerySet

from tenants.models import Tenant
from tenants.scope import every_tenant, tenant_scope

logger = logging.getLogger(__name__)


def one_by_one(due: Callable[[], QuerySet], do: Callable[[int], object], *, reason: str) -> int:
    """Do what is due to each row of `due`, by its id, in all tenants and in its order; returns to how many it was done.

    `do` runs in the row's tenant and gives something true where it did what was due. One that fails keeps no other
    waiting: it is logged, and tried again by the next sweep.
    """
    with every_tenant(reason=reason):
        rows = due()
        found = list(rows.values_list("tenant_id", "pk"))
        tenants = Tenant.objects.in_bulk({tenant_id for tenant_id, _ in found})
    done = 0
    for tenant_id, pk in found:
        try:
            with tenant_scope(tenants[tenant_id]):
                done += bool(do(pk))
        except Exception:
            what = rows.model._meta.verbose_name
            logger.exception("%s %s of %s failed: %s", what, pk, tenants[tenant_id].slug, reason)
    return done
