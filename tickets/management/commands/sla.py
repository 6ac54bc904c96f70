"""`manage.py sla verify`: recompute every clock from its ticket's facts and report differences."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tenants.models import Tenant
from tenants.scope import tenant_scope
from tickets.actions.lock import mend_clocks
from tickets.promises.verification import Difference, verify


class Command(BaseCommand):
    help = "Recompute SLA clocks from their tickets' facts. `verify` reports every stored value that differs."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("verb", choices=["verify"])
        parser.add_argument("--tenant", help="The slug of one tenant; all of them without it.")
        parser.add_argument("--mend", action="store_true", help="Store what the facts give, and verify again.")

    def handle(self, *args: Any, **options: Any) -> None:
        tenants = Tenant.objects.order_by("slug")
        if options["tenant"]:
            tenants = tenants.filter(slug=options["tenant"])
            if not tenants:
                raise CommandError(f"There is no tenant “{options['tenant']}”.")
        found = 0
        for tenant in tenants:
            with tenant_scope(tenant):
                differing = self._differing(tenant)
                if options["mend"] and differing:
                    for number in sorted(differing):
                        mend_clocks(number=number, now=timezone.now())
                        self.stdout.write(f"{tenant.slug} #{number} mended")
                    differing = self._differing(tenant)
            found += differing.total()
        if found:
            raise CommandError(f"{found} differences. Stored clocks are a cache: the facts are right.")
        self.stdout.write("No differences.")

    def _differing(self, tenant: Tenant) -> Counter[int]:
        """How many values differ, by the ticket's number; says each of them, and how many tickets were checked."""
        differing: Counter[int] = Counter()
        checked = 0
        for result in verify(now=timezone.now()):
            if isinstance(result, Difference):
                differing[result.number] += 1
                self.stdout.write(
                    f"{tenant.slug} #{result.number} {result.what}: stored {result.stored}, facts give "
                    f"{result.replayed}"
                )
            else:
                checked = result
        self.stdout.write(f"{tenant.slug}: {checked} tickets checked")
        return differing
