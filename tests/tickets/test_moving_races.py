"""Open tickets are moved while others work on them, and by two sweeps at once."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from notifications.models import OutgoingMessage
from tenants.scope import tenant_scope
from tests.tickets.agreeing import consistent
from tests.tickets.desking import MORNING, clock, events, filed, hours, under
from tests.tickets.moving import FIRST_IN_4_HOURS, next_version, swept, version_of
from tests.tickets.side_by_side import PATIENCE, all_at_once, side_by_side, until_somebody_waits_for_a_lock
from tickets import actions, breaches
from tickets.actions import terms
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db(transaction=True)

NOON = MORNING + hours(3)
THE_DAY_BEFORE = MORNING - timedelta(days=1)


class HeldMove:
    """A sweep that has moved its batch and has not committed it yet: `done` is set there, and it goes on at `go_on`."""

    def __init__(self, monkeypatch: Any) -> None:
        self.done, self.go_on = threading.Event(), threading.Event()
        once = iter([True])

        @contextmanager
        def held(tenant: Any) -> Any:
            with tenant_scope(tenant):
                yield
                if next(once, False):
                    self.done.set()
                    assert self.go_on.wait(PATIENCE)

        monkeypatch.setattr(terms, "tenant_scope", held)


def test_two_sweeps_at_once_move_each_ticket_once(cast: Any):
    under("officeware", "gold", cast)
    tickets = [filed(cast.contact, at=THE_DAY_BEFORE) for _ in range(4)]
    next_version(cast, FIRST_IN_4_HOURS)
    assert sum(all_at_once(*(lambda: swept(NOON) for _ in range(3)))) == 4
    for ticket in tickets:
        assert len(events(ticket, "terms_changed")) == 1
        assert len(events(ticket, "breached")) == 1
    with tenant_scope(cast.tenant):
        assert OutgoingMessage.objects.filter(subject__contains="The agreement changed").count() == 4
    consistent(cast, NOON)


def test_a_second_sweep_leaves_alone_what_the_first_is_moving(cast: Any, monkeypatch: Any):
    under("officeware", "gold", cast)
    filed(cast.contact, at=THE_DAY_BEFORE)
    next_version(cast, FIRST_IN_4_HOURS)
    first = HeldMove(monkeypatch)
    with side_by_side() as start:
        sweep = start(swept, NOON)
        assert first.done.wait(PATIENCE)
        assert start(swept, NOON).result(PATIENCE) == 0
        first.go_on.set()
        assert sweep.result(PATIENCE) == 1
    assert swept(NOON) == 0


def test_an_answer_that_was_on_its_way_comes_after_the_move_and_under_the_new_version(cast: Any, monkeypatch: Any):
    under("officeware", "gold", cast)
    ticket = filed(cast.contact)
    new = next_version(cast, FIRST_IN_4_HOURS, now=MORNING + hours(1))
    move = HeldMove(monkeypatch)

    def answer() -> None:
        with tenant_scope(cast.tenant):
            actions.answer(ticket_id=ticket.pk, author=cast.agent, kind=Message.Kind.REPLY, body="We look.",
                           then=Ticket.Status.OPEN, now=MORNING + hours(2))  # fmt: skip

    with side_by_side() as start:
        sweep = start(swept, NOON)
        assert move.done.wait(PATIENCE)
        answered = start(answer)
        until_somebody_waits_for_a_lock()
        move.go_on.set()
        sweep.result(PATIENCE)
        answered.result(PATIENCE)
    (moved,), (said,) = events(ticket, "terms_changed"), events(ticket, "agent_reply")
    assert moved.at <= said.at
    assert (clock(ticket, "first_response").target_text, version_of(ticket)) == ("4 business hours", new.pk)
    consistent(cast, NOON)


def test_a_ticket_that_somebody_works_on_is_left_to_the_next_sweep(cast: Any):
    under("officeware", "gold", cast)
    ticket = filed(cast.contact)
    new = next_version(cast, FIRST_IN_4_HOURS, now=MORNING + hours(1))
    done, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        with tenant_scope(cast.tenant):
            actions.answer(ticket_id=ticket.pk, author=cast.agent, kind=Message.Kind.REPLY, body="We look.",
                           then=Ticket.Status.OPEN, now=MORNING + hours(2))  # fmt: skip
            done.set()
            assert go_on.wait(PATIENCE)

    with side_by_side() as start:
        answered = start(slowly)
        assert done.wait(PATIENCE)
        assert start(swept, NOON).result(PATIENCE) == 0
        go_on.set()
        answered.result(PATIENCE)
    assert swept(NOON) == 1
    assert (clock(ticket, "first_response").target_text, version_of(ticket)) == ("8 business hours", new.pk)
    consistent(cast, NOON)


def test_a_sweep_of_breaches_at_the_same_time_records_each_miss_once(cast: Any):
    under("officeware", "gold", cast)
    tickets = [filed(cast.contact, at=THE_DAY_BEFORE) for _ in range(3)]
    next_version(cast, FIRST_IN_4_HOURS)
    all_at_once(lambda: swept(NOON), lambda: breaches.sweep.breaches(now=NOON))
    swept(NOON)
    breaches.sweep.breaches(now=NOON)
    for ticket in tickets:
        assert len(events(ticket, "breached")) == 1
    consistent(cast, NOON)


def test_killed_before_it_commits_nothing_of_a_batch_is_there(cast: Any, monkeypatch: Any):
    under("officeware", "gold", cast)
    ticket = filed(cast.contact, at=THE_DAY_BEFORE)
    next_version(cast, FIRST_IN_4_HOURS)

    def dies(*_: Any, **__: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(terms.announce, "terms_changed", dies)
        with pytest.raises(SystemExit):
            swept(NOON)
    assert events(ticket, "terms_changed") == []
    assert swept(NOON) == 1
    consistent(cast, NOON)
