"""What happened to a ticket: the append-only facts that clocks are a replay of."""

from __future__ import annotations

import pgtrigger
from django.db import models

from tenants.models import Fact, TenantForeignKey, TenantManager
from tickets.models import kinds
from tickets.models.conversation import Attachment, Message
from tickets.models.ticket import Ticket


class TicketEventQuerySet(models.QuerySet["TicketEvent"]):
    def to_client(self) -> TicketEventQuerySet:
        """What the client reads of a history."""
        return self.filter(kind__in=kinds.kinds(lambda row: row.to_client))

    def with_messages(self) -> TicketEventQuerySet:
        """In order of their instants, with what was said and its files."""
        files = models.Prefetch("message__attachments", queryset=Attachment.objects.order_by("id"))
        return self.order_by("at", "id").select_related("message").prefetch_related(files)


class TicketEvent(Fact):
    """A fact about a ticket: its history, and what its clocks are replayed from. Never changed, never deleted."""

    ticket = TenantForeignKey(Ticket, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=24, choices=kinds.choices)
    by = models.CharField(max_length=10, choices=[("client", "Client"), ("agent", "Agent"), ("system", "System")])
    message = TenantForeignKey(Message, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = TenantManager.from_queryset(TicketEventQuerySet)()

    class Meta(Fact.Meta):
        indexes = [models.Index(fields=["tenant", "ticket", "at", "id"], name="event_of_ticket")]
        triggers = [
            pgtrigger.Protect(name="ticket_events_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.ticket_id}"
