"""The words of tickets' subjects: what the desk's search finds tickets by."""

from __future__ import annotations

from django.db import models

from tenants.models import TenantForeignKey, TenantOwned
from tickets.models.ticket import Ticket

WORD_MAX = 40


class TicketWord(TenantOwned):
    """A word of a ticket's subject, in small letters without accents.

    A table and not a text-search column: under row-level security PostgreSQL uses an index only for operators that
    cannot leak a row's content. `@@` and `LIKE` can and would read every ticket of the tenant; `=` and `<` cannot.
    """

    # The C collation compares bytes, so that a prefix is one range of the index.
    word = models.CharField(max_length=WORD_MAX, db_collation="C")
    ticket = TenantForeignKey(Ticket, on_delete=models.PROTECT, related_name="words")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "word", "ticket"], name="a_word_once_per_ticket")]

    def __str__(self) -> str:
        return self.word
