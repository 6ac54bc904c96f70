"""One ticket from the portal to its answer, or to its breach, seen in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from agreements.document import BUNDLED, load_bundled
from tests.e2e.cast import AGENT, CONTACT, LEAD, SHORT
from tests.e2e.people import Person

pytestmark = pytest.mark.browser


def file(contact: Person, *, subject: str, request_type: str, level: str) -> int:
    """File a ticket on the portal; returns its number."""
    page = contact.page
    contact.go("/portal/tickets/new/")
    page.locator(f"input[name=request_type][value={request_type}]").check(force=True)
    choice = page.locator(f"input[type=radio][name=level][value={level}]")
    if choice.count():
        choice.check(force=True)
    page.locator("[name=subject]").fill(subject)
    page.locator("[name=body]").fill("It stopped this morning, for everybody.")
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url(re.compile(r"/portal/tickets/\d+/"))
    return int(re.search(r"/portal/tickets/(\d+)/", page.url).group(1))  # type: ignore[union-attr]


def answer(agent: Person, number: int, body: str) -> None:
    agent.go(f"/desk/tickets/{number}/")
    agent.page.locator("textarea[name=body]").first.fill(body)
    agent.page.locator("form.composer").get_by_role("button", name="Send").first.click()
    expect(agent.page.get_by_text(body).first).to_be_visible()


def usual(key: str) -> tuple[str, str]:
    """A request type and a level of an agreement that a contact may choose."""
    document = load_bundled(key)
    kind = next(kind for kind in document.request_types if not kind.is_outside and not kind.forced_level)
    allowed = [
        level
        for level in document.levels
        if level.contacts_may_choose and level.key in (kind.levels or document.levels.keys)
    ]
    return kind.key, allowed[0].key


@pytest.mark.parametrize("key", BUNDLED)
def test_a_ticket_filed_on_the_portal_is_answered_at_the_desk(key: str, workspace: Any, mailbox: Any) -> None:
    place = workspace(key)
    contact, agent = place.person(CONTACT[0]), place.person(AGENT[0])
    request_type, level = usual(key)
    subject = f"Nothing works at {key}"
    number = file(contact, subject=subject, request_type=request_type, level=level)
    assert subject in contact.text

    agent.go("/desk/")
    expect(agent.page.get_by_text(subject).first).to_be_visible()
    answer(agent, number, f"We restarted {key} for you.")

    contact.go(f"/portal/tickets/{number}/")
    expect(contact.page.get_by_text(f"We restarted {key} for you.").first).to_be_visible()
    assert "Answered in" in contact.text
    assert "restarted" in mailbox.wait_for(f"[#{number}] Re: {subject}", seconds=20)


def test_what_is_promised_stands_on_the_page_before_the_request_is_sent(workspace: Any) -> None:
    contact = workspace("identity").person(CONTACT[0])
    contact.go("/portal/tickets/new/")
    kind, _ = usual("identity")
    contact.page.locator(f"input[name=request_type][value={kind}]").check(force=True)
    for level, promised in [("urgent", "1 hour"), ("high", "4 business hours")]:
        contact.page.locator(f"input[type=radio][name=level][value={level}]").check(force=True)
        expect(contact.page.locator("#promise")).to_contain_text(promised)


def test_a_ticket_left_alone_is_warned_of_and_breaches_while_beat_runs(workspace: Any, mailbox: Any) -> None:
    place = workspace(SHORT)
    contact, lead = place.person(CONTACT[0]), place.person(LEAD[0])
    number = file(contact, subject="Is anybody there?", request_type="question", level="now")
    lead.go(f"/desk/tickets/{number}/")
    assert "left" in lead.page.locator(".clock").first.inner_text()
    mailbox.wait_for("Subject: Due ", "Is anybody there?", f"To: {LEAD[0]}", seconds=30)
    breached = mailbox.wait_for("Subject: Missed:", "Is anybody there?", seconds=40)
    assert f"/desk/tickets/{number}/" in breached

    lead.go("/desk/")
    row = lead.page.locator("tr, li, article").filter(has_text="Is anybody there?").first
    expect(row).to_contain_text("over")
    lead.go("/notices/")
    assert "Missed: first response" in lead.text
    contact.go(f"/portal/tickets/{number}/")
    assert "over" in contact.page.locator(".clock").first.inner_text()
    told = [mail for mail in mailbox.mails if "Subject: Missed:" in mail and f"To: {LEAD[0]}" in mail]
    assert len(told) == 1


def test_filing_and_answering_need_no_javascript(workspace: Any) -> None:
    place = workspace("officeware", java_script_enabled=False)
    contact, agent = place.person(CONTACT[0]), place.person(AGENT[0])
    request_type, level = usual("officeware")
    number = file(contact, subject="Without scripts", request_type=request_type, level=level)
    answer(agent, number, "Answered without scripts.")
    contact.go(f"/portal/tickets/{number}/")
    assert "Answered without scripts." in contact.text


def test_the_queue_is_worked_from_the_keyboard(workspace: Any) -> None:
    place = workspace("engage")
    contact, agent = place.person(CONTACT[0]), place.person(AGENT[0])
    request_type, level = usual("engage")
    file(contact, subject="By keyboard", request_type=request_type, level=level)
    agent.go("/desk/")
    expect(agent.page.get_by_text("By keyboard").first).to_be_visible()
    agent.page.keyboard.press("j")
    agent.page.keyboard.press("Enter")
    agent.page.wait_for_url(re.compile(r"/desk/tickets/\d+/"))
