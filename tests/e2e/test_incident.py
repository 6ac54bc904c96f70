"""A P1 from the ticket that showed it to its postmortem, played in a running stack with a cadence of seconds."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.cast import AGENT, CONTACT, FOLLOWER, LEAD, NIGHT
from tests.e2e.people import Person
from tests.e2e.test_journey import file

pytestmark = pytest.mark.browser
TITLE = "No messages can be sent"


def link_in(mail: str, path: str) -> str:
    """The address on the page's own host of the first link to `path` in a mail as it came over the wire."""
    found = re.search(rf"https?://[^/\s]+({re.escape(path)}[^\s<>\"]*)", mail.replace("=\r\n", "").replace("=\n", ""))
    assert found, f"no link to {path} in the mail"
    return found[1]


def reads(public: Person, path: str, words: str) -> None:
    """The public reads it within five seconds, which a page that everybody reads may be behind."""
    until = time.monotonic() + 5
    while words not in public.text and time.monotonic() < until:
        public.go(path)
    assert words in public.text


def fits(person: Person, path: str) -> None:
    """The page at both widths, without anything beyond its edge."""
    for width, height in [(390, 844), (1440, 900)]:
        person.page.set_viewport_size({"width": width, "height": height})
        person.go(path)
        beyond = person.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert beyond <= 0, f"{path} is {beyond} px too wide at {width}"


def test_a_p1_is_declared_paged_acknowledged_missed_told_and_resolved(workspace: Any, mailbox: Any) -> None:
    place = workspace(NIGHT)
    contact, adam, lena = place.person(CONTACT[0]), place.person(AGENT[0]), place.person(LEAD[0])
    number = file(contact, subject="SMS are refused", request_type="issue", level="high")

    # Declared from the ticket, by somebody who is not on call.
    lena.go(f"/desk/incidents/new/?ticket={number}")
    lena.page.locator("input[name=title]").fill(TITLE)
    lena.page.locator("input[name=level][value=p1]").check(force=True)
    lena.page.locator("label.hurt", has_text="Messaging gateway").locator("select").select_option("down")
    lena.page.locator("textarea[name=body]").fill("The gateway refuses every message. We are looking for the cause.")
    lena.page.get_by_role("button", name="Declare the incident").click()
    lena.page.wait_for_url(re.compile(r"/desk/incidents/\d+/"))
    incident = int(re.search(r"/incidents/(\d+)/", lena.page.url).group(1))  # type: ignore[union-attr]
    expect(lena.page.locator(".clock").first).to_contain_text("left")

    # The rota's person is asked by mail, and acknowledges by its link, without signing in.
    asked = mailbox.wait_for(f"To: {AGENT[0]}", "please acknowledge", seconds=20)
    night = place.stranger()
    night.go(link_in(asked, "/incidents/acknowledge/"))
    night.page.get_by_role("button", name="I am on it").click()
    expect(night.page.locator("body")).to_contain_text("You have it")

    # Who follows the status page is told of it; a reminder comes, and then nobody writes.
    assert "refuses every message" in mailbox.wait_for(f"To: {FOLLOWER}", TITLE, seconds=20)
    mailbox.wait_for("Subject: Due ", TITLE, seconds=40)
    mailbox.wait_for("Subject: Missed:", TITLE, seconds=60)
    lena.go(f"/desk/incidents/{incident}/")
    expect(lena.page.locator(".clock").first).to_contain_text("over")
    public = place.stranger()
    public.go(f"/status/incidents/{incident}/")
    assert "overdue" in public.text.lower()
    contact.go(f"/portal/tickets/{number}/")
    assert TITLE in contact.text

    # One update answers the ticket, restarts the cadence and is read by everybody.
    adam.go(f"/desk/incidents/{incident}/")
    adam.page.locator("textarea[name=body]").first.fill("A certificate has run out. A new one is on its way.")
    adam.page.locator("select[name=status]").select_option("identified")
    adam.page.locator("form.composer").get_by_role("button", name="Send").first.click()
    expect(adam.page.get_by_text("A certificate has run out.").first).to_be_visible()
    expect(adam.page.locator(".clock").first).to_contain_text("left")
    reads(public, f"/status/incidents/{incident}/", "A certificate has run out.")
    assert "Identified" in public.text
    contact.go(f"/portal/tickets/{number}/")
    assert contact.text.count("A certificate has run out.") == 1
    mailbox.wait_for(f"To: {CONTACT[0]}", "A certificate has run out.", seconds=20)

    # Resolved: the ticket is solved with it, and its client is told.
    adam.go(f"/desk/incidents/{incident}/resolve/")
    adam.page.locator("textarea[name=body]").fill("The new certificate works. Messages go out again.")
    adam.page.get_by_role("button", name="Resolve").click()
    expect(adam.page.locator("body")).to_contain_text("Resolved")
    mailbox.wait_for(f"To: {CONTACT[0]}", "Messages go out again.", seconds=20)
    contact.go(f"/portal/tickets/{number}/")
    assert "Solved" in contact.text
    reads(public, f"/status/incidents/{incident}/", "Messages go out again.")
    public.go("/status/")
    assert "Everything works" in public.text

    # What was learned is written, published, and read by everybody.
    adam.go(f"/desk/incidents/{incident}/postmortem/")
    adam.page.locator("textarea[name=summary]").fill("A certificate ran out, and nobody was told.")
    adam.page.locator("textarea[name=what_we_do]").fill("Renewals that fail page the operations centre.")
    adam.page.get_by_role("button", name="Keep it").click()
    adam.page.get_by_role("button", name="Publish").click()
    expect(adam.page.locator("body")).to_contain_text("Published")
    reads(public, f"/status/incidents/{incident}/", "A certificate ran out, and nobody was told.")

    for person, path in [
        (adam, f"/desk/incidents/{incident}/"),
        (contact, f"/portal/incidents/{incident}/"),
        (public, f"/status/incidents/{incident}/"),
        (public, "/status/"),
    ]:
        fits(person, path)
