"""Moving open tickets under a version that was published for them too (B17): a sweep over facts.

An agreement cannot wake tickets, so this asks: which open tickets are under an older version than one that is in force
and applies to them? However late or often it looks, a ticket comes under the version from the same instant on.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.db.models import Exists, OuterRef, Q

from agreements.governing import takes_effect_at
from agreements.models import AgreementVersion
from clocks import store
from tenants.models import Tenant
from tenants.scope import every_tenant, tenant_scope
from tickets import breaches
from tickets.announcements import announce
from tickets.impact.impact import BATCH, Move, moves
from tickets.models import Clock, Ticket, TicketEvent
from tickets.promises.upkeep import queue_at

logger = logging.getLogger(__name__)

_ONE_DAY = timedelta(days=1)


def move_open_tickets(*, now: datetime) -> int:
    """Move every open ticket that has to, in all tenants; returns how many.

    One transaction a batch. Safe to miss, repeat, overlap and kill. A ticket that somebody works on at this moment is
    left to the next sweep, and one that names what the version lacks stays where it is. Where a tenant's tickets cannot
    be moved, the log says why, the next sweep tries again, and nobody else's wait for them.
    """
    moved = 0
    for tenant_id, versions in groupby(_versions_with_older_tickets(now=now), key=attrgetter("tenant_id")):
        tenant = Tenant.objects.get(pk=tenant_id)
        try:
            # The earliest first: a ticket passes through each version that applied to it, as if no sweep had been
            # missed.
            for version in versions:
                moved += _move_all(tenant, version.pk, now=now)
        except Exception:
            logger.exception("the open tickets of %s could not be moved", tenant.slug)
    return moved


def _versions_with_older_tickets(*, now: datetime) -> list[AgreementVersion]:
    """Of all tenants, the versions that may be in force for open tickets, where such a ticket is under an older one."""
    older = Q(agreement_version__effective_from__lt=OuterRef("effective_from")) | Q(
        agreement_version__effective_from=OuterRef("effective_from"), agreement_version__number__lt=OuterRef("number")
    )
    with every_tenant(reason="find open tickets that come under a new version"):
        versions = AgreementVersion.objects.published().filter(
            # No zone is more than a day ahead of UTC; whether it is in force in its own is asked in its tenant.
            effective_from__lte=(now + _ONE_DAY).date(),
            applies_to=AgreementVersion.AppliesTo.OPEN,
        )
        waiting = Ticket.objects.unsolved().filter(
            older, tenant_id=OuterRef("tenant_id"), agreement_version__agreement=OuterRef("agreement")
        )
        return list(
            versions.filter(Exists(waiting))
            .only("tenant_id")
            .order_by("tenant_id", "agreement_id", "effective_from", "number")
        )


def _move_all(tenant: Tenant, version_id: int, *, now: datetime) -> int:
    total = 0
    while True:
        with tenant_scope(tenant):
            moved = _move_some(version_id, now=now)
        total += moved
        if moved < BATCH:
            return total


def _move_some(version_id: int, *, now: datetime) -> int:
    version = AgreementVersion.objects.defer("source").get(pk=version_id)
    starts_at = takes_effect_at(version)
    if starts_at > now:
        return 0
    document = version.document
    # Locked like any action's: who answers holds the ticket, and gets it under the version or before it.
    tickets = list(
        Ticket.objects.open_before(version)
        .filter(
            plan__in=[*document.plans.keys, ""],
            request_type__in=document.request_types.keys,
            level__in=document.levels.keys,
        )
        .select_related("client", "requester__user", "agreement_version")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("pk")[:BATCH]
    )
    worked_out = [move for _, move in moves(version, tickets, starts_at=starts_at, now=now) if move is not None]
    _write(version, worked_out, now=now)
    return len(tickets)


def _write(version: AgreementVersion, worked_out: Sequence[Move], *, now: datetime) -> None:
    """The facts, the clocks, the tickets' own columns and what people are told: all of a batch, or nothing of it."""
    TicketEvent.objects.bulk_create(move.event for move in worked_out)
    clocks = [clock for move in worked_out for clock in move.clocks]
    newly_breached = store.write(Clock, clocks, gone=[pk for move in worked_out for pk in move.gone], now=now)
    for move in worked_out:
        ticket, terms = move.ticket, move.terms
        ticket.agreement_version = version
        ticket.cover(terms.coverage, terms.sentence, terms.clause)
        ticket.queue_at = queue_at(move.clocks)
    Ticket.objects.bulk_update(
        [move.ticket for move in worked_out],
        ["agreement_version", *Ticket.COVERAGE, "queue_at"],
    )
    # Who is promised the same as before need not hear of it; the ticket's history says it.
    concerned = [move for move in worked_out if move.changes]
    announce.terms_changed(concerned, version, now=now)
    if newly_breached:
        breaches.sweep.announce(newly_breached, now=now)
