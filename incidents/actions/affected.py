"""What an incident hurts: the whole of it is set at once, as people see it on the form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from agreements.models import Product
from incidents import announcements
from incidents.actions.lock import lock, refuse_over, settle
from incidents.models import Affected, Impact, Incident, IncidentEvent
from incidents.models.kinds import Kind
from tenants.models import Member


@transaction.atomic
def set_affected(*, incident_id: int, hurts: Sequence[Affected], by: Member, now: datetime) -> Incident:
    """Set what an open incident hurts, by rows not stored yet; what is left out is hurt no more.

    The same again: nothing happens.
    """
    incident, at = lock(incident_id, now=now)
    refuse_over(incident)
    event = set_on(incident, hurts, by=by, at=at, now=now)
    if event is not None:
        settle(incident, at=at, now=now)
        announcements.happened(incident, event, now=now)
    return incident


def set_on(
    incident: Incident, hurts: Sequence[Affected], *, by: Member, at: datetime, now: datetime
) -> IncidentEvent | None:
    """`set_affected` on a locked incident, for actions that do more in one go. None where it is so already."""
    wanted = {(hurt.product_id, hurt.component): hurt for hurt in hurts}
    if len(wanted) < len(hurts):
        raise ValidationError({"hurts": "Name each product and component once."})
    for hurt in hurts:
        hurt.incident = incident
        if hurt.component and hurt.component not in incident.components_of(hurt.product):
            raise ValidationError({"hurts": f"{hurt.product.name} has no such component."})
    known = {(row.product_id, row.component): row for row in Affected.objects.filter(incident=incident)}
    if {key: row.impact for key, row in known.items()} == {key: hurt.impact for key, hurt in wanted.items()}:
        return None
    Affected.objects.filter(pk__in=[row.pk for key, row in known.items() if key not in wanted]).delete()
    Affected.objects.bulk_create(
        hurts,
        update_conflicts=True,
        unique_fields=["tenant", "incident", "product", "component"],
        update_fields=["impact"],
    )
    told = [
        {"product": each.product.key, "component": each.component, "impact": each.impact, "name": each.name}
        for each in hurts
    ]
    return IncidentEvent.objects.record(incident, Kind.AFFECTED, by=by, at=at, now=now, data={"affected": told})


def take_over(incident: Incident, survivor: Incident, *, by: Member, at: datetime, now: datetime) -> None:
    """Let what an incident hurts be hurt by the one that it goes on in: of both the worse."""
    worst: dict[tuple[Product, str], Impact] = {}
    for row in Affected.objects.filter(incident__in=[incident, survivor]).select_related("product"):
        # They may be under different agreements.
        part = row.product, row.component if row.component in survivor.components_of(row.product) else ""
        worst[part] = max(Impact(row.impact), worst.get(part, Impact.OPERATIONAL), key=lambda impact: impact.weight)
    hurts = [Affected(product=product, component=key, impact=impact) for (product, key), impact in worst.items()]
    set_on(survivor, hurts, by=by, at=at, now=now)
