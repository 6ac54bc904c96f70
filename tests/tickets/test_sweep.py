"""Warnings and breaches: raised when due, dated by the arithmetic, told once and to the right people."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError

from clocks import sweep as sweep_of_clocks
from notifications.models import Notice, OutgoingMessage
from tenants.scope import every_tenant, tenant_scope
from tests import factories
from tests.tickets.desking import MORNING, act, clock, events, filed, under
from tickets import actions, breaches
from tickets.models import Clock, Message, Ticket, TicketEvent
from tickets.promises.verification import verify

pytestmark = pytest.mark.django_db

HOUR, MINUTE, INSTANT = timedelta(hours=1), timedelta(minutes=1), timedelta(microseconds=1)
DUE = MORNING + HOUR


@pytest.fixture
def urgent(cast: Any) -> Ticket:
    """An urgent ticket under the identity agreement: answered within an hour, at any hour; warned at 30 and 48 m."""
    under("identity", "standard", cast)
    return urgent_ticket(cast)


def urgent_ticket(cast: Any, *, at: datetime = MORNING, **fields: Any) -> Ticket:
    return filed(cast.contact, at=at, request_type="question", level="urgent", **fields)


def sweep(now: datetime) -> tuple[int, int]:
    """What beat does: warnings, breaches, telling. Returns how many of the first two."""
    raised = breaches.sweep.warnings(now=now), breaches.sweep.breaches(now=now)
    breaches.sweep.tell_people(now=now)
    return raised


def told(cast: Any, topic: str) -> list[str]:
    """To whom mails of `topic` are queued, checked against the notices."""
    with tenant_scope(cast.tenant):
        mails = list(OutgoingMessage.objects.filter(topic=topic).order_by("id").values_list("to", flat=True))
        notices = list(Notice.objects.filter(topic=topic).order_by("id").values_list("user__email", flat=True))
    assert sorted(mails) == sorted(notices)
    return sorted(mails)


def assert_true(cast: Any, now: datetime) -> None:
    """What is stored is what the facts give."""
    with tenant_scope(cast.tenant):
        assert [found for found in verify(now=now) if not isinstance(found, int)] == []


@pytest.mark.parametrize(
    ("late_by", "breached"),
    [(-INSTANT, False), (0 * INSTANT, True), (INSTANT, True)],
    ids=["early", "on the dot", "late"],
)
def test_D3_an_unanswered_ticket_breaches_at_its_due_time(
    urgent: Ticket, cast: Any, late_by: timedelta, breached: bool
):
    assert clock(urgent, "first_response").due_at == DUE
    assert breaches.sweep.breaches(now=DUE + late_by) == breached
    assert (clock(urgent, "first_response").breached_at == DUE) is breached
    assert_true(cast, DUE + late_by)


def test_after_a_day_without_a_worker_the_breach_carries_its_due_time_and_nobody_is_warned(urgent: Ticket, cast: Any):
    woke = DUE + timedelta(days=1)
    assert sweep(woke) == (0, 1)
    found = clock(urgent, "first_response")
    assert (found.breached_at, found.breach_recorded_at, found.warn_at, found.warned_at) == (DUE, woke, None, None)
    assert events(urgent, "warned") == []
    [event] = events(urgent, "breached")
    assert (event.at, event.recorded_at, event.by) == (DUE, woke, "system")
    assert event.data == {"metric": "first_response", "cycle": 0, "target": found.target_text, "clause": "D3"}
    assert told(cast, "clock.warned") == []
    assert len(told(cast, "clock.breached")) == 2
    assert_true(cast, woke)


def test_two_warning_points_that_passed_unseen_are_one_warning(urgent: Ticket, cast: Any):
    assert sweep(MORNING + 50 * MINUTE) == (1, 0)
    assert sweep(MORNING + 51 * MINUTE) == (0, 0)
    assert len(events(urgent, "warned")) == 1
    assert clock(urgent, "first_response").warn_at is None


def test_each_warning_point_warns_once(urgent: Ticket, cast: Any):
    minutes = [29, 30, 31, 47, 48, 49, 59]
    assert [sweep(MORNING + each * MINUTE)[0] for each in minutes] == [0, 1, 0, 0, 1, 0, 0]
    # Once more to each of the lead and the owner; the time is the tenant's, where 10:00 UTC is 11:00.
    with tenant_scope(cast.tenant):
        titles = OutgoingMessage.objects.filter(topic="clock.warned").values_list("subject", flat=True)
        assert [title.split(" on ")[0] for title in titles] == ["Due today 11:00: first response"] * 4
    assert_true(cast, MORNING + 59 * MINUTE)


def test_a_warning_once_given_is_not_given_again_when_the_ticket_changes(urgent: Ticket, cast: Any):
    sweep(MORNING + 31 * MINUTE)
    act(cast.tenant, actions.answer, ticket_id=urgent.pk, author=cast.agent, kind=Message.Kind.ACKNOWLEDGEMENT,
        body="We are on it.", now=MORNING + 32 * MINUTE)  # fmt: skip
    assert sweep(MORNING + 33 * MINUTE) == (0, 0)
    assert sweep(MORNING + 48 * MINUTE) == (1, 0)


def test_C1_an_acknowledgement_keeps_no_breach_away_and_an_answer_does(urgent: Ticket, cast: Any):
    other = urgent_ticket(cast)
    for ticket, kind in ((urgent, Message.Kind.ACKNOWLEDGEMENT), (other, Message.Kind.REPLY)):
        act(cast.tenant, actions.answer, ticket_id=ticket.pk, author=cast.agent, kind=kind, body="Hello.",
            now=MORNING + MINUTE)  # fmt: skip
    assert sweep(DUE) == (0, 1)
    assert clock(urgent, "first_response").breached_at == DUE
    assert clock(other, "first_response").breached_at is None


def test_sweeping_again_and_again_raises_and_tells_nothing_more(urgent: Ticket, cast: Any):
    assert sweep(DUE) == (0, 1)
    before = told(cast, "clock.breached")
    assert [sweep(DUE + step * MINUTE) for step in range(3)] == [(0, 0)] * 3
    assert told(cast, "clock.breached") == before
    assert len(events(urgent, "breached")) == 1


def test_a_breach_found_by_a_late_answer_is_the_one_that_the_sweep_would_have_found(urgent: Ticket, cast: Any):
    late = DUE + 5 * MINUTE
    act(
        cast.tenant,
        actions.answer,
        ticket_id=urgent.pk,
        author=cast.agent,
        kind=Message.Kind.REPLY,
        body="Sorry.",
        now=late,
    )
    found = clock(urgent, "first_response")
    assert (found.breached_at, found.stopped_at) == (DUE, late)
    assert sweep(late + MINUTE) == (0, 0)
    assert [event.at for event in events(urgent, "breached")] == [DUE]
    with tenant_scope(cast.tenant):
        [mail] = OutgoingMessage.objects.filter(topic="clock.breached")
    assert "came late" in mail.text
    assert mail.to == "adam@provider.example"
    assert_true(cast, late)


def test_waiting_for_the_client_is_neither_warned_nor_breached(cast: Any):
    under("officeware", "gold", cast)
    ticket = filed(cast.contact, level="severity_1")
    due = clock(ticket, "resolution").due_at
    assert due is not None
    act(cast.tenant, actions.answer, ticket_id=ticket.pk, author=cast.agent, kind=Message.Kind.REPLY,
        body="Which browser?", then=Ticket.Status.WAITING, now=MORNING + HOUR)  # fmt: skip
    assert clock(ticket, "resolution").due_at is None
    assert sweep(due + timedelta(days=30)) == (0, 0)


def test_A5_best_effort_is_measured_and_never_raised(cast: Any):
    under("seatplan", "standard", cast)
    filed(cast.contact, request_type="question", level="")
    with tenant_scope(cast.tenant):
        assert {found.kind for found in Clock.objects.all()} == {Clock.Kind.BEST_EFFORT}
    assert sweep(MORNING + timedelta(days=300)) == (0, 0)


def test_the_assignee_hears_alone(urgent: Ticket, cast: Any):
    act(cast.tenant, actions.assign, ticket_id=urgent.pk, by=cast.lead, assignee=cast.agent, now=MORNING + MINUTE)
    sweep(DUE)
    assert told(cast, "clock.breached") == ["adam@provider.example"]


def test_leads_and_owners_hear_of_what_nobody_has_or_somebody_had_who_left(urgent: Ticket, cast: Any):
    left = urgent_ticket(cast)
    act(cast.tenant, actions.assign, ticket_id=left.pk, by=cast.lead, assignee=cast.agent, now=MORNING + MINUTE)
    with tenant_scope(cast.tenant):
        cast.agent.deactivated_at = MORNING + 2 * MINUTE
        cast.agent.save()
    sweep(DUE)
    assert told(cast, "clock.breached") == ["lena@provider.example"] * 2 + ["olga@provider.example"] * 2


def test_a_breach_is_told_to_its_own_tenant_only(urgent: Ticket, cast: Any):
    with tenant_scope(cast.other_tenant):
        version = factories.agreement("identity")
        factories.subscription(cast.rival.client, version, "standard")
    theirs = filed(cast.rival.contact, request_type="question", level="urgent", subject="Theirs alone")
    assert sweep(DUE) == (0, 2)
    for tenant, subject in ((cast.tenant, urgent.subject), (cast.other_tenant, theirs.subject)):
        with tenant_scope(tenant):
            [event] = TicketEvent.objects.filter(kind="breached")
            assert event.tenant_id == tenant.pk
            titles = set(Notice.objects.filter(topic="clock.breached").values_list("title", flat=True))
            assert len(titles) == 1
            assert subject in titles.pop()
            [address] = set(OutgoingMessage.objects.filter(topic="clock.breached").values_list("text", flat=True))
            assert f"{tenant.slug}.localhost" in address


def test_a_warning_nobody_was_told_of_in_time_is_not_told_after_the_answer(urgent: Ticket, cast: Any):
    breaches.sweep.warnings(now=MORNING + 31 * MINUTE)
    act(cast.tenant, actions.answer, ticket_id=urgent.pk, author=cast.agent, kind=Message.Kind.REPLY, body="Done.",
        now=MORNING + 32 * MINUTE)  # fmt: skip
    assert breaches.sweep.tell_people(now=MORNING + 33 * MINUTE) == 1
    assert told(cast, "clock.warned") == []
    assert breaches.sweep.tell_people(now=MORNING + 34 * MINUTE) == 0


def test_a_warning_nobody_was_told_of_in_time_is_not_told_once_it_is_missed(urgent: Ticket, cast: Any):
    breaches.sweep.warnings(now=MORNING + 31 * MINUTE)
    breaches.sweep.tell_people(now=DUE)
    assert told(cast, "clock.warned") == []
    assert sweep(DUE) == (0, 1)
    assert told(cast, "clock.warned") == []
    assert len(told(cast, "clock.breached")) == 2


def test_a_crash_between_raising_and_telling_delays_the_message_and_loses_none(urgent: Ticket, cast: Any):
    breaches.sweep.breaches(now=DUE)
    assert told(cast, "clock.breached") == []
    assert sweep(DUE + HOUR) == (0, 0)
    assert len(told(cast, "clock.breached")) == 2


def test_batches_raise_everything_earliest_first_in_a_fixed_number_of_statements(
    urgent: Ticket, cast: Any, monkeypatch: Any, django_assert_num_queries: Any
):
    late = [urgent_ticket(cast, at=MORNING + step * MINUTE) for step in (4, 3, 2, 1)]
    monkeypatch.setattr(sweep_of_clocks, "BATCH", 2)
    # Three batches: savepoint, role, statement, role, release.
    with django_assert_num_queries(15):
        assert breaches.sweep.breaches(now=DUE + HOUR) == 5
    with tenant_scope(cast.tenant):
        raised = TicketEvent.objects.filter(kind="breached").order_by("id").values_list("ticket_id", flat=True)
        assert list(raised[:2]) == [urgent.pk, late[3].pk]
    assert breaches.sweep.tell_people(now=DUE + HOUR) == 5


@pytest.mark.parametrize(
    ("kind", "index"), [("breached", "clock_overdue"), ("warned", "clock_to_warn")], ids=["breaches", "warnings"]
)
def test_what_is_due_is_found_through_the_partial_index_by_the_sweepers_role(db: None, kind: str, index: str):
    with every_tenant(reason="explain"), connection.cursor() as cursor:
        # On tables of a few rows anything else would be quicker, and which depends on what statistics there are.
        for quicker in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{quicker} = off")
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("slatrack_sweeper",)
        cursor.execute(f"EXPLAIN {breaches.sweep.statement(kind)}", {"now": DUE, "batch": 1000, "kind": kind})
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert f"using {index}" in plan
    assert "Seq Scan" not in plan


def test_untold_clocks_are_found_through_their_index(db: None):
    with every_tenant(reason="explain"), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "clock_untold" in Clock.objects.untold()[:10].explain()


def test_the_history_of_a_breach_cannot_be_changed(urgent: Ticket, cast: Any):
    breaches.sweep.breaches(now=DUE)
    with tenant_scope(cast.tenant), pytest.raises(InternalError, match="ticket"), transaction.atomic():
        TicketEvent.objects.filter(kind="breached").update(at=DUE + HOUR)
