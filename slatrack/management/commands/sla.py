"""`manage.py sla verify`: recompute every clock from its owner's facts and report differences."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clocks.store import Difference, Proof
from incidents.actions.lock import mend_incident
from incidents.actions.proof import INCIDENTS
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tickets.actions.lock import mend_clocks
from tickets.promises.verification import TICKETS

#: Each kind of owner of clocks, and what stores what its facts give.
PROOFS = [(TICKETS, mend_clocks), (INCIDENTS, mend_incident)]


class Command(BaseCommand):
    help = "Recompute SLA clocks from their owners' facts. `verify` reports every stored value that differs."

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
                for proof, mend in PROOFS:
                    differing = self._differing(tenant, proof)
                    if options["mend"] and differing:
                        for number in sorted(differing):
                            mend(number=number, now=timezone.now())
                            self.stdout.write(f"{tenant.slug} {proof.called.format(number)} mended")
                        differing = self._differing(tenant, proof)
                    found += differing.total()
        if found:
            raise CommandError(f"{found} differences. Stored clocks are a cache: the facts are right.")
        self.stdout.write("No differences.")

    def _differing(self, tenant: Tenant, proof: Proof) -> Counter[int]:
        """How many values differ, by the owner's number; says each of them, and how many owners were checked."""
        differing: Counter[int] = Counter()
        checked = 0
        for result in proof.verify(now=timezone.now()):
            if isinstance(result, Difference):
                differing[result.number] += 1
                called = proof.called.format(result.number)
                self.stdout.write(
                    f"{tenant.slug} {called} {result.what}: stored {result.stored}, facts give {result.replayed}"
                )
            else:
                checked = result
        self.stdout.write(f"{tenant.slug}: {checked} {proof.noun} checked")
        return differing
