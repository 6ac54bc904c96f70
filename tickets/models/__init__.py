"""Tickets, what was said and what happened on them, and their clocks."""

from tickets.models.clock import Clock
from tickets.models.conversation import Attachment, Message, TicketEvent
from tickets.models.search import TicketWord
from tickets.models.ticket import NOTHING_DUE, Ticket, TicketNumber

__all__ = ["NOTHING_DUE", "Attachment", "Clock", "Message", "Ticket", "TicketEvent", "TicketNumber", "TicketWord"]
