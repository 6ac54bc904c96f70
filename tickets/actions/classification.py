"""How a ticket is classified: its level and type (B10), its scope and reproducibility (A6)."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from agreements.document.coverage import coverage
from tenants.models import Member
from tickets.actions.lock import lock, refuse_closed, settle
from tickets.announcements import announce
from tickets.history.facts import facts, record, standing_on_record
from tickets.models import Ticket
from tickets.models.kinds import ROWS, Kind, reclassification
from tickets.promises.terms import standing_as_filed, standing_of
from tickets.promises.translation import terms_of

MOMENT = timedelta(microseconds=1)


@transaction.atomic
def reclassify(
    *, ticket_id: int, by: Member, level: str, reason: str, now: datetime, request_type: str | None = None
) -> Ticket:
    """Give the ticket another level or type (None: the one it has), with a reason that the client sees (B10).

    The new target counts from the original start, under the version the ticket was opened under (B17); what was
    breached stays on record. Raises ValidationError where nothing changes, the reason is missing, or the agreement does
    not have that level or type.
    """
    ticket, at = lock(ticket_id, now=now)
    refuse_closed(ticket)
    request_type = ticket.request_type if request_type is None else request_type
    if ticket.agreement_version is None:
        raise ValidationError("This ticket has no agreement to be classified by.")
    document = ticket.agreement_version.document
    _check(ticket, level, request_type, reason)
    new_level = document.level_for(request_type, level)
    kind = document.request_types[request_type]
    if new_level.key != level:
        allowed = ", ".join(document.levels[key].name for key in kind.levels)
        rule = f"are always {new_level.name}." if kind.forced_level else f"are {allowed}. Choose one of these."
        raise ValidationError({"level": f"{kind.name} requests {rule}"})
    before = {"level": ticket.level, "request_type": ticket.request_type}
    events = facts(ticket)
    # Terms that others replace in the very instant in which they began were never in force, and what they made late
    # would not be on record.
    at = max([at, *(event.at + MOMENT for event in events if ROWS[event.kind].terms == "new")])
    terms = replace(terms_of(events)[-1], level=level, request_type=request_type)
    data: dict[str, Any] = {"from": before, "to": {"level": level, "request_type": request_type}}
    if request_type != ticket.request_type:
        # What covers a request depends on its type, never on its level.
        filed = standing_on_record(events) or asdict(
            standing_of(document, ticket.subscription, ticket.requester, at=ticket.received_at)
        )
        standing = standing_as_filed(ticket, document, filed)
        cover = coverage(document, request_type, standing)
        data["standing"] = asdict(standing)
        terms = replace(terms, coverage=cover.kind, sentence=cover.sentence, clause=cover.clause)
    data["terms"] = terms.as_data()
    fact = record(ticket, Kind.RECLASSIFIED, by=by, at=at, now=now, reason=reason, data=data)
    ticket.level, ticket.request_type = level, request_type
    ticket.cover(terms.coverage, terms.sentence, terms.clause)
    settle(ticket, at=at, now=now, changed=["level", "request_type", *Ticket.COVERAGE])
    sentence = f"{by.name} changed your request {reclassification(fact, document)}."
    announce.reclassified(ticket, sentence=sentence, reason=reason.strip(), at=at, now=now)
    return ticket


@transaction.atomic
def set_scope(
    *, ticket_id: int, by: Member, scope: Ticket.Scope, reproducibility: Ticket.Reproducibility, now: datetime
) -> Ticket:
    """Say whose side the cause is on and whether it can be reproduced; both show in reports (A6)."""
    ticket, at = lock(ticket_id, now=now)
    if (ticket.scope, ticket.reproducibility) == (scope, reproducibility):
        return ticket
    ticket.scope, ticket.reproducibility = scope, reproducibility
    data = {"scope": str(scope), "reproducibility": str(reproducibility)}
    record(ticket, Kind.SCOPED, by=by, at=at, now=now, data=data)
    settle(ticket, at=at, now=now, changed=["scope", "reproducibility"])
    return ticket


def _check(ticket: Ticket, level: str, request_type: str, reason: str) -> None:
    assert ticket.agreement_version is not None
    document = ticket.agreement_version.document
    problems: dict[str, str] = {}
    if document.levels.get(level) is None:
        problems["level"] = f"Choose a {document.scheme.name.lower()}."
    if document.request_types.get(request_type) is None:
        problems["request_type"] = "Choose what kind of request this is."
    if not reason.strip():
        problems["reason"] = "Give the reason; the client sees it."
    if not problems and (ticket.level, ticket.request_type) == (level, request_type):
        problems["level"] = "It is classified like this already."
    if problems:
        raise ValidationError(problems)
