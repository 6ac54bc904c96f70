"""A form sent after the session ended, or from a page of before: its sender comes back to the page that it stood on."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from tests.tickets.desking import filed, under
from tests.tickets.portalling import NEW, ask, text
from tickets.models import Ticket

HOST = "http://acme.localhost"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ticket(cast: Any) -> Ticket:
    under("officeware", "gold", cast)
    return filed(cast.contact)


@pytest.fixture
def strict(cast: Any, sign_in: Any) -> Browser:
    """An agent's browser, whose forms need the token of their page."""
    browser = sign_in(cast.agent)
    browser.handler.enforce_csrf_checks = True
    return browser


def next_of(answer: Any) -> str:
    there = answer.headers.get("HX-Redirect") or answer.url
    return str(there.removeprefix("/accounts/login/?next=").removesuffix("&ended"))


class TestSigningInAfterSomethingWasSent:
    @pytest.mark.parametrize(
        ("sent_to", "stood_on", "leads_to"),
        [
            ("/portal/tickets/{}/reply/", "/portal/tickets/{}/?filed", "/portal/tickets/{}/%3Ffiled"),
            ("/desk/bulk/", "/desk/?view=mine", "/desk/%3Fview%3Dmine"),
            ("/notices/read", "/notices/", "/notices/"),
            (NEW, NEW, NEW),
            # A form that came back with its mistakes stands at an address that takes forms alone.
            ("/portal/tickets/{}/reply/", "/portal/tickets/{}/reply/", "/portal/tickets/{}/"),
            ("/portal/tickets/{}/workaround/withdrawal/", "", "/portal/tickets/{}/"),
            ("/desk/tickets/{}/answer/", "/no/such/page/", "/desk/tickets/{}/"),
            ("/desk/bulk/", "http://evil.example/desk/", "/desk/"),
            ("/desk/bulk/", "http://[", "/desk/"),
        ],
    )
    def test_leads_to_the_page_it_stood_on(
        self, stranger: Browser, ticket: Ticket, sent_to: str, stood_on: str, leads_to: str
    ) -> None:
        to, on, back = (each.format(ticket.number) for each in (sent_to, stood_on, leads_to))
        on = on if on.startswith("http") or not on else HOST + on
        whole = stranger.post(to, ask(), headers={"Referer": on} if on else {})
        part = stranger.post(to, ask(), headers=HTMX | ({"HX-Current-URL": on} if on else {}))
        assert (whole.status_code, part.status_code) == (302, 401)
        assert next_of(whole) == next_of(part) == back

    def test_says_plainly_that_the_session_is_over_and_the_text_is_kept(
        self, stranger: Browser, ticket: Ticket
    ) -> None:
        page = stranger.post(f"/portal/tickets/{ticket.number}/reply/", ask(), follow=True)
        assert "You have been signed out. Your text is kept" in text(page)

    def test_says_nothing_of_it_to_whoever_only_comes_to_read(self, stranger: Browser, ticket: Ticket) -> None:
        assert "signed out" not in text(stranger.get("/portal/", follow=True))


class TestAPageOfBefore:
    """Signing in anew makes every form of before useless."""

    def test_leads_to_the_fresh_page_and_not_to_where_it_sent(self, strict: Browser, ticket: Ticket) -> None:
        page = f"/desk/tickets/{ticket.number}/"
        answer = strict.post(f"{page}answer/", ask(), headers={"Referer": HOST + page})
        assert answer.status_code == 403
        assert f'href="{page}"' in answer.text
        assert "Your text is kept" in text(answer)

    def test_is_loaded_anew_for_a_part_of_it_with_a_word_why(self, strict: Browser, ticket: Ticket) -> None:
        page = f"/desk/tickets/{ticket.number}/"
        answer = strict.post(f"{page}answer/", ask(), headers=HTMX | {"HX-Current-URL": HOST + page})
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (403, page)
        assert "Nothing was sent: this page was open for too long." in text(strict.get(page))

    def test_of_somebody_signed_out_asks_to_sign_in(self, cast: Any) -> None:
        browser = Browser(enforce_csrf_checks=True, HTTP_HOST="acme.localhost")
        answer = browser.post("/desk/bulk/", headers=HTMX | {"HX-Current-URL": f"{HOST}/desk/"})
        assert (answer.status_code, next_of(answer)) == (401, "/desk/")


class TestAnAddressThatIsNoPage:
    @pytest.mark.parametrize(
        ("address", "page"),
        [
            ("/portal/tickets/{}/reply/", "/portal/tickets/{}/"),
            ("/portal/tickets/{}/workaround/withdrawal/", "/portal/tickets/{}/"),
        ],
    )
    def test_says_so_and_leads_to_the_page_it_belongs_to(
        self, cast: Any, sign_in: Any, ticket: Ticket, address: str, page: str
    ) -> None:
        answer = sign_in(cast.contact).get(address.format(ticket.number))
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
        assert f'href="{page.format(ticket.number)}"' in answer.text
        assert cast.tenant.name in answer.text

    def test_of_the_api_is_answered_as_the_api_answers(self, cast: Any, sign_in: Any) -> None:
        answer = sign_in(cast.agent).delete("/api/v1/tickets/")
        assert (answer.status_code, answer.headers["Content-Type"]) == (405, "application/problem+json")
