"""Asking for help on the portal: what is promised before sending, what is filed. HTTP in, state out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.models import Product, SubscribedProduct, Subscription
from tenants.scope import tenant_scope
from tests import factories
from tests.tickets.desking import MORNING, clock, under
from tests.tickets.portalling import NEW, PROMISE, ask, at, choices, due_of, only_ticket, shown_due, text, tickets_of
from tickets.models import Attachment, Ticket

pytestmark = pytest.mark.django_db

# The evening before a weekend, and the hour before clocks change in Europe.
HARD_INSTANTS = [datetime(2026, 3, 27, 16, 10, tzinfo=UTC), datetime(2026, 3, 29, 0, 30, tzinfo=UTC)]
PLANS = [
    ("seatplan", "standard"), ("engage", "standard"), ("managedops", "managed"), ("managedops", "critical"),
    ("identity", "standard"), ("officeware", "professional"), ("officeware", "enterprise"), ("officeware", "gold"),
]  # fmt: skip


@pytest.fixture
def gold(cast: Any) -> Any:
    return under("officeware", "gold", cast)


def stand(cast: Any, **fields: Any) -> None:
    with tenant_scope(cast.tenant):
        Subscription.objects.filter(client=cast.client).update(**fields)


@pytest.mark.thorough
@pytest.mark.parametrize(("agreement", "plan"), PLANS)
def test_the_due_times_shown_before_sending_are_those_of_the_clocks_afterwards(
    cast: Any, sign_in: Any, agreement: str, plan: str
) -> None:
    version = under(agreement, plan, cast)
    browser = sign_in(cast.contact)
    seen = 0
    every = list(version.document.request_types)
    for instant, kinds in ((MORNING, every), *((hard, every[:1]) for hard in HARD_INSTANTS)):
        with at(instant):
            for kind in kinds:
                # The lowest first: where an allowance is used up soon (E3), it has a target before.
                for level in reversed(choices(browser.get(PROMISE, {"request_type": kind.key}), "level")):
                    chosen = {"request_type": kind.key, "level": level}
                    shown = shown_due(browser.get(PROMISE, chosen))
                    answer = browser.post(NEW, ask(**chosen))
                    assert answer.status_code == 302
                    with tenant_scope(cast.tenant):
                        ticket = Ticket.objects.get(number=int(answer.url.split("/")[3]))
                    assert due_of(ticket) == shown
                    assert ticket.level == level
                    seen += len(shown)
    assert (seen > 0) == (agreement != "seatplan"), "only the agreement without deadlines shows none (A5)"


def test_D3_each_level_shows_its_own_due_time_beside_it(cast: Any, sign_in: Any) -> None:
    under("identity", "standard", cast)
    with at(MORNING):
        page = text(sign_in(cast.contact).get(NEW))
    # Ten o'clock in Amsterdam; each counts on its own hours.
    assert "Urgent A critical issue" in page
    for level, due in (("Urgent", "by today 11:00"), ("High", "by today 14:00"), ("Medium", "by today 18:00")):
        assert due in page[page.index(f"{level} A" if level != "Medium" else "Medium Everyday") :], level


def test_what_you_get_is_shown_without_javascript_and_everything_typed_is_kept(
    cast: Any, sign_in: Any, gold: Any
) -> None:
    with at(MORNING):
        answer = sign_in(cast.contact).post(NEW, ask(level="severity_1", show="1", subject="", body="Half a sente"))
    assert answer.status_code == 200
    assert shown_due(answer)["First response"] == datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
    assert "Half a sente" in text(answer)
    assert "Say in a few words" not in text(answer)
    assert tickets_of(cast.contact) == 0


def test_D4_the_contact_chooses_the_priority(cast: Any, sign_in: Any) -> None:
    under("identity", "standard", cast)
    sign_in(cast.contact).post(NEW, ask(level="urgent"))
    assert only_ticket(cast.contact).level == "urgent"
    assert only_ticket(cast.contact).requested_level == "urgent"


def test_D6_a_feature_request_is_low_whatever_is_sent(cast: Any, sign_in: Any) -> None:
    under("identity", "standard", cast)
    browser = sign_in(cast.contact)
    page = browser.get(PROMISE, {"request_type": "feature", "level": "urgent"})
    assert choices(page, "level") == ["low"]
    assert "always has this priority" in text(page)
    assert browser.post(NEW, ask(request_type="feature", level="urgent")).status_code == 302
    assert only_ticket(cast.contact).level == "low"


@pytest.mark.parametrize(
    ("agreement", "plan", "clause", "words"),
    [
        ("engage", "standard", "B10", "Your business is completely disrupted. It is a production application"),
        ("managedops", "managed", "C3", "For example: Production is largely or wholly unavailable"),
        ("managedops", "managed", "C3", "You can expect: Immediate triage and incident coordination"),
        ("officeware", "gold", "E6", "there is no workaround, and the customer cannot run its business as usual."),
    ],
)
def test_B10_C3_E6_definitions_examples_and_expectations_stand_where_a_level_is_chosen(
    cast: Any, sign_in: Any, agreement: str, plan: str, clause: str, words: str
) -> None:
    under(agreement, plan, cast)
    assert words in text(sign_in(cast.contact).get(NEW)), clause


def test_B11_the_priorities_of_incidents_are_defined_on_the_page_of_promises(cast: Any, sign_in: Any) -> None:
    under("engage", "standard", cast)
    page = text(sign_in(cast.contact).get("/portal/agreement/"))
    assert "P1 (Critical) In several products, most users cannot use the product." in page
    assert "P5 (Minor) A small fault that does not affect the product." in page


# What is not covered can be sent all the same, and says why before and after.


def _sent(cast: Any, person: Any, sign_in: Any, sentence: str, coverage: str, **fields: Any) -> Ticket:
    browser = sign_in(person)
    asked = {key: fields[key] for key in ("request_type", "level") if key in fields}
    assert sentence in text(browser.get(PROMISE, asked))
    page = browser.post(NEW, ask(**fields), follow=True)
    assert sentence in text(page)
    ticket = only_ticket(person)
    assert ticket.coverage == coverage
    return ticket


def test_A2_without_a_subscription_no_service_level_applies_and_it_says_so(cast: Any, sign_in: Any) -> None:
    under("seatplan", "", cast)
    words = "No service level applies, because there is no valid subscription."
    _sent(cast, cast.contact, sign_in, words, "not_covered", request_type="question", level="ordinary")


def test_A2_with_an_overdue_invoice_no_service_level_applies_and_it_says_so(cast: Any, sign_in: Any) -> None:
    under("seatplan", "standard", cast, standing="arrears")
    words = "No service level applies, because an invoice is overdue."
    _sent(cast, cast.contact, sign_in, words, "not_covered", request_type="bug", level="ordinary")
    home = text(sign_in(cast.contact).get("/portal/"))
    assert words in home
    assert "You can still write to us" in home


def test_A3_a_trial_covers_technical_questions_and_nothing_else(cast: Any, sign_in: Any) -> None:
    under("seatplan", "standard", cast, is_trial=True)
    browser = sign_in(cast.contact)
    words = "during a trial we answer technical questions only."
    assert words not in text(browser.get(PROMISE, {"request_type": "question"}))
    _sent(cast, cast.contact, sign_in, words, "not_covered", request_type="bug", level="ordinary")
    assert "Technical questions are answered during the trial." in text(browser.get("/portal/"))


def test_B8_who_may_not_request_support_can_write_and_reads_why_nothing_is_promised(cast: Any, sign_in: Any) -> None:
    under("engage", "standard", cast)
    words = "No service level applies, because only authorised users of the account can request support."
    ticket = _sent(cast, cast.reader, sign_in, words, "not_covered", request_type="question", level="normal")
    assert due_of(ticket) == {}
    assert words in text(sign_in(cast.reader).get("/portal/"))


def test_E3_beyond_the_allowance_the_next_incident_is_best_effort(cast: Any, sign_in: Any) -> None:
    under("officeware", "professional", cast)
    browser = sign_in(cast.contact)
    with at(MORNING):
        assert "0 of 1 used" in text(browser.get("/portal/"))
        browser.post(NEW, ask(level="severity_4"))
        home = text(browser.get("/portal/"))
        assert "1 of 1 used" in home
        assert "All incidents included this month (1) have been used." in home
        words = "All incidents included this month (1) have been used, so this one is handled on best effort."
        page = browser.get(PROMISE, {"request_type": "incident", "level": "severity_4"})
        assert words in text(page)
        assert shown_due(page) == {}
        # A question uses nothing up, and keeps its promise.
        assert words not in text(browser.get(PROMISE, {"request_type": "question"}))


def test_E8_professional_services_stand_outside_and_say_so(cast: Any, sign_in: Any, gold: Any) -> None:
    words = "Professional services stand outside the support plans."
    _sent(cast, cast.contact, sign_in, words, "not_covered", request_type="professional_services", level="severity_4")


# Who may choose what.


def test_C12_the_top_priority_is_closed_with_its_reason_to_who_may_not_raise_it(cast: Any, sign_in: Any) -> None:
    under("engage", "standard", cast)
    page = sign_in(cast.reader).get(NEW)
    assert choices(page, "level") == ["normal"]
    assert "Your account may not choose High. Ask a colleague who may" in text(page)
    answer = sign_in(cast.reader).post(NEW, ask(request_type="question", level="high"))
    assert answer.status_code == 422
    assert "Your account may not choose High." in text(answer)
    assert tickets_of(cast.reader) == 0


def test_A7_a_level_that_only_the_team_sets_cannot_be_chosen(cast: Any, sign_in: Any) -> None:
    under("seatplan", "standard", cast)
    browser = sign_in(cast.contact)
    assert choices(browser.get(PROMISE, {"request_type": "bug"}), "level") == ["ordinary"]
    assert browser.post(NEW, ask(request_type="bug", level="serious")).status_code == 422


# The form.


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"subject": "  "}, "Say in a few words what it is about."),
        ({"body": " \n "}, "Describe what happens and what you expected."),
        ({"level": ""}, "Choose a severity."),
        ({"level": "nonsense"}, "Choose a severity."),
        ({"subject": "x" * 201}, "at most 200 characters"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    cast: Any, sign_in: Any, gold: Any, fields: dict[str, str], sentence: str
) -> None:
    sent = ask(**({"subject": "Kept subject", "body": "Kept body"} | fields))
    answer = sign_in(cast.contact).post(NEW, sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in text(answer)
    kept = {"subject", "body"} - set(fields)
    assert all(f"Kept {name}" in page for name in kept)
    assert sent["submission"] in page
    assert tickets_of(cast.contact) == 0


def test_a_form_sent_twice_files_once_and_both_lead_to_the_ticket(cast: Any, sign_in: Any, gold: Any) -> None:
    browser, sent = sign_in(cast.contact), ask()
    first, second = browser.post(NEW, sent), browser.post(NEW, sent)
    assert first.url == second.url
    assert tickets_of(cast.contact) == 1


def test_after_filing_the_page_says_what_happens_next_and_when(cast: Any, sign_in: Any, gold: Any) -> None:
    with at(MORNING):
        page = text(sign_in(cast.contact).post(NEW, ask(), follow=True))
    assert "We have it. It is number 1." in page
    assert "First response by tomorrow 10:00." in page
    assert "carla@client.example" in page


def test_attachments_are_kept_with_the_type_that_was_found_in_them(cast: Any, sign_in: Any, gold: Any) -> None:
    image = SimpleUploadedFile("../../a screen.png", b"<script>alert(1)</script>", content_type="image/png")
    sign_in(cast.contact).post(NEW, ask(files=[image]))
    with tenant_scope(cast.tenant):
        kept = Attachment.objects.get()
    assert (kept.name, kept.content_type) == ("a screen.png", "text/plain")


def test_a_file_that_is_too_large_is_named_and_nothing_is_filed(
    cast: Any, sign_in: Any, gold: Any, settings: Any
) -> None:
    settings.ATTACHMENT_MAX_BYTES = 10
    answer = sign_in(cast.contact).post(NEW, ask(files=[SimpleUploadedFile("log.txt", b"x" * 11)]))
    assert answer.status_code == 422
    assert "“log.txt” is larger than 10 bytes." in text(answer)
    assert "Please add again: log.txt." in text(answer)
    assert tickets_of(cast.contact) == 0


def test_a_ticket_is_filed_from_the_portal_by_its_contact(cast: Any, sign_in: Any, gold: Any) -> None:
    with at(MORNING):
        sign_in(cast.contact).post(NEW, ask())
    ticket = only_ticket(cast.contact)
    assert (ticket.channel, ticket.client_id, ticket.received_at) == ("portal", cast.client.pk, MORNING)
    assert clock(ticket, "first_response").started_at == MORNING


def test_products_of_the_subscription_alone_are_offered(cast: Any, sign_in: Any, gold: Any) -> None:
    with tenant_scope(cast.tenant):
        for name in ("Payroll", "Planner", "Elsewhere"):
            product = Product.objects.create(key=name.lower(), name=name)
            if name != "Elsewhere":
                subscription = Subscription.objects.get(client=cast.client)
                SubscribedProduct.objects.create(subscription=subscription, product=product)
    page = text(sign_in(cast.contact).get(NEW))
    assert "Payroll" in page
    assert "Planner" in page
    assert "Elsewhere" not in page


def test_without_an_agreement_nothing_can_be_filed_and_the_page_says_whom_to_ask(cast: Any, sign_in: Any) -> None:
    assert "Nothing can be filed yet" in text(sign_in(cast.contact).get(NEW))
    assert sign_in(cast.contact).get("/portal/").status_code == 200
    assert sign_in(cast.contact).get("/portal/agreement/").status_code == 200


@pytest.mark.thorough
def test_the_form_costs_the_same_however_many_tickets_there_are(cast: Any, sign_in: Any, gold: Any) -> None:
    browser = sign_in(cast.contact)
    browser.get(NEW)
    with CaptureQueriesContext(connection) as few:
        browser.get(NEW)
    for _ in range(3):
        browser.post(NEW, ask())
    with CaptureQueriesContext(connection) as many:
        browser.get(NEW)
    assert len(many) == len(few)


def test_A11_the_version_in_force_is_named_on_the_page_of_promises(cast: Any, sign_in: Any) -> None:
    with tenant_scope(cast.tenant):
        factories.subscription(cast.client, factories.agreement("seatplan"), "standard")
    assert "Version 1, in force since" in text(sign_in(cast.contact).get("/portal/agreement/"))


def test_the_confirmation_goes_once_something_has_happened(cast: Any, sign_in: Any, gold: Any) -> None:
    browser = sign_in(cast.contact)
    with at(MORNING):
        address = browser.post(NEW, ask()).url
    with at(MORNING + timedelta(hours=1)):
        assert "We have it. It is number 1." in text(browser.get(address))
        browser.post("/portal/tickets/1/solved/")
        assert "We have it. It is number 1." not in text(browser.get(address))
