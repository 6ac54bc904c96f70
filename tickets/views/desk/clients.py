"""Clients as agents see them: who asks, what they have subscribed to, what they have open."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone

from agreements.document import AgreementDocument
from agreements.governing import governing_at
from agreements.models import Subscription
from tenants.doors import desk_view
from tenants.models import Client, Contact
from tickets.models import Ticket
from tickets.promises.allowance import usage
from tickets.queue import queue
from tickets.views.desk.frame import page

LISTED = 100


@desk_view
def listing(request: Any) -> HttpResponse:
    """Clients by name; `who=` narrows, `after=` goes on."""
    now = timezone.now()
    who = " ".join(request.GET.get("who", "")[:120].split())
    after = request.GET.get("after", "")[:160]
    clients = Client.objects.order_by("name")
    if who:
        clients = clients.filter(name__icontains=who)
    if after:
        clients = clients.filter(name__gt=after)
    found = list(clients[: LISTED + 1])
    shown = found[:LISTED]
    context = {"clients": shown, "who": who, "next_after": shown[-1].name if len(found) > LISTED else ""}
    return page(request, "tickets/desk/clients.html", context, now=now, active="clients")


@desk_view
def client(request: Any, client_id: int) -> HttpResponse:
    """One client: contacts with what each may do, subscriptions with their standing, tickets."""
    now = timezone.now()
    client = get_object_or_404(Client, pk=client_id)
    governing = governing_at(client, at=now)
    document = governing.document if governing else None
    running = governing.subscription if governing else None
    tickets = Ticket.objects.filter(client=client)
    context = {
        "client": client,
        "contacts": Contact.objects.filter(client=client).order_by(F("deactivated_at").asc(nulls_first=True), "name"),
        "subscriptions": [
            _subscription(each, document) for each in
            Subscription.objects.filter(client=client).select_related("agreement").prefetch_related("products__product")
        ],
        "running": running,
        "allowance": usage(client, document, running.plan, now=now) if document and running else None,
        "unsolved": queue.page(tickets.unsolved(), due_first=True, query=request.GET, now=now),
        "recent": queue.page(
            tickets.filter(status__in=[Ticket.Status.SOLVED, Ticket.Status.CLOSED]),
            due_first=False,
            query=QueryDict(),
            now=now,
            size=20,
        ),
    }  # fmt: skip
    return page(request, "tickets/desk/client.html", context, now=now, active="clients")


def _subscription(subscription: Subscription, document: AgreementDocument | None) -> dict[str, Any]:
    plan = document.plans.get(subscription.plan) if document else None
    per = plan.price.per if plan and plan.price else "month"
    return {"of": subscription, "plan": plan.name if plan else subscription.plan, "price_per": per}
