"""Loading a workspace: all of it in one transaction, once."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from slatrack.demo.operations import OPERATIONS
from slatrack.demo.people import OPENED, ask_about_next, prepare_next, set_up
from slatrack.demo.plans import Planner
from slatrack.demo.play import Player
from slatrack.demo.world import World
from tenants.models import Client, Contact, Member, Tenant
from tenants.scope import tenant_scope
from tickets.models import Message, Ticket

#: Everybody's, in every demo workspace: printed with the sign-ins, and worth nothing anywhere else.
PASSWORD = "demo-slatrack"  # noqa: S105 (meant to be known)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a workspace holds now. `is_new`: it was not there before."""

    slug: str
    members: int
    clients: int
    contacts: int
    tickets: int
    messages: int
    is_new: bool
    seconds: float


def load(world: World, *, now: datetime, tickets: int | None = None) -> Loaded:
    """Make the workspace as of `now`, unless it is there. `tickets` None: as many as the world says.

    One transaction: a load that was killed left nothing, and of two at once the second finds the first one's.
    """
    began = time.monotonic()
    with transaction.atomic():
        tenant, created = Tenant.objects.get_or_create(
            slug=world.slug,
            defaults={
                "name": world.name,
                "timezone": world.timezone,
                "accent": world.accent,
                "support_email": world.support_email,
                "incident_line": world.incident_line,
                "is_demo": True,
                "created_at": now - OPENED,
            },
        )
        with tenant_scope(tenant):
            if created:
                stage = set_up(world, tenant, password=make_password(PASSWORD), now=now)
                plans = Planner(world, stage.document, now=now).plans(world.tickets if tickets is None else tickets)
                prepare_next(world.slug, stage, now=now)
                Player(stage, now=now).play(world, plans, OPERATIONS[world.slug])
                ask_about_next(stage, now=now)
            return Loaded(
                world.slug,
                members=Member.objects.count(),
                clients=Client.objects.count(),
                contacts=Contact.objects.count(),
                tickets=Ticket.objects.count(),
                messages=Message.objects.count(),
                is_new=created,
                seconds=time.monotonic() - began,
            )
