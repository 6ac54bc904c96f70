"""What happens over the monthly allowance, by the agreement's choice, everywhere it is to be seen (E3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tenants.scope import tenant_scope
from tests.tickets.agreeing import changed_under, consistent
from tests.tickets.desking import MORNING, act, filed, fresh, page_of
from tests.tickets.portalling import PROMISE, ask, at, text
from tickets import actions
from tickets.models import Clock

pytestmark = pytest.mark.django_db

BEYOND = "  beyond_allowance:\n    outcome: best effort\n"
NOW = MORNING + timedelta(hours=1)


@pytest.mark.parametrize(
    ("outcome", "coverage", "kinds", "used"),
    [
        ("covered", "covered", {"target", "best_effort"}, "5 of 4"),
        ("best effort", "best_effort", {"best_effort"}, "5 of 4"),
        # What gets nothing uses nothing up.
        ("not covered", "not_covered", set(), "4 of 4"),
    ],
)
def test_E3_the_one_too_many_is_what_the_agreement_says_at_filing_on_the_ticket_and_on_the_desk(
    cast: Any, sign_in: Any, outcome: str, coverage: str, kinds: set[str], used: str
):
    changed_under("officeware", "gold", cast, (BEYOND, BEYOND.replace("best effort", outcome)))
    for _ in range(4):
        assert filed(cast.contact).coverage == "covered"
    browser = sign_in(cast.contact)
    with at(NOW):
        preview = text(browser.get(PROMISE, ask()))
        ticket = filed(cast.contact, at=NOW)
        on_portal = text(browser.get(f"/portal/tickets/{ticket.number}/"))
        on_desk = text(sign_in(cast.agent).get(page_of(ticket)))
    assert ticket.coverage == coverage
    assert used in on_desk
    for page in (preview, on_portal, on_desk):
        assert ("All incidents included this month (4) have been used" in page) is (outcome != "covered")
    with tenant_scope(cast.tenant):
        assert set(Clock.objects.filter(ticket=ticket).values_list("kind", flat=True)) == kinds
    consistent(cast, NOW)


def test_E3_merging_a_duplicate_gives_the_next_request_its_place(cast: Any):
    changed_under("officeware", "gold", cast)
    tickets = [filed(cast.contact) for _ in range(4)]
    act(
        cast.tenant,
        actions.merge,
        ticket_id=tickets[1].pk,
        into_id=tickets[0].pk,
        by=cast.agent,
        reason="Same.",
        now=NOW,
    )
    assert filed(cast.contact, at=NOW).coverage == "covered"
    assert filed(cast.contact, at=NOW).coverage == "best_effort"
    # What was filed stays as it was: merging later does not lift one that was over.
    over = filed(cast.contact, at=NOW)
    act(cast.tenant, actions.merge, ticket_id=tickets[2].pk, into_id=tickets[0].pk, by=cast.agent, reason="Same.",
        now=NOW + timedelta(minutes=1))  # fmt: skip
    assert fresh(over).coverage == "best_effort"
