"""Tickets, what was said and what happened on them, their clocks, and questions about them."""

from tickets.models.clock import Clock
from tickets.models.contest import PauseContest
from tickets.models.conversation import Attachment, Message
from tickets.models.event import TicketEvent
from tickets.models.search import TicketWord
from tickets.models.ticket import NOTHING_DUE, Ticket, TicketNumber
from tickets.models.whatif import WhatIf, WhatIfTicket
