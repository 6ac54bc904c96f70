"""Warnings and breaches on tickets: what sweeps raise, and what people are told of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import F

from agreements.models import AgreementVersion
from clocks.face import metric_name
from clocks.sweep import BREACHED, Sweep, headline, occasion, said, still_to_keep
from notifications import outbox
from tenants.models import Member, Tenant
from tickets.addresses import desk_path
from tickets.models import Clock, Ticket, TicketEvent


def tell(clocks: Sequence[Clock], now: datetime) -> None:
    """Queue notices and mails about what was raised on these clocks, in any tenants."""
    # A warning that came too late to act on, or whose promise has been kept meanwhile, would only alarm.
    clocks = [clock for clock in clocks if clock.untold == BREACHED or still_to_keep(clock, now)]
    tenants = Tenant.objects.in_bulk({clock.tenant_id for clock in clocks})
    tickets = {
        ticket.pk: ticket
        for ticket in Ticket.objects.filter(tenant__in=tenants, pk__in={clock.ticket_id for clock in clocks})
        .only("tenant_id", "number", "subject", "agreement_version_id")
        .annotate(client_name=F("client__name"), left_at=F("assignee__deactivated_at"))
        .annotate(user_id=F("assignee__user_id"), email=F("assignee__user__email"), zone=F("assignee__user__timezone"))
    }
    under = {ticket.agreement_version_id for ticket in tickets.values()} - {None}
    versions = AgreementVersion.objects.filter(tenant__in=tenants).defer("source").in_bulk(under)
    documents = {pk: version.document for pk, version in versions.items()}
    theirs = {
        pk: (row.user_id, row.email, row.zone) for pk, row in tickets.items() if row.user_id and row.left_at is None
    }
    leads = leads_of({ticket.tenant_id for pk, ticket in tickets.items() if pk not in theirs})
    mails, notices = [], []
    for clock in clocks:
        ticket = tickets[clock.ticket_id]
        tenant = tenants[clock.tenant_id]
        topic, key = f"clock.{clock.untold}", occasion(clock)
        path = desk_path(ticket)
        label = metric_name(clock.metric, documents.get(ticket.agreement_version_id))
        text = f"{ticket}\n{ticket.client_name}\n\n{said(clock, label)}\n\n{tenant.url(path)}\n"
        hearing = [theirs[ticket.pk]] if ticket.pk in theirs else leads.get(clock.tenant_id, [])
        for user_id, email, zone in hearing:
            title = headline(clock, f"{label.lower()} on {ticket}", ZoneInfo(zone or tenant.timezone), now)
            notices.append(
                outbox.NoticeDraft(
                    tenant_id=clock.tenant_id, user_id=user_id, key=key, topic=topic, title=title,
                    body=ticket.client_name, url=path,
                )
            )  # fmt: skip
            mails.append(
                outbox.Draft(
                    tenant_id=clock.tenant_id, key=f"{key}:{user_id}", topic=topic, to=email, subject=title, text=text
                )
            )
    outbox.notify(notices, now=now)
    outbox.queue(mails, now=now)


def leads_of(tenants: set[int | None]) -> dict[int | None, list[tuple[int, str, str]]]:
    """Who hears of tickets that nobody has: each tenant's leads and owners, as (user, address, zone or "")."""
    leads: dict[int | None, list[tuple[int, str, str]]] = {}
    if tenants:
        for member in Member.objects.leading().filter(tenant__in=tenants).select_related("user"):
            leads.setdefault(member.tenant_id, []).append((member.user_id, member.user.email, member.user.timezone))
    return leads


sweep = Sweep(Clock, TicketEvent, tell)
