"""Finding tickets by number and by the words of their subject, at a cost that does not grow with the tenant.

`TicketWord` says why this is a table of words. A search costs a few index probes for each word and at most
`CANDIDATES` rows of the rarest one, whether the tenant has a thousand tickets or a million.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models.expressions import RawSQL

from tenants.scope import current_tenant_id
from tickets.models import Ticket, TicketWord
from tickets.models.search import WORD_MAX
from tickets.models.ticket import TicketQuerySet

#: Of the rarest word, so many of its newest tickets are looked through.
CANDIDATES = 2_000
#: A beginning of a word stands for at most so many words of the tenant.
COMPLETIONS = 15
WORDS_MAX = 8
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\s*#?\s*(\d{1,18})\s*")


@dataclass(frozen=True, slots=True)
class Found:
    """The tickets that match. `cut_short`: every word is so common that only the newest tickets were looked through."""

    tickets: TicketQuerySet
    cut_short: bool = False


def words_of(text: str) -> list[str]:
    """The distinct words of `text` in their order: small letters, without accents, at most 40 characters each."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return list(dict.fromkeys(word[:WORD_MAX] for word in _WORD.findall(plain)))


def index_subjects(tickets: Iterable[Ticket]) -> None:
    """Store the words of the subjects of new tickets, in the tenant in force."""
    TicketWord.objects.bulk_create(
        [TicketWord(ticket=ticket, word=word) for ticket in tickets for word in words_of(ticket.subject)],
        batch_size=2000,
    )


def number_in(text: str) -> int | None:
    """The ticket number that `text` is, with or without its `#`; None for anything else."""
    match = _NUMBER.fullmatch(text)
    return int(match.group(1)) if match else None


def search(text: str) -> Found:
    """Tickets whose subject has all words of `text`; each may be the beginning of one. A number finds its ticket too.

    Nothing is found by a text without a letter or digit. Two queries, the second when the tickets are read.
    """
    words = words_of(text)[:WORDS_MAX]
    if not words:
        return Found(Ticket.objects.none())
    (rarest, tickets_with_rarest), *others = _completed(words)
    tenant, number = current_tenant_id(), number_in(text)
    with_others = "".join(_WITH_ANOTHER.format(place=place) for place in range(len(others)))
    params: list[object] = [tenant, -1 if number is None else number, rarest, tenant]
    for completions, _ in others:
        params += [tenant, completions]
    ids = RawSQL(_WITH_RAREST.format(with_others=with_others), params)  # noqa: S611 (made of constants)
    return Found(Ticket.objects.filter(pk__in=ids), cut_short=tickets_with_rarest >= CANDIDATES)


def _completed(words: list[str]) -> list[tuple[list[str], int]]:
    """What each word may stand for, with the number of its tickets (at most CANDIDATES); the rarest first."""
    tenant = current_tenant_id()
    with connection.cursor() as cursor:
        cursor.execute(_COMPLETIONS, [words, tenant, tenant])
        return list(cursor.fetchall())


# Walks from one word that begins like this to the next by a probe of the index each, so that ten thousand tickets with
# the same word cost one step.
_COMPLETIONS = f"""
WITH completed AS (
    SELECT asked.place, array_agg(step.word) AS words
    FROM unnest(%s::text[]) WITH ORDINALITY AS asked (beginning, place)
    CROSS JOIN LATERAL (
        WITH RECURSIVE step (word, number) AS (
            SELECT asked.beginning COLLATE "C", 1
            UNION ALL
            SELECT (
                SELECT known.word FROM tickets_ticketword AS known
                WHERE known.tenant_id = %s AND known.word > step.word AND known.word < asked.beginning || chr(1114111)
                ORDER BY known.word LIMIT 1
            ), step.number + 1
            FROM step WHERE step.word IS NOT NULL AND step.number < {COMPLETIONS}
        )
        SELECT step.word FROM step WHERE step.word IS NOT NULL
    ) AS step
    GROUP BY asked.place
)
SELECT completed.words, (
    SELECT count(*) FROM (
        SELECT FROM tickets_ticketword AS used
        WHERE used.tenant_id = %s AND used.word = ANY (completed.words) LIMIT {CANDIDATES}
    ) AS counted
)
FROM completed ORDER BY 2, completed.place
"""  # noqa: S608 (numbers of this module)

_WITH_RAREST = f"""(
    SELECT numbered.id FROM tickets_ticket AS numbered WHERE numbered.tenant_id = %s AND numbered.number = %s
    UNION
    SELECT newest.ticket_id FROM (
        SELECT used.ticket_id FROM unnest(%s::text[]) AS one (word)
        CROSS JOIN LATERAL (
            SELECT used.ticket_id FROM tickets_ticketword AS used
            WHERE used.tenant_id = %s AND used.word = one.word COLLATE "C"
            ORDER BY used.ticket_id DESC LIMIT {CANDIDATES}
        ) AS used
        ORDER BY used.ticket_id DESC LIMIT {CANDIDATES}
    ) AS newest
    {{with_others}}
)"""  # noqa: S608 (numbers of this module)

# LIMIT keeps the planner from reading every ticket with a common word to join them: each candidate is one probe.
_WITH_ANOTHER = """
    CROSS JOIN LATERAL (
        SELECT FROM tickets_ticketword AS other
        WHERE other.tenant_id = %s AND other.word = ANY (%s::text[]) AND other.ticket_id = newest.ticket_id LIMIT 1
    ) AS another_{place}
"""
