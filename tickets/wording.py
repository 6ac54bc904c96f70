"""The words that screens, mails and notices share."""

from __future__ import annotations

from clocks.replay import METRICS
from tickets.models import Ticket

METRIC_LABELS = {metric.key: metric.label for metric in METRICS.values()}


def desk_path(ticket: Ticket) -> str:
    return f"/desk/tickets/{ticket.number}/"


def portal_path(ticket: Ticket) -> str:
    return f"/portal/tickets/{ticket.number}/"
