"""`manage.py demo`: load the five demo workspaces, once; `--sign-ins` says who can sign in where."""

from __future__ import annotations

import os
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any

import django
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from slatrack.demo.loader import PASSWORD, Loaded, load
from slatrack.demo.worlds import WORLDS
from slatrack.personas import personas
from tenants.models import Tenant
from tenants.scope import tenant_scope

#: While one process waits for PostgreSQL, another one on the same core works.
PROCESSES_PER_CORE = 2


class Command(BaseCommand):
    # It reads no URLs; the first start should not wait for them.
    requires_system_checks = ()
    help = "Load the five demo workspaces, each once. Running it again changes nothing."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--tenant", choices=[world.slug for world in WORLDS], help="Only this workspace.")
        parser.add_argument("--tickets", type=int, help="So many tickets in each, instead of some hundred.")
        parser.add_argument("--sign-ins", action="store_true", help="Load nothing; print addresses and sign-ins.")

    def handle(self, *args: Any, **options: Any) -> None:
        slugs = [world.slug for world in WORLDS if options["tenant"] in (None, world.slug)]
        if options["sign_ins"]:
            self._print_sign_ins(slugs)
        else:
            self._load(slugs, options["tickets"])

    def _load(self, slugs: list[str], tickets: int | None) -> None:
        began = time.monotonic()
        there = set(Tenant.objects.filter(slug__in=slugs).values_list("slug", flat=True))
        for slug in slugs:
            if slug in there:
                self._say(f"{slug}: was there already")
        missing = [slug for slug in slugs if slug not in there]
        if not missing:
            return
        if len(missing) == 1:
            self._tell(load_one(missing[0], tickets))
            return
        processes = min(len(missing), (os.cpu_count() or 1) * PROCESSES_PER_CORE)
        self._say(f"Playing two quarters in {len(missing)} workspaces, {processes} at a time …")
        # A connection cannot be shared with a child.
        connections.close_all()
        with ProcessPoolExecutor(processes, initializer=django.setup) as pool:
            for future in as_completed([pool.submit(load_one, slug, tickets) for slug in missing]):
                self._tell(future.result())
        self._say(f"Loaded in {time.monotonic() - began:.1f} s.")

    def _tell(self, loaded: Loaded) -> None:
        self._say(
            f"{loaded.slug}: {loaded.clients} clients, {loaded.contacts} contacts, {loaded.members} members, "
            f"{loaded.tickets} tickets, {loaded.messages} messages ({loaded.seconds:.1f} s)"
        )

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _print_sign_ins(self, slugs: list[str]) -> None:
        tenants = {tenant.slug: tenant for tenant in Tenant.objects.filter(slug__in=slugs, is_demo=True)}
        if not tenants:
            raise CommandError("No demo workspace is loaded yet. Run `manage.py demo` first.")
        self.stdout.write(f"Everybody's password is {PASSWORD}")
        for tenant in (tenants[slug] for slug in slugs if slug in tenants):
            self.stdout.write(f"\n{tenant.name}  {tenant.url()}")
            with tenant_scope(tenant):
                for persona in personas():
                    self.stdout.write(f"  {persona.user.email:<42} {persona.role}")


def load_one(slug: str, tickets: int | None) -> Loaded:
    """Load one workspace in a process of its own, as of the moment at which its turn comes."""
    world = next(world for world in WORLDS if world.slug == slug)
    return load(world, now=timezone.now(), tickets=tickets)
