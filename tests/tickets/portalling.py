"""Words for telling what a contact does on the portal: at a known hour, reading pages as they are."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from html import unescape
from typing import Any

import time_machine

from clocks.face import metric_name
from tenants.models import Contact
from tenants.scope import tenant_scope
from tickets.models import Clock, Ticket

NEW = "/portal/tickets/new/"
PROMISE = "/portal/tickets/new/promise/"


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """The clock on the wall stands still."""
    with time_machine.travel(instant, tick=False):
        yield


def text(response: Any) -> str:
    """What a reader sees: no tags, nothing hidden, single spaces."""
    page = re.sub(r"<(script|style|template)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    page = re.sub(r"<(span)\b[^>]*\shidden\b[^>]*>.*?</\1>", " ", page, flags=re.DOTALL)
    plain = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
    return re.sub(r" ([.,;:])", r"\1", plain)


def ask(**fields: Any) -> dict[str, Any]:
    """The form as a browser sends it."""
    return {
        "request_type": "incident", "level": "severity_2", "product": "", "subject": "Invoices miss their tax line",
        "body": "Nobody can send an invoice.", "submission": str(uuid.uuid4()),
    } | fields  # fmt: skip


def only_ticket(of: Contact) -> Ticket:
    with tenant_scope(of.tenant):
        return Ticket.objects.get(requester=of)


def tickets_of(contact: Contact) -> int:
    with tenant_scope(contact.tenant):
        return Ticket.objects.filter(requester=contact).count()


def shown_due(response: Any) -> dict[str, datetime]:
    """The due times in “What you get”, by the label of their metric."""
    page = response.content.decode()
    panel = page[page.index('id="promise"') :]
    lines = re.findall(r'<dt>([^<]+)</dt>\s*<dd>\s*<strong>by <time datetime="([^"]+)"', panel)
    return {label: datetime.fromisoformat(instant) for label, instant in lines}


def choices(response: Any, name: str) -> list[str]:
    """The values of a radio group that can be chosen, or the one that is sent by itself."""
    inputs = re.findall(rf'<input[^>]*name="{name}"[^>]*>', response.content.decode())
    return [re.search(r'value="([^"]*)"', each).group(1) for each in inputs if "disabled" not in each]  # type: ignore[union-attr]


def due_of(ticket: Ticket) -> dict[str, datetime]:
    """The due times of a ticket's first and last promise, by label."""
    with tenant_scope(ticket.tenant):
        clocks = Clock.objects.filter(ticket=ticket, metric__in=["first_response", "resolution"]).exclude(due_at=None)
        return {
            metric_name(clock.metric, ticket.document): clock.due_at.astimezone(UTC) for clock in clocks if clock.due_at
        }
