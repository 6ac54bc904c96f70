"""Words for tests of versions that open tickets come under: another version of an agreement, the sweep that moves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from agreements import actions as agreement_actions
from agreements.models import AgreementVersion
from tenants.scope import tenant_scope
from tests import factories
from tests.tickets.agreeing import Change, changed
from tickets.actions.terms import move_open_tickets
from tickets.models import Ticket

OPEN = AgreementVersion.AppliesTo.OPEN


def first_response(for_gold: str) -> Change:
    """What gold is promised as a first response at severity 2, instead of 8 business hours."""
    row = "first_response: [none,              16 business hours, {}]"
    return row.format("8 business hours"), row.format(for_gold)


FIRST_IN_4_HOURS = first_response("4 business hours")
FIRST_IN_16_HOURS = first_response("16 business hours")
FIRST_BEST_EFFORT = first_response("best effort")
REASON = "Everybody gets the better terms."


def draft(
    cast: Any, *changes: Change, key: str = "officeware", on: date = date(2026, 3, 3), now: datetime = factories.EPOCH
) -> AgreementVersion:
    """The next version of an agreement, with some of its text changed."""
    with tenant_scope(cast.tenant):
        return agreement_actions.save_draft(
            source=changed(key, *changes), name=f"{key}.yaml", effective_from=on, by=None, now=now
        )


def next_version(
    cast: Any,
    *changes: Change,
    key: str = "officeware",
    on: date = date(2026, 3, 3),
    now: datetime = factories.EPOCH,
    **choice: Any,
) -> AgreementVersion:
    """That draft, published at `now`, for open tickets too unless `choice` says something else."""
    version = draft(cast, *changes, key=key, on=on, now=now)
    with tenant_scope(cast.tenant):
        return factories.publish(version, now=now, **{"applies_to": OPEN, "reason": REASON, **choice})


def swept(now: datetime) -> int:
    return move_open_tickets(now=now)


def version_of(ticket: Ticket) -> int | None:
    with tenant_scope(ticket.tenant):
        return Ticket.objects.get(pk=ticket.pk).agreement_version_id
