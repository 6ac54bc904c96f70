"""App configuration: tickets, conversation, SLA clocks, the desk's queue, the portal's forms."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = "Tickets"
    #: Events of the history in words; see `tenants.narration`.
    history_words = {
        "what_if.asked": ("help-circle", "asked what if: {subject}"),
        "what_if.cancelled": ("player-stop", "cancelled the what-if {subject}"),
        "what_if.kept": ("bookmark", "kept the what-if {subject}"),
        "what_if.renamed": ("pencil", "renamed the what-if {subject}"),
        "what_if.discarded": ("trash", "threw the what-if {subject} away"),
    }
