"""The first page of the portal: how a client stands, what waits, whose tickets are there. HTTP in, words out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants.models import Contact
from tests.tickets.desking import MORNING, act, filed, under
from tests.tickets.portalling import at, text
from tickets import actions
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
HOME = "/portal/"


@pytest.fixture
def gold(cast: Any) -> Any:
    return under("officeware", "gold", cast)


def answered(ticket: Ticket, cast: Any, then: Ticket.Status, now: datetime = MORNING) -> None:
    act(
        cast.tenant, actions.answer, ticket_id=ticket.pk, author=cast.agent, kind=Message.Kind.REPLY, body="Which one?",
        now=now, then=then,
    )  # fmt: skip


def subjects(response: Any) -> list[str]:
    return re.findall(r'class="case-subject"[^>]*>([^<]+)<', response.content.decode())


def many(contact: Contact, count: int) -> None:
    for number in range(count):
        filed(contact, at=MORNING + timedelta(minutes=number), subject=f"Ticket {number}")


def test_B18_help_is_one_click_away_with_its_hours(cast: Any, sign_in: Any) -> None:
    under("engage", "standard", cast)
    with at(MORNING):
        response = sign_in(cast.contact).get(HOME)
    page = text(response)
    assert "Support is open until today 17:00" in page
    assert "Chat The chat bubble on the platform. Open until today 17:00." in page
    for address in ("/status/", "https://guides.engage.example/"):
        assert f'class="more-link" href="{address}"' in response.content.decode()
    with at(datetime(2026, 4, 27, 10, 0, tzinfo=UTC)):
        assert "Support is closed, opens tomorrow 08:30" in text(sign_in(cast.contact).get(HOME)), "King's Day (B1)"


def test_what_waits_for_the_client_stands_on_top(cast: Any, sign_in: Any, gold: Any) -> None:
    waits = filed(cast.contact, subject="Waits for you")
    filed(cast.contact, at=MORNING + timedelta(hours=1), subject="Newer")
    answered(waits, cast, Ticket.Status.WAITING)
    response = sign_in(cast.contact).get(HOME)
    assert subjects(response) == ["Waits for you", "Newer"]
    assert "Waiting for you" in text(response)


def test_the_list_shows_the_clock_that_matters(cast: Any, sign_in: Any, gold: Any) -> None:
    filed(cast.contact)
    with at(MORNING):
        assert "First response 8 h left Due Wednesday 4 March 2026, 10:00 CET" in text(sign_in(cast.contact).get(HOME))


def test_open_solved_and_all_are_kept_apart(cast: Any, sign_in: Any, gold: Any) -> None:
    filed(cast.contact, subject="Open one")
    answered(filed(cast.contact, subject="Solved one"), cast, Ticket.Status.SOLVED)
    browser = sign_in(cast.contact)
    assert subjects(browser.get(HOME)) == ["Open one"]
    assert subjects(browser.get(HOME, {"show": "solved"})) == ["Solved one"]
    assert sorted(subjects(browser.get(HOME, {"show": "all"}))) == ["Open one", "Solved one"]
    assert subjects(browser.get(HOME, {"show": "nonsense"})) == ["Open one"]


def test_the_whole_organisation_is_seen_with_the_permission_only_and_no_other_client_ever(
    cast: Any, sign_in: Any, gold: Any
) -> None:
    filed(cast.contact, subject="Carla’s")
    filed(cast.colleague, subject="Kim’s", at=MORNING + timedelta(minutes=1))
    filed(cast.other_contact, subject="Of another client", at=MORNING + timedelta(minutes=2))
    everyone = {"who": "all", "show": "all"}
    assert subjects(sign_in(cast.contact).get(HOME, everyone)) == ["Kim’s", "Carla’s"]
    assert subjects(sign_in(cast.contact).get(HOME)) == ["Carla’s"]
    assert subjects(sign_in(cast.colleague).get(HOME, everyone)) == ["Kim’s"]
    assert "Everybody" not in text(sign_in(cast.colleague).get(HOME, everyone))
    assert subjects(sign_in(cast.other_contact).get(HOME, everyone)) == ["Of another client"]


def test_search_finds_by_word_and_number_among_what_may_be_seen(cast: Any, sign_in: Any, gold: Any) -> None:
    filed(cast.contact, subject="Invoices of October")
    filed(cast.other_contact, subject="Invoices of another client")
    browser = sign_in(cast.contact)
    assert subjects(browser.get(HOME, {"q": "invoi", "show": "all"})) == ["Invoices of October"]
    assert subjects(browser.get(HOME, {"q": "#1", "show": "all"})) == ["Invoices of October"]
    assert subjects(browser.get(HOME, {"q": "#2", "show": "all"})) == []
    page = text(browser.get(HOME, {"q": "<b>zebra"}))
    assert "No ticket here has “<b>zebra” in its subject." in page


@pytest.mark.thorough
def test_many_tickets_come_in_pages_that_lose_none(cast: Any, sign_in: Any, gold: Any) -> None:
    many(cast.contact, 45)
    browser, seen, address = sign_in(cast.contact), [], HOME
    while address:
        response = browser.get(address)
        seen += subjects(response)
        older = re.search(r'<a class="btn btn-sm" href="([^"]+)" rel="next"', response.content.decode())
        address = HOME + older.group(1).replace("&amp;", "&") if older else ""
    assert seen == [f"Ticket {number}" for number in reversed(range(45))]


@pytest.mark.thorough
def test_the_page_costs_the_same_for_one_ticket_and_for_many(cast: Any, sign_in: Any, gold: Any) -> None:
    many(cast.contact, 1)
    browser = sign_in(cast.contact)
    browser.get(HOME)
    with CaptureQueriesContext(connection) as few:
        browser.get(HOME)
    many(cast.contact, 25)
    with CaptureQueriesContext(connection) as lots:
        browser.get(HOME)
    assert len(lots) == len(few)


def test_an_empty_list_says_what_will_be_here(cast: Any, sign_in: Any, gold: Any) -> None:
    page = text(sign_in(cast.contact).get(HOME))
    assert "Nothing is open When you ask for help, it is here with the time we answer by." in page


@pytest.mark.parametrize("person", ["owner", "lead", "agent", "account_manager"])
def test_the_portal_is_not_there_for_members(cast: Any, sign_in: Any, gold: Any, person: str) -> None:
    for path in (HOME, "/portal/agreement/", "/portal/tickets/new/", "/portal/tickets/new/promise/"):
        assert sign_in(getattr(cast, person)).get(path).status_code == 404


@pytest.mark.parametrize(
    ("agreement", "plan", "words"),
    [
        ("seatplan", "standard", ["100 % is our objective", "There are no credits", "Best effort"]),
        (
            "engage",
            "standard",
            ["1 business hour", "Business Messaging and Voice 99.99 %", "A business day 8 hours of these hours",
            "King's Day"],
        ),
        ("managedops", "critical", ["Hosting 99.95 %", "Only unforeseen downtime within the agreed scope counts."]),
        ("identity", "standard",
         ["Availability below 99.9 %", "7 service days", "Availability below 99 %", "14 service days",
          "Sign-in latency under 500 ms"]),
        (
            "officeware",
            "gold",
            [
                "4 incidents a month",
                "€ 1,499.00 a month billed yearly",
                "7 business days",
                "Remote assistance",
            ],
        ),
    ],
)  # fmt: skip
def test_the_page_of_promises_reads_the_document_in_force(
    cast: Any, sign_in: Any, agreement: str, plan: str, words: list[str]
) -> None:
    under(agreement, plan, cast)
    with at(MORNING):
        page = text(sign_in(cast.contact).get("/portal/agreement/"))
    for expected in words:
        assert expected in page


def test_E4_the_page_of_promises_shows_the_plan_of_the_client_alone(cast: Any, sign_in: Any) -> None:
    under("officeware", "professional", cast)
    page = text(sign_in(cast.contact).get("/portal/agreement/"))
    assert "Severity 1 (Urgent) First response – nothing promised Resolution – nothing promised" in page
    assert "24 business hours" in page
    assert "16 business hours" not in page


def test_E7_longer_hours_are_shown_to_the_client_they_are_agreed_with_and_to_no_other(cast: Any, sign_in: Any) -> None:
    under("officeware", "gold", cast, extensions=["weekends_and_holidays"])
    sunday = datetime(2026, 3, 8, 10, 0, tzinfo=UTC)
    with at(sunday):
        theirs, others = sign_in(cast.contact), sign_in(cast.other_contact)
        assert "Support is open until today 17:00" in text(theirs.get(HOME))
        assert "Support is closed, opens tomorrow 09:00" in text(others.get(HOME))
        assert "Agreed with you Weekends and holidays E7" in text(theirs.get("/portal/agreement/"))
        assert "Extended hours" in text(theirs.get("/portal/agreement/"))
        assert "Extended hours" not in text(others.get("/portal/agreement/"))
