"""Warnings and breaches on tickets: what sweeps raise, and what people are told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import F

from agreements.models import AgreementVersion
from clocks.sweep import Concerned, Reader, Sweep, tell_readers
from tickets.addresses import desk_path
from tickets.models import Clock, Ticket, TicketEvent


def tell(clocks: Sequence[Clock], now: datetime) -> None:
    """Queue notices and mails about what was raised on these clocks, in any tenants: to whoever has the ticket."""
    tell_readers(clocks, now, _concerned)


def _concerned(clocks: Sequence[Clock], tenants: set[int]) -> Mapping[int, Concerned]:
    tickets = (
        Ticket.objects.filter(tenant__in=tenants, pk__in={clock.ticket_id for clock in clocks})
        .only("tenant_id", "number", "subject", "agreement_version_id")
        .annotate(client_name=F("client__name"), left_at=F("assignee__deactivated_at"))
        .annotate(user_id=F("assignee__user_id"), email=F("assignee__user__email"), zone=F("assignee__user__timezone"))
    )
    under = {ticket.agreement_version_id for ticket in tickets} - {None}
    versions = AgreementVersion.objects.filter(tenant__in=tenants).defer("source").in_bulk(under)
    documents = {pk: version.document for pk, version in versions.items()}
    return {
        ticket.pk: Concerned(
            name=str(ticket),
            client=ticket.client_name,
            path=desk_path(ticket),
            document=documents.get(ticket.agreement_version_id),
            readers=[Reader(ticket.user_id, ticket.email, ticket.zone)]
            if ticket.user_id and ticket.left_at is None
            else [],
        )
        for ticket in tickets
    }


sweep = Sweep(Clock, TicketEvent, tell, owed="owner.word_owed_at")
