"""A client contests a pause, the desk answers. Actions in; state, history, mail and the clocks' arithmetic out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from agreements.document import bundled_text
from notifications.models import Notice, OutgoingMessage
from tenants.scope import tenant_scope
from tests import factories
from tests.tickets.desking import MORNING, act, clock, events, filed, fresh, under
from tests.tickets.side_by_side import all_at_once
from tickets import actions, breaches
from tickets.history.facts import facts
from tickets.models import Message, PauseContest, Ticket, TicketEvent
from tickets.promises.verification import verify
from tickets.why.pauses import pauses_of
from tickets.why.strike import effects, pause_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Status, Outcome = Ticket.Status, PauseContest.Outcome


@pytest.fixture
def ticket(cast: Any) -> Any:
    """Severity 2 on Gold: resolution within 3 business days of 8 hours from Tuesday 10:00. Paused from 11:00."""
    under("officeware", "gold", cast)
    ticket = filed(cast.contact)
    wait(ticket, cast)
    yield ticket
    with tenant_scope(cast.tenant):
        latest = TicketEvent.objects.filter(ticket=ticket).latest("at").at
        assert [found for found in verify(now=latest) if not isinstance(found, int)] == []


def wait(ticket: Ticket, cast: Any, at: Any = MORNING + HOUR) -> Message:
    return act(
        cast.tenant, actions.answer, ticket_id=ticket.pk, author=cast.agent, kind=Message.Kind.REPLY,
        body="Which browser do you use?", then=Status.WAITING, now=at,
    )  # fmt: skip


def pause(ticket: Ticket, kind: str = "waiting") -> int:
    return events(ticket, kind)[0].pk


def contest(ticket: Ticket, by: Any, at: Any = MORNING + 2 * HOUR, **changes: Any) -> PauseContest:
    given = {
        "ticket_id": ticket.pk,
        "pause_id": pause(ticket),
        "by": by,
        "reason": "We had told you already.",
        "now": at,
    }
    return act(ticket.tenant, actions.contest_pause, **{**given, **changes})


def answer(
    ticket: Ticket, it: PauseContest, by: Any, outcome: Any = Outcome.STRUCK, at: Any = MORNING + 3 * HOUR, **more: Any
):
    given = {"contest_id": it.pk, "by": by, "outcome": outcome, "answer": "You are right.", "now": at}
    return act(ticket.tenant, actions.answer_contest, **{**given, **more})


def resume(ticket: Ticket, cast: Any, at: Any) -> None:
    act(cast.tenant, actions.write_as_client, ticket_id=ticket.pk, author=cast.contact, body="Firefox.", now=at)


@pytest.mark.django_db
class TestContesting:
    def test_it_goes_on_the_record_and_to_whoever_watches_and_leads(self, cast: Any, ticket: Ticket):
        it = contest(ticket, cast.contact)
        (fact,) = events(ticket, "pause_contested")
        assert (fact.actor_name, fact.reason, fact.data) == (
            "Carla Contact", "We had told you already.", {"pause": pause(ticket), "contest": it.pk},
        )  # fmt: skip
        with tenant_scope(cast.tenant):
            told = Notice.objects.filter(topic="ticket.pause_contested")
            assert {notice.user.name for notice in told} == {"Adam Agent", "Lena Lead", "Olga Owner"}
            assert {notice.url for notice in told} == {f"/desk/tickets/{ticket.number}/contests/{it.pk}/"}

    def test_it_moves_no_clock(self, cast: Any, ticket: Ticket):
        before = clock(ticket, "resolution").elapsed_seconds
        contest(ticket, cast.contact)
        assert (clock(ticket, "resolution").elapsed_seconds, clock(ticket, "resolution").due_at) == (before, None)

    def test_the_same_form_sent_twice_is_one_contest(self, cast: Any, ticket: Ticket):
        assert contest(ticket, cast.contact) == contest(ticket, cast.contact, MORNING + 3 * HOUR)
        assert len(events(ticket, "pause_contested")) == 1

    def test_a_pause_is_contested_once_whatever_came_of_it(self, cast: Any, ticket: Ticket):
        it = contest(ticket, cast.contact)
        with pytest.raises(ValidationError, match="Carla Contact contested this pause already"):
            contest(ticket, cast.contact, reason="And again.")
        answer(ticket, it, cast.agent, Outcome.KEPT)
        with pytest.raises(ValidationError, match="contested this pause already"):
            contest(ticket, cast.contact, reason="And again.")

    @pytest.mark.parametrize("reason", ["", " \n", "x" * 2001])
    def test_a_reason_is_needed_and_a_short_one(self, cast: Any, ticket: Ticket, reason: str):
        with pytest.raises(ValidationError) as refused:
            contest(ticket, cast.contact, reason=reason)
        assert list(refused.value.message_dict) == ["reason"]

    def test_B8_who_may_not_request_support_may_not_contest(self, cast: Any, ticket: Ticket):
        with pytest.raises(ValidationError, match="may not contest"):
            contest(ticket, cast.reader)

    def test_nothing_of_a_closed_ticket_is_contested(self, cast: Any, ticket: Ticket):
        act(
            cast.tenant,
            actions.set_status,
            ticket_id=ticket.pk,
            by=cast.agent,
            status=Status.CLOSED,
            now=MORNING + 2 * HOUR,
        )
        with pytest.raises(ValidationError, match="closed"):
            contest(ticket, cast.contact, MORNING + 3 * HOUR)

    def test_what_stopped_no_clock_is_no_pause(self, cast: Any, ticket: Ticket):
        for kind in ("created", "agent_reply"):
            with pytest.raises(ValidationError, match="stopped no clock"):
                contest(ticket, cast.contact, pause_id=pause(ticket, kind))
        other = filed(cast.contact)
        wait(other, cast)
        with pytest.raises(ValidationError, match="stopped no clock"):
            contest(ticket, cast.contact, pause_id=pause(other))

    def test_a_hold_that_the_agreement_does_not_let_pause_anything_is_no_pause(self, cast: Any, ticket: Ticket):
        move(ticket, cast, Status.ON_HOLD, MORNING + 3 * HOUR)
        with pytest.raises(ValidationError, match="stopped no clock"):
            contest(ticket, cast.contact, MORNING + 4 * HOUR, pause_id=pause(ticket, "held"))


@pytest.mark.django_db
class TestAnswering:
    def test_kept_the_pause_stands_and_the_client_reads_why(self, cast: Any, ticket: Ticket):
        it = contest(ticket, cast.contact)
        answer(ticket, it, cast.agent, Outcome.KEPT, answer="We asked on Tuesday and heard on Wednesday.")
        assert clock(ticket, "resolution").elapsed_seconds == 3600
        (fact,) = events(ticket, "pause_kept")
        assert (fact.actor_name, fact.reason) == ("Adam Agent", "We asked on Tuesday and heard on Wednesday.")
        with tenant_scope(cast.tenant):
            (mail,) = OutgoingMessage.objects.filter(
                to=cast.contact.email, subject__contains="The pause you contested stands"
            )
            assert "Adam Agent lets the pause stand." in mail.text
            assert "We asked on Tuesday and heard on Wednesday." in mail.text
            assert (
                Notice.objects.filter(user=cast.contact.user, title__contains="The pause you contested stands").count()
                == 1
            )

    def test_struck_out_its_time_counts_and_the_due_time_moves_back(self, cast: Any, ticket: Ticket):
        it = contest(ticket, cast.contact)
        resume(ticket, cast, MORNING + DAY + HOUR)
        # From 11:00 to 11:00 the next day are eight business hours.
        assert clock(ticket, "resolution").due_at == MORNING + 6 * DAY
        answer(ticket, it, cast.agent, at=MORNING + DAY + 2 * HOUR)
        found = clock(ticket, "resolution")
        assert (found.due_at, found.elapsed_seconds) == (MORNING + 3 * DAY, 10 * 3600)
        (fact,) = events(ticket, "pause_struck")
        assert (fact.data["pause"], fact.data["contest"]) == (pause(ticket), it.pk)
        change = next(each for each in fact.data["changes"] if each["metric"] == "resolution")
        assert (change["elapsed"], change["missed"]) == ([2 * 3600, 10 * 3600], False)

    def test_a_pause_that_lasts_is_over_when_it_is_struck_out(self, cast: Any, ticket: Ticket):
        it = contest(ticket, cast.contact)
        assert clock(ticket, "resolution").paused_at == MORNING + HOUR
        answer(ticket, it, cast.agent)
        assert fresh(ticket).status == Status.OPEN
        assert (clock(ticket, "resolution").paused_at, clock(ticket, "resolution").due_at) == (None, MORNING + 3 * DAY)
        assert len(events(ticket, "resumed")) == 1

    def test_a_breach_that_comes_of_it_is_from_when_it_fell_due_with_history_and_messages(
        self, cast: Any, ticket: Ticket
    ):
        it = contest(ticket, cast.contact)
        late = MORNING + 7 * DAY
        answer(ticket, it, cast.agent, at=late)
        found = clock(ticket, "resolution")
        assert (found.breached_at, found.breach_recorded_at) == (MORNING + 3 * DAY, late)
        (breach,) = [fact for fact in events(ticket, "breached") if fact.data["metric"] == "resolution"]
        assert (breach.at, breach.recorded_at) == (MORNING + 3 * DAY, late)
        with tenant_scope(cast.tenant):
            assert Notice.objects.filter(topic="clock.breached", user=cast.agent.user).count() == 1

    def test_a_promise_that_was_kept_can_turn_out_missed(self, cast: Any, ticket: Ticket):
        it = contest(ticket, cast.contact)
        resume(ticket, cast, MORNING + 3 * DAY)
        solved = MORNING + 3 * DAY + 2 * HOUR
        act(cast.tenant, actions.set_status, ticket_id=ticket.pk, by=cast.agent, status=Status.SOLVED, now=solved)
        assert clock(ticket, "resolution").breached_at is None
        answer(ticket, it, cast.agent, at=MORNING + 6 * DAY)
        assert clock(ticket, "resolution").breached_at == MORNING + 3 * DAY
        assert fresh(ticket).status == Status.SOLVED

    def test_a_closed_ticket_still_gets_its_answer(self, cast: Any, ticket: Ticket):
        it = contest(ticket, cast.contact)
        act(
            cast.tenant,
            actions.set_status,
            ticket_id=ticket.pk,
            by=cast.agent,
            status=Status.CLOSED,
            now=MORNING + 3 * HOUR,
        )
        answer(ticket, it, cast.agent, at=MORNING + 4 * HOUR)
        assert (fresh(ticket).status, clock(ticket, "resolution").elapsed_seconds) == (Status.CLOSED, 3 * 3600)

    def test_what_was_missed_already_turns_out_to_have_been_due_earlier(self, cast: Any, ticket: Ticket):
        it = contest(ticket, cast.contact)
        resume(ticket, cast, MORNING + DAY + HOUR)
        late = MORNING + 7 * DAY
        breaches.sweep.breaches(now=late)
        assert clock(ticket, "resolution").breached_at == MORNING + 6 * DAY
        with tenant_scope(cast.tenant):
            on_record = facts(ticket)
            its = pause_of(it.pause_id, on_record, as_of=late)
            assert its is not None
            (effect,) = effects(its, on_record, as_of=late)
        assert effect.words == (
            "Resolution was missed already. With this time counted it fell due Fri 6 Mar, 10:00 instead of Mon 9 Mar, "
            "10:00."
        )
        answer(ticket, it, cast.agent, at=late)
        assert clock(ticket, "resolution").breached_at == MORNING + 3 * DAY
        missed = [fact.at for fact in events(ticket, "breached") if fact.data["metric"] == "resolution"]
        assert missed == [MORNING + 6 * DAY]

    def test_an_explanation_is_needed(self, cast: Any, ticket: Ticket):
        it = contest(ticket, cast.contact)
        with pytest.raises(ValidationError) as refused:
            answer(ticket, it, cast.agent, answer="  ")
        assert list(refused.value.message_dict) == ["answer"]

    def test_the_first_answer_holds_and_the_same_one_twice_is_one(self, cast: Any, ticket: Ticket):
        it = contest(ticket, cast.contact)
        answer(ticket, it, cast.agent, Outcome.KEPT)
        answer(ticket, it, cast.agent, Outcome.KEPT)
        with pytest.raises(ValidationError, match="Adam Agent has answered this: the pause stands"):
            answer(ticket, it, cast.lead)
        assert (len(events(ticket, "pause_kept")), len(events(ticket, "pause_struck"))) == (1, 0)

    def test_what_is_shown_before_is_what_comes_of_it(self, cast: Any, ticket: Ticket):
        it, late = contest(ticket, cast.contact), MORNING + 7 * DAY
        with tenant_scope(cast.tenant):
            on_record = facts(ticket)
            its = pause_of(it.pause_id, on_record, as_of=late)
            assert its is not None
            (effect,) = [each for each in effects(its, on_record, as_of=late) if each.after.metric == "resolution"]
        assert effect.is_missed_by_it
        assert effect.words.startswith("Resolution would have been due Fri 6 Mar, 10:00 and is 16 h over.")
        answer(ticket, it, cast.agent, at=late)
        found = clock(ticket, "resolution")
        assert (found.breached_at, found.elapsed_seconds) == (
            effect.after.breached_at,
            effect.after.elapsed.total_seconds(),
        )


@pytest.fixture
def held(cast: Any) -> Any:
    """Like `ticket`, where a hold pauses the resolution too: waiting from 11:00, on hold from 12:00."""
    source = bundled_text("officeware").replace("pauses: [waiting for client]", "pauses: [waiting for client, on hold]")
    with tenant_scope(cast.tenant):
        factories.subscription(cast.client, factories.agreement("officeware", source=source), "gold")
    ticket = filed(cast.contact)
    wait(ticket, cast)
    move(ticket, cast, Status.ON_HOLD, MORNING + 2 * HOUR)
    yield ticket
    with tenant_scope(cast.tenant):
        assert [found for found in verify(now=MORNING + 8 * HOUR) if not isinstance(found, int)] == []


@pytest.mark.django_db
class TestPausesThatFollowEachOther:
    @pytest.mark.parametrize(("struck", "hours"), [("waiting", 3), ("held", 4)])
    def test_striking_one_leaves_the_other_and_does_not_prolong_it(
        self, cast: Any, held: Ticket, struck: str, hours: int
    ):
        """Open again from 14:00: at 15:00 two hours count, and those of the pause that was struck out."""
        move(held, cast, Status.OPEN, MORNING + 4 * HOUR)
        it = contest(held, cast.contact, MORNING + 5 * HOUR, pause_id=pause(held, struck))
        answer(held, it, cast.agent, at=MORNING + 5 * HOUR)
        assert clock(held, "resolution").elapsed_seconds == hours * 3600

    def test_a_hold_that_went_on_by_itself_is_one_pause_and_struck_out_as_one(self, cast: Any, held: Ticket):
        """The client writes at 13:00, and it stays on hold."""
        resume(held, cast, MORNING + 3 * HOUR)
        assert clock(held, "resolution").paused_at == MORNING + 3 * HOUR
        with tenant_scope(cast.tenant):
            waiting, hold = pauses_of(facts(held), as_of=MORNING + 4 * HOUR)
        assert (waiting.end, hold.end, len(hold.with_it)) == (MORNING + 2 * HOUR, None, 1)
        it = contest(held, cast.contact, MORNING + 4 * HOUR, pause_id=hold.key)
        answer(held, it, cast.agent, at=MORNING + 5 * HOUR)
        assert (clock(held, "resolution").elapsed_seconds, clock(held, "resolution").paused_at) == (4 * 3600, None)
        assert fresh(held).status == Status.OPEN

    def test_what_goes_on_by_itself_is_contested_by_what_it_goes_on_from(self, cast: Any, held: Ticket):
        resume(held, cast, MORNING + 3 * HOUR)
        by_itself = [event.pk for event in events(held, "held") if event.by == "system"]
        with pytest.raises(ValidationError, match="stopped no clock"):
            contest(held, cast.contact, MORNING + 4 * HOUR, pause_id=by_itself[0])


def move(ticket: Ticket, cast: Any, status: Status, at: Any) -> None:
    act(cast.tenant, actions.set_status, ticket_id=ticket.pk, by=cast.agent, status=status, now=at)


@pytest.mark.django_db
def test_the_table_itself_holds_one_contest_per_pause(cast: Any, ticket: Ticket):
    it = contest(ticket, cast.contact)
    with (
        tenant_scope(cast.tenant),
        pytest.raises(IntegrityError, match="a_pause_is_contested_once"),
        transaction.atomic(),
    ):
        PauseContest.objects.create(
            ticket=ticket, pause_id=it.pause_id, contact=cast.contact, reason="Again", contested_at=MORNING
        )


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_of_two_who_answer_at_once_one_decides(self, cast: Any, ticket: Ticket):
        it = contest(ticket, cast.contact)
        results = all_at_once(
            lambda: answer(ticket, it, cast.agent, Outcome.KEPT), lambda: answer(ticket, it, cast.lead, Outcome.STRUCK)
        )
        assert sorted(isinstance(result, ValidationError) for result in results) == [False, True]
        kept, struck = len(events(ticket, "pause_kept")), len(events(ticket, "pause_struck"))
        assert kept + struck == 1
        with tenant_scope(cast.tenant):
            assert OutgoingMessage.objects.filter(to=cast.contact.email, text__contains="You wrote:").count() == 1

    def test_a_form_sent_three_times_at_once_is_one_contest(self, cast: Any, ticket: Ticket):
        results = all_at_once(*[lambda: contest(ticket, cast.contact)] * 3)
        assert len({result.pk for result in results}) == 1
        assert len(events(ticket, "pause_contested")) == 1

    def test_a_contest_while_the_pause_ends_is_about_the_pause_that_was(self, cast: Any, ticket: Ticket):
        results = all_at_once(lambda: contest(ticket, cast.contact), lambda: resume(ticket, cast, MORNING + 2 * HOUR))
        assert not [result for result in results if isinstance(result, Exception)]
        it = results[0]
        answer(ticket, it, cast.agent)
        assert clock(ticket, "resolution").elapsed_seconds == 3 * 3600
        assert fresh(ticket).status == Status.OPEN
