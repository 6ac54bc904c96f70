"""The words that screens, mails and notices share."""

from __future__ import annotations

from tickets.models import Ticket

METRIC_LABELS = {"first_response": "First response", "next_response": "Next response", "resolution": "Resolution"}


def desk_path(ticket: Ticket) -> str:
    return f"/desk/tickets/{ticket.number}/"


def portal_path(ticket: Ticket) -> str:
    return f"/portal/tickets/{ticket.number}/"
