"""An agreement that promises updates and workarounds, played on the desk and the portal: the sixth, of the fixtures.

A blocker on the plan Studio gets its first word within 15 minutes and news every 30, round the clock, and a stopgap
within 240 minutes of the market's hours.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from notifications.models import OutgoingMessage
from tenants.scope import tenant_scope
from tests import factories
from tests.agreements.documents import SIXTH
from tests.tickets.agreeing import consistent
from tests.tickets.desking import MORNING, act, answer_form, clock, events, filed, fresh, page_of
from tests.tickets.portalling import ask, at, only_ticket, text
from tests.tickets.whatifs import answered, changed
from tests.tickets.whying import why
from tickets import actions, breaches
from tickets.models import Clock, Message, Ticket

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def sixth(cast: Any) -> Any:
    with tenant_scope(cast.tenant):
        version = factories.agreement("kumo", source=SIXTH, effective_from=date(2025, 4, 1))
        factories.subscription(cast.client, version, "studio", starts_on=date(2025, 4, 1))
    return version


@pytest.fixture
def ticket(sixth: Any, cast: Any) -> Ticket:
    return filed(cast.contact, request_type="trouble", level="blocker")


def reply(cast: Any, ticket: Ticket, minutes: int, **fields: Any) -> None:
    act(cast.tenant, actions.answer, **{
        "ticket_id": ticket.pk, "author": cast.agent, "kind": Message.Kind.REPLY, "body": "We look at the disks.",
        "now": MORNING + minutes * MINUTE,
    } | fields)  # fmt: skip


def updates(ticket: Ticket) -> list[tuple[int, int | None, str]]:
    """From when to when each update was owed, in minutes after the receipt, and what ended it."""
    with tenant_scope(ticket.tenant):
        return [
            (
                (each.started_at - MORNING) // MINUTE,
                (each.stopped_at - MORNING) // MINUTE if each.stopped_at else None,
                each.stopped_by,
            )
            for each in Clock.objects.filter(ticket=ticket, metric="update").order_by("cycle")
        ]


def test_an_update_is_owed_after_the_first_response_and_after_each_word_of_the_team(cast: Any, ticket: Ticket):
    assert updates(ticket) == []
    reply(cast, ticket, 5)
    reply(cast, ticket, 20, kind=Message.Kind.ACKNOWLEDGEMENT)
    reply(cast, ticket, 30, kind=Message.Kind.INTERNAL_NOTE)
    reply(cast, ticket, 40)
    assert updates(ticket) == [(5, 20, "acknowledgement"), (20, 40, "agent_reply"), (40, None, "")]
    assert clock(ticket, "update").due_at == MORNING + 70 * MINUTE
    consistent(cast, MORNING + 41 * MINUTE)


def test_no_update_is_owed_while_the_client_has_the_case(cast: Any, ticket: Ticket):
    reply(cast, ticket, 5, then=Ticket.Status.WAITING)
    paused = clock(ticket, "update")
    assert (paused.paused_at, paused.due_at) == (MORNING + 5 * MINUTE, None)
    act(cast.tenant, actions.write_as_client, ticket_id=ticket.pk, author=cast.contact, body="Tokyo.",
        now=MORNING + 65 * MINUTE)  # fmt: skip
    assert clock(ticket, "update").due_at == MORNING + 95 * MINUTE
    consistent(cast, MORNING + 66 * MINUTE)


def test_the_word_that_it_is_solved_leaves_no_update_owed_and_a_reopening_owes_one(cast: Any, ticket: Ticket):
    reply(cast, ticket, 5)
    reply(cast, ticket, 25, then=Ticket.Status.SOLVED)
    assert updates(ticket) == [(5, 25, "agent_reply")]
    act(cast.tenant, actions.reopen, ticket_id=ticket.pk, by=cast.contact, reason="Not so.", now=MORNING + 50 * MINUTE)
    assert updates(ticket) == [(5, 25, "agent_reply"), (50, None, "")]
    consistent(cast, MORNING + 51 * MINUTE)


def test_an_update_that_does_not_come_is_warned_of_and_missed(cast: Any, ticket: Ticket):
    reply(cast, ticket, 5)
    breaches.sweep.warnings(now=MORNING + 21 * MINUTE)
    breaches.sweep.breaches(now=MORNING + 36 * MINUTE)
    breaches.sweep.tell_people(now=MORNING + 36 * MINUTE)
    found = clock(ticket, "update")
    assert found.breached_at == MORNING + 35 * MINUTE
    assert [event.data["metric"] for event in events(ticket, "breached")] == ["update"]
    assert "update" in {event.data["metric"] for event in events(ticket, "warned")}
    with tenant_scope(cast.tenant):
        mails = OutgoingMessage.objects.filter(topic="clock.breached").values_list("subject", flat=True)
        assert set(mails) == {f"Missed: news on {ticket}"}
    consistent(cast, MORNING + 37 * MINUTE)


def test_a_workaround_ends_its_own_clock_and_taken_back_another_begins(cast: Any, ticket: Ticket):
    owed = clock(ticket, "workaround")
    assert owed.due_at == MORNING + 240 * MINUTE
    act(cast.tenant, actions.give_workaround, ticket_id=ticket.pk, by=cast.agent, body="Use the other bucket.",
        now=MORNING + 60 * MINUTE)  # fmt: skip
    kept = clock(ticket, "workaround")
    assert (kept.stopped_at, kept.stopped_by, kept.elapsed_seconds) == (MORNING + 60 * MINUTE, "workaround", 3600)
    assert clock(ticket, "resolution").stopped_at is None
    act(cast.tenant, actions.withdraw_workaround, ticket_id=ticket.pk, by=cast.contact, reason="It is full.",
        now=MORNING + 90 * MINUTE)  # fmt: skip
    # This agreement leaves a finished clock as it was and begins another.
    assert (clock(ticket, "workaround").cycle, clock(ticket, "workaround").started_at) == (1, MORNING + 90 * MINUTE)
    consistent(cast, MORNING + 91 * MINUTE)


def test_a_client_reads_both_promises_before_and_after_sending(sign_in: Any, sixth: Any, cast: Any):
    browser = sign_in(cast.contact)
    form = ask(request_type="trouble", level="blocker")
    with at(MORNING):
        shown = text(browser.get("/portal/tickets/new/promise/", form))
        assert "Stopgap" in shown
        assert "News" in shown
        assert "30 minutes" in shown
        assert browser.post("/portal/tickets/new/", form).status_code == 302
    ticket = only_ticket(cast.contact)
    reply(cast, ticket, 5)
    with at(MORNING + 15 * MINUTE):
        page = text(browser.get(f"/portal/tickets/{ticket.number}/"))
    assert "We have your message, and answer by" not in page
    assert "We are working on it, and write by" in page
    assert "News 20 m left" in page
    assert "Stopgap" in page


def test_the_desk_says_what_a_reply_and_a_workaround_do_to_them(sign_in: Any, cast: Any, ticket: Ticket):
    browser = sign_in(cast.agent)
    reply(cast, ticket, 5)
    with at(MORNING + 15 * MINUTE):
        page = text(browser.get(page_of(ticket)))
        assert "Stops news. The next one counts from it." in page
        assert "a workaround is given (stops stopgap)" in page
        assert browser.post(f"{page_of(ticket)}answer/", answer_form(ticket)).status_code == 302
        after = text(browser.get(page_of(ticket)))
    assert "News: updated in 10 m of 30 m." in after
    assert updates(fresh(ticket))[-1] == (15, None, "")


@pytest.mark.parametrize("door", ["desk", "portal"])
def test_both_explain_themselves_to_either_side(sign_in: Any, cast: Any, ticket: Ticket, door: str):
    browser = sign_in(cast.agent if door == "desk" else cast.contact)
    reply(cast, ticket, 5)
    with at(MORNING + 45 * MINUTE):
        update = text(browser.get(why(ticket, "update", door)))
        workaround = text(browser.get(why(ticket, "workaround", door)))
    assert "30 m promised = 30 m on Tuesday" in update
    assert "10 m over" in update
    assert "4 h promised" in workaround


def test_programs_read_them_like_any_other_clock(sign_in: Any, cast: Any, ticket: Ticket):
    reply(cast, ticket, 5)
    with time_machine.travel(MORNING + 45 * MINUTE, tick=False):
        found = sign_in(cast.agent).get(f"/api/v1/tickets/{ticket.number}/").json()["clocks"]
        told = sign_in(cast.agent).get(f"/api/v1/tickets/{ticket.number}/clocks/update/0/explanation/").json()
    states = {each["metric"]: each["state"] for each in found}
    assert (states["update"], states["workaround"]) == ("breached", "running")
    assert (told["outcome"], told["target_seconds"]) == ("breached", 1800)


def test_a_report_counts_them(sign_in: Any, cast: Any, ticket: Ticket):
    reply(cast, ticket, 5)
    reply(cast, ticket, 20)
    breaches.sweep.breaches(now=MORNING + 60 * MINUTE)
    with at(MORNING + 60 * MINUTE):
        page = text(sign_in(cast.owner).get("/reports/"))
    assert "News 50.0 %" in page
    assert "1 met, 1 missed" in page


def test_a_what_if_asks_about_them(cast: Any, ticket: Ticket):
    reply(cast, ticket, 5)
    reply(cast, ticket, 20)
    with tenant_scope(cast.tenant):
        stricter = changed(("update:         [none,             30 minutes]",
                            "update:         [none,             10 minutes]"), source=SIXTH)  # fmt: skip
        version = factories.agreement("kumo", source=stricter, effective_from=date(2027, 1, 1))
    result = answered(cast, version).result
    assert result is not None
    [row] = [row for row in result["rows"] if row["metric"] == "update"]
    assert (row["before"]["kept"], row["after"]["kept"], row["lost"]) == (1, 0, 1)
