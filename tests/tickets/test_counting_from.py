"""A resolution that counts from elsewhere than the receipt, by the agreement's choice: stored, explained, shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tenants.scope import tenant_scope
from tests.tickets.agreeing import changed_under, consistent
from tests.tickets.desking import MORNING, act, clock, filed
from tests.tickets.portalling import at, text
from tests.tickets.whying import why
from tickets import actions
from tickets.models import Clock, Message, Ticket

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
RESOLUTION = "definition: The time until the incident is resolved."


def under(cast: Any, start: str) -> Ticket:
    """Severity 2 on Gold: answered within 8 business hours, resolved within three business days."""
    changed_under("officeware", "gold", cast, (RESOLUTION, f"{RESOLUTION}\n    starts_with: {start}"))
    return filed(cast.contact)


def resolutions(ticket: Ticket) -> list[Clock]:
    with tenant_scope(ticket.tenant):
        return list(Clock.objects.filter(ticket=ticket, metric="resolution"))


def test_from_the_assignment_on(cast: Any):
    ticket = under(cast, "assignment")
    assert resolutions(ticket) == []
    act(cast.tenant, actions.assign, ticket_id=ticket.pk, by=cast.agent, assignee=cast.agent, now=MORNING + HOUR)
    act(cast.tenant, actions.assign, ticket_id=ticket.pk, by=cast.agent, assignee=cast.lead, now=MORNING + 2 * HOUR)
    [found] = resolutions(ticket)
    assert found.started_at == MORNING + HOUR
    consistent(cast, MORNING + 3 * HOUR)


def test_from_the_moment_the_team_has_set_the_level_on(cast: Any):
    ticket = under(cast, "level set")
    assert resolutions(ticket) == []
    act(cast.tenant, actions.reclassify, ticket_id=ticket.pk, by=cast.agent, level="severity_1",
        request_type="incident", reason="Nobody can invoice.", now=MORNING + HOUR)  # fmt: skip
    [found] = resolutions(ticket)
    assert found.started_at == MORNING + HOUR
    consistent(cast, MORNING + 3 * HOUR)


def test_from_the_first_response_on_given_or_due(cast: Any, sign_in: Any):
    ticket = under(cast, "first response")
    due = clock(ticket, "first_response").due_at
    # Until it is given, the day on which it is due is the latest from which the resolution counts.
    assert clock(ticket, "resolution").started_at == due
    consistent(cast, MORNING + HOUR)
    with at(MORNING + HOUR):
        assert "promised" in text(sign_in(cast.agent).get(why(ticket)))
    act(cast.tenant, actions.set_status, ticket_id=ticket.pk, by=cast.agent, status=Ticket.Status.WAITING,
        now=MORNING + HOUR)  # fmt: skip
    consistent(cast, MORNING + 2 * HOUR)
    act(cast.tenant, actions.answer, ticket_id=ticket.pk, author=cast.agent, kind=Message.Kind.REPLY,
        body="It is filled again.", now=MORNING + 2 * HOUR)  # fmt: skip
    [found] = resolutions(ticket)
    assert found.started_at == MORNING + 2 * HOUR
    consistent(cast, MORNING + 3 * HOUR)
