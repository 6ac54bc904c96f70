"""What the pages that answer “Why?” show, on the desk and in the portal: the same partial, in the reader's words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404

from clocks import face
from clocks.replay.reasons import Reader
from clocks.why.layout import laid_out
from tenants.models import Contact
from tickets.models import PauseContest, Ticket
from tickets.why.answer import explained, uncovered_because


def why_context(
    ticket: Ticket, metric: str, cycle: int, *, reader: Reader, now: datetime, contact: Contact | None = None
) -> dict[str, Any]:
    """What `tickets/_why.html` needs to explain one clock, or that there is none because nothing covers the ticket.

    Http404 where there is no such clock.
    """
    told = explained(ticket, metric, cycle, reader=reader, now=now, contact=contact)
    if told is not None:
        return {
            **laid_out(told),
            "ticket": told.ticket,
            "face": told.face,
            "metric_label": told.face.metric_label,
            "is_client": told.reader == "client",
            "Outcome": PauseContest.Outcome,
        }
    uncovered = uncovered_because(ticket, metric, cycle)
    if uncovered is None:
        raise Http404("There is no such clock.")
    return {
        "ticket": ticket,
        "uncovered": uncovered,
        "face": face.uncovered(uncovered.sentence),
        "metric_label": "Service level",
        "clause": uncovered.clause,
        "is_client": reader == "client",
    }
