"""What is typed is not lost, and comes back as what it was: in a browser, through lost sessions, lines and tabs."""

from __future__ import annotations

import re
from typing import Any

import pytest

from agreements.models import Product
from tenants.scope import tenant_scope
from tests.factories import PASSWORD
from tests.tickets.desking import act, filed, under
from tickets import actions
from tickets.models import Message, Ticket

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser

NOTE = "Between us: their invoices bounce."
REPLY = "The tax table is filled again."


@pytest.fixture
def ticket(cast: Any) -> Ticket:
    under("officeware", "gold", cast)
    return filed(cast.contact)


def messages_of(ticket: Ticket) -> list[tuple[str, str]]:
    with tenant_scope(ticket.tenant):
        return list(Message.objects.filter(ticket=ticket).order_by("id").values_list("kind", "body"))[1:]


def goto(page: Any, path: str) -> None:
    page.goto(f"http://acme.localhost{path}")


def choose(page: Any, kind: str) -> None:
    page.locator(f"input[name=kind][value={kind}]").check(force=True)


def chosen(page: Any) -> tuple[str, str]:
    """What Ctrl+Enter would send, and as what; both at one moment."""
    sent = page.locator("form.composer").evaluate("form => [...new FormData(form)]")
    return dict(sent)["kind"], dict(sent)["body"]


def expect_back(page: Any) -> None:
    """Where only a part of the page comes anew, the draft comes a moment after it."""
    expect(page.locator("[data-draft-note]")).to_have_text("Your draft is back")


def sign_in(page: Any, email: str = "carla@client.example") -> None:
    page.get_by_label("E-mail").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


class TestAtTheDesk:
    @pytest.fixture
    def opened(self, window: Any, cast: Any) -> Any:
        return window(cast.agent)

    @pytest.fixture
    def page(self, opened: Any, ticket: Ticket) -> Any:
        return opened.go(f"/desk/tickets/{ticket.number}/")

    @pytest.fixture
    def noted(self, page: Any) -> Any:
        """A note was begun, and what happens then chosen."""
        choose(page, "internal_note")
        page.locator("textarea[name=body]").fill(NOTE)
        page.locator("select[name=then]").select_option("on_hold")
        return page

    def test_a_note_comes_back_as_a_note_with_its_then(self, noted: Any) -> None:
        noted.reload()
        expect_back(noted)
        assert chosen(noted) == ("internal_note", NOTE)
        assert noted.locator("select[name=then]").input_value() == "on_hold"
        expect(noted.locator("[data-composer-effect]")).to_contain_text("Only colleagues read it")

    def test_ctrl_enter_sends_a_note_that_came_back_to_colleagues_alone(self, noted: Any, ticket: Ticket) -> None:
        noted.reload()
        noted.locator("textarea[name=body]").press("Control+Enter")
        expect(noted.locator("#conversation")).to_contain_text(NOTE)
        assert messages_of(ticket) == [("internal_note", NOTE)]

    def test_a_note_stays_one_when_something_else_draws_the_composer_anew(
        self, noted: Any, cast: Any, ticket: Ticket
    ) -> None:
        act(
            cast.tenant,
            actions.write_as_client,
            ticket_id=ticket.pk,
            author=cast.contact,
            body="And now?",
            now=ticket.received_at,
        )
        noted.locator("#ticket-status summary").click()
        noted.locator("#ticket-status button[value=solved]").click()
        expect(noted.locator("#conversation")).to_contain_text("And now?")
        expect_back(noted)
        assert chosen(noted) == ("internal_note", NOTE)

    def test_a_note_that_was_refused_is_still_one_and_so_is_it_after_a_reload(self, noted: Any) -> None:
        noted.locator("select[name=then]").select_option("workaround")
        noted.locator("textarea[name=body]").press("Control+Enter")
        expect(noted.locator("#then-error")).to_be_visible()
        assert chosen(noted) == ("internal_note", NOTE)
        noted.reload()
        assert chosen(noted) == ("internal_note", NOTE)

    def test_what_was_written_on_a_ticket_that_is_closed_now_can_still_be_read(
        self, noted: Any, cast: Any, ticket: Ticket
    ) -> None:
        close = {"status": Ticket.Status.CLOSED, "now": ticket.received_at}
        act(cast.tenant, actions.set_status, ticket_id=ticket.pk, by=cast.agent, **close)
        noted.reload()
        expect(noted.get_by_label("You wrote this, and it was not sent")).to_have_value(NOTE)

    def test_two_tabs_hold_two_drafts_and_each_its_own(self, page: Any, ticket: Ticket) -> None:
        other = page.context.new_page()
        goto(other, f"/desk/tickets/{ticket.number}/")
        choose(page, "internal_note")
        page.locator("textarea[name=body]").fill(NOTE)
        other.locator("textarea[name=body]").fill(REPLY)
        for tab, expected in [(page, ("internal_note", NOTE)), (other, ("reply", REPLY))]:
            tab.reload()
            assert chosen(tab) == expected
        other.locator("textarea[name=body]").press("Control+Enter")
        expect(other.locator("#conversation")).to_contain_text(REPLY)
        assert messages_of(ticket) == [("reply", REPLY)]
        page.reload()
        assert chosen(page) == ("internal_note", NOTE)

    def test_what_is_being_typed_in_another_mode_is_left_alone(self, noted: Any, ticket: Ticket) -> None:
        later = noted.context.new_page()
        later.add_init_script(
            "document.addEventListener('readystatechange', () => {"
            " const box = document.querySelector('textarea[name=body]');"
            f" if (document.readyState === 'interactive' && box) box.value = '{REPLY}'; }})"
        )
        goto(later, f"/desk/tickets/{ticket.number}/")
        assert chosen(later) == ("reply", REPLY)

    def test_what_was_sent_is_no_draft_any_more(self, noted: Any) -> None:
        noted.locator("textarea[name=body]").press("Control+Enter")
        expect(noted.locator("#conversation")).to_contain_text(NOTE)
        expect(noted.locator("textarea[name=body]")).to_have_value("")
        noted.reload()
        assert chosen(noted) == ("reply", "")

    @pytest.mark.parametrize("ended", [True, False], ids=["the session ended", "signed in again in another tab"])
    def test_a_note_sent_from_a_page_of_before_is_a_note_on_the_fresh_one(
        self, noted: Any, opened: Any, ticket: Ticket, ended: bool
    ) -> None:
        opened.lose_session()
        if not ended:
            other = opened.tab()
            other.goto(f"{opened.base}/accounts/login/")
            sign_in(other, "adam@provider.example")
            expect(other).to_have_url(re.compile("/desk/"))
        noted.locator("textarea[name=body]").press("Control+Enter")
        if ended:
            expect(noted.locator(".notice")).to_contain_text("Your text is kept")
            sign_in(noted, "adam@provider.example")
        else:
            expect(noted.locator("#flashes")).to_contain_text("Nothing was sent")
        expect_back(noted)
        assert chosen(noted) == ("internal_note", NOTE)
        assert messages_of(ticket) == []

    def test_of_another_text_nobody_says_that_it_is_kept(self, noted: Any, opened: Any) -> None:
        """The note is; what was typed into a form that keeps no drafts is not."""
        goto(noted, "/profile/")
        noted.get_by_label("Your name").fill("Adam A. Agent")
        opened.lose_session()
        noted.get_by_label("Your name").press("Enter")
        expect(noted).to_have_url(re.compile("/accounts/login/"))
        noted.wait_for_load_state()
        assert noted.get_by_text("Go back to copy what you typed").is_visible()
        assert not noted.get_by_text("Your text is kept").is_visible()


class TestOnThePortal:
    """A draft goes when it arrived, and neither before nor for anybody else."""

    WRITTEN = {"subject": "The printer is out", "body": "Since nine.\nOn both floors."}

    @pytest.fixture
    def asking(self, window: Any, cast: Any, ticket: Ticket) -> Any:
        """The contact's window, with a request half written."""
        with tenant_scope(cast.tenant):
            Product.objects.create(key="till", name="Till")
        opened = window(cast.contact)
        page = opened.go("/portal/tickets/new/")
        page.locator("input[name=request_type][value=professional_services]").check(force=True)
        page.locator("input[name=level][value=severity_3]").check(force=True)
        page.locator("select[name=product]").select_option(label="Till")
        for name, text in self.WRITTEN.items():
            page.locator(f"[name={name}]").fill(text)
        return opened

    def expect_all_back(self, page: Any) -> None:
        for name, text in self.WRITTEN.items():
            expect(page.locator(f"[name={name}]")).to_have_value(text)
        expect(page.locator("input[name=request_type]:checked")).to_have_value("professional_services")
        expect(page.locator("input[name=level]:checked")).to_have_value("severity_3")
        expect(page.locator("select[name=product] option:checked")).to_have_text("Till")

    def expect_nothing(self, page: Any) -> None:
        for name in self.WRITTEN:
            expect(page.locator(f"[name={name}]")).to_have_value("")

    def send(self, page: Any) -> None:
        page.get_by_role("button", name="Send", exact=True).click()

    def test_a_request_half_written_is_there_in_a_browser_that_was_closed(
        self, asking: Any, window: Any, cast: Any
    ) -> None:
        later = window(cast.contact, storage_state=asking.context.storage_state())
        asking.context.close()
        self.expect_all_back(later.go("/portal/tickets/new/"))

    def test_a_level_that_comes_only_with_its_type_is_back_too(self, asking: Any) -> None:
        """A question has one level, which nobody chooses."""
        self.expect_all_back(asking.go("/portal/tickets/new/?request_type=question"))

    def test_a_request_that_met_no_line_is_sent_later_and_filed_once(self, asking: Any, cast: Any) -> None:
        asking.online = False
        self.send(asking.page)
        expect(asking.page).to_have_url("chrome-error://chromewebdata/")
        asking.online = True
        page = asking.go("/portal/tickets/new/")
        self.expect_all_back(page)
        self.send(page)
        expect(page.locator(".filed")).to_contain_text("We have it.")
        self.expect_nothing(asking.go("/portal/tickets/new/"))

    def test_a_request_whose_answer_got_lost_is_not_filed_twice(self, asking: Any, cast: Any) -> None:
        """The line went after the server had it: the page that says so was never shown."""
        asking.deaf = True
        self.send(asking.page)
        expect(asking.page).to_have_url("chrome-error://chromewebdata/")
        asking.deaf = False
        page = asking.go("/portal/tickets/new/")
        self.expect_all_back(page)
        self.send(page)
        expect(page.locator(".filed")).to_contain_text("We have it.")
        with tenant_scope(cast.tenant):
            assert Ticket.objects.filter(subject=self.WRITTEN["subject"]).count() == 1

    def test_what_was_refused_is_still_kept(self, asking: Any) -> None:
        asking.page.locator("[name=subject]").fill("")
        self.send(asking.page)
        expect(asking.page.locator("#id_subject_error, [aria-invalid=true]").first).to_be_visible()
        page = asking.go("/portal/tickets/new/")
        expect(page.locator("[name=body]")).to_have_value(self.WRITTEN["body"])

    def test_a_reply_is_kept_until_the_conversation_shows_it(self, window: Any, cast: Any, ticket: Ticket) -> None:
        opened = window(cast.contact)
        page = opened.go(f"/portal/tickets/{ticket.number}/")
        page.locator("textarea[name=body]").fill("It happens in Bristol too.")
        opened.online = False
        self.send(page)
        expect(page).to_have_url("chrome-error://chromewebdata/")
        opened.online = True
        page = opened.go(f"/portal/tickets/{ticket.number}/")
        expect(page.locator("textarea[name=body]")).to_have_value("It happens in Bristol too.")
        self.send(page)
        expect(page.locator(".thread")).to_contain_text("It happens in Bristol too.")
        expect(page.locator("textarea[name=body]")).to_have_value("")
        assert messages_of(ticket) == [("client", "It happens in Bristol too.")]

    def test_nobody_else_at_the_same_browser_reads_it(self, asking: Any, cast: Any) -> None:
        asking.become(cast.colleague)
        self.expect_nothing(asking.go("/portal/tickets/new/"))
        asking.become(cast.contact)
        self.expect_all_back(asking.go("/portal/tickets/new/"))

    def test_whoever_signs_out_leaves_nothing_of_others_behind(self, asking: Any, cast: Any) -> None:
        asking.become(cast.colleague)
        page = asking.go("/portal/tickets/new/")
        page.locator("[name=body]").fill("Mine.")
        page.locator("details.menu:has(.menu-head) summary").click()
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(re.compile("/accounts/"))
        assert "Mine." in page.evaluate("JSON.stringify(localStorage)")
        assert self.WRITTEN["subject"] not in page.evaluate("JSON.stringify(localStorage)")

    def test_a_request_sent_after_the_session_ended_is_back_after_signing_in(self, asking: Any) -> None:
        asking.lose_session()
        self.send(asking.page)
        expect(asking.page.locator(".notice")).to_contain_text("Your text is kept")
        sign_in(asking.page)
        self.expect_all_back(asking.page)
        self.send(asking.page)
        expect(asking.page.locator(".filed")).to_contain_text("We have it.")

    def test_somebody_else_who_signs_in_there_is_not_shown_it(self, asking: Any) -> None:
        asking.lose_session()
        self.send(asking.page)
        sign_in(asking.page, "kim@client.example")
        expect(asking.page).to_have_url(re.compile("/portal/tickets/new/"))
        self.expect_nothing(asking.page)

    def test_a_request_sent_from_a_page_of_before_is_on_the_fresh_one(self, asking: Any) -> None:
        """Signing in again, in another tab, made the page too old."""
        asking.lose_session()
        other = asking.tab()
        other.goto(f"{asking.base}/accounts/login/")
        sign_in(other)
        expect(other).to_have_url(re.compile("/portal/"))
        self.send(asking.page)
        expect(asking.page.get_by_text("Your text is kept")).to_be_visible()
        asking.page.get_by_role("link", name="To the fresh page").click()
        self.expect_all_back(asking.page)
        self.send(asking.page)
        expect(asking.page.locator(".filed")).to_contain_text("We have it.")

    def test_a_refused_reply_that_is_sent_without_a_session_comes_back_to_its_ticket(
        self, window: Any, cast: Any, ticket: Ticket
    ) -> None:
        opened = window(cast.contact)
        page = opened.go(f"/portal/tickets/{ticket.number}/")
        self.send(page)
        expect(page.locator("[aria-invalid=true]").first).to_be_visible()
        page.locator("textarea[name=body]").fill("It happens in Bristol too.")
        opened.lose_session()
        self.send(page)
        sign_in(page)
        expect(page).to_have_url(f"{opened.base}/portal/tickets/{ticket.number}/")
        expect(page.locator("textarea[name=body]")).to_have_value("It happens in Bristol too.")
