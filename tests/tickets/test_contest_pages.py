"""A pause contested on the portal and answered on the desk. HTTP in, words and state out."""

from __future__ import annotations

from typing import Any

import pytest

from notifications.models import Notice
from tenants.scope import tenant_scope
from tests.tickets.desking import HTMX, MORNING, act, clock, filed, under
from tests.tickets.portalling import at, text
from tests.tickets.whying import DAY, HOUR, answer_page, contested, read, wait, why
from tickets import actions
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Any) -> Ticket:
    """Severity 2 on Gold: resolution within 3 business days of 8 hours from Tuesday 10:00 in Berlin."""
    under("officeware", "gold", cast)
    return filed(cast.contact)


def test_a_client_contests_a_pause_and_reads_that_it_waits_for_an_answer(
    cast: Any, sign_in: Any, ticket: Ticket
) -> None:
    pause = wait(ticket, cast)
    browser = sign_in(cast.contact)
    form = f"/portal/tickets/{ticket.number}/pauses/{pause}/contest/"
    with at(MORNING + 2 * HOUR):
        assert form in browser.get(why(ticket, door="portal")).content.decode()
        assert "Your request was waiting for you from Tuesday 3 March 2026, 11:00" in text(browser.get(form))
        refused = browser.post(form, {"reason": " "})
        assert refused.status_code == 422
        assert "Say why this time should have counted." in text(refused)
        assert browser.post(form, {"reason": "We had told you."}).status_code == 302
        page = text(browser.get(why(ticket, door="portal")))
    assert "You contested it today 12:00 We had told you. Contested, waiting for an answer." in page
    assert "This should have counted" not in page
    assert "contested a pause: We had told you." in text(browser.get(f"/portal/tickets/{ticket.number}/"))


def test_a_refused_contest_keeps_what_was_typed(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    pause = wait(ticket, cast)
    contested(ticket, cast)
    response = sign_in(cast.contact).post(
        f"/portal/tickets/{ticket.number}/pauses/{pause}/contest/", {"reason": "And another thing."}
    )
    assert response.status_code == 422
    assert "And another thing." in response.content.decode()
    assert "contested this pause already" in text(response)


def test_B8_who_may_not_request_support_is_not_offered_it(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    with tenant_scope(cast.tenant):
        cast.reader.may_see_organisation = True
        cast.reader.save()
    wait(ticket, cast)
    page = read(sign_in(cast.reader), why(ticket, door="portal"), MORNING + 2 * HOUR)
    assert "Waiting for you" in page
    assert "This should have counted" not in page


def test_the_desk_sees_it_above_the_conversation_and_in_the_explanation(
    cast: Any, sign_in: Any, ticket: Ticket
) -> None:
    wait(ticket, cast)
    it = contested(ticket, cast)
    browser = sign_in(cast.lead)
    for path in (f"/desk/tickets/{ticket.number}/", why(ticket)):
        page = browser.get(path)
        assert answer_page(ticket, it) in page.content.decode()
        assert "We had told you already." in text(page)
    with tenant_scope(cast.tenant):
        assert Notice.objects.get(user=cast.lead.user, topic="ticket.pause_contested").url == answer_page(ticket, it)


def test_answering_shows_the_effect_first_and_striking_out_makes_the_time_count(
    cast: Any, sign_in: Any, ticket: Ticket
) -> None:
    wait(ticket, cast)
    it = contested(ticket, cast)
    browser, late = sign_in(cast.agent), MORNING + 7 * DAY
    with at(late):
        page = text(browser.get(answer_page(ticket, it)))
        assert "Resolution would have been due Fri 6 Mar, 10:00 and is 16 h over. It goes on record as missed." in page
        assert "The ticket is open again, and its clocks run." in page
        refused = browser.post(answer_page(ticket, it), {"outcome": "", "answer": "You are right."})
        assert refused.status_code == 422
        assert "Choose whether the pause stands." in text(refused)
        assert "You are right." in refused.content.decode()
        assert (
            browser.post(answer_page(ticket, it), {"outcome": "struck", "answer": "You are right."}).status_code == 302
        )
        assert clock(ticket, "resolution").breached_at == MORNING + 3 * DAY
        page = text(sign_in(cast.contact).get(why(ticket, door="portal")))
    assert "Struck out: this time counts." in page
    assert "Adam Agent: struck out, this time counts today 10:00 You are right." in page
    assert "counted, once a pause that was struck out 6 h 7 h" in page
    assert "→ due Fri 6 Mar, 10:00; 16 h over" in page


def test_what_was_answered_is_shown_as_it_was_answered_and_not_asked_again(
    cast: Any, sign_in: Any, ticket: Ticket
) -> None:
    wait(ticket, cast)
    it = contested(ticket, cast)
    browser = sign_in(cast.agent)
    browser.post(answer_page(ticket, it), {"outcome": "kept", "answer": "We needed to know."})
    page = text(browser.get(answer_page(ticket, it)))
    assert "Adam Agent: the pause stands" in page
    assert "What you tell the client" not in page
    again = browser.post(answer_page(ticket, it), {"outcome": "struck", "answer": "No."})
    assert again.status_code == 422
    assert "Adam Agent has answered this: the pause stands." in text(again)
    assert "contests a pause" not in text(browser.get(f"/desk/tickets/{ticket.number}/"))


def test_the_panel_gets_the_parts_without_the_page(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    wait(ticket, cast)
    it = contested(ticket, cast)
    browser = sign_in(cast.agent)
    for path in (why(ticket), answer_page(ticket, it)):
        assert "<html" not in browser.get(path, **HTMX).content.decode()


def test_unanswered_contests_are_a_view_of_the_queue(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    wait(ticket, cast)
    filed(cast.contact, subject="Nothing to do with it")
    browser = sign_in(cast.agent)
    assert "No pause is contested" in text(browser.get("/desk/?view=contested"))
    it = contested(ticket, cast)
    page = text(browser.get("/desk/?view=contested"))
    assert "Pauses contested 1" in page
    assert "Invoices of October miss their tax line" in page
    assert "Nothing to do with it" not in page
    act(
        cast.tenant,
        actions.answer_contest,
        contest_id=it.pk,
        by=cast.agent,
        outcome="kept",
        answer="It stands.",
        now=MORNING + DAY,
    )
    assert "No pause is contested" in text(browser.get("/desk/?view=contested"))
