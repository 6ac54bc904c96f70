"""Tickets about an incident: one public update answers them all, once each."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from incidents.models.event import IncidentEvent
from incidents.models.incident import Incident
from tenants.models import TenantForeignKey, TenantManager, TenantOwned
from tickets.models import Ticket


class IncidentLinkQuerySet(models.QuerySet["IncidentLink"]):
    def current(self) -> IncidentLinkQuerySet:
        return self.filter(unlinked_at=None)


class IncidentLink(TenantOwned):
    """A ticket about an incident, until somebody says that it is not."""

    incident = TenantForeignKey(Incident, on_delete=models.PROTECT, related_name="links")
    ticket = TenantForeignKey(Ticket, on_delete=models.PROTECT, related_name="incident_links")
    linked_at = models.DateTimeField()
    unlinked_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(IncidentLinkQuerySet)()

    class Meta:
        ordering = ["linked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "incident", "ticket"], condition=Q(unlinked_at=None), name="a_ticket_is_linked_once"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "ticket"], name="incident_of_ticket")]

    def __str__(self) -> str:
        return f"{self.incident} ← {self.ticket}"


class LinkedAnswerQuerySet(models.QuerySet["LinkedAnswer"]):
    def owed(self) -> LinkedAnswerQuerySet:
        return self.filter(answered_at=None)


class LinkedAnswer(TenantOwned):
    """An update that a linked ticket is to be answered with. Written with the update, so that none is forgotten."""

    link = TenantForeignKey(IncidentLink, on_delete=models.PROTECT, related_name="answers")
    event = TenantForeignKey(IncidentEvent, on_delete=models.PROTECT, related_name="answers")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(LinkedAnswerQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "link", "event"], name="an_update_answers_a_ticket_once"),
        ]
        indexes = [models.Index(fields=["id"], name="answer_owed", condition=Q(answered_at=None))]

    def __str__(self) -> str:
        return f"{self.link}, {self.event}"
