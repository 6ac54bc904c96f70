"""What people do to tickets, and what that does to the promises on them. Actions in, state and history out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from notifications.models import Notice, OutgoingMessage
from tenants.scope import tenant_scope
from tests.tickets.desking import MORNING, act, clock, events, filed, fresh, under
from tickets import actions, breaches
from tickets.models import Clock, Message, Ticket, TicketEvent
from tickets.promises.verification import verify

pytestmark = pytest.mark.django_db

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
Status = Ticket.Status


@pytest.fixture
def ticket(cast: Any) -> Any:
    """Severity 2 on Gold, filed Tuesday 10:00: answer within 8 business hours, resolution within 3 business days."""
    under("officeware", "gold", cast)
    ticket = filed(cast.contact)
    yield ticket
    with tenant_scope(cast.tenant):
        latest = TicketEvent.objects.filter(ticket=ticket).latest("at").at
        assert [found for found in verify(now=latest) if not isinstance(found, int)] == []


def say(ticket: Ticket, author: Any, at: datetime, **fields: Any) -> Message:
    """An answer by a member, a message by a contact."""
    if hasattr(author, "client_id"):
        return act(ticket.tenant, actions.write_as_client, **{
            "ticket_id": ticket.pk, "author": author, "body": "It still happens.",
        "now": at, **fields})  # fmt: skip
    return act(ticket.tenant, actions.answer, **{
        "ticket_id": ticket.pk, "author": author, "kind": Message.Kind.REPLY, "body": "Here is how.",
        "now": at, **fields})  # fmt: skip


def move(ticket: Ticket, by: Any, status: Ticket.Status, at: datetime) -> Ticket:
    return act(ticket.tenant, actions.set_status, ticket_id=ticket.pk, by=by, status=status, now=at)


class TestAnswering:
    @pytest.mark.parametrize("kind", [Message.Kind.ACKNOWLEDGEMENT, Message.Kind.INTERNAL_NOTE])
    def test_C1_an_acknowledgement_or_a_note_never_stops_a_clock(self, cast: Any, ticket: Ticket, kind: Message.Kind):
        before = {metric: clock(ticket, metric).due_at for metric in ("first_response", "next_response", "resolution")}
        say(ticket, cast.agent, MORNING + HOUR, kind=kind)
        assert {metric: clock(ticket, metric).due_at for metric in before} == before
        assert clock(ticket, "first_response").stopped_at is None
        assert fresh(ticket).assignee is None

    def test_C1_the_confirmation_that_goes_out_by_itself_stops_no_clock(self, cast: Any, ticket: Ticket):
        with tenant_scope(cast.tenant):
            assert (
                OutgoingMessage.objects.filter(to=cast.contact.email, subject__contains="We have your request").count()
                == 1
            )
        assert clock(ticket, "first_response").stopped_at is None

    def test_E4_a_substantive_answer_stops_first_and_next_response_and_not_the_resolution(
        self, cast: Any, ticket: Ticket
    ):
        assert clock(ticket, "first_response").due_at == MORNING + DAY
        say(ticket, cast.agent, MORNING + HOUR)
        first = clock(ticket, "first_response")
        assert (first.stopped_at, first.due_at, first.promised_at) == (MORNING + HOUR, None, MORNING + DAY)
        assert first.elapsed_seconds == 3600
        assert clock(ticket, "next_response").stopped_at == MORNING + HOUR
        assert clock(ticket, "resolution").due_at == MORNING + 3 * DAY

    def test_whoever_answers_first_has_the_ticket(self, cast: Any, ticket: Ticket):
        say(ticket, cast.agent, MORNING + HOUR)
        say(ticket, cast.lead, MORNING + 2 * HOUR)
        assert fresh(ticket).assignee == cast.agent
        assert [event.data for event in events(ticket, "assigned")] == [{"to": "Adam Agent"}]

    def test_the_next_message_opens_a_new_cycle_from_the_oldest_one_unanswered(self, cast: Any, ticket: Ticket):
        say(ticket, cast.agent, MORNING + HOUR)
        say(ticket, cast.contact, MORNING + 2 * HOUR)
        say(ticket, cast.contact, MORNING + 3 * HOUR)
        latest = clock(ticket, "next_response")
        assert (latest.cycle, latest.started_at, latest.stopped_at) == (1, MORNING + 2 * HOUR, None)

    def test_a_form_sent_twice_is_posted_once(self, cast: Any, ticket: Ticket):
        form = uuid4()
        assert say(ticket, cast.agent, MORNING + HOUR, submission=form) == say(
            ticket, cast.agent, MORNING + 2 * HOUR, submission=form
        )
        assert len(events(ticket, "agent_reply")) == 1

    def test_an_answer_to_what_its_author_has_not_read_is_held_back(self, cast: Any, ticket: Ticket):
        seen = events(ticket, "created")[0].pk
        say(ticket, cast.contact, MORNING + HOUR)
        with pytest.raises(ValidationError, match="Carla Contact wrote while you did"):
            say(ticket, cast.agent, MORNING + HOUR, seen_event=seen)
        # Nobody is kept from noting something for colleagues.
        say(ticket, cast.agent, MORNING + HOUR, seen_event=seen, kind=Message.Kind.INTERNAL_NOTE)

    @pytest.mark.parametrize("body", ["", " \n "])
    def test_an_empty_message_is_refused_beside_its_field(self, cast: Any, ticket: Ticket, body: str):
        with pytest.raises(ValidationError) as refused:
            say(ticket, cast.agent, MORNING, body=body)
        assert list(refused.value.message_dict) == ["body"]


class TestWaiting:
    def test_E4_waiting_for_the_client_moves_the_resolution_by_the_business_time_it_lasted(
        self, cast: Any, ticket: Ticket
    ):
        say(ticket, cast.agent, MORNING + HOUR, then=Status.WAITING)
        waiting = clock(ticket, "resolution")
        assert (waiting.due_at, waiting.paused_at) == (None, MORNING + HOUR)
        # From 11:00 to 11:00 the next day are eight business hours, so Friday 10:00 becomes Monday 10:00.
        say(ticket, cast.contact, MORNING + HOUR + DAY)
        assert fresh(ticket).status == Status.OPEN
        assert clock(ticket, "resolution").due_at == MORNING + 6 * DAY
        assert fresh(ticket).queue_at == MORNING + 6 * DAY

    def test_what_the_agreement_does_not_pause_goes_on_while_the_client_is_waited_for(self, cast: Any, ticket: Ticket):
        move(ticket, cast.agent, Status.WAITING, MORNING + HOUR)
        first = clock(ticket, "first_response")
        assert (first.due_at, first.paused_at) == (MORNING + DAY, None)

    def test_on_hold_is_not_the_clients_wait_and_ends_it(self, cast: Any, ticket: Ticket):
        move(ticket, cast.agent, Status.WAITING, MORNING + HOUR)
        move(ticket, cast.agent, Status.ON_HOLD, MORNING + 2 * HOUR)
        running = clock(ticket, "resolution")
        assert (running.paused_at, running.due_at) == (None, MORNING + 3 * DAY + HOUR)

    def test_a_message_of_the_client_leaves_a_ticket_on_hold(self, cast: Any, ticket: Ticket):
        move(ticket, cast.agent, Status.ON_HOLD, MORNING + HOUR)
        say(ticket, cast.contact, MORNING + 2 * HOUR)
        assert fresh(ticket).status == Status.ON_HOLD

    def test_the_same_status_again_changes_nothing_and_is_not_on_record(self, cast: Any, ticket: Ticket):
        move(ticket, cast.agent, Status.WAITING, MORNING + HOUR)
        move(ticket, cast.agent, Status.WAITING, MORNING + 2 * HOUR)
        assert len(events(ticket, "waiting")) == 1
        assert clock(ticket, "resolution").paused_at == MORNING + HOUR


class TestSolvingAndReopening:
    def test_solving_stops_every_clock_and_tells_the_client(self, cast: Any, ticket: Ticket):
        move(ticket, cast.agent, Status.SOLVED, MORNING + HOUR)
        with tenant_scope(cast.tenant):
            assert not Clock.objects.filter(ticket=ticket, stopped_at=None).exists()
            assert OutgoingMessage.objects.filter(to=cast.contact.email, subject__contains="Solved").count() == 1
        assert fresh(ticket).solved_at == MORNING + HOUR

    @pytest.mark.parametrize("kind", ["reply", "acknowledgement", "internal_note"])
    def test_an_answer_that_solves_is_one_mail(self, cast: Any, ticket: Ticket, kind: str):
        say(ticket, cast.agent, MORNING + HOUR, kind=Message.Kind(kind), body="Try it now.", then=Status.SOLVED)
        with tenant_scope(cast.tenant):
            [mail] = OutgoingMessage.objects.filter(to=cast.contact.email, text__contains="marked your request")
            others = OutgoingMessage.objects.filter(to=cast.contact.email, subject__contains="Re: ")
            assert ("Try it now." in mail.text) == (kind != "internal_note")
            assert not others.exists()

    @pytest.mark.parametrize("then", [Status.CLOSED, Status.WAITING])
    def test_an_answer_that_does_not_solve_is_mailed_as_one(self, cast: Any, ticket: Ticket, then: Status):
        say(ticket, cast.agent, MORNING + HOUR, body="Try it now.", then=then)
        with tenant_scope(cast.tenant):
            [mail] = OutgoingMessage.objects.filter(to=cast.contact.email, text__contains="Try it now.")
            assert "Re: " in mail.subject

    def test_reopened_the_resolution_goes_on_where_it_stood(self, cast: Any, ticket: Ticket):
        say(ticket, cast.agent, MORNING + HOUR, then=Status.SOLVED)
        act(
            cast.tenant,
            actions.reopen,
            ticket_id=ticket.pk,
            by=cast.contact,
            reason="It is back.",
            now=MORNING + HOUR + DAY,
        )
        resumed = clock(ticket, "resolution")
        assert (resumed.cycle, resumed.stopped_at, resumed.due_at) == (0, None, MORNING + 6 * DAY)
        assert (fresh(ticket).status, fresh(ticket).solved_at) == (Status.OPEN, None)
        assert [event.reason for event in events(ticket, "reopened")] == ["It is back."]

    def test_reopening_asks_for_a_reason_and_a_status_does_not_do_it(self, cast: Any, ticket: Ticket):
        move(ticket, cast.agent, Status.SOLVED, MORNING + HOUR)
        with pytest.raises(ValidationError, match="Say what is still wrong"):
            act(cast.tenant, actions.reopen, ticket_id=ticket.pk, by=cast.contact, reason=" ", now=MORNING + 2 * HOUR)
        with pytest.raises(ValidationError, match="Reopen it first"):
            move(ticket, cast.agent, Status.OPEN, MORNING + 2 * HOUR)

    def test_a_last_thank_you_starts_no_clock(self, cast: Any, ticket: Ticket):
        say(ticket, cast.agent, MORNING + HOUR, then=Status.SOLVED)
        say(ticket, cast.contact, MORNING + 2 * HOUR, body="Thank you!")
        assert fresh(ticket).status == Status.SOLVED
        with tenant_scope(cast.tenant):
            assert not Clock.objects.filter(ticket=ticket, stopped_at=None).exists()

    def test_a_contact_can_say_that_it_is_solved_and_nothing_else(self, cast: Any, ticket: Ticket):
        for status in (Status.WAITING, Status.ON_HOLD, Status.CLOSED):
            with pytest.raises(ValidationError, match="solved, or that it is not"):
                move(ticket, cast.contact, status, MORNING + HOUR)
        assert move(ticket, cast.contact, Status.SOLVED, MORNING + HOUR).status == Status.SOLVED

    def test_a_closed_ticket_is_final(self, cast: Any, ticket: Ticket):
        at = MORNING + 2 * HOUR
        move(ticket, cast.agent, Status.CLOSED, MORNING + HOUR)
        for refused in (
            lambda: say(ticket, cast.agent, at),
            lambda: say(ticket, cast.contact, at),
            lambda: move(ticket, cast.agent, Status.OPEN, at),
            lambda: act(cast.tenant, actions.reopen, ticket_id=ticket.pk, by=cast.agent, reason="Again.", now=at),
            lambda: act(
                cast.tenant,
                actions.reclassify,
                ticket_id=ticket.pk,
                by=cast.agent,
                level="severity_1",
                request_type="incident",
                reason="Worse.",
                now=at,
            ),
        ):
            with pytest.raises(ValidationError, match="closed"):
                refused()
        assert len(events(ticket, "closed")) == 1


class TestAssigning:
    def test_who_gets_a_ticket_hears_of_it_and_who_takes_it_does_not(self, cast: Any, ticket: Ticket):
        act(cast.tenant, actions.assign, ticket_id=ticket.pk, by=cast.lead, assignee=cast.agent, now=MORNING + HOUR)
        act(cast.tenant, actions.assign, ticket_id=ticket.pk, by=cast.lead, assignee=cast.lead, now=MORNING + 2 * HOUR)
        with tenant_scope(cast.tenant):
            heard = list(Notice.objects.filter(topic="ticket.assigned").values_list("user__email", flat=True))
        assert heard == ["adam@provider.example"]
        assert [event.data["to"] for event in events(ticket, "assigned")] == ["Adam Agent", "Lena Lead"]

    def test_only_somebody_who_works_tickets_gets_one(self, cast: Any, ticket: Ticket):
        with pytest.raises(ValidationError, match="Mona Manager does not work tickets"):
            act(
                cast.tenant,
                actions.assign,
                ticket_id=ticket.pk,
                by=cast.lead,
                assignee=cast.account_manager,
                now=MORNING,
            )


class TestTime:
    def test_no_fact_comes_before_one_that_is_on_record(self, cast: Any, ticket: Ticket):
        say(ticket, cast.agent, MORNING + 2 * HOUR)
        # A slower web server, whose clock was read earlier.
        message = say(ticket, cast.contact, MORNING + HOUR)
        assert message.posted_at == MORNING + 2 * HOUR
        [event] = events(ticket, "client_reply")
        assert (event.at, event.recorded_at) == (MORNING + 2 * HOUR, MORNING + HOUR)

    def test_clocks_start_when_the_request_was_received_and_not_when_it_was_typed_in(self, cast: Any, ticket: Ticket):
        call = filed(cast.contact, by=cast.agent, at=MORNING, now=MORNING + 5 * HOUR, channel=Ticket.Channel.PHONE)
        assert clock(call, "first_response").started_at == MORNING
        assert clock(call, "first_response").due_at == clock(ticket, "first_response").due_at
        assert events(call, "created")[0].data["typed_by"] == "Adam Agent"

    def test_every_action_is_on_record_with_who_when_and_why(self, cast: Any, ticket: Ticket):
        say(ticket, cast.agent, MORNING + HOUR)
        act(cast.tenant, actions.set_scope, ticket_id=ticket.pk, by=cast.lead, scope=Ticket.Scope.CLIENT_SIDE,
            reproducibility=Ticket.Reproducibility.REPRODUCIBLE, now=MORNING + 2 * HOUR)  # fmt: skip
        act(cast.tenant, actions.reclassify, ticket_id=ticket.pk, by=cast.lead, level="severity_3",
        request_type="incident",
            reason="There is a workaround.", now=MORNING + 3 * HOUR)  # fmt: skip
        move(ticket, cast.contact, Status.SOLVED, MORNING + 4 * HOUR)
        with tenant_scope(cast.tenant):
            said = list(TicketEvent.objects.filter(ticket=ticket).values_list("kind", "by", "actor_name", "reason"))
        assert said == [
            ("created", "client", "Carla Contact", ""),
            ("agent_reply", "agent", "Adam Agent", ""),
            ("assigned", "agent", "Adam Agent", ""),
            ("scoped", "agent", "Lena Lead", ""),
            ("reclassified", "agent", "Lena Lead", "There is a workaround."),
            ("solved", "client", "Carla Contact", ""),
        ]
        assert breaches.sweep.breaches(now=MORNING + 100 * DAY) == 0
