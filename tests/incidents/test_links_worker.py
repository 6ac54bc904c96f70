"""Many linked tickets: workers that are killed, and two at once. Each ticket is answered once, none is forgotten."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from incidents import actions, announcements
from incidents.actions import answers
from incidents.models import LinkedAnswer
from notifications.models import OutgoingMessage
from tenants.scope import tenant_scope
from tests.incidents.mending import MINUTE, START, declared, workspace
from tests.incidents.test_links import said_on, ticket_about, update
from tests.tickets.side_by_side import PATIENCE, all_at_once, side_by_side, until_somebody_waits_for_a_lock
from tests.tickets.test_worker import KILLED, ROOT, environment, until_gone
from tickets import actions as on_tickets
from tickets import breaches
from tickets.models import Clock, Message, Ticket, TicketEvent

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 6
# Answers linked tickets and stops for ever in the middle of the one that argv names, having said so.
STOPPING = """
import sys, time, django
from datetime import datetime
django.setup()
from incidents.actions import answers
last, now, passed = int(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), 0
pass_on = answers.pass_on

def stopping(**given):
    global passed
    pass_on(**given)
    passed += 1
    if passed == last:
        print("stopped", flush=True)
        time.sleep(600)

answers.pass_on = stopping
answers.answer_all(now=now)
"""


@pytest.fixture
def update_of_many(cast: Any, monkeypatch: Any) -> Any:
    """An update with `MANY` tickets of two tenants to answer, and none answered with it."""
    monkeypatch.setattr(answers, "AT_ONCE", 0)
    for people in (cast, cast.rival):
        with tenant_scope(people.agent.tenant):
            people.tenant = people.agent.tenant
            workspace(people, "engage")
            tickets = [ticket_about(people.contact) for _ in range(MANY // 2)]
            said = update(declared(people.agent, tickets=tickets), people.agent)
    return said


def kill_in_the_middle_of(ticket: int, now: Any) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", STOPPING, str(ticket), now.isoformat()],
        cwd=ROOT, env=environment(PGAPPNAME=KILLED), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "stopped\n", process.communicate()[1]
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    until_gone()


def answered(cast: Any) -> list[int]:
    """The tickets with an answer, once for each answer; each has its mail."""
    found: list[int] = []
    for people in (cast, cast.rival):
        with tenant_scope(people.agent.tenant):
            replies = Message.objects.filter(kind=Message.Kind.REPLY)
            assert OutgoingMessage.objects.filter(text__contains="We found it.").count() == replies.count()
            found += replies.values_list("ticket_id", flat=True)
    return found


def owed(cast: Any) -> int:
    total = 0
    for people in (cast, cast.rival):
        with tenant_scope(people.agent.tenant):
            total += LinkedAnswer.objects.owed().count()
    return total


@pytest.mark.parametrize("ticket", [1, 4])
def test_a_worker_killed_while_it_answers_answers_each_ticket_once(cast: Any, update_of_many: Any, ticket: int):
    later = update_of_many.at + MINUTE
    kill_in_the_middle_of(ticket, later)
    assert len(answered(cast)) == ticket - 1
    assert owed(cast) == MANY - ticket + 1
    answers.answer_all(now=later + MINUTE)
    answers.answer_all(now=later + MINUTE)
    assert len(answered(cast)) == len(set(answered(cast))) == MANY
    assert owed(cast) == 0


def test_workers_at_once_answer_each_ticket_once(cast: Any, update_of_many: Any):
    later = update_of_many.at + MINUTE
    total = sum(all_at_once(*(lambda: answers.answer_all(now=later) for _ in range(3))))
    total += answers.answer_all(now=later)
    assert total == MANY
    assert len(answered(cast)) == len(set(answered(cast))) == MANY


def test_one_that_cannot_be_answered_keeps_nobody_elses_waiting(cast: Any, update_of_many: Any, monkeypatch: Any):
    pass_on, refused = answers.pass_on, []

    def failing(**given: Any) -> Any:
        if not refused:
            refused.append(given["ticket_id"])
            raise RuntimeError("no luck")
        return pass_on(**given)

    monkeypatch.setattr(answers, "pass_on", failing)
    assert answers.answer_all(now=update_of_many.at + MINUTE) == MANY - 1
    assert owed(cast) == 1
    assert answers.answer_all(now=update_of_many.at + MINUTE) == 1


def test_a_sweep_while_an_update_is_being_said_and_before_its_worker_calls_nothing_missed(cast: Any, monkeypatch: Any):
    """The tickets beyond those answered at once are kept by the update's own instant."""
    monkeypatch.setattr(answers, "AT_ONCE", 1)
    with tenant_scope(cast.tenant):
        workspace(cast, "engage")
        tickets = [ticket_about(cast.contact) for _ in range(MANY)]
        incident = declared(cast.agent, at=START + 30 * MINUTE, tickets=tickets)
    said, swept, told = threading.Event(), threading.Event(), announcements.happened

    def telling(*args: Any, **given: Any) -> None:
        told(*args, **given)
        said.set()
        assert swept.wait(PATIENCE)

    def say() -> None:
        with tenant_scope(cast.tenant):
            update(incident, cast.agent, at=START + 59 * MINUTE)

    monkeypatch.setattr(announcements, "happened", telling)
    with side_by_side() as start:
        saying = start(say)
        assert said.wait(PATIENCE)
        breaches.sweep.breaches(now=START + 61 * MINUTE)
        swept.set()
        saying.result(PATIENCE)
    assert breaches.sweep.breaches(now=START + 62 * MINUTE) == 0
    assert answers.answer_all(now=START + 90 * MINUTE) == MANY - 1
    assert breaches.sweep.breaches(now=START + 91 * MINUTE) == 0
    with tenant_scope(cast.tenant):
        assert not TicketEvent.objects.filter(kind="breached").exists()
        stopped = Clock.objects.filter(metric="first_response").values_list("stopped_at", flat=True)
        assert set(stopped) == {START + 59 * MINUTE}


def while_a_worker_answers(cast: Any, monkeypatch: Any, act: Callable[[], Any]) -> None:
    """`act` begins while a worker is about to post what is owed first."""
    begun, acting, pass_on = threading.Event(), threading.Event(), answers.pass_on

    def passing(**given: Any) -> Any:
        if not begun.is_set():
            begun.set()
            assert acting.wait(PATIENCE)
            until_somebody_waits_for_a_lock()
        return pass_on(**given)

    def do() -> None:
        with tenant_scope(cast.tenant):
            acting.set()
            act()

    monkeypatch.setattr(answers, "pass_on", passing)
    with side_by_side() as start:
        worker = start(lambda: answers.answer_all(now=START + 90 * MINUTE))
        assert begun.wait(PATIENCE)
        done = start(do)
        worker.result(PATIENCE)
        done.result(PATIENCE)


@pytest.fixture
def one(cast: Any, monkeypatch: Any) -> Any:
    """A ticket whose first response is due an hour after `START`, and an incident about it a minute before."""
    monkeypatch.setattr(answers, "AT_ONCE", 0)
    with tenant_scope(cast.tenant):
        workspace(cast, "engage")
        ticket = ticket_about(cast.contact)
        update(declared(cast.agent, at=START + 30 * MINUTE, tickets=[ticket]), cast.agent, at=START + 59 * MINUTE)
        return ticket


def test_who_replies_while_a_worker_answers_comes_after_the_update(cast: Any, one: Any, monkeypatch: Any):
    reply = {"kind": Message.Kind.REPLY, "body": "We are at it.", "now": START + 70 * MINUTE}
    while_a_worker_answers(
        cast, monkeypatch, lambda: on_tickets.answer(ticket_id=one.pk, author=cast.agent, **reply)
    )  # fmt: skip
    with tenant_scope(cast.tenant):
        assert [body.partition("\n")[0] for _, body in said_on(one)] == ["We found it.", "We are at it."]
        assert not TicketEvent.objects.filter(kind="breached", data__metric="first_response").exists()


def test_who_merges_while_a_worker_answers_loses_no_update(cast: Any, one: Any, monkeypatch: Any):
    with tenant_scope(cast.tenant):
        other = ticket_about(cast.contact)
    merging = {"ticket_id": one.pk, "into_id": other.pk, "reason": "The same.", "now": START + 70 * MINUTE}
    while_a_worker_answers(cast, monkeypatch, lambda: on_tickets.merge(by=cast.agent, **merging))
    with tenant_scope(cast.tenant):
        assert len(said_on(one)) + len(said_on(other)) == 1


def test_updates_of_two_incidents_are_posted_once_each_while_somebody_takes_one_off(
    cast: Any, one: Any, monkeypatch: Any
):
    """What cannot be posted now keeps nothing that was said later, and is not tried over and over."""
    with tenant_scope(cast.tenant):
        update(
            declared(cast.agent, at=START + 30 * MINUTE, tickets=[one]), cast.agent, at=START + 60 * MINUTE, body="2."
        )
    tried, answer_linked = [], answers.answer_linked

    def counting(*, answer_id: int, now: Any) -> bool:
        tried.append(answer_id)
        return answer_id != min(tried) and answer_linked(answer_id=answer_id, now=now)

    monkeypatch.setattr(answers, "answer_linked", counting)
    with tenant_scope(cast.tenant):
        on_tickets.answer(
            ticket_id=one.pk, author=cast.agent, kind=Message.Kind.REPLY, body="3.", now=START + 70 * MINUTE
        )
        assert [body.partition("\n")[0] for _, body in said_on(one)] == ["2.", "3."]
    assert len(tried) < 5


def test_workers_and_people_at_once_wait_for_each_other_and_post_each_word_once(cast: Any, monkeypatch: Any):
    monkeypatch.setattr(answers, "AT_ONCE", 1)
    people, now = cast, START + 20 * MINUTE
    with tenant_scope(cast.tenant):
        workspace(cast, "engage")
        tickets = [ticket_about(cast.contact) for _ in range(MANY)]
        one, other = (declared(cast.agent, tickets=tickets) for _ in range(2))
        for incident in (one, other):
            update(incident, cast.agent, body=f"{incident}: found.")

    def do(action: Callable[..., Any], **given: Any) -> Callable[[], Any]:
        def doing() -> Any:
            with tenant_scope(people.tenant):
                return action(now=now, **given)

        return doing

    merging, said = {"by": cast.agent, "reason": "The same."}, {"author": cast.agent, "kind": Message.Kind.REPLY}
    done = all_at_once(
        *(lambda: answers.answer_all(now=now) for _ in range(2)),
        do(on_tickets.merge, ticket_id=tickets[5].pk, into_id=tickets[0].pk, **merging),
        do(on_tickets.merge, ticket_id=tickets[1].pk, into_id=tickets[4].pk, **merging),
        do(actions.unlink_ticket, incident_id=one.pk, ticket=tickets[2], by=cast.agent),
        *(do(on_tickets.answer, ticket_id=tickets[each].pk, body="Hello.", **said) for each in (2, 3)),
        do(actions.post_update, incident_id=one.pk, by=cast.lead, body="Still on it."),
        do(actions.resolve_incident, incident_id=other.pk, by=cast.agent, body="It works."),
    )
    assert not [each for each in done if isinstance(each, BaseException)]
    for _ in range(3):
        answers.answer_all(now=now + MINUTE)
    assert owed(cast) == 0
    with tenant_scope(cast.tenant):
        assert not Ticket.objects.exclude(word_owed_at=None).exists()
        for ticket in tickets:
            bodies = [body for _, body in said_on(ticket)]
            assert len(set(bodies)) == len(bodies)
