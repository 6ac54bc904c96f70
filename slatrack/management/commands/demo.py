"""`manage.py demo`: load the five demo workspaces, once; `--sign-ins` says who can sign in where."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from slatrack.demo.loading import PASSWORD, load
from slatrack.demo.worlds import WORLDS
from slatrack.personas import personas
from tenants.models import Tenant
from tenants.scope import tenant_scope


class Command(BaseCommand):
    # It reads no URLs; the first start should not wait for them.
    requires_system_checks = ()
    help = "Load the five demo workspaces, each once. Running it again changes nothing."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--tenant", choices=[world.slug for world in WORLDS], help="Only this workspace.")
        parser.add_argument("--tickets", type=int, help="So many tickets in each, instead of some hundred.")
        parser.add_argument("--sign-ins", action="store_true", help="Load nothing; print addresses and sign-ins.")

    def handle(self, *args: Any, **options: Any) -> None:
        worlds = [world for world in WORLDS if options["tenant"] in (None, world.slug)]
        if options["sign_ins"]:
            self._print_sign_ins({world.slug for world in worlds})
            return
        now = timezone.now()
        for world in worlds:
            self.stdout.write(f"{world.name}: ", ending="")
            self.stdout.flush()
            loaded = load(world, now=now, tickets=options["tickets"])
            took = "was there already" if loaded.seconds is None else f"{loaded.seconds:.1f} s"
            self.stdout.write(
                f"{loaded.clients} clients, {loaded.contacts} contacts, {loaded.members} members, "
                f"{loaded.tickets} tickets, {loaded.messages} messages ({took})"
            )

    def _print_sign_ins(self, slugs: set[str]) -> None:
        tenants = {tenant.slug: tenant for tenant in Tenant.objects.filter(slug__in=slugs, is_demo=True)}
        if not tenants:
            raise CommandError("No demo workspace is loaded yet. Run `manage.py demo` first.")
        self.stdout.write(f"Everybody's password is {PASSWORD}\n\n")
        for world in WORLDS:
            if tenant := tenants.get(world.slug):
                self.stdout.write(f"{tenant.name}  {tenant.url()}")
                with tenant_scope(tenant):
                    for persona in personas():
                        self.stdout.write(f"  {persona.user.email:<42} {persona.role}")
                self.stdout.write("")
