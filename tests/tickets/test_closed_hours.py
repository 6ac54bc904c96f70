"""A clock in closed hours: it stands still, calm, wherever somebody reads it. HTTP in, words out."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.tickets.desking import clock, filed, page_of, under
from tests.tickets.portalling import at, text
from tickets import breaches
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

# Friday in Berlin, an hour ahead of UTC: eight business hours from 10:00 are over on Monday at 10:00.
FILED = datetime.fromisoformat("2026-03-06T09:00:00+00:00")
CLOSING = FILED.replace(hour=16)
NIGHT = CLOSING + timedelta(hours=3)
OPENING = datetime.fromisoformat("2026-03-09T08:00:00+00:00")
READERS = ["desk", "ticket", "why", "portal", "portal ticket"]


@pytest.fixture
def ticket(cast: Any) -> Ticket:
    """Its first response was warned of on Friday, and has an hour left when the place closes."""
    under("officeware", "gold", cast)
    ticket = filed(cast.contact, at=FILED)
    breaches.sweep.warnings(now=CLOSING - timedelta(minutes=1))
    assert clock(ticket, "first_response").warned_at is not None
    return ticket


def read(reader: str, ticket: Ticket, cast: Any, sign_in: Any, now: datetime) -> tuple[str, str]:
    """How the first response looks there, and what the page says."""
    portal = reader.startswith("portal")
    address = {
        "desk": "/desk/",
        "ticket": page_of(ticket),
        "why": f"{page_of(ticket)}clocks/first_response/0/",
        "portal": "/portal/",
        "portal ticket": f"/portal/tickets/{ticket.number}/",
    }[reader]
    with at(now):
        response = sign_in(cast.contact if portal else cast.agent).get(address)
    drawn = re.search(r'data-clock data-state="(\w+)"', response.content.decode())
    assert drawn is not None
    return drawn[1], text(response)


@pytest.mark.parametrize("reader", READERS)
def test_a_clock_that_was_warned_of_is_calm_in_closed_hours(reader: str, ticket: Ticket, cast: Any, sign_in: Any):
    state, page = read(reader, ticket, cast, sign_in, NIGHT)
    assert state == "standing"
    assert "1 h left" in page
    assert ("opens Mon 09:00" if reader == "desk" else "Stands still until Mon 09:00") in page


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("now", "left"), [(CLOSING - timedelta(minutes=1), "1 h 1 m left"), (OPENING, "1 h left")], ids=["before", "after"]
)
def test_it_is_amber_again_while_the_place_is_open(
    reader: str, now: datetime, left: str, ticket: Ticket, cast: Any, sign_in: Any
):
    state, page = read(reader, ticket, cast, sign_in, now)
    assert state == "warning"
    assert left in page
    assert "Stands still" not in page
    assert "opens" not in page


def test_the_list_gives_the_exact_instant_of_the_opening(ticket: Ticket, cast: Any, sign_in: Any):
    assert "Stands still until Monday 9 March 2026, 09:00 CET" in read("desk", ticket, cast, sign_in, NIGHT)[1]


def test_what_was_missed_stays_red_when_the_place_closes(ticket: Ticket, cast: Any, sign_in: Any):
    state, page = read("ticket", ticket, cast, sign_in, OPENING + timedelta(hours=9))
    assert state == "breached"
    assert "7 h over" in page
    assert "Stands still" not in page.partition("Resolution")[0]
