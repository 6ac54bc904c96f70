"""App configuration: tickets, conversation, SLA clocks, the desk's queue, the portal's forms."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = "Tickets"
