"""A ticket on the portal: what its client reads and does, and what it never reads. HTTP in, state out."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants.scope import tenant_scope
from tests.tickets.desking import MORNING, act, clock, filed, fresh, under
from tests.tickets.portalling import at, text
from tickets import actions
from tickets.models import Attachment, Message, Ticket, TicketEvent

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def ticket(cast: Any) -> Ticket:
    under("officeware", "gold", cast)
    return filed(cast.contact)


def page_of(ticket: Ticket) -> str:
    return f"/portal/tickets/{ticket.number}/"


def answered(
    ticket: Ticket, cast: Any, *, kind: str = "reply", body: str = "The table is filled again.", **more: Any
) -> Message:
    given = {"now": MORNING + HOUR} | more
    return act(
        cast.tenant, actions.answer, ticket_id=ticket.pk, author=cast.agent, kind=Message.Kind(kind), body=body, **given
    )


def message(**fields: Any) -> dict[str, Any]:
    return {"body": "It also happens in Bristol.", "submission": str(uuid.uuid4())} | fields


def messages_of(ticket: Ticket) -> list[Message]:
    with tenant_scope(ticket.tenant):
        return list(Message.objects.filter(ticket=ticket).order_by("id"))


# What is read.


def test_the_page_says_where_it_stands_and_by_when(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    with at(MORNING):
        page = text(sign_in(cast.contact).get(page_of(ticket)))
    for words in (
        "We have it, and a person answers by tomorrow 10:00.",
        "First response 8 h left Due Wednesday 4 March 2026, 10:00 CET", "Nobody can send an invoice.", "Severity 2",
        "Business support plans, Gold",
    ):  # fmt: skip
        assert words in page


def test_times_are_the_readers_own_and_the_agreements_beside_them(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    with tenant_scope(cast.tenant):
        cast.contact.user.timezone = "America/New_York"
        cast.contact.user.save()
    with at(MORNING):
        page = text(sign_in(cast.contact).get(page_of(ticket)))
    assert "answers by tomorrow 04:00." in page
    assert "Due Wednesday 4 March 2026, 04:00 EST In the agreement: Wednesday 4 March 2026, 10:00 CET" in page


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (Ticket.Status.WAITING, "We asked you something and wait for your answer."),
        (Ticket.Status.ON_HOLD, "On hold We write as soon as it goes on"),
        (Ticket.Status.SOLVED, "It is solved. If it is not, say so and it goes on."),
        (None, "We have it and are working on it."),
    ],
)
def test_the_status_is_a_sentence(cast: Any, sign_in: Any, ticket: Ticket, then: Any, words: str) -> None:
    answered(ticket, cast, then=then)
    with at(MORNING + 2 * HOUR):
        assert words in text(sign_in(cast.contact).get(page_of(ticket)))


def test_what_is_late_is_said_plainly(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    browser = sign_in(cast.contact)
    with at(MORNING + timedelta(days=1)):
        assert "You should have heard from us by now" in text(browser.get(page_of(ticket)))
    answered(ticket, cast, now=MORNING + timedelta(days=1, hours=1))
    with at(MORNING + timedelta(days=7)):
        assert "It should have been solved by now" in text(browser.get(page_of(ticket)))


def test_a_clock_that_waits_for_the_client_says_so_to_the_client(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    answered(ticket, cast, then=Ticket.Status.WAITING)
    page = text(sign_in(cast.contact).get(page_of(ticket)))
    assert "Paused: waiting for you" in page
    assert "Adam Agent is waiting for your answer" in page


def test_B10_both_classifications_and_the_reason_are_shown(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    act(
        cast.tenant, actions.reclassify, ticket_id=ticket.pk, by=cast.agent, level="severity_3",
        request_type="incident", reason="Revenue does not suffer.", now=MORNING + HOUR,
    )  # fmt: skip
    page = text(sign_in(cast.contact).get(page_of(ticket)))
    assert "reclassified it from Severity 2 to Severity 3: Revenue does not suffer." in page
    assert "You chose Severity 2" in page


def test_why_shows_clause_version_calendar_and_what_counted(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    answered(ticket, cast, then=Ticket.Status.WAITING)
    with at(MORNING + 2 * HOUR):
        page = text(sign_in(cast.contact).get(f"{page_of(ticket)}clocks/resolution/0/"))
    for words in (
        "within 3 business days", "E4, Response and resolution targets", "Undated, as published", "Business hours",
        "1 h of 24 h", "Tuesday 3 March 10:00 – 11:00 counted 1 h", "since 11:00 Waiting for you", "Europe/Berlin time",
    ):  # fmt: skip
        assert words in page
    assert sign_in(cast.contact).get(f"{page_of(ticket)}clocks/resolution/9/").status_code == 404
    assert sign_in(cast.contact).get(f"{page_of(ticket)}clocks/nonsense/0/").status_code == 404


# What is never read.


def test_internal_notes_and_the_desks_own_work_are_nowhere_in_the_source(
    cast: Any, sign_in: Any, ticket: Ticket
) -> None:
    files = [SimpleUploadedFile("margin-sheet.txt", b"secret margin")]
    answered(ticket, cast, kind="internal_note", body="This client never pays", attachments=files)
    act(cast.tenant, actions.assign, ticket_id=ticket.pk, by=cast.lead, assignee=cast.owner, now=MORNING + HOUR)
    act(
        cast.tenant, actions.set_scope, ticket_id=ticket.pk, by=cast.agent, scope=Ticket.Scope.CLIENT_SIDE,
        reproducibility=Ticket.Reproducibility.NOT_REPRODUCIBLE, now=MORNING + HOUR,
    )  # fmt: skip
    browser = sign_in(cast.contact)
    for path in (page_of(ticket), f"{page_of(ticket)}clocks/resolution/0/", "/portal/", "/portal/?show=all"):
        source = browser.get(path).content.decode().lower()
        for secret in (
            "never pays",
            "margin-sheet",
            "olga",
            "lena lead",
            "internal",
            "set the scope",
            "side",
            "reproducib",
        ):
            assert secret not in source, (path, secret)


def test_a_file_of_an_internal_note_cannot_be_fetched(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    answered(ticket, cast, kind="internal_note", body="See file", attachments=[SimpleUploadedFile("a.txt", b"secret")])
    answered(ticket, cast, body="See file", attachments=[SimpleUploadedFile("b.html", b"<script>alert(1)</script>")])
    with tenant_scope(cast.tenant):
        internal, public = Attachment.objects.order_by("id")
    browser = sign_in(cast.contact)
    assert browser.get(f"{page_of(ticket)}files/{internal.pk}/").status_code == 404
    response = browser.get(f"{page_of(ticket)}files/{public.pk}/")
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "text/plain"


@pytest.mark.parametrize("person", ["other_contact", "colleague", "agent", "owner", "account_manager"])
def test_somebody_elses_ticket_is_not_found(cast: Any, sign_in: Any, ticket: Ticket, person: str) -> None:
    answered(ticket, cast, attachments=[SimpleUploadedFile("b.txt", b"b")])
    with tenant_scope(cast.tenant):
        file = Attachment.objects.get()
    browser = sign_in(getattr(cast, person))
    for path in ("", f"files/{file.pk}/", "clocks/first_response/0/"):
        assert browser.get(page_of(ticket) + path).status_code == 404
    for path in ("reply/", "solved/", "reopen/"):
        assert browser.post(page_of(ticket) + path, message(reason="x")).status_code == 404
    assert len(messages_of(ticket)) == 2
    assert fresh(ticket).status == Ticket.Status.OPEN


def test_another_tenants_contact_finds_nothing(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    assert sign_in(cast.rival.contact).get(page_of(ticket)).status_code == 404


def test_a_colleague_with_the_permission_reads_and_writes(cast: Any, sign_in: Any) -> None:
    under("officeware", "gold", cast)
    theirs = filed(cast.colleague)
    browser = sign_in(cast.contact)
    assert "Kim Colleague" in text(browser.get(page_of(theirs)))
    browser.post(f"{page_of(theirs)}reply/", message())
    assert messages_of(theirs)[-1].author_name == "Carla Contact"


def test_a_stranger_is_asked_to_sign_in(ticket: Ticket, stranger: Any) -> None:
    response = stranger.get(page_of(ticket))
    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/?next=")


# What is done.


def test_a_reply_ends_the_waiting_and_the_clock_goes_on(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    answered(ticket, cast, then=Ticket.Status.WAITING)
    sign_in(cast.contact).post(f"{page_of(ticket)}reply/", message())
    assert fresh(ticket).status == Ticket.Status.OPEN
    assert clock(ticket, "resolution").paused_at is None


def test_a_reply_sent_twice_is_posted_once(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    browser, sent = sign_in(cast.contact), message()
    first, second = (browser.post(f"{page_of(ticket)}reply/", sent) for _ in range(2))
    assert first.url == second.url
    assert len(messages_of(ticket)) == 2


def test_an_empty_reply_says_what_to_do_and_posts_nothing(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    response = sign_in(cast.contact).post(f"{page_of(ticket)}reply/", message(body=" "))
    assert response.status_code == 422
    assert "Write something first." in text(response)
    assert len(messages_of(ticket)) == 1


def test_the_contact_says_that_it_is_solved(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    browser = sign_in(cast.contact)
    for _ in range(2):
        browser.post(f"{page_of(ticket)}solved/")
    assert fresh(ticket).status == Ticket.Status.SOLVED
    with tenant_scope(cast.tenant):
        assert TicketEvent.objects.filter(ticket=ticket, kind="solved").count() == 1


def test_thanks_on_a_solved_ticket_leave_it_solved_and_start_no_clock(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    answered(ticket, cast, then=Ticket.Status.SOLVED)
    sign_in(cast.contact).post(f"{page_of(ticket)}reply/", message(body="Thank you!"))
    assert fresh(ticket).status == Ticket.Status.SOLVED
    assert clock(ticket, "next_response").stopped_at is not None
    assert messages_of(ticket)[-1].body == "Thank you!"


def test_not_solved_opens_it_again_with_its_reason(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    answered(ticket, cast, then=Ticket.Status.SOLVED)
    browser = sign_in(cast.contact)
    refused = browser.post(f"{page_of(ticket)}reopen/", {"reason": " "})
    assert refused.status_code == 422
    assert "Say what is still wrong." in text(refused)
    page = browser.post(f"{page_of(ticket)}reopen/", {"reason": "October is still empty."}, follow=True)
    assert fresh(ticket).status == Ticket.Status.OPEN
    assert "reopened it: October is still empty." in text(page)


def test_a_closed_ticket_takes_nothing_and_says_where_to_go(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    act(cast.tenant, actions.set_status, ticket_id=ticket.pk, by=cast.agent, status=Ticket.Status.CLOSED, now=MORNING)
    browser = sign_in(cast.contact)
    assert "File a new one and mention #1." in text(browser.get(page_of(ticket)))
    for path, sent in (("reply/", message()), ("reopen/", {"reason": "Still."})):
        assert browser.post(page_of(ticket) + path, sent).status_code == 422
    browser.post(f"{page_of(ticket)}solved/")
    assert fresh(ticket).status == Ticket.Status.CLOSED
    assert len(messages_of(ticket)) == 1


def test_what_is_typed_is_shown_as_text(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    browser = sign_in(cast.contact)
    browser.post(f"{page_of(ticket)}reply/", message(body="<script>alert(1)</script> **bold**"))
    page = browser.get(page_of(ticket)).content.decode()
    assert "<script>alert(1)" not in page
    assert "<strong>bold</strong>" in page


@pytest.mark.thorough
def test_the_page_costs_the_same_however_long_the_conversation_is(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    browser = sign_in(cast.contact)
    browser.get(page_of(ticket))
    with CaptureQueriesContext(connection) as short:
        browser.get(page_of(ticket))
    for number in range(1, 6):
        files = [SimpleUploadedFile(f"{number}.txt", b"x")]
        answered(ticket, cast, body=f"Answer {number}", now=MORNING + number * HOUR, attachments=files)
    with CaptureQueriesContext(connection) as long:
        browser.get(page_of(ticket))
    assert len(long) == len(short)
