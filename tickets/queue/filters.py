"""What narrows a list of tickets: the same rules for the desk's queue, which offers choices, and for the API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from agreements.document import AgreementDocument
from agreements.models import Product
from shell.entry import LARGEST_ID
from tenants.models import Client, Member
from tickets.models import Ticket
from tickets.models.ticket import TicketQuerySet

NOBODY = "nobody"
NO_PLAN = "none"
STANDINGS = [*Ticket.Status.choices, *Ticket.HoldFor.choices]


class TicketFilter(filters.FilterSet):
    """Names and rules of what a list can be asked for. A hold is asked for by whom it waits for as well."""

    status = filters.MultipleChoiceFilter(choices=STANDINGS, method="only_standing")
    on_hold_for = filters.ChoiceFilter(choices=Ticket.HoldFor.choices)
    coverage = filters.ChoiceFilter(choices=Ticket.CoverageKind.choices)
    level = filters.CharFilter(max_length=60)
    request_type = filters.CharFilter(max_length=60)
    product = filters.CharFilter(max_length=60, method="only_product", help_text="A product's key.")
    plan = filters.CharFilter(max_length=60, method="only_plan", help_text="A plan's key, or `none`.")
    client = filters.NumberFilter(min_value=1, max_value=LARGEST_ID)
    assignee = filters.NumberFilter(min_value=1, max_value=LARGEST_ID, method="only_assignee")
    updated_since = filters.IsoDateTimeFilter(field_name="last_activity_at", lookup_expr="gte")

    class Meta:
        model = Ticket
        fields: list[str] = []

    def only_standing(self, tickets: TicketQuerySet, name: str, value: str | list[str]) -> TicketQuerySet:
        wanted = Q(pk__in=[])
        for each in [value] if isinstance(value, str) else value:
            held = Q(status=Ticket.Status.ON_HOLD, on_hold_for=each)
            wanted |= held if each in Ticket.HoldFor.values else Q(status=each)
        return tickets.filter(wanted)

    def only_product(self, tickets: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        return tickets.filter(product__in=Product.objects.filter(key=value).values("pk"))

    def only_plan(self, tickets: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        return tickets.filter(plan="" if value == NO_PLAN else value)

    @extend_schema_field(OpenApiTypes.INT)
    def only_assignee(self, tickets: TicketQuerySet, name: str, value: Any) -> TicketQuerySet:
        return tickets.filter(assignee=None if value == NOBODY else int(value))


class ClientField(forms.CharField):
    """A client by its name, or the beginning of it."""

    def clean(self, value: Any) -> Client | None:
        name = " ".join(super().clean(value).split())
        if not name:
            return None
        # By the exact name first: that is what a choice from the list or a link gives.
        found = Client.objects.filter(name=name).first() or Client.objects.filter(name__istartswith=name).first()
        if found is None:
            raise ValidationError(f"No client's name begins with “{name}”.")
        return found


class ClientFilter(filters.Filter):
    field_class = ClientField


class QueueFilter(TicketFilter):
    """The filters of a page: of most it offers what there is to choose. Every choice is an address."""

    client = ClientFilter(max_length=160)
    type = filters.CharFilter(field_name="request_type")

    def __init__(
        self,
        data: QueryDict,
        *,
        members: Iterable[Member],
        products: Iterable[Product],
        documents: Iterable[AgreementDocument],
    ) -> None:
        super().__init__(data, Ticket.objects.all())
        documents = list(documents)
        scheme = documents[0].scheme.name.lower() if documents else "level"
        self._offered: list[str] = []
        self._offer("status", STANDINGS)
        self._offer("assignee", [(NOBODY, "Nobody"), *((str(member.pk), member.name) for member in members)])
        self._offer("level", ((each.key, each.name) for one in documents for each in one.levels), f"Any {scheme}")
        self._offer("product", ((product.key, product.name) for product in products))
        self._offer("type", ((each.key, each.name) for one in documents for each in one.request_types))
        plans = ((each.key, each.name) for one in documents for each in one.plans)
        self._offer("plan", [(NO_PLAN, "No plan"), *plans])
        self._offer("coverage", Ticket.CoverageKind.choices)

    def _offer(self, name: str, choices: Iterable[tuple[str, str]], everything: str = "") -> None:
        rule = self.filters[name]
        choice = filters.ChoiceFilter(
            choices=list(dict(choices).items()), empty_label=everything or f"Any {name}", label=name.capitalize(),
            field_name=rule.field_name, method=rule.method,
        )  # fmt: skip
        choice.parent, choice.model = self, rule.model
        self.filters[name] = choice
        self._offered.append(name)

    def selects(self, without: Iterable[str]) -> list[forms.BoundField]:
        """The fields to choose in, but those that are decided already."""
        return [self.form[name] for name in self._offered if name not in without]

    @property
    def is_set(self) -> bool:
        return any(self.data.get(name) for name in self.filters)

    def narrow(self, rows: TicketQuerySet) -> TicketQuerySet:
        """`rows` with what was chosen. A choice that does not exist finds nothing, and the form says why."""
        return self.filter_queryset(rows) if self.form.is_valid() else rows.none()
