"""Clocks of tickets."""

from __future__ import annotations

from django.db import models

from clocks.models import StoredClock, StoredClockQuerySet, clock_constraints, clock_indexes
from tenants.models import TenantForeignKey, TenantManager
from tickets.models.ticket import Ticket


class Clock(StoredClock):
    """One promise on one ticket."""

    OWNER = "ticket"

    ticket = TenantForeignKey(Ticket, on_delete=models.PROTECT, related_name="clocks")

    objects = TenantManager.from_queryset(StoredClockQuerySet)()

    class Meta:
        constraints = clock_constraints("ticket")
        indexes = clock_indexes()
