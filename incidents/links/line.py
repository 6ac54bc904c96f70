"""The incident line (C9): who may call it, at which level, and what to say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime

from agreements.document.service_terms import IncidentLine
from agreements.governing import governing_at
from incidents.links.known import Known
from shell.wording import listed, when_words
from tenants.models import Contact
from tenants.scope import current_tenant
from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Line:
    """The line of a client's agreement. `number` "" is one that the tenant has not given yet."""

    terms: IncidentLine
    levels: Sequence[str]
    number: str
    #: What whoever answers asks first: what it is, and the words for it as far as they are known.
    say: Sequence[tuple[str, str]]

    @property
    def url(self) -> str:
        """For a link that dials."""
        return f"tel:{re.sub(r'[^+0-9]', '', self.number)}"


def line_for(
    contact: Contact,
    *,
    now: datetime,
    level: str | None = None,
    known: Known | None = None,
    ticket: Ticket | None = None,
) -> Line | None:
    """The line, for a contact who may raise the worst; None for everybody else, and at a `level` it is not for.

    What to say is filled in from an incident or a ticket, where there is one.
    """
    if not (contact.may_request_support and contact.may_raise_top_priority):
        return None
    governing = governing_at(contact.client, at=now)
    incidents = governing.document.incidents if governing and governing.subscription else None
    if governing is None or incidents is None or incidents.line is None:
        return None
    if level is not None and level not in incidents.line.levels:
        return None
    names = [governing.document.incident_levels.name_of(key) for key in incidents.line.levels]
    say = _say(contact, names, known, ticket or (known.ticket if known else None), now)
    return Line(incidents.line, names, current_tenant().incident_line, say)


def _say(
    contact: Contact, levels: Sequence[str], known: Known | None, ticket: Ticket | None, now: datetime
) -> list[tuple[str, str]]:
    product = (ticket and ticket.product) or (known and known.product)
    about = known.incident if known else ticket.subject if ticket else "what does not work, and for whom"
    since = known.incident.started_at if known else ticket.received_at if ticket else None
    return [
        ("Who you are", f"{contact.name}, {contact.client.name}"),
        ("Product", product.name if product else "which one it is about"),
        ("Level", listed(levels, last="or")),
        ("Ticket", f"#{ticket.number}" if ticket else "its number, if you have one"),
        ("What is wrong", str(about)),
        ("Since when", when_words(localtime(since), localtime(now)) if since else "when it began"),
    ]
