"""What a linked ticket reads of a word to everybody: the word, when the next one comes, and how to claim at the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from agreements.document import AgreementDocument
from incidents.models import Incident, IncidentClock, IncidentEvent
from incidents.models.kinds import Kind
from incidents.paths import public_path
from shell.wording import day_words, exact_words
from tenants.scope import current_tenant
from tickets.announcements.announce import reading_zone
from tickets.models import Ticket

#: The reason is for colleagues.
_AGAIN = "It is not over after all: we are working on “{}” again."
_REOPENED = "Your request was solved with it, and is open again."


def letter(event: IncidentEvent, ticket: Ticket, *, reopens: bool) -> str:
    """The text of `event` for a ticket, in Markdown, with times where its requester reads them."""
    said = said_of(event), _REOPENED if reopens else "", *_beside(event, event.incident, ticket)
    return "\n\n".join(part for part in said if part)


def said_of(event: IncidentEvent) -> str:
    """The word to everybody; "" where there is none."""
    return _AGAIN.format(event.incident.title) if event.kind == Kind.REOPENED else event.body


def _beside(event: IncidentEvent, incident: Incident, ticket: Ticket) -> Iterator[str]:
    # What that word promised, also where later ones have been said since.
    promised = IncidentClock.objects.filter(incident=incident, started_at=event.at).order_by("cycle").last()
    if promised is not None and promised.promised_at is not None:
        # To the minute, as on the status page, and never later than promised.
        due = promised.promised_at.astimezone(reading_zone(ticket)).replace(second=0, microsecond=0)
        yield f"You will hear from us again by {exact_words(due)}."
    if incident.is_public:
        yield f"How it stands, at any time: {current_tenant().url(public_path(incident))}"
    document, ends_at = ticket.document, event.at
    if not event.data.get("resolves") or document is None:
        return
    if how := way_to_claim(document, ticket.plan, incident, ends_at, now=ends_at):
        chapter = current_tenant().url(f"/portal/agreement/{ticket.agreement_version_id}/#credits")
        yield f"{how}\nWhat is given, and how to ask for it: {chapter}"


def way_to_claim(
    document: AgreementDocument, plan: str, incident: Incident, ended_at: datetime, *, now: datetime
) -> str:
    """The way to a credit, where an agreement gives a plan any (C6, D8, D9); "" where it does not, or not any more."""
    terms = document.claim_of(plan) if plan else None
    if terms is None:
        return ""
    last_day = document.claimed_until(terms, began_at=incident.started_at, ended_at=ended_at)
    if last_day and last_day < now.astimezone(document.zone).date():
        return ""
    until = f"You can claim a credit for it until {day_words(last_day)}." if last_day else "You can claim a credit."
    return f"{until} {terms.sentence}".strip()
