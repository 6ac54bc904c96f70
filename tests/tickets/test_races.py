"""Two at the same time: whoever gets the ticket's lock decides, and what is stored is what the facts give."""

from __future__ import annotations

import itertools
import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from clocks import sweep
from notifications.models import Notice, OutgoingMessage
from tenants.scope import tenant_scope
from tests.tickets.desking import MORNING, act, clock, events, filed, under
from tests.tickets.side_by_side import (
    PATIENCE,
    HeldSweep,
    all_at_once,
    side_by_side,
    until_somebody_waits,
    until_somebody_waits_for_a_lock,
)
from tickets import actions, breaches
from tickets.models import Clock, Message, Ticket, TicketEvent
from tickets.promises.verification import verify

pytestmark = pytest.mark.django_db(transaction=True)

DUE = MORNING + timedelta(hours=1)
MOMENT = timedelta(seconds=1)


@pytest.fixture
def urgent(cast: Any) -> Ticket:
    """Due at DUE, round the clock."""
    under("identity", "standard", cast)
    return urgent_ticket(cast)


def urgent_ticket(cast: Any) -> Ticket:
    return filed(cast.contact, request_type="question", level="urgent")


def reply(cast: Any, ticket: Ticket, at: Any, **fields: Any) -> Message:
    return act(cast.tenant, actions.answer, **{
        "ticket_id": ticket.pk, "author": cast.agent, "kind": Message.Kind.REPLY, "body": "Here is how.", "now": at,
        **fields,
    })  # fmt: skip


def differences(cast: Any, now: Any) -> list[Any]:
    with tenant_scope(cast.tenant):
        return [found for found in verify(now=now) if not isinstance(found, int)]


def test_two_sweeps_at_once_raise_every_breach_once(urgent: Ticket, cast: Any, monkeypatch: Any):
    tickets = [urgent, *(urgent_ticket(cast) for _ in range(23))]
    monkeypatch.setattr(sweep, "BATCH", 5)
    raised = all_at_once(*[lambda: breaches.sweep.breaches(now=DUE)] * 3)
    # One of them may have found rows that another held and gone home; what is left is the next sweep's.
    assert sum(raised) + breaches.sweep.breaches(now=DUE) == len(tickets)
    with tenant_scope(cast.tenant):
        on_record = TicketEvent.objects.filter(kind="breached").values_list("ticket_id", flat=True)
        assert sorted(on_record) == sorted(ticket.pk for ticket in tickets)
    assert differences(cast, DUE) == []


@pytest.mark.parametrize("settled_by", ["another sweep", "an answer"])
def test_a_sweep_that_saw_a_clock_due_before_somebody_settled_it_leaves_it_alone(
    urgent: Ticket, cast: Any, monkeypatch: Any, settled_by: str
):
    with side_by_side() as start:
        # It has seen what is due when it begins to sleep, and asks for the ticket's lock when it wakes.
        sleepy = sweep._RAISE.replace("WITH ", "WITH pause AS MATERIALIZED (SELECT pg_sleep(2)), ", 1).replace(
            "FROM {clocks} clock", "FROM pause CROSS JOIN {clocks} clock", 1
        )
        with monkeypatch.context() as patched:
            patched.setattr(sweep, "_RAISE", sleepy)
            slow = start(lambda: breaches.sweep.breaches(now=DUE))
            until_somebody_waits("wait_event", "PgSleep")
        if settled_by == "an answer":
            reply(cast, urgent, DUE - MOMENT)
        else:
            assert breaches.sweep.breaches(now=DUE) == 1
        assert not slow.done()
        assert slow.result(PATIENCE) == 0
    assert len(events(urgent, "breached")) == (settled_by == "another sweep")
    assert differences(cast, DUE) == []


def test_two_who_tell_at_once_tell_everybody_once(urgent: Ticket, cast: Any, monkeypatch: Any):
    for _ in range(11):
        urgent_ticket(cast)
    breaches.sweep.breaches(now=DUE)
    monkeypatch.setattr(sweep, "BATCH", 3)
    told = all_at_once(*[lambda: breaches.sweep.tell_people(now=DUE)] * 3)
    assert sum(told) + breaches.sweep.tell_people(now=DUE) == 12
    with tenant_scope(cast.tenant):
        assert OutgoingMessage.objects.filter(topic="clock.breached").count() == 24
        assert Notice.objects.filter(topic="clock.breached").count() == 24


def test_a_sweep_that_holds_the_ticket_decides_and_the_answer_comes_too_late(
    urgent: Ticket, cast: Any, monkeypatch: Any
):
    sweep = HeldSweep(monkeypatch)
    with side_by_side() as start:
        swept = start(lambda: breaches.sweep.breaches(now=DUE + MOMENT))
        assert sweep.done.wait(PATIENCE)
        # Sent in time by the clock on the wall, and behind the sweep in the queue for the ticket.
        answered = start(reply, cast, urgent, DUE - MOMENT)
        until_somebody_waits_for_a_lock()
        sweep.go_on.set()
        assert swept.result(PATIENCE) == 1
        answered.result(PATIENCE)
    found = clock(urgent, "first_response")
    assert (found.breached_at, found.stopped_at) == (DUE, DUE)
    assert len(events(urgent, "breached")) == 1
    assert differences(cast, DUE + MOMENT) == []


def test_an_answer_that_holds_the_ticket_decides_and_the_sweep_passes_it_by(urgent: Ticket, cast: Any):
    written, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        with tenant_scope(cast.tenant):
            actions.answer(
                ticket_id=urgent.pk, author=cast.agent, kind=Message.Kind.REPLY, body="Here is how.", now=DUE - MOMENT
            )
            written.set()
            assert go_on.wait(PATIENCE)

    with side_by_side() as start:
        answered = start(slowly)
        assert written.wait(PATIENCE)
        # The answer is not committed, so the sweep still sees an overdue clock; it neither raises it nor waits for it.
        assert breaches.sweep.breaches(now=DUE + MOMENT) == 0
        go_on.set()
        answered.result(PATIENCE)
    assert breaches.sweep.breaches(now=DUE + MOMENT) == 0
    found = clock(urgent, "first_response")
    assert (found.breached_at, found.stopped_at) == (None, DUE - MOMENT)
    assert events(urgent, "breached") == []
    assert differences(cast, DUE + MOMENT) == []


def test_answers_and_sweeps_in_any_order_leave_what_the_facts_give(urgent: Ticket, cast: Any, monkeypatch: Any):
    tickets = [urgent, *(urgent_ticket(cast) for _ in range(17))]
    monkeypatch.setattr(sweep, "BATCH", 4)
    offsets = itertools.cycle([-MOMENT, 0 * MOMENT, MOMENT])
    moments = {ticket.pk: DUE + next(offsets) for ticket in tickets}

    def answer_all() -> None:
        for ticket in tickets:
            reply(cast, ticket, moments[ticket.pk])

    def sweep_often() -> None:
        for _ in range(12):
            breaches.sweep.breaches(now=DUE + MOMENT)

    assert all_at_once(answer_all, sweep_often, sweep_often) == [None, None, None]
    breaches.sweep.breaches(now=DUE + MOMENT)
    assert differences(cast, DUE + MOMENT) == []
    for ticket in tickets:
        found = clock(ticket, "first_response")
        assert len(events(ticket, "breached")) == (found.breached_at is not None)
        # Nobody's answer is late by being processed late, unless a sweep had it on record first.
        if moments[ticket.pk] >= DUE:
            assert found.breached_at == DUE


def test_a_form_sent_twice_at_once_is_posted_once(urgent: Ticket, cast: Any):
    form = uuid4()
    first, second = all_at_once(*[lambda: reply(cast, urgent, MORNING + MOMENT, submission=form)] * 2)
    assert first == second
    assert len(events(urgent, "agent_reply")) == 1
    with tenant_scope(cast.tenant):
        assert OutgoingMessage.objects.filter(key__contains=f"message:{first.pk}").count() == 1


def test_a_ticket_filed_twice_at_once_is_one_ticket(urgent: Ticket, cast: Any):
    form = uuid4()
    sent = lambda: filed(cast.contact, request_type="question", level="urgent", submission=form)  # noqa: E731 (sent twice)
    first, second = all_at_once(sent, sent)
    assert first == second
    with tenant_scope(cast.tenant):
        assert Ticket.objects.count() == 2
        assert Clock.objects.filter(ticket=first).count() == Clock.objects.filter(ticket=urgent).count()


def test_of_two_agents_answering_at_once_one_is_asked_to_read_the_other_first(urgent: Ticket, cast: Any):
    seen = events(urgent, "created")[0].pk
    results = all_at_once(
        lambda: reply(cast, urgent, MORNING + MOMENT, seen_event=seen),
        lambda: reply(cast, urgent, MORNING + MOMENT, seen_event=seen, author=cast.lead),
    )
    [refused] = [result for result in results if isinstance(result, ValidationError)]
    [posted] = [result for result in results if isinstance(result, Message)]
    assert refused.messages == [f"{posted.author_name} wrote while you did. Read it above, then send again."]
    assert len(events(urgent, "agent_reply")) == 1


def test_tickets_filed_at_once_get_numbers_without_a_gap(urgent: Ticket, cast: Any):
    tickets = all_at_once(*[lambda: urgent_ticket(cast)] * 5)
    assert sorted(ticket.number for ticket in tickets) == [urgent.number + step for step in range(1, 6)]
