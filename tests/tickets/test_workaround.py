"""A workaround: what it stops under which agreement, and everything that can happen to the ticket after it (C2)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from notifications.models import Notice, OutgoingMessage
from tenants.scope import tenant_scope
from tests.tickets.agreeing import changed_under, consistent
from tests.tickets.desking import MORNING, act, clock, events, filed, fresh
from tests.tickets.moving import next_version, swept
from tickets import actions
from tickets.history.facts import facts
from tickets.models import Clock, Message, Ticket
from tickets.why.pauses import pauses_of

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
RESOLVES = ("definition: The time until the incident is resolved.",
            "definition: The time until the incident is resolved.\n    workaround_resolves: true")  # fmt: skip


@pytest.fixture
def ticket(cast: Any) -> Ticket:
    """Severity 2 on Gold, three business days to resolve, under terms by which a workaround resolves."""
    changed_under("officeware", "gold", cast, RESOLVES)
    return filed(cast.contact)


def give(cast: Any, ticket: Ticket, hours: float = 1, **fields: Any) -> Ticket:
    return act(cast.tenant, actions.give_workaround, **{
        "ticket_id": ticket.pk, "by": cast.agent, "body": "Export them by hand until then.",
        "now": MORNING + hours * HOUR,
    } | fields)  # fmt: skip


def withdraw(cast: Any, ticket: Ticket, hours: float, by: Any = None) -> Ticket:
    return act(cast.tenant, actions.withdraw_workaround, ticket_id=ticket.pk, by=by or cast.agent,
    reason="It times out.",
               now=MORNING + hours * HOUR)  # fmt: skip


def resolution(ticket: Ticket) -> Clock:
    return clock(ticket, "resolution")


def test_C2_a_workaround_resolves_where_the_agreement_says_so_and_the_ticket_stays_open(cast: Any, ticket: Ticket):
    give(cast, ticket)
    found = fresh(ticket)
    assert (found.status, found.workaround_at) == ("open", MORNING + HOUR)
    assert (resolution(ticket).stopped_at, resolution(ticket).elapsed_seconds) == (MORNING + HOUR, 3600)
    # The reply that explains it is the first answer too.
    assert clock(ticket, "first_response").stopped_at == MORNING + HOUR
    consistent(cast, MORNING + 2 * HOUR)


def test_C2_elsewhere_a_workaround_is_only_put_on_record(cast: Any):
    changed_under("officeware", "gold", cast)
    ticket = filed(cast.contact)
    due = resolution(ticket).due_at
    give(cast, ticket)
    assert fresh(ticket).workaround_at == MORNING + HOUR
    assert (resolution(ticket).stopped_at, resolution(ticket).due_at) == (None, due)
    withdraw(cast, ticket, 2)
    assert (fresh(ticket).workaround_at, resolution(ticket).due_at) == (None, due)
    consistent(cast, MORNING + 3 * HOUR)


@pytest.mark.parametrize(
    ("rule", "elapsed", "cycles"), [("resume", 2, 1), ("restart", 1, 1), ("new cycle", 1, 2)], ids=str
)
def test_taken_back_the_clock_goes_on_as_after_a_reopening(cast: Any, rule: str, elapsed: int, cycles: int):
    changed_under("officeware", "gold", cast, RESOLVES, ("reopening: resume", f"reopening: {rule}"))
    ticket = filed(cast.contact)
    give(cast, ticket)
    withdraw(cast, ticket, 3)
    act(cast.tenant, actions.set_status, ticket_id=ticket.pk, by=cast.agent, status=Ticket.Status.SOLVED,
        now=MORNING + 4 * HOUR)  # fmt: skip
    found = resolution(ticket)
    assert (found.elapsed_seconds, found.cycle + 1) == (elapsed * 3600, cycles)
    consistent(cast, MORNING + 5 * HOUR)


def test_a_solution_after_a_workaround_leaves_the_clock_at_the_workaround(cast: Any, ticket: Ticket):
    give(cast, ticket)
    act(cast.tenant, actions.set_status, ticket_id=ticket.pk, by=cast.agent, status=Ticket.Status.SOLVED,
        now=MORNING + 3 * HOUR)  # fmt: skip
    assert resolution(ticket).stopped_at == MORNING + HOUR
    act(cast.tenant, actions.reopen, ticket_id=ticket.pk, by=cast.contact, reason="It is back.", now=MORNING + 4 * HOUR)
    # Something is still wrong, so the workaround went with the solution, and the clock counts from where it stood.
    assert fresh(ticket).workaround_at is None
    assert resolution(ticket).stopped_at is None
    give(cast, ticket, 5)
    assert (resolution(ticket).stopped_at, resolution(ticket).elapsed_seconds) == (MORNING + 5 * HOUR, 2 * 3600)
    consistent(cast, MORNING + 6 * HOUR)


def test_a_clients_message_after_a_workaround_is_owed_an_answer_and_resolves_nothing_again(cast: Any, ticket: Ticket):
    give(cast, ticket)
    act(cast.tenant, actions.write_as_client, ticket_id=ticket.pk, author=cast.contact, body="And the old ones?",
        now=MORNING + 2 * HOUR)  # fmt: skip
    assert resolution(ticket).stopped_at == MORNING + HOUR
    owed = clock(ticket, "next_response")
    assert (owed.cycle, owed.started_at, owed.stopped_at) == (1, MORNING + 2 * HOUR, None)
    consistent(cast, MORNING + 3 * HOUR)


def test_a_client_who_says_that_it_does_not_hold_is_owed_an_answer(cast: Any, ticket: Ticket):
    give(cast, ticket)
    withdraw(cast, ticket, 2, by=cast.contact)
    owed = clock(ticket, "next_response")
    assert (owed.cycle, owed.started_at, owed.stopped_at) == (1, MORNING + 2 * HOUR, None)
    with tenant_scope(cast.tenant):
        titles = list(Notice.objects.filter(topic="ticket.reopened").values_list("title", flat=True))
    assert titles == [f"Carla Contact says the workaround does not hold: {ticket}"]
    consistent(cast, MORNING + 3 * HOUR)


@pytest.mark.parametrize("by", ["agent", "contact"])
def test_taken_back_while_it_waits_for_the_client_it_is_open_and_everything_counts(cast: Any, by: str):
    measured = "the client's next message. Measured only."
    changed_under("officeware", "gold", cast, RESOLVES,
                  (measured, f"{measured}\n    pauses: [waiting for client]"))  # fmt: skip
    ticket = filed(cast.contact)
    give(cast, ticket)
    act(cast.tenant, actions.write_as_client, ticket_id=ticket.pk, author=cast.contact, body="And the old ones?",
        now=MORNING + 1.5 * HOUR)  # fmt: skip
    act(cast.tenant, actions.set_status, ticket_id=ticket.pk, by=cast.agent, status=Ticket.Status.WAITING,
        now=MORNING + 2 * HOUR)  # fmt: skip
    assert clock(ticket, "next_response").paused_at == MORNING + 2 * HOUR
    withdraw(cast, ticket, 3, by=getattr(cast, by))
    assert fresh(ticket).status == "open"
    for metric in ("resolution", "next_response"):
        found = clock(ticket, metric)
        assert (found.paused_at, found.stopped_at) == (None, None)
    with tenant_scope(cast.tenant):
        (waiting,) = pauses_of(facts(ticket), as_of=MORNING + 4 * HOUR)
    assert waiting.end == MORNING + 3 * HOUR
    consistent(cast, MORNING + 4 * HOUR)


def test_taken_back_on_hold_the_clock_goes_on_into_the_hold(cast: Any):
    pauses = ("pauses: [waiting for client]", "pauses: [waiting for client, waiting for third party]")
    changed_under("officeware", "gold", cast, RESOLVES, pauses)
    ticket = filed(cast.contact)
    give(cast, ticket)
    act(cast.tenant, actions.set_status, ticket_id=ticket.pk, by=cast.agent, status=Ticket.Status.ON_HOLD,
        third_party="Taxware", now=MORNING + 2 * HOUR)  # fmt: skip
    withdraw(cast, ticket, 3)
    assert (fresh(ticket).status, fresh(ticket).on_hold_for) == ("on_hold", "third_party")
    assert resolution(ticket).paused_at == MORNING + 3 * HOUR
    act(cast.tenant, actions.set_status, ticket_id=ticket.pk, by=cast.agent, status=Ticket.Status.OPEN,
        now=MORNING + 4 * HOUR)  # fmt: skip
    assert (resolution(ticket).paused_at, resolution(ticket).elapsed_seconds) == (None, 3600)
    consistent(cast, MORNING + 5 * HOUR)


def test_a_reclassification_after_a_workaround_counts_only_when_it_is_taken_back(cast: Any, ticket: Ticket):
    give(cast, ticket)
    kept = resolution(ticket)
    act(cast.tenant, actions.reclassify, ticket_id=ticket.pk, by=cast.agent, level="severity_3",
    request_type="incident",
        reason="Few are concerned.", now=MORNING + 2 * HOUR)  # fmt: skip
    assert resolution(ticket).target_seconds == kept.target_seconds
    withdraw(cast, ticket, 3)
    assert (kept.target_text, resolution(ticket).target_text) == ("3 business days", "7 business days")
    consistent(cast, MORNING + 4 * HOUR)


@pytest.mark.parametrize("resolved", [True, False], ids=["resolved before", "resolves now"])
def test_what_a_workaround_stopped_is_decided_by_the_terms_of_its_day(cast: Any, resolved: bool):
    before, after = ([RESOLVES], []) if resolved else ([], [RESOLVES])
    changed_under("officeware", "gold", cast, *before)
    ticket = filed(cast.contact)
    give(cast, ticket)
    next_version(cast, *after, on=date(2026, 3, 4))
    assert swept(MORNING + 20 * HOUR) == 1
    assert (resolution(ticket).stopped_at is not None) is resolved
    withdraw(cast, ticket, 25)
    assert resolution(ticket).stopped_at is None
    consistent(cast, MORNING + 26 * HOUR)
    give(cast, ticket, 27)
    assert (resolution(ticket).stopped_at is not None) is not resolved
    consistent(cast, MORNING + 28 * HOUR)


def test_a_workaround_that_comes_too_late_is_a_miss_and_stays_one(cast: Any, ticket: Ticket):
    late = (resolution(ticket).due_at - MORNING) / HOUR
    give(cast, ticket, late)
    withdraw(cast, ticket, late + 1)
    assert resolution(ticket).breached_at == MORNING + late * HOUR
    assert [event.data["metric"] for event in events(ticket, "breached") if event.data["metric"] == "resolution"] == [
        "resolution"
    ]
    consistent(cast, MORNING + (late + 2) * HOUR)


def test_one_without_a_reply_needs_a_reason_which_the_client_is_told(cast: Any, ticket: Ticket):
    with pytest.raises(ValidationError) as refused:
        give(cast, ticket, body="  ")
    assert "body" in refused.value.message_dict
    give(cast, ticket, body="", reason="Told on the phone: restart it each morning.")
    assert clock(ticket, "first_response").stopped_at is None
    with tenant_scope(cast.tenant):
        mail = OutgoingMessage.objects.get(subject__contains="Workaround:")
        assert "restart it each morning" in mail.text
        assert not Message.objects.filter(ticket=ticket, kind="reply").exists()


def test_a_form_sent_twice_is_taken_once_and_a_second_workaround_is_refused(cast: Any, ticket: Ticket):
    form = uuid4()
    give(cast, ticket, submission=form)
    give(cast, ticket, 2, submission=form)
    assert len(events(ticket, "workaround")) == len(events(ticket, "agent_reply")) == 1
    with pytest.raises(ValidationError, match="in place already"):
        give(cast, ticket, 3)
    assert len(events(ticket, "agent_reply")) == 1


def test_a_form_sent_again_does_not_bring_back_a_workaround_that_did_not_hold(cast: Any, ticket: Ticket):
    form = uuid4()
    give(cast, ticket, submission=form)
    withdraw(cast, ticket, 2)
    give(cast, ticket, 3, submission=form)
    assert len(events(ticket, "workaround")) == 1
    assert fresh(ticket).workaround_at is None
    give(cast, ticket, 4, submission=uuid4())
    assert fresh(ticket).workaround_at == MORNING + timedelta(hours=4)


@pytest.mark.parametrize("verb", [give, lambda cast, ticket: withdraw(cast, ticket, 3)], ids=["given", "taken back"])
def test_on_a_solved_ticket_neither_is_taken(cast: Any, ticket: Ticket, verb: Any):
    act(cast.tenant, actions.set_status, ticket_id=ticket.pk, by=cast.agent, status=Ticket.Status.SOLVED, now=MORNING)
    with pytest.raises(ValidationError, match="This ticket is solved"):
        verb(cast, ticket)


def test_taking_back_what_is_not_there_does_nothing_and_a_reason_is_asked_for(cast: Any, ticket: Ticket):
    withdraw(cast, ticket, 1)
    assert events(ticket, "workaround_withdrawn") == []
    give(cast, ticket)
    with pytest.raises(ValidationError) as refused:
        act(
            cast.tenant,
            actions.withdraw_workaround,
            ticket_id=ticket.pk,
            by=cast.agent,
            reason=" ",
            now=MORNING + 2 * HOUR,
        )
    assert refused.value.message_dict == {"reason": ["Say what does not work."]}
