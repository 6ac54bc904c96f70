"""The desk's ticket page: what is said, what the clocks do, what is refused. HTTP in, state out."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tenants.scope import tenant_scope
from tests.tickets.desking import HTMX, MORNING, act, answer_form, clock, events, filed, fresh, hours, page_of, under
from tickets import actions
from tickets.models import Attachment, Message, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Any) -> Ticket:
    under("officeware", "gold", cast)
    return filed(cast.contact)


def test_the_page_shows_conversation_promises_and_facts(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    page = sign_in(cast.agent).get(page_of(ticket)).content.decode()
    for words in (
        "Nobody can <strong>send</strong> an invoice.", "Carla Contact", "Globex", "First response", "Resolution",
        "Gold", "Severity 2", "Business support plans", "Included this month",
        "Stops first response and next response.",
    ):  # fmt: skip
        assert words in page


def test_a_reply_stops_the_first_response_and_the_page_says_so(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    browser = sign_in(cast.agent)
    response = browser.post(f"{page_of(ticket)}answer/", answer_form(ticket), follow=True)
    assert response.status_code == 200
    assert clock(ticket, "first_response").stopped_at is not None
    assert "Answered in" in response.content.decode()
    assert fresh(ticket).assignee == cast.agent


def test_C1_an_acknowledgement_stops_no_clock(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    browser = sign_in(cast.agent)
    page = browser.post(
        f"{page_of(ticket)}answer/", answer_form(ticket, kind="acknowledgement"), follow=True
    ).content.decode()
    assert clock(ticket, "first_response").stopped_at is None
    assert "Acknowledgement: stops no clock" in page


def test_an_internal_note_stops_no_clock_and_is_sent_to_nobody(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    from notifications.models import OutgoingMessage

    with tenant_scope(cast.tenant):
        before = OutgoingMessage.objects.filter(to=cast.contact.email).count()
    page = (
        sign_in(cast.agent)
        .post(f"{page_of(ticket)}answer/", answer_form(ticket, kind="internal_note"), follow=True)
        .content.decode()
    )
    assert clock(ticket, "first_response").stopped_at is None
    assert "Only colleagues see this" in page
    with tenant_scope(cast.tenant):
        assert OutgoingMessage.objects.filter(to=cast.contact.email).count() == before


def test_sending_leaves_the_ticket_where_the_agent_chose(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    sign_in(cast.agent).post(f"{page_of(ticket)}answer/", answer_form(ticket, then="waiting"))
    assert fresh(ticket).status == Ticket.Status.WAITING
    assert clock(ticket, "resolution").paused_at is not None


def test_the_composer_says_what_each_ending_does_to_the_clocks(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    page = sign_in(cast.agent).get(page_of(ticket)).content.decode()
    assert "wait for the client (pauses resolution)" in page
    assert "mark it solved (stops resolution)" in page


def test_a_form_sent_twice_posts_once(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    browser, form = sign_in(cast.agent), answer_form(ticket)
    for _ in range(2):
        assert browser.post(f"{page_of(ticket)}answer/", form).status_code == 302
    with tenant_scope(cast.tenant):
        assert Message.objects.filter(ticket=ticket, kind=Message.Kind.REPLY).count() == 1


def test_an_answer_that_crosses_another_is_held_back_with_everything_typed(
    cast: Any, sign_in: Any, ticket: Ticket
) -> None:
    browser, form = sign_in(cast.agent), answer_form(ticket, then="solved")
    act(
        cast.tenant,
        actions.write_as_client,
        ticket_id=ticket.pk,
        author=cast.contact,
        body="It is back!",
        now=MORNING + hours(1),
    )
    response = browser.post(f"{page_of(ticket)}answer/", form)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Carla Contact wrote while you did" in page
    assert "The tax table was empty" in page
    assert "It is back!" in page
    assert '<option value="solved" selected>' in page
    # The page that came back has shown it all, so the same answer now goes through.
    seen = response.context["form"]["seen_event"].value()
    assert browser.post(f"{page_of(ticket)}answer/", form | {"seen_event": seen}).status_code == 302


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("body", "  ", "Write something first."), ("then", "burnt", "Choose from the list what happens then.")],
)
def test_what_is_wrong_stands_beside_the_field(
    cast: Any, sign_in: Any, ticket: Ticket, field: str, value: str, words: str
) -> None:
    response = sign_in(cast.agent).post(f"{page_of(ticket)}answer/", answer_form(ticket, **{field: value}))
    assert response.status_code == 422
    assert words in response.content.decode()


def test_htmx_gets_the_inside_of_the_page_and_a_toast(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    response = sign_in(cast.agent).post(f"{page_of(ticket)}answer/", answer_form(ticket), **HTMX)
    assert response.status_code == 200
    assert b"<html" not in response.content
    assert b'id="ticket-status" hx-swap-oob="true"' in response.content
    assert "Your answer is on its way." in response.headers["HX-Trigger"]


def test_htmx_gets_the_same_refusal(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    response = sign_in(cast.agent).post(f"{page_of(ticket)}answer/", answer_form(ticket, body=""), **HTMX)
    assert response.status_code == 422
    assert b"<html" not in response.content
    assert b"Write something first." in response.content


def test_B10_reclassifying_shows_both_levels_and_the_reason(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    form = {"level": "severity_4", "request_type": "incident", "reason": "One user, and there is a way around."}
    page = sign_in(cast.lead).post(f"{page_of(ticket)}reclassify/", form, follow=True).content.decode()
    assert "Lena Lead reclassified it from Severity 2 to Severity 4: One user, and there is a way around." in page
    assert "The client asked for Severity 2" in page
    assert fresh(ticket).level == "severity_4"


def test_B10_reclassifying_needs_a_reason_and_keeps_the_choice(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    form = {"level": "severity_4", "request_type": "incident", "reason": ""}
    response = sign_in(cast.lead).post(f"{page_of(ticket)}reclassify/", form)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Give the reason; the client sees it." in page
    assert 'value="severity_4" id="level-severity_4" checked' in page
    assert fresh(ticket).level == "severity_2"


def test_E6_definitions_stand_beside_each_severity(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    page = sign_in(cast.lead).get(f"{page_of(ticket)}reclassify/").content.decode()
    assert "there is no workaround, and the customer cannot run its business as usual" in page
    assert page.count('class="choice-definition"') == 4


def test_the_small_forms_open_in_a_panel(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    for name in ("reclassify", "scope", "clocks/first_response/0"):
        response = sign_in(cast.agent).get(f"{page_of(ticket)}{name}/", **HTMX)
        assert response.status_code == 200
        assert b"<html" not in response.content


def test_assigning_and_giving_back(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    browser = sign_in(cast.agent)
    page = browser.post(f"{page_of(ticket)}assign/", {"assignee": cast.lead.pk}, follow=True).content.decode()
    assert fresh(ticket).assignee == cast.lead
    assert "Adam Agent assigned it to Lena Lead" in page
    browser.post(f"{page_of(ticket)}assign/", {"assignee": "nobody"})
    assert fresh(ticket).assignee is None


@pytest.mark.parametrize("who", ["account_manager", "rival.agent"])
def test_a_ticket_goes_only_to_somebody_who_works_tickets_here(
    cast: Any, sign_in: Any, ticket: Ticket, who: str
) -> None:
    person: Any = cast
    for part in who.split("."):
        person = getattr(person, part)
    sign_in(cast.agent).post(f"{page_of(ticket)}assign/", {"assignee": person.pk})
    assert fresh(ticket).assignee is None


def test_the_status_menu_moves_the_ticket(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    browser = sign_in(cast.agent)
    browser.post(f"{page_of(ticket)}status/", {"status": "on_hold"})
    assert fresh(ticket).status == Ticket.Status.ON_HOLD
    page = browser.post(f"{page_of(ticket)}status/", {"status": "nonsense"}, follow=True).content.decode()
    assert "Choose a status from the list." in page


def test_a_solved_ticket_opens_again_only_with_a_reason(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    browser = sign_in(cast.agent)
    browser.post(f"{page_of(ticket)}status/", {"status": "solved"})
    assert browser.post(f"{page_of(ticket)}reopen/", {"reason": ""}).status_code == 422
    assert fresh(ticket).status == Ticket.Status.SOLVED
    page = browser.post(
        f"{page_of(ticket)}reopen/", {"reason": "It came back overnight."}, follow=True
    ).content.decode()
    assert fresh(ticket).status == Ticket.Status.OPEN
    assert "reopened it: It came back overnight." in page


def test_an_answer_cannot_open_a_solved_ticket_by_the_back_door(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    browser = sign_in(cast.agent)
    browser.post(f"{page_of(ticket)}status/", {"status": "solved"})
    assert browser.post(f"{page_of(ticket)}answer/", answer_form(ticket, then="open")).status_code == 422
    assert fresh(ticket).status == Ticket.Status.SOLVED


def test_a_closed_ticket_takes_no_answer(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    browser = sign_in(cast.agent)
    form = answer_form(ticket)
    for status in ("solved", "closed"):
        browser.post(f"{page_of(ticket)}status/", {"status": status})
    assert "This ticket is closed." in browser.get(page_of(ticket)).content.decode()
    assert browser.post(f"{page_of(ticket)}answer/", form).status_code == 422
    assert not events(ticket, "agent_reply")


def test_A6_scope_and_reproducibility_are_set_where_the_type_asks(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    browser = sign_in(cast.agent)
    assert "In scope, not tried yet" in browser.get(page_of(ticket)).content.decode()
    form = {"scope": "client_side", "reproducibility": "not_reproducible"}
    page = browser.post(f"{page_of(ticket)}scope/", form, follow=True).content.decode()
    assert "set the scope: client&#x27;s side, not reproducible" in page
    assert fresh(ticket).scope == Ticket.Scope.CLIENT_SIDE


def test_a_clock_explains_itself_by_clause_calendar_and_stretches(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    act(
        cast.tenant,
        actions.set_status,
        ticket_id=ticket.pk,
        by=cast.agent,
        status=Ticket.Status.WAITING,
        now=MORNING + hours(2),
    )
    page = sign_in(cast.agent).get(f"{page_of(ticket)}clocks/resolution/0/").content.decode()
    for words in (
        "within 3 business days",
        "E4, Response and resolution targets",
        "Business hours",
        "Tuesday 3 March",
        "10:00 – 12:00",
        "Waiting for the client",
    ):
        assert words in page
    assert sign_in(cast.agent).get(f"{page_of(ticket)}clocks/resolution/7/").status_code == 404
    assert sign_in(cast.agent).get(f"{page_of(ticket)}clocks/happiness/0/").status_code == 404


def test_A2_a_ticket_that_nothing_covers_says_why(cast: Any, sign_in: Any) -> None:
    under("seatplan", "standard", cast, standing="arrears")
    ticket = filed(cast.contact, request_type="question", level="ordinary")
    page = sign_in(cast.agent).get(page_of(ticket)).content.decode()
    assert "No service level applies, because an invoice is overdue." in page
    assert "Invoice overdue" in page


def test_A2_a_ticket_from_before_there_was_an_agreement_opens_and_says_so(cast: Any, sign_in: Any) -> None:
    with tenant_scope(cast.tenant):
        ticket = Ticket.objects.create(
            number=1, client=cast.client, requester=cast.contact, channel=Ticket.Channel.EMAIL, subject="Early bird",
            request_type="", level="", requested_level="", coverage=Ticket.CoverageKind.NOT_COVERED,
            coverage_sentence="No agreement was in force.", received_at=MORNING, last_activity_at=MORNING,
        )  # fmt: skip
    browser = sign_in(cast.agent)
    assert "No agreement was in force." in browser.get(page_of(ticket)).content.decode()
    assert "Early bird" in browser.get("/desk/").content.decode()
    assert (
        "has no agreement to be classified by"
        in browser.get(f"{page_of(ticket)}reclassify/", follow=True).content.decode()
    )


def test_E3_the_allowance_shows_what_is_used(cast: Any, sign_in: Any) -> None:
    from django.utils import timezone

    under("officeware", "professional", cast)
    now = timezone.now()
    tickets = [filed(cast.contact, at=now) for _ in range(2)]
    page = sign_in(cast.agent).get(page_of(tickets[1])).content.decode()
    assert "2 of 1" in page
    assert "so this one is handled on best effort" in page


def test_the_bar_counts_what_others_did_since_the_page_was_made(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    browser = sign_in(cast.agent)
    source = browser.get(page_of(ticket)).context["changes_url"]
    act(cast.tenant, actions.assign, ticket_id=ticket.pk, by=cast.agent, assignee=cast.agent, now=MORNING + hours(1))
    assert browser.get(source).json() == {"count": 0}
    act(
        cast.tenant,
        actions.write_as_client,
        ticket_id=ticket.pk,
        author=cast.contact,
        body="Hello?",
        now=MORNING + hours(1),
    )
    assert browser.get(source).json() == {"count": 1}
    assert browser.get(f"{page_of(ticket)}changes/?since=x").json() == {"count": 0}


def test_what_looks_like_html_is_text(cast: Any, sign_in: Any) -> None:
    under("officeware", "gold", cast)
    ticket = filed(
        cast.contact,
        subject="<b>bold</b>",
        body="<script>alert(1)</script> [x](javascript:alert(1)) https://a.example/x.",
    )
    page = sign_in(cast.agent).get(page_of(ticket)).content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "<b>bold</b>" not in page
    assert '<a href="https://a.example/x" rel="noopener noreferrer nofollow">' in page


def test_a_file_is_a_download_with_the_type_found_in_it(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    browser = sign_in(cast.agent)
    page = SimpleUploadedFile("shot.png", b"<html><script>alert(1)</script>", content_type="image/png")
    browser.post(f"{page_of(ticket)}answer/", answer_form(ticket) | {"files": [page]})
    with tenant_scope(cast.tenant):
        attachment = Attachment.objects.get()
    response = browser.get(f"{page_of(ticket)}files/{attachment.pk}/")
    assert response["Content-Disposition"] == 'attachment; filename="shot.png"'
    assert response["Content-Type"] == "text/plain"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content) == b"<html><script>alert(1)</script>"
    assert browser.get(f"/desk/tickets/{ticket.number + 1}/files/{attachment.pk}/").status_code == 404


def test_a_file_that_is_too_large_is_named_and_the_text_kept(
    cast: Any, sign_in: Any, ticket: Ticket, settings: Any
) -> None:
    settings.ATTACHMENT_MAX_BYTES = 10
    form = answer_form(ticket) | {"files": [SimpleUploadedFile("dump.sql", b"x" * 11)]}
    response = sign_in(cast.agent).post(f"{page_of(ticket)}answer/", form)
    assert response.status_code == 422
    assert "“dump.sql” is larger than" in response.content.decode()
    assert "The tax table was empty" in response.content.decode()


@pytest.mark.thorough
def test_the_page_costs_the_same_however_long_the_conversation(
    cast: Any, sign_in: Any, ticket: Ticket, django_assert_num_queries: Any
) -> None:
    browser = sign_in(cast.agent)
    browser.get(page_of(ticket))
    with django_assert_num_queries(22) as first:
        browser.get(page_of(ticket))
    for hour in range(1, 13):
        form = {
            "ticket_id": ticket.pk,
            "now": MORNING + hours(hour),
            "body": f"Part {hour}",
            "submission": uuid.uuid4(),
        }
        act(
            cast.tenant,
            actions.answer,
            author=cast.agent,
            kind=Message.Kind.REPLY,
            attachments=[SimpleUploadedFile("a.txt", b"a")],
            **form,
        )
    with django_assert_num_queries(len(first.captured_queries)):
        browser.get(page_of(ticket))
