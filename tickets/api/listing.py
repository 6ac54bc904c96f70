"""The ticket list: its filters and its keyset pages."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef
from django.utils import timezone

from shell.api.shapes import LARGEST_ID
from shell.paging import KeysetPagination
from tickets.models import Clock, Ticket
from tickets.queue.queue import ORDERS


class TicketFilter(django_filters.FilterSet):
    status = django_filters.MultipleChoiceFilter(choices=Ticket.Status.choices)
    on_hold_for = django_filters.ChoiceFilter(choices=Ticket.HoldFor.choices)
    coverage = django_filters.ChoiceFilter(choices=Ticket.CoverageKind.choices)
    level = django_filters.CharFilter(max_length=60)
    request_type = django_filters.CharFilter(max_length=60)
    client = django_filters.NumberFilter(field_name="client_id", min_value=1, max_value=LARGEST_ID)
    assignee = django_filters.NumberFilter(field_name="assignee_id", min_value=1, max_value=LARGEST_ID)
    updated_since = django_filters.IsoDateTimeFilter(field_name="last_activity_at", lookup_expr="gte")
    breached = django_filters.BooleanFilter(
        method="only_breached", help_text="Tickets with a missed target, or without."
    )

    class Meta:
        model = Ticket
        fields: list[str] = []

    def only_breached(self, tickets: Any, name: str, value: bool) -> Any:
        missed = Exists(Clock.objects.filter(ticket=OuterRef("pk")).missed(now=timezone.now()))
        return tickets.filter(missed if value else ~missed)


class TicketPages(KeysetPagination):
    def order_of(self, request: Any) -> str:
        return ORDERS[request.query_params.get("order") == "due_first"]
