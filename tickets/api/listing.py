"""The ticket list: its filters and its keyset pages."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef
from django.utils import timezone

from shell.paging import KeysetPagination
from tickets.models import Clock
from tickets.queue.filters import TicketFilter
from tickets.queue.queue import ORDERS


class ListFilter(TicketFilter):
    """What was missed is asked here, where the instant of the request is known."""

    breached = django_filters.BooleanFilter(
        method="only_breached", help_text="Tickets with a missed target, or without."
    )

    def only_breached(self, tickets: Any, name: str, value: bool) -> Any:
        missed = Exists(Clock.objects.filter(ticket=OuterRef("pk")).missed(now=timezone.now()))
        return tickets.filter(missed if value else ~missed)


class TicketPages(KeysetPagination):
    def order_of(self, request: Any) -> str:
        return ORDERS[request.query_params.get("order") == "due_first"]
