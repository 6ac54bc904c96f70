"""`manage.py sla verify`: recompute every clock from its ticket's facts and report differences."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tenants.models import Tenant
from tenants.scope import tenant_scope
from tickets.promises.verification import Difference, verify


class Command(BaseCommand):
    help = "Recompute SLA clocks from their tickets' facts. `verify` reports every stored value that differs."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("verb", choices=["verify"])
        parser.add_argument("--tenant", help="The slug of one tenant; all of them without it.")

    def handle(self, *args: Any, **options: Any) -> None:
        tenants = Tenant.objects.order_by("slug")
        if options["tenant"]:
            tenants = tenants.filter(slug=options["tenant"])
            if not tenants:
                raise CommandError(f"There is no tenant “{options['tenant']}”.")
        found = 0
        for tenant in tenants:
            checked = 0
            with tenant_scope(tenant):
                for result in verify(now=timezone.now()):
                    if isinstance(result, Difference):
                        found += 1
                        self.stdout.write(
                            f"{tenant.slug} #{result.number} {result.what}: stored {result.stored}, facts give "
                            f"{result.replayed}"
                        )
                    else:
                        checked = result
            self.stdout.write(f"{tenant.slug}: {checked} tickets checked")
        if found:
            raise CommandError(f"{found} differences. Stored clocks are a cache: the facts are right.")
        self.stdout.write("No differences.")
