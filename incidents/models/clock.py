"""The clock of an incident: when people hear of it next (B15, C4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction

from django.db import models

from agreements.document import AgreementDocument
from clocks.models import StoredClock, StoredClockQuerySet, clock_constraints, clock_indexes
from incidents.models.incident import Incident
from tenants.models import TenantForeignKey, TenantManager


class IncidentClock(StoredClock):
    """One update owed on one incident."""

    OWNER = "incident"

    incident = TenantForeignKey(Incident, on_delete=models.PROTECT, related_name="clocks")

    objects = TenantManager.from_queryset(StoredClockQuerySet)()

    class Meta:
        constraints = clock_constraints("incident", "incident_")
        indexes = clock_indexes("incident_")

    @staticmethod
    def warnings(document: AgreementDocument) -> Sequence[Fraction | timedelta]:
        return document.reminders
