"""Words for what happens on the desk: a client with a plan, a ticket of a known hour, a form as a browser sends it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from agreements.models import Product
from tenants.models import Contact, Member, Tenant
from tenants.scope import tenant_scope
from tests import factories
from tickets import actions
from tickets.models import Clock, Ticket, TicketEvent

# A Tuesday in the middle of everybody's working day.
MORNING = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
HTMX = {"HTTP_HX_REQUEST": "true"}


def under(key: str, plan: str, cast: Any, **fields: Any) -> Any:
    """Put the clients of the cast on a plan of one of the five agreements, in both tenants."""
    with tenant_scope(cast.tenant):
        version = factories.agreement(key)
        if plan:
            factories.subscription(cast.client, version, plan, **fields)
            factories.subscription(cast.other_client, version, plan)
        Product.objects.create(key="ledger", name="Ledger")
    return version


def filed(contact: Contact, *, at: datetime = MORNING, by: Contact | Member | None = None, **fields: Any) -> Ticket:
    with tenant_scope(contact.tenant):
        return actions.file_ticket(
            **{
                "requester": contact,
                "by": by or contact,
                "subject": "Invoices of October miss their tax line",
                "body": "Nobody can **send** an invoice.",
                "request_type": "incident",
                "level": "severity_2",
                "product": None,
                "channel": Ticket.Channel.PORTAL,
                "received_at": at,
                "now": at,
                **fields,
            }  # type: ignore[arg-type]
        )


def act(tenant: Tenant, verb: Any, **given: Any) -> Any:
    """An action outside a request."""
    with tenant_scope(tenant):
        return verb(**given)


def answer_form(ticket: Ticket, **fields: Any) -> dict[str, Any]:
    """What the composer sends, having seen everything there is."""
    with tenant_scope(ticket.tenant):
        seen = TicketEvent.objects.filter(ticket=ticket).latest("pk").pk
    return {
        "kind": "reply", "body": "The tax table was empty; it is filled again.", "then": "",
        "submission": str(uuid.uuid4()), "seen_event": seen,
    } | fields  # fmt: skip


def fresh(ticket: Ticket) -> Ticket:
    with tenant_scope(ticket.tenant):
        return Ticket.objects.select_related("assignee__user").get(pk=ticket.pk)


def clock(ticket: Ticket, metric: str) -> Clock:
    with tenant_scope(ticket.tenant):
        return Clock.objects.filter(ticket=ticket, metric=metric).latest("cycle")


def events(ticket: Ticket, kind: str) -> list[TicketEvent]:
    with tenant_scope(ticket.tenant):
        return list(TicketEvent.objects.filter(ticket=ticket, kind=kind))


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def page_of(ticket: Ticket) -> str:
    return f"/desk/tickets/{ticket.number}/"
