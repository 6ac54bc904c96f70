"""Where a ticket is found, for screens, mails and notices."""

from __future__ import annotations

from tickets.models import Ticket


def desk_path(ticket: Ticket) -> str:
    return f"/desk/tickets/{ticket.number}/"


def portal_path(ticket: Ticket) -> str:
    return f"/portal/tickets/{ticket.number}/"
