"""“Why?” as agents and clients read it: every time a sum, in the words of whoever asks. HTTP in, words out."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from agreements.document import bundled_text
from tenants.scope import tenant_scope
from tests import factories
from tests.tickets.desking import MORNING, act, clock, events, filed, fresh, under
from tests.tickets.portalling import PROMISE, ask, at, text
from tests.tickets.whying import DAY, HOUR, answer_page, contested, read, reread, resume, wait, why
from tickets import actions
from tickets.actions.lock import lock, settle
from tickets.history.facts import record
from tickets.models import Message, Ticket
from tickets.models.kinds import Kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Any) -> Ticket:
    """Severity 2 on Gold: resolution within 3 business days of 8 hours from Tuesday 10:00 in Berlin."""
    under("officeware", "gold", cast)
    return filed(cast.contact)


# The sum.


def test_E4_a_due_time_is_a_sum_that_says_each_day(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    page = read(sign_in(cast.agent), why(ticket), MORNING + HOUR)
    for words in (
        "24 h promised = 7 h on Tuesday + 8 h on Wednesday + 8 h on Thursday + 1 h on Friday → due Fri 6 Mar, 10:00",
        "within 3 business days (24 h)", "E4, Response and resolution targets",
        "The rule for request type Report an incident, plan Gold, Severity 2 (E4).",
        "Business hours (Europe/Berlin)", "Undated, as published, in force from", "Counted 1 h of 24 h", "Now 11:00",
        "Tuesday 3 March 10:00 – 11:00 counted 1 h 1 h", "11:00 – 17:00 will count 6 h 7 h",
        "17:00 – Wed 09:00 night –",
    ):  # fmt: skip
        assert words in page, words


def test_the_key_of_the_band_names_only_what_the_band_shows(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    agent = sign_in(cast.agent)
    assert "counted closed to come What counted" in read(agent, why(ticket), MORNING + HOUR)
    wait(ticket, cast)
    assert "counted paused What counted" in read(agent, why(ticket), MORNING + 3 * HOUR)


def test_what_was_asked_at_length_is_cut_and_says_so(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    wait(ticket, cast, body="Which browser? " * 60)
    assert "Which browser?…" in read(sign_in(cast.agent), why(ticket), MORNING + 3 * HOUR)


def test_agents_and_clients_read_the_same_sum_in_their_own_words(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    wait(ticket, cast)
    desk = read(sign_in(cast.agent), why(ticket), MORNING + 3 * HOUR)
    portal = read(sign_in(cast.contact), why(ticket, door="portal"), MORNING + 3 * HOUR)
    summed = "1 h counted = 1 h on Tuesday → paused since Tue 3 Mar, 11:00, with 23 h left when it goes on"
    assert summed in desk
    assert summed in portal
    assert "since 11:00 Waiting for the client" in desk
    assert "since 11:00 Waiting for you" in portal
    for page in (desk, portal):
        assert "Set by Adam Agent. 2 h would have counted. Which browser do you use?" in page
    assert "This should have counted" in portal
    assert "This should have counted" not in desk


def test_B1_a_holiday_is_called_by_its_name(cast: Any, sign_in: Any) -> None:
    under("officeware", "gold", cast)
    ticket = filed(cast.contact, at=MORNING + 29 * DAY)  # Wednesday 1 April 2026
    page = read(sign_in(cast.contact), why(ticket, door="portal"), MORNING + 29 * DAY + HOUR)
    assert "17:00 – Tue 09:00 Good Friday, weekend and Easter Monday" in page
    assert "Mon 00:00 – 24:00 Easter Monday" in page


def test_E4_a_long_promise_stays_readable_and_its_days_are_there_for_who_wants_them(cast: Any, sign_in: Any) -> None:
    under("officeware", "enterprise", cast)
    ticket = filed(cast.contact, level="severity_3")
    page = read(sign_in(cast.contact), why(ticket, door="portal"), MORNING + HOUR)
    assert (
        "112 h promised = 7 h on Tue 3 Mar + 104 h on 13 days of 8 h + 1 h on Mon 23 Mar → due Mon 23 Mar, 10:00"
        in page
    )
    assert "Wed 4 Mar to Fri 20 Mar 13 ordinary days, with 10 nights and 3 weekends" in page
    assert "Thu 12 Mar 09:00 – 17:00 8 h 63 h" in page


def test_D1_a_union_names_the_hours_it_is_made_of(cast: Any, sign_in: Any) -> None:
    version = under("identity", "standard", cast)
    unions = {key for key, spec in version.document.calendars.items() if spec.members}
    assert unions
    ticket = filed(cast.contact, request_type="question", level="high")
    assert clock(ticket, "first_response").calendar in unions
    page = read(sign_in(cast.agent), why(ticket, "first_response"), MORNING + HOUR)
    assert re.search(r"Open whenever one of these is: .*\(Europe/London\)", page)


def test_a_missed_promise_says_when_it_fell_due_and_by_how_much(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    browser = sign_in(cast.contact)
    page = read(browser, why(ticket, "first_response", "portal"), MORNING + DAY + 90 * timedelta(minutes=1))
    assert "Fell due 10:00" in page
    assert "→ due Wed 4 Mar, 10:00; 1 h 30 m over" in page
    act(cast.tenant, actions.answer, ticket_id=ticket.pk, author=cast.agent, kind=Message.Kind.REPLY,
    body="Here is how.",
        now=MORNING + DAY + 2 * HOUR)  # fmt: skip
    page = read(browser, why(ticket, "first_response", "portal"), MORNING + 5 * DAY)
    assert "→ due Wed 4 Mar, 10:00; answered Wed 4 Mar, 12:00, 2 h late" in page


def test_a_kept_promise_says_what_was_to_spare(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    wait(ticket, cast, MORNING + HOUR + timedelta(seconds=7))
    page = read(sign_in(cast.contact), why(ticket, "first_response", "portal"), MORNING + 5 * DAY)
    assert (
        "1 h 7 s counted = 1 h 7 s on Tuesday → answered Tue 3 Mar, 11:00:07, with 6 h 59 m 53 s of 8 h to spare"
        in page
    )


def test_A5_best_effort_is_measured_and_nothing_falls_due(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    page = read(sign_in(cast.contact), why(ticket, "next_response", "portal"), MORNING + HOUR)
    assert "Best effort: measured, never due" in page
    assert "1 h counted = 1 h on Tuesday → nothing falls due" in page


def test_A2_what_nothing_covers_says_why_there_is_no_clock(cast: Any, sign_in: Any) -> None:
    under("officeware", "", cast)
    ticket = filed(cast.contact)
    for who, door in ((cast.agent, "desk"), (cast.contact, "portal")):
        browser = sign_in(who)
        page = text(browser.get(why(ticket, "first_response", door)))
        assert ticket.coverage_sentence in page
        assert "nothing falls due and nothing can be missed" in page
        assert browser.get(why(ticket, "resolution", door)).status_code == 404
    assert why(ticket, "first_response") in sign_in(cast.agent).get(f"/desk/tickets/{ticket.number}/").content.decode()


# What changed on the way.


def test_B10_a_reclassification_shows_both_targets_and_keeps_what_was_missed(
    cast: Any, sign_in: Any, ticket: Ticket
) -> None:
    late = MORNING + 7 * DAY  # The resolution fell due on Friday.
    act(cast.tenant, actions.reclassify, ticket_id=ticket.pk, by=cast.agent, level="severity_3",
    request_type="incident",
        reason="Revenue does not suffer.", now=late)  # fmt: skip
    for who, door in ((cast.agent, "desk"), (cast.contact, "portal")):
        page = read(sign_in(who), why(ticket, door=door), late + HOUR)
        for words in (
            "Reclassified from Severity 2 to Severity 3 by Adam Agent, Tue 10 Mar, 10:00", "Revenue does not suffer.",
            "Before: 3 business days, due Fri 6 Mar, 10:00. Since then: 7 business days, due Thu 12 Mar, 10:00.",
            "Counted from the same start.",
            "The earlier target had been missed Fri 6 Mar, 10:00; that stays on record.", "Missed, Fri 6 Mar, 10:00",
            "→ due Thu 12 Mar, 10:00",
        ):  # fmt: skip
            assert words in page, words


def test_B17_terms_that_came_with_another_version_are_told_with_it(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    """Whoever moves the ticket, the explanation follows the terms on the fact, their version and their calendar."""
    source = bundled_text("officeware").replace("label: Undated, as published", "label: Edition 2")
    assert "Edition 2" in source
    with tenant_scope(cast.tenant):
        second = factories.agreement("officeware", source=source)
        ticket = fresh(ticket)
        terms = events(ticket, "created")[0].data["terms"] | {"version": second.pk, "level": "severity_1"}
        locked, when = lock(ticket.pk, now=MORNING + 2 * HOUR)
        record(locked, Kind.TERMS_CHANGED, by=None, at=when, now=when, reason="Faster for everybody.",
               data={"terms": terms, "to_version": "Edition 2"})  # fmt: skip
        settle(locked, at=when, now=when, changed=[])
    page = read(sign_in(cast.agent), why(ticket), MORNING + 3 * HOUR)
    for words in (
        "It came under Edition 2 by slatrack, Tue 3 Mar, 12:00", "Faster for everybody.",
        "Before: 3 business days, due Fri 6 Mar, 10:00. Since then: 16 business hours, due Thu 5 Mar, 10:00.",
        "Edition 2, in force from",
    ):  # fmt: skip
        assert words in page, words


def test_C2_what_a_workaround_stopped_was_not_solved(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    """The explanation says what the facts say, though the replay hears a solution."""
    source = bundled_text("officeware").replace(
        "pauses: [waiting for client]", "pauses: [waiting for client]\n    workaround_resolves: true"
    )
    with tenant_scope(cast.tenant):
        factories.subscription(cast.client, factories.agreement("officeware", source=source), "gold")
    ticket = filed(cast.contact)
    act(
        cast.tenant,
        actions.give_workaround,
        ticket_id=ticket.pk,
        by=cast.agent,
        body="Use the web client.",
        now=MORNING + 2 * HOUR,
    )
    page = read(sign_in(cast.agent), why(ticket), MORNING + 3 * HOUR)
    assert "2 h counted = 2 h on Tuesday → workaround given Tue 3 Mar, 12:00, with 22 h of 24 h to spare" in page
    act(cast.tenant, actions.withdraw_workaround, ticket_id=ticket.pk, by=cast.agent, reason="It does not hold.",
        now=MORNING + 4 * HOUR)  # fmt: skip
    page = read(sign_in(cast.agent), why(ticket), MORNING + 5 * HOUR)
    assert "12:00 – 14:00 A workaround held, until it was taken back" in page


def test_what_a_request_would_get_explains_itself_before_it_is_sent(cast: Any, sign_in: Any) -> None:
    under("officeware", "gold", cast)
    with at(MORNING):
        page = text(sign_in(cast.contact).get(PROMISE, ask()))
    assert (
        "Why? 24 h promised = 7 h on Tuesday + 8 h on Wednesday + 8 h on Thursday + 1 h on Friday → due Fri 6 Mar, "
        "10:00" in page
    )


def test_E8_what_is_promised_no_more_says_so_and_goes_on_being_measured(
    cast: Any, sign_in: Any, ticket: Ticket
) -> None:
    act(cast.tenant, actions.reclassify, ticket_id=ticket.pk, by=cast.agent, level="severity_4",
        request_type="professional_services", reason="This is a change of the software.",
        now=MORNING + HOUR)  # fmt: skip
    page = read(sign_in(cast.contact), why(ticket, door="portal"), MORNING + 2 * HOUR)
    for words in (
        "Promised Nothing:", "Counted in Business hours (Europe/Berlin)", "Counted 2 h",
        "2 h counted = 2 h on Tuesday → nothing falls due",
        "Before: 3 business days, due Fri 6 Mar, 10:00. Since then: nothing promised",
    ):  # fmt: skip
        assert words in page, words


# What a client never reads, and who reads nothing.


def test_what_an_internal_note_said_is_nowhere_though_it_set_the_pause(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    wait(ticket, cast, kind=Message.Kind.INTERNAL_NOTE, body="They never pay, let them wait")
    source = sign_in(cast.contact).get(why(ticket, door="portal")).content.decode()
    assert "Waiting for you" in source
    assert "never pay" not in source
    assert "never pay" not in sign_in(cast.agent).get(why(ticket)).content.decode()


def test_strangers_find_no_explanation_and_no_pause(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    pause = wait(ticket, cast)
    it = contested(ticket, cast)
    for who in (cast.other_contact, cast.colleague, cast.rival.contact):
        assert sign_in(who).get(why(ticket, door="portal")).status_code == 404
        assert sign_in(who).get(f"/portal/tickets/{ticket.number}/pauses/{pause}/contest/").status_code == 404
    for who in (cast.rival.agent, cast.contact):
        assert sign_in(who).get(why(ticket)).status_code == 404
        assert sign_in(who).post(answer_page(ticket, it), {"outcome": "struck", "answer": "x"}).status_code == 404
    assert sign_in(cast.account_manager).get(answer_page(ticket, it)).status_code == 403
    assert not reread(it).outcome


@pytest.mark.thorough
def test_an_explanation_costs_the_same_whatever_the_ticket_has_been_through(
    cast: Any, sign_in: Any, ticket: Ticket, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    browser = sign_in(cast.contact)
    browser.get(why(ticket, door="portal"))
    with django_assert_max_num_queries(25) as first:
        browser.get(why(ticket, door="portal"))
    for hour in range(1, 9, 2):
        wait(ticket, cast, MORNING + hour * HOUR)
        resume(ticket, cast, MORNING + (hour + 1) * HOUR)
    contested(ticket, cast, MORNING + 10 * HOUR)
    with django_assert_num_queries(len(first.captured_queries)):
        browser.get(why(ticket, door="portal"))
