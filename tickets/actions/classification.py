"""How a ticket is classified: its level and type (B10), its scope and reproducibility (A6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from tenants.models import Member
from tenants.scope import current_tenant
from tickets import announce
from tickets.actions.locking import lock, refuse_closed, settle
from tickets.clocks import facts
from tickets.events import record, terms_of
from tickets.models import Ticket, TicketEvent
from tickets.terms import InForce, coverage_of


@transaction.atomic
def reclassify(*, ticket_id: int, by: Member, level: str, request_type: str, reason: str, now: datetime) -> Ticket:
    """Give the ticket another level or type, with a reason that the client sees (B10).

    The new target counts from the original start, under the version the ticket was opened under (B17); what was
    breached stays on record. Raises ValidationError where nothing changes, the reason is missing, or the agreement does
    not have that level or type.
    """
    ticket, at = lock(ticket_id, now=now)
    refuse_closed(ticket)
    if ticket.agreement_version is None:
        raise ValidationError("This ticket has no agreement to be classified by.")
    document = ticket.agreement_version.document
    _check(ticket, level, request_type, reason)
    new_level = document.level_for(request_type, level)
    if new_level.key != level:
        kind = document.request_types[request_type]
        raise ValidationError({"level": f"{kind.name} requests are always {new_level.name}."})
    before = {"level": ticket.level, "request_type": ticket.request_type}
    governing = InForce(ticket.agreement_version, ticket.subscription, at.date())
    cover = coverage_of(governing, ticket.requester, request_type, at=ticket.received_at, before=ticket.number)
    terms = replace(
        terms_of(facts(ticket))[-1],
        level=level,
        request_type=request_type,
        coverage=cover.kind,
        sentence=cover.sentence,
        clause=cover.clause,
    )
    record(
        ticket, TicketEvent.Kind.RECLASSIFIED, by=by, at=at, now=now, reason=reason.strip(),
        data={"terms": terms.as_data(), "from": before, "to": {"level": level, "request_type": request_type}},
    )  # fmt: skip
    old_name = document.levels[ticket.level].name
    ticket.level, ticket.request_type, ticket.coverage = level, request_type, cover.kind
    covered = cover.kind == "covered"
    ticket.coverage_sentence = "" if covered else cover.sentence
    ticket.coverage_clause = "" if covered else cover.clause
    settle(ticket, at=at, now=now,
           changed=["level", "request_type", "coverage", "coverage_sentence", "coverage_clause"])  # fmt: skip
    sentence = f"{by.name} changed your request from {old_name} to {new_level.name}."
    announce.reclassified(ticket, sentence=sentence, reason=reason.strip(), tenant=current_tenant(), at=at, now=now)
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
    record(ticket, TicketEvent.Kind.SCOPED, by=by, at=at, now=now, data=data)
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
