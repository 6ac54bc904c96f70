"""The facts of many tickets at once: tuples of the columns a replay needs, and JSON only where it says something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, When
from django.db.models.fields.json import KeyTextTransform

from agreements.document.period import MONTH
from tickets.models import Clock, Ticket, TicketEvent, WhatIf
from tickets.models.kinds import kinds
from tickets.whatif.question import NOT_COVERED, Asked

#: What no clock listens to; the larger part of a long history.
UNREAD = kinds(lambda row: not row.heard)
#: Whose data says more than terms, and is needed.
TELLING = kinds(lambda row: row.data_decides)


class TicketRow(NamedTuple):
    """A ticket of the period."""

    pk: int
    client: int
    received_at: datetime
    is_merged: bool


class FactRow(NamedTuple):
    """An event as the database has it. `terms` and `filed` are JSON texts, None where it sets no terms."""

    ticket: int
    pk: int
    kind: str
    at: datetime
    by: str
    terms: str | None
    filed: str | None
    data: dict[str, Any] | None


class ClockRow(NamedTuple):
    """A clock as it really went."""

    ticket: int
    metric: str
    cycle: int
    kind: str
    target_text: str
    started_at: datetime
    due_at: datetime | None
    promised_at: datetime | None
    paused_at: datetime | None
    stopped_at: datetime | None
    stopped_by: str
    breached_at: datetime | None

    @property
    def is_promised(self) -> bool:
        return self.kind == Clock.Kind.TARGET


@dataclass(frozen=True, slots=True)
class Period:
    """Which tickets are asked about: received in [since, until), of one client or of all."""

    since: datetime
    until: datetime
    client: int | None = None

    @classmethod
    def of(cls, what_if: WhatIf) -> Period:
        return cls(what_if.since, what_if.until, what_if.client_id)

    def tickets(self) -> Any:
        """Those of the tenant in force."""
        tickets = Ticket.objects.filter(received_at__gte=self.since, received_at__lt=self.until)
        return tickets if self.client is None else tickets.filter(client=self.client)

    def count(self) -> int:
        return self.tickets().count()

    def page(self, after: int, size: int) -> list[TicketRow]:
        """The next `size` tickets in the order they were filed."""
        rows = self.tickets().filter(pk__gt=after).order_by("pk")
        columns = rows.values_list("pk", "client_id", "received_at", "merged_into_id")[:size]
        return [TicketRow(pk, client, at, merged is not None) for pk, client, at, merged in columns]

    def used_before(self, asked: Asked) -> dict[int, int]:
        """What each client had used of the month, in the agreement's zone, when the period begins (E3)."""
        if not asked.limited:
            return {}
        month = asked.document.period_at(self.since, MONTH).start
        earlier = Ticket.objects.filter(
            received_at__gte=month,
            received_at__lt=self.since,
            request_type__in=asked.document.types_in_allowance,
            merged_into=None,
        ).exclude(coverage=NOT_COVERED)
        if self.client is not None:
            earlier = earlier.filter(client=self.client)
        return dict(earlier.order_by().values_list("client_id").annotate(used=Count("pk")))


def facts_of(tickets: Sequence[TicketRow]) -> dict[int, list[FactRow]]:
    """The events of these tickets that a replay hears, in order of their instants. One query."""
    rows = (
        TicketEvent.objects.filter(ticket__in=[ticket.pk for ticket in tickets])
        .exclude(kind__in=UNREAD)
        .order_by("ticket_id", "at", "pk")
        .values_list(
            "ticket_id", "pk", "kind", "at", "by", KeyTextTransform("terms", "data"),
            KeyTextTransform("standing", "data"), Case(When(kind__in=TELLING, then=F("data"))),
        )
    )  # fmt: skip
    return _by_ticket(map(FactRow._make, rows))


def clocks_of(tickets: Sequence[TicketRow]) -> dict[int, list[ClockRow]]:
    """How it really went. One query."""
    rows = (
        Clock.objects.filter(ticket__in=[ticket.pk for ticket in tickets])
        .order_by("ticket_id")
        .values_list(
            "ticket_id", "metric", "cycle", "kind", "target_text", "started_at", "due_at", "promised_at", "paused_at",
            "stopped_at", "stopped_by", "breached_at",
        )
    )  # fmt: skip
    return _by_ticket(map(ClockRow._make, rows))


def _by_ticket(rows: Any) -> dict[int, list[Any]]:
    return {key: list(group) for key, group in groupby(rows, key=itemgetter(0))}
