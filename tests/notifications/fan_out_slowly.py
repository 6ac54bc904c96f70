"""A worker of its own, for the test that kills it: `python -m tests.notifications.fan_out_slowly DATABASE`."""

from __future__ import annotations

import os
import sys
import time

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slatrack.settings")
    django.setup()
    # Models can be imported once Django stands.
    from django.db import connections
    from django.utils import timezone

    from notifications import fanout, outbox
    from notifications.models import Broadcast
    from tenants.models import Tenant
    from tenants.scope import tenant_scope

    connections["default"].settings_dict["NAME"] = sys.argv[1]
    tenant = Tenant.objects.get()
    with tenant_scope(tenant):
        broadcast = Broadcast.objects.get()
    with tenant_scope(tenant):
        fanout.queue_batch(broadcast.pk, now=timezone.now(), limit=10)
    queue = outbox.queue

    def stall(*args: object, **kwargs: object) -> None:
        queue(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        print("in the second batch", flush=True)  # noqa: T201 -- what the test waits for
        time.sleep(60)

    outbox.queue = stall  # type: ignore[assignment]  # for this process alone
    with tenant_scope(tenant):
        fanout.queue_batch(broadcast.pk, now=timezone.now(), limit=10)


if __name__ == "__main__":
    main()
