"""Words for tests of escalation: policies, what a sweep does from outside any tenant, and who was asked when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from incidents import actions
from incidents.actions.audit import audit_all
from incidents.actions.paging import ask_all_due
from incidents.models import EscalationPolicy, Incident, IncidentEvent, Page
from incidents.models.escalation import Kept, Step
from tenants.scope import tenant_scope
from tests.incidents.mending import declared

#: Sunday night in Amsterdam's winter, and Friday evening of the week before.
SUNDAY_NIGHT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
FRIDAY_EVENING = datetime(2026, 2, 27, 21, 0, tzinfo=UTC)
#: Monday 08:30 in Amsterdam.
MONDAY_MORNING = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)


def step(asks: str, wait: int = 10, by: str = "all") -> Step:
    return Step(asks=asks, by=by, wait=wait * 60)


def kept(*steps: Step, name: str = "Nights", repeats: int = 1, stale_after: int | None = 30) -> Kept:
    return Kept(name=name, steps=list(steps), repeats=repeats, stale_after=stale_after and stale_after * 60)


def policy(cast: Any, *steps: Step, levels: tuple[str, ...] = (), **more: Any) -> EscalationPolicy:
    """A policy as the owner saves it; for all levels unless told which."""
    with tenant_scope(cast.tenant):
        return actions.save_policy(kept=kept(*steps, **more), levels=levels, by=cast.owner.user, now=FRIDAY_EVENING)


def usual_policy(cast: Any, **more: Any) -> EscalationPolicy:
    """Adam is asked, ten minutes later Lena, twenty minutes later Adam again."""
    return policy(cast, step(f"member:{cast.agent.pk}"), step(f"member:{cast.lead.pk}", 20), **more)


def begin(cast: Any, level: str = "p1", at: datetime = SUNDAY_NIGHT) -> Incident:
    with tenant_scope(cast.tenant):
        return declared(cast.owner, level=level, at=at)


def act(cast: Any, action: Any, incident: Incident, now: datetime, by: Any = None, **more: Any) -> Any:
    with tenant_scope(cast.tenant):
        return action(incident_id=incident.pk, by=by or cast.agent, now=now, **more)


def sweep(*instants: datetime) -> None:
    """What beat does at each of these."""
    for now in instants:
        ask_all_due(now=now)


def audit(*instants: datetime) -> None:
    for now in instants:
        audit_all(now=now)


def asked(cast: Any) -> list[tuple[str, datetime, datetime]]:
    """Who was asked, when that was due and when it happened."""
    with tenant_scope(cast.tenant):
        pages = Page.objects.select_related("member__user").order_by("id")
        return [(page.member.name.split()[0], page.due_at, page.asked_at) for page in pages]


def facts(cast: Any, kind: str) -> list[IncidentEvent]:
    with tenant_scope(cast.tenant):
        return list(IncidentEvent.objects.filter(kind=kind).order_by("id"))


def fresh(cast: Any, incident: Incident) -> Incident:
    with tenant_scope(cast.tenant):
        return Incident.objects.select_related("acknowledged_by__user").get(pk=incident.pk)
