"""What happened in an incident: the append-only facts that its clock and its escalation are a replay of."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import pgtrigger
from django.db import models

from incidents.models import kinds
from incidents.models.incident import Incident
from tenants.models import Fact, Member, TenantForeignKey, TenantManager


class IncidentEventQuerySet(models.QuerySet["IncidentEvent"]):
    def record(
        self,
        incident: Incident,
        kind: kinds.Kind,
        *,
        by: Member | None,
        at: datetime,
        now: datetime,
        author: kinds.Author | None = None,
        body: str = "",
        reason: str = "",
        data: dict[str, Any] | None = None,
        submission: UUID | None = None,
    ) -> IncidentEvent:
        """Append a fact: it happened `at`, it is written down `now`. `by` None is the system.

        `author` "system" with a member is a program that acts with the member's token. Raises ValueError where such an
        author does not write this kind.
        """
        author = author or ("system" if by is None else "agent")
        if author not in kind.row.by:
            raise ValueError(f"{kind.value} of INC-{incident.number}: not written by {author}")
        return self.create(
            incident=incident,
            kind=kind,
            by=author,
            body=body.strip(),
            submission=submission,
            **self.model.columns(by=by, at=at, now=now, reason=reason, data=data),
        )

    def of(self, incident: Incident) -> IncidentEventQuerySet:
        """Those of one incident, in the order in which they happened."""
        return self.filter(incident=incident).order_by("at", "id")

    def public(self) -> IncidentEventQuerySet:
        """What the public reads on an incident's page."""
        return self.filter(kind__in=kinds.kinds(lambda row: row.public))

    def told(self) -> IncidentEventQuerySet:
        """What was said to the public, in words."""
        return self.public().exclude(body="")


class IncidentEvent(Fact):
    """A fact about an incident. Never changed, never deleted. `body` is Markdown as typed."""

    incident = TenantForeignKey(Incident, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=24, choices=kinds.choices)
    by = models.CharField(max_length=10, choices=[("agent", "Agent"), ("system", "System")])
    body = models.TextField(blank=True, db_default="")
    submission = models.UUIDField(null=True, blank=True, help_text="The form it came from: sent twice, posted once.")

    objects = TenantManager.from_queryset(IncidentEventQuerySet)()

    class Meta(Fact.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "submission"], name="an_incident_form_is_posted_once"),
        ]
        indexes = [models.Index(fields=["tenant", "incident", "at", "id"], name="event_of_incident")]
        triggers = [
            pgtrigger.Protect(name="incident_events_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.incident_id}"
