"""`sla verify`: stored clocks are a cache, and whatever is not what the facts give is found and named."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from notifications.models import OutgoingMessage
from tenants.scope import tenant_scope
from tests.tickets.desking import MORNING, act, clock, events, filed, under
from tickets import actions, breaches
from tickets.models import Clock, Message, Ticket
from tickets.promises.verification import Difference, verify

pytestmark = pytest.mark.django_db

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NOON = MORNING + 3 * HOUR


@pytest.fixture
def ticket(cast: Any) -> Ticket:
    """Answered, then waiting for the client: one clock stopped, one paused, one of best effort."""
    under("officeware", "gold", cast)
    ticket = filed(cast.contact)
    act(cast.tenant, actions.answer, ticket_id=ticket.pk, author=cast.agent, kind=Message.Kind.REPLY, body="Which one?",
        then=Ticket.Status.WAITING, now=MORNING + HOUR)  # fmt: skip
    return ticket


def found(cast: Any, *, now: datetime = NOON) -> list[Difference]:
    with tenant_scope(cast.tenant):
        return [result for result in verify(now=now) if isinstance(result, Difference)]


def tamper(ticket: Ticket, metric: str, **columns: Any) -> None:
    with tenant_scope(ticket.tenant):
        assert Clock.objects.filter(ticket=ticket, metric=metric).update(**columns) == 1


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=1), timedelta(days=400)])
def test_what_actions_store_is_what_the_facts_give_at_any_later_time(cast: Any, ticket: Ticket, later: timedelta):
    assert found(cast, now=NOON + later) == []


@pytest.mark.parametrize(
    ("metric", "columns"),
    [
        ("resolution", {"due_at": NOON}),
        ("resolution", {"paused_at": None}),
        ("resolution", {"paused_at": NOON}),
        ("resolution", {"elapsed_seconds": 1}),
        ("resolution", {"target_seconds": 60}),
        ("first_response", {"stopped_at": MORNING}),
        ("first_response", {"stopped_by": "solved"}),
        ("first_response", {"promised_at": NOON}),
        ("first_response", {"breached_at": NOON}),
        ("first_response", {"started_at": MORNING - HOUR}),
        ("next_response", {"kind": "target"}),
    ],
    ids=str,
)
def test_a_stored_value_that_was_changed_is_named_with_both_values(
    cast: Any, ticket: Ticket, metric: str, columns: dict[str, Any]
):
    [(column, value)] = columns.items()
    right = getattr(clock(ticket, metric), column)
    tamper(ticket, metric, **columns)
    assert found(cast) == [Difference(ticket.number, f"{metric}, cycle 0: {column}", value, right)]


def test_a_clock_that_vanished_and_one_from_nowhere_are_named(cast: Any, ticket: Ticket):
    tamper(ticket, "first_response", cycle=7)
    assert found(cast) == [
        Difference(ticket.number, "first_response, cycle 0", "no clock", "a clock"),
        Difference(ticket.number, "first_response, cycle 7", "a clock", "no clock"),
    ]


def test_a_wrong_place_in_the_queue_is_named(cast: Any, ticket: Ticket):
    with tenant_scope(cast.tenant):
        right = Ticket.objects.get(pk=ticket.pk).queue_at
        Ticket.objects.update(queue_at=NOON)
    assert found(cast) == [Difference(ticket.number, "queue_at", NOON, right)]


def test_a_breach_that_no_sweep_recorded_is_named_once_a_sweep_had_its_time(cast: Any):
    under("identity", "standard", cast)
    ticket = filed(cast.contact, request_type="question", level="urgent")
    due = MORNING + HOUR
    assert found(cast, now=due) == []
    assert found(cast, now=due + MINUTE - timedelta(seconds=1)) == []
    assert found(cast, now=due + MINUTE) == [
        Difference(ticket.number, "first_response, cycle 0: breached_at", None, due)
    ]
    breaches.sweep.breaches(now=due + MINUTE)
    assert found(cast, now=due + MINUTE) == []


def test_a_breach_recorded_at_another_time_than_it_fell_due_is_named(cast: Any):
    under("identity", "standard", cast)
    ticket = filed(cast.contact, request_type="question", level="urgent")
    breaches.sweep.breaches(now=NOON)
    tamper(ticket, "first_response", breached_at=NOON)
    assert [one.what for one in found(cast)] == ["first_response, cycle 0: breached_at"]


def test_facts_newer_than_the_look_are_no_difference(cast: Any, ticket: Ticket):
    assert found(cast, now=MORNING + MINUTE) == []


def test_the_command_says_what_differs_and_fails(cast: Any, ticket: Ticket, capsys: Any):
    call_command("sla", "verify")
    assert "acme: 1 tickets checked" in capsys.readouterr().out
    tamper(ticket, "resolution", due_at=NOON)
    with pytest.raises(CommandError, match="1 differences"):
        call_command("sla", "verify", "--tenant", "acme")
    said = capsys.readouterr().out
    assert (
        f"acme #{ticket.number} resolution, cycle 0: due_at: stored 2026-03-03 12:00:00+00:00, facts give None" in said
    )
    call_command("sla", "verify", "--tenant", "rival")
    with pytest.raises(CommandError, match="no tenant “nobody”"):
        call_command("sla", "verify", "--tenant", "nobody")


@pytest.mark.parametrize("is_open", [True, False])
def test_mended_clocks_are_those_of_the_facts_and_only_a_miss_on_an_open_ticket_is_told(
    cast: Any, capsys: Any, monkeypatch: Any, is_open: bool
):
    under("identity", "standard", cast)
    ticket = filed(cast.contact, request_type="question", level="urgent")
    if not is_open:
        with monkeypatch.context() as of_old:
            of_old.setattr(type(breaches.sweep), "announce", lambda *given, **named: None)
            act(cast.tenant, actions.set_status, ticket_id=ticket.pk, by=cast.agent, status=Ticket.Status.CLOSED,
                now=MORNING + 2 * HOUR)  # fmt: skip
    with tenant_scope(cast.tenant):
        # As a version that had no such clock left it.
        Clock.objects.filter(metric="first_response").delete()
        before = Ticket.objects.values_list("last_activity_at", flat=True).get()
    for said in (f"acme #{ticket.number} mended", "No differences."):
        with time_machine.travel(NOON, tick=False):
            call_command("sla", "verify", "--mend")
        assert said in capsys.readouterr().out
    assert found(cast) == []
    assert clock(ticket, "first_response").breached_at == MORNING + HOUR
    assert len(events(ticket, "breached")) == 1
    with tenant_scope(cast.tenant):
        assert Ticket.objects.values_list("last_activity_at", flat=True).get() == before
        assert OutgoingMessage.objects.filter(topic="clock.breached").exists() == is_open
