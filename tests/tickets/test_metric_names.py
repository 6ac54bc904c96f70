"""A metric has the name that its agreement gives it, wherever a person reads of it (managedops says “Response”)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from notifications.models import Notice, OutgoingMessage
from tenants.scope import tenant_scope
from tests.tickets.desking import MORNING, filed, page_of, under
from tests.tickets.portalling import NEW, at, text
from tickets import breaches
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
LATE = MORNING + timedelta(hours=2)


@pytest.fixture
def ticket(cast: Any) -> Ticket:
    """At P1 a response within an hour, whatever the hour."""
    under("managedops", "managed", cast)
    ticket = filed(cast.contact, request_type="incident", level="p1")
    breaches.sweep.breaches(now=LATE)
    breaches.sweep.tell_people(now=LATE)
    return ticket


@pytest.mark.parametrize(
    ("reader", "address", "words"),
    [
        ("agent", "/desk/", "Response: 1 h over"),
        ("agent", "{desk}", "Response 1 h over"),
        ("agent", "{desk}", "Response missed its target (promised within 1 hour, C4)"),
        ("agent", "{desk}", "Stops response and next response."),
        ("agent", "{desk}clocks/first_response/0/", "Response 1 h over"),
        ("contact", "/portal/", "Response 1 h over"),
        ("contact", "{portal}", "Response 1 h over"),
        ("contact", "{portal}", "Response missed its target"),
        ("contact", NEW, "What you get Response"),
        ("lead", "/reports/", "Response"),
        ("lead", "/reports/missed/", "Response"),
    ],
)
def test_pages_say_what_the_agreement_says(
    reader: str, address: str, words: str, ticket: Ticket, cast: Any, sign_in: Any
):
    with at(LATE):
        page = text(
            sign_in(getattr(cast, reader)).get(
                address.format(desk=page_of(ticket), portal=f"/portal/tickets/{ticket.number}/"), follow=True
            )
        )
    assert words in page
    assert "First response" not in page


def test_mails_and_notices_say_what_the_agreement_says(ticket: Ticket, cast: Any):
    with tenant_scope(cast.tenant):
        told = [f"{mail.subject} {mail.text}" for mail in OutgoingMessage.objects.all()]
        told += [notice.title for notice in Notice.objects.all()]
    assert any("Response by Tuesday 3 March 2026, 11:00 CET." in words for words in told)
    assert any("Missed: response on" in words for words in told)
    assert not any("irst response" in words for words in told)
