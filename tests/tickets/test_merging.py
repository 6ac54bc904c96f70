"""Merging a duplicate: what becomes of both tickets, of their clocks, and of who may do it to what."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from notifications.models import Notice, OutgoingMessage
from reports import attainment
from tenants.scope import tenant_scope
from tests.tickets.agreeing import EARLIEST, changed_under, consistent
from tests.tickets.desking import MORNING, act, clock, events, filed, fresh, under
from tests.tickets.side_by_side import all_at_once
from tickets import actions, breaches
from tickets.actions import merger
from tickets.history.facts import facts, record
from tickets.models import Clock, Message, Ticket
from tickets.models.kinds import Kind
from tickets.promises.faces import faces_of
from tickets.promises.merge_effects import preview
from tickets.promises.terms import used_this_month
from tickets.promises.upkeep import replay_ticket

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def merge(cast: Any, duplicate: Ticket, into: Ticket, at: Any = MORNING + 3 * HOUR, **fields: Any) -> Ticket:
    return act(cast.tenant, actions.merge, **{
        "ticket_id": duplicate.pk, "into_id": into.pk, "by": cast.agent, "reason": "It is the same request.", "now": at,
    } | fields)  # fmt: skip


def said(ticket: Ticket, now: Any) -> list[tuple[str, str]]:
    """The promised clocks of a ticket as the desk shows them."""
    with tenant_scope(ticket.tenant):
        found = fresh(ticket)
        assert found.agreement_version is not None
        clocks = Clock.objects.filter(ticket=ticket, kind="target")
        faces = faces_of(found, clocks, found.agreement_version.document, now=now, reader="desk")
    return [(face.state, face.words) for face in faces]


def urgent(contact: Any, at: Any, **fields: Any) -> Ticket:
    """One hour to the first response, round the clock."""
    return filed(contact, at=at, request_type="question", level="urgent", **fields)


@pytest.fixture
def pair(cast: Any) -> tuple[Ticket, Ticket]:
    """The duplicate, filed at nine, and the ticket that goes on, filed at ten; each with its own start."""
    under("officeware", "gold", cast)
    return filed(cast.contact), filed(cast.contact, at=MORNING + HOUR)


class TestBoth:
    def test_the_duplicate_is_closed_and_the_other_goes_on_as_it_was(self, cast: Any, pair: Any):
        duplicate, survivor = pair
        due = clock(survivor, "resolution").due_at
        merge(cast, duplicate, survivor)
        found = fresh(duplicate)
        assert (found.status, found.merged_into_id, found.closed_at) == ("closed", survivor.pk, MORNING + 3 * HOUR)
        # It was not solved, so it does not say so.
        assert found.solved_at is None
        assert fresh(survivor).status == "open"
        assert (clock(survivor, "resolution").due_at, clock(survivor, "resolution").started_at) == (due, MORNING + HOUR)
        assert [event.data["into"] for event in events(duplicate, "merged")] == [survivor.number]
        assert [event.data["from"] for event in events(survivor, "absorbed")] == [duplicate.number]
        consistent(cast, MORNING + 4 * HOUR)

    def test_its_clocks_end_and_count_neither_as_kept_nor_as_missed(self, cast: Any, pair: Any):
        duplicate, survivor = pair
        with tenant_scope(cast.tenant):
            quarter = {"all": (MORNING - DAY, MORNING + DAY)}
            before = {row.metric: row.promised for row in attainment.of_all(quarter, now=MORNING + 2 * HOUR)["all"]}
            merge(cast, duplicate, survivor)
            after = {row.metric: (row.promised, row.met, row.missed) for row in
                     attainment.of_all(quarter, now=MORNING + 3 * HOUR)["all"]}  # fmt: skip
            assert sum(row.total for row in attainment.by_scope(quarter["all"])) == 1
        assert before["resolution"] == 2
        assert (after["resolution"], after["first_response"]) == ((1, 0, 0), (1, 0, 0))

    def test_what_was_kept_or_missed_before_stays_on_record(self, cast: Any):
        under("identity", "standard", cast)
        kept, missed, survivor = (urgent(cast.contact, MORNING) for _ in range(3))
        act(cast.tenant, actions.answer, ticket_id=kept.pk, author=cast.agent, kind=Message.Kind.REPLY, body="Yes.",
            now=MORNING + HOUR / 2)  # fmt: skip
        breaches.sweep.breaches(now=MORNING + 2 * HOUR)
        merge(cast, kept, survivor)
        merge(cast, missed, survivor, MORNING + 4 * HOUR)
        with tenant_scope(cast.tenant):
            [row] = [row for row in attainment.of_all({"all": (MORNING, MORNING + DAY)}, now=MORNING + 5 * HOUR)["all"]
                     if row.metric == "first_response"]  # fmt: skip
        # The survivor's own is the second miss.
        assert (row.met, row.missed, row.running) == (1, 2, 0)
        assert said(kept, MORNING + 5 * HOUR) == [("met", "Answered in 30 m of 1 h")]
        # It was never answered, and says so; what only the merging ended says nothing.
        assert said(missed, MORNING + 5 * HOUR) == [("missed", "Merged after 4 h of 1 h")]
        consistent(cast, MORNING + 5 * HOUR)

    def test_E3_a_duplicate_uses_nothing_of_the_monthly_allowance(self, cast: Any, pair: Any):
        duplicate, survivor = pair
        with tenant_scope(cast.tenant):
            document = survivor.agreement_version.document
            used = lambda: used_this_month(document, cast.client, at=MORNING)  # noqa: E731 (asked twice)
            assert used() == 2
            merge(cast, duplicate, survivor)
            assert used() == 1

    def test_its_requester_is_told_where_it_goes_on_and_whether_they_may_read_it(self, cast: Any, pair: Any):
        duplicate, survivor = pair
        colleagues = filed(cast.colleague, at=MORNING + 2 * HOUR)
        merge(cast, duplicate, survivor)
        merge(cast, colleagues, survivor, MORNING + 4 * HOUR)
        act(cast.tenant, actions.set_status, ticket_id=survivor.pk, by=cast.agent, status=Ticket.Status.SOLVED,
            now=MORNING + 5 * HOUR)  # fmt: skip
        with tenant_scope(cast.tenant):
            own = OutgoingMessage.objects.get(key=f"ticket:{duplicate.pk}:merged")
            hidden = OutgoingMessage.objects.get(key=f"ticket:{colleagues.pk}:merged")
            solved = OutgoingMessage.objects.filter(subject__contains="Solved:").values_list("to", flat=True)
            assert f"/portal/tickets/{survivor.number}/" in own.text
            assert f"/portal/tickets/{survivor.number}/" not in hidden.text
            assert "We write to you when it is solved." in hidden.text
            assert sorted(solved) == ["carla@client.example", "kim@client.example"]

    def test_nothing_can_be_said_on_a_merged_ticket_and_the_refusal_says_where(self, cast: Any, pair: Any):
        duplicate, survivor = pair
        merge(cast, duplicate, survivor)
        now = MORNING + 4 * HOUR
        for verb, given in (
            (actions.write_as_client, {"author": cast.contact, "body": "Any news?"}),
            (actions.answer, {"author": cast.agent, "kind": Message.Kind.REPLY, "body": "Soon."}),
            (actions.reopen, {"by": cast.contact, "reason": "Not solved."}),
            (actions.set_status, {"by": cast.agent, "status": Ticket.Status.OPEN}),
        ):
            with pytest.raises(ValidationError, match=f"merged into #{survivor.number} and goes on there"):
                act(cast.tenant, verb, ticket_id=duplicate.pk, now=now, **given)


class TestWhatIsOwed:
    """A promise that runs on the duplicate goes on running on the ticket that goes on."""

    @pytest.fixture(params=["own start", "earliest start"])
    def rule(self, cast: Any, request: Any) -> str:
        changed_under("identity", "standard", cast, *[EARLIEST] * (request.param == "earliest start"))
        return str(request.param)

    def answered(self, cast: Any, ticket: Ticket, at: Any, **then: Any) -> Ticket:
        act(
            cast.tenant,
            actions.answer,
            ticket_id=ticket.pk,
            author=cast.agent,
            kind=Message.Kind.REPLY,
            body="So.",
            now=at,
            **then,
        )
        return ticket

    def test_a_solved_ticket_that_takes_an_unanswered_one_in_is_open_again_and_owes_what_that_was_owed(
        self, cast: Any, rule: str
    ):
        survivor = self.answered(cast, urgent(cast.contact, MORNING), MORNING + HOUR / 2, then="solved")
        act(
            cast.tenant,
            actions.assign,
            ticket_id=survivor.pk,
            by=cast.agent,
            assignee=cast.lead,
            now=MORNING + HOUR / 2,
        )
        received, merged_at = MORNING + HOUR, MORNING + 1.5 * HOUR
        duplicate = urgent(cast.colleague, received)
        with tenant_scope(cast.tenant):
            shown = preview(duplicate, fresh(survivor), now=merged_at)
        merge(cast, duplicate, survivor, merged_at)
        found, start = fresh(survivor), received if rule == "earliest start" else merged_at
        assert (found.status, found.solved_at) == ("open", None)
        assert [event.reason for event in events(survivor, "reopened")] == [
            f"#{duplicate.number} goes on here and is not solved."
        ]
        for metric in ("first_response", "next_response"):
            owed = clock(survivor, metric)
            assert (owed.cycle, owed.started_at, owed.stopped_at) == (1, start, None), metric
        first, resolution = clock(survivor, "first_response"), clock(survivor, "resolution")
        assert (first.due_at, found.queue_at) == (start + HOUR, start + HOUR)
        # It goes on with what was left, from when the promise that it keeps now began.
        assert resolution.stopped_at is None
        assert resolution.elapsed_seconds == (1800 if rule == "own start" else 3600)
        assert (shown.reopens, {move.due_after for move in shown.moves if move.label == "First response"}) == (
            True,
            {first.due_at},
        )
        breaches.sweep.breaches(now=MORNING + 4 * HOUR)
        assert clock(survivor, "first_response").breached_at == start + HOUR
        consistent(cast, MORNING + 4 * HOUR)

    def test_whoever_has_the_ticket_that_goes_on_is_told_unless_they_merged_it_themselves(self, cast: Any, rule: str):
        for assignee, told in ((cast.lead, ["Lena Lead"]), (cast.agent, []), (None, ["Lena Lead", "Olga Owner"])):
            survivor = self.answered(cast, urgent(cast.contact, MORNING), MORNING + HOUR / 2, then="solved")
            act(
                cast.tenant,
                actions.assign,
                ticket_id=survivor.pk,
                by=cast.lead,
                assignee=assignee,
                now=MORNING + HOUR / 2,
            )
            duplicate = urgent(cast.contact, MORNING + HOUR)
            merge(cast, duplicate, survivor, MORNING + 1.5 * HOUR)
            with tenant_scope(cast.tenant):
                notices = Notice.objects.filter(
                    key__startswith=f"ticket:{survivor.pk}:absorbed:{duplicate.pk}:"
                ).select_related("user")
                assert sorted(notice.user.name for notice in notices) == told
                assert all("open again" in notice.title for notice in notices)

    def test_a_solved_duplicate_opens_nothing(self, cast: Any, rule: str):
        survivor, duplicate = (
            self.answered(cast, urgent(cast.contact, MORNING), MORNING + HOUR / 2, then="solved") for _ in "ab"
        )
        merge(cast, duplicate, survivor)
        assert fresh(survivor).status == "solved"
        assert clock(survivor, "next_response").cycle == 0
        consistent(cast, MORNING + 4 * HOUR)

    def test_a_clients_message_without_an_answer_is_owed_one_where_it_goes_on(self, cast: Any, rule: str):
        survivor = self.answered(cast, urgent(cast.contact, MORNING), MORNING + HOUR / 2, then="waiting")
        duplicate = self.answered(cast, urgent(cast.contact, MORNING), MORNING + HOUR / 2)
        act(
            cast.tenant,
            actions.write_as_client,
            ticket_id=duplicate.pk,
            author=cast.contact,
            body="And?",
            now=MORNING + HOUR,
        )
        merge(cast, duplicate, survivor, MORNING + 2 * HOUR)
        owed = clock(survivor, "next_response")
        start = MORNING + (HOUR if rule == "earliest start" else 2 * HOUR)
        assert (fresh(survivor).status, owed.cycle, owed.started_at, owed.stopped_at) == ("open", 1, start, None)
        assert clock(survivor, "first_response").stopped_at == MORNING + HOUR / 2
        self.answered(cast, survivor, MORNING + 3 * HOUR)
        assert clock(survivor, "next_response").stopped_at == MORNING + 3 * HOUR
        consistent(cast, MORNING + 4 * HOUR)

    def test_a_merging_written_down_before_this_was_kept_opens_no_clock(self, cast: Any, rule: str):
        survivor = self.answered(cast, urgent(cast.contact, MORNING), MORNING + HOUR / 2)
        owed = {
            "from": 9,
            "received_at": (MORNING - HOUR).isoformat(),
            "owed": ["first_response", "next_response", "resolution"],
        }
        with tenant_scope(cast.tenant):
            record(survivor, Kind.ABSORBED, by=cast.agent, at=MORNING + HOUR, now=MORNING + HOUR, data=owed)
            replayed = replay_ticket(facts(survivor), as_of=MORNING + 2 * HOUR)
        assert replayed is not None
        assert [len(cycles) for cycles in replayed.cycles.values()] == [1, 1, 1]
        start = MORNING - HOUR if rule == "earliest start" else MORNING
        assert replayed.cycles["resolution"][0].started_at == start

    def test_a_hold_goes_on(self, cast: Any, rule: str):
        survivor = self.answered(cast, urgent(cast.contact, MORNING), MORNING + HOUR / 2, then="on_hold")
        merge(cast, urgent(cast.contact, MORNING + HOUR), survivor, MORNING + 1.5 * HOUR)
        assert (fresh(survivor).status, len(events(survivor, "held"))) == ("on_hold", 2)
        assert clock(survivor, "first_response").stopped_at is None
        consistent(cast, MORNING + 1.75 * HOUR)


class TestRefused:
    def test_into_itself(self, cast: Any, pair: Any):
        with pytest.raises(ValidationError, match="into itself"):
            merge(cast, pair[0], pair[0])

    def test_across_clients(self, cast: Any, pair: Any):
        foreign = filed(cast.other_contact)
        with pytest.raises(ValidationError, match="another client's"):
            merge(cast, foreign, pair[1])

    def test_across_tenants_there_is_no_such_ticket(self, cast: Any, pair: Any):
        with pytest.raises(Ticket.DoesNotExist):
            act(cast.other_tenant, actions.merge, ticket_id=pair[0].pk, into_id=pair[1].pk, by=cast.rival.agent,
                reason="Theirs.", now=MORNING + HOUR)  # fmt: skip

    @pytest.mark.parametrize("position", [0, 1], ids=["the duplicate", "the other"])
    def test_closed(self, cast: Any, pair: Any, position: int):
        act(cast.tenant, actions.set_status, ticket_id=pair[position].pk, by=cast.agent, status=Ticket.Status.CLOSED,
            now=MORNING + 2 * HOUR)  # fmt: skip
        with pytest.raises(ValidationError, match="is closed"):
            merge(cast, *pair)

    def test_chains_in_either_direction(self, cast: Any, pair: Any):
        third = filed(cast.contact, at=MORNING + 2 * HOUR)
        merge(cast, *pair)
        with pytest.raises(ValidationError, match=f"Merge this one into #{pair[1].number}"):
            merge(cast, third, pair[0], MORNING + 4 * HOUR)
        with pytest.raises(ValidationError, match=f"Merge #{third.number} into #{pair[1].number} instead"):
            merge(cast, pair[1], third, MORNING + 4 * HOUR)
        with pytest.raises(ValidationError, match="was merged into"):
            merge(cast, pair[0], third, MORNING + 4 * HOUR)

    def test_without_a_reason(self, cast: Any, pair: Any):
        with pytest.raises(ValidationError) as refused:
            merge(cast, *pair, reason=" ")
        assert list(refused.value.message_dict) == ["reason"]
        assert fresh(pair[0]).status == "open"


class TestEarliestStart:
    @pytest.fixture
    def earliest(self, cast: Any) -> None:
        changed_under("identity", "standard", cast, EARLIEST)

    def test_what_both_still_owe_counts_from_the_earlier_receipt(self, cast: Any, earliest: None):
        duplicate, survivor = urgent(cast.contact, MORNING), urgent(cast.contact, MORNING + HOUR / 2)
        merge(cast, duplicate, survivor, MORNING + 0.75 * HOUR)
        found = clock(survivor, "first_response")
        assert (found.started_at, found.due_at, found.breached_at) == (MORNING, MORNING + HOUR, None)
        assert fresh(survivor).queue_at == MORNING + HOUR
        consistent(cast, MORNING + 0.9 * HOUR)

    def test_a_breach_that_this_brings_to_light_is_recorded_when_it_fell_due(self, cast: Any, earliest: None):
        duplicate, survivor = urgent(cast.contact, MORNING), urgent(cast.contact, MORNING + 2 * HOUR)
        merge(cast, duplicate, survivor, MORNING + 2.5 * HOUR)
        found = clock(survivor, "first_response")
        assert (found.breached_at, found.breach_recorded_at) == (MORNING + HOUR, MORNING + 2.5 * HOUR)
        assert [event.at for event in events(survivor, "breached")] == [MORNING + HOUR]
        consistent(cast, MORNING + 3 * HOUR)
        # A fact older than its filing confuses no later action.
        act(cast.tenant, actions.reclassify, ticket_id=survivor.pk, by=cast.agent, level="low", request_type="feature",
            reason="A wish.", now=MORNING + 3 * HOUR)  # fmt: skip
        consistent(cast, MORNING + 4 * HOUR)

    def test_an_answer_on_either_ticket_keeps_the_others_start(self, cast: Any, earliest: None):
        say = {"author": cast.agent, "kind": Message.Kind.REPLY, "body": "We look into it."}
        answered, waiting = urgent(cast.contact, MORNING), urgent(cast.contact, MORNING + 2 * HOUR)
        act(cast.tenant, actions.answer, ticket_id=answered.pk, now=MORNING + HOUR / 2, **say)
        merge(cast, answered, waiting, MORNING + 2.5 * HOUR)
        assert clock(waiting, "first_response").started_at == MORNING + 2 * HOUR
        # The resolution was owed on both.
        assert clock(waiting, "resolution").started_at == MORNING
        kept = urgent(cast.contact, MORNING + 3 * HOUR)
        late = urgent(cast.contact, MORNING)
        act(cast.tenant, actions.answer, ticket_id=kept.pk, now=MORNING + 3.5 * HOUR, **say)
        merge(cast, late, kept, MORNING + 4 * HOUR)
        with tenant_scope(cast.tenant):
            found, owed = Clock.objects.filter(ticket=kept, metric="first_response").order_by("cycle")
        assert (found.started_at, found.breached_at) == (MORNING + 3 * HOUR, None)
        # What nobody answered is still to be answered, on a clock of its own.
        assert (owed.started_at, owed.stopped_at) == (MORNING, None)
        breaches.sweep.breaches(now=MORNING + 5 * HOUR)
        consistent(cast, MORNING + 5 * HOUR)

    def test_a_later_duplicate_moves_nothing(self, cast: Any, earliest: None):
        survivor, duplicate = urgent(cast.contact, MORNING), urgent(cast.contact, MORNING + HOUR / 4)
        merge(cast, duplicate, survivor, MORNING + HOUR / 2)
        assert clock(survivor, "first_response").due_at == MORNING + HOUR

    def test_the_preview_says_beforehand_what_happens(self, cast: Any, earliest: None):
        duplicate, survivor = urgent(cast.contact, MORNING), urgent(cast.contact, MORNING + HOUR / 2)
        now = MORNING + 0.75 * HOUR
        with tenant_scope(cast.tenant):
            shown = preview(duplicate, survivor, now=now)
        assert (shown.counts_from, [ending.missed for ending in shown.endings]) == (MORNING, [False] * 3)
        moved = {move.label: move for move in shown.moves}
        assert moved["First response"].due_before == MORNING + 1.5 * HOUR
        merge(cast, duplicate, survivor, now)
        assert moved["First response"].due_after == clock(survivor, "first_response").due_at
        assert events(survivor, "absorbed")[0].data["owed"] == ["first_response", "next_response", "resolution"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_merge_each_into_the_other_one_is_refused(cast: Any, monkeypatch: Any):
    under("officeware", "gold", cast)
    first, second = filed(cast.contact), filed(cast.contact)
    both_hold_one, seen, locked = threading.Barrier(2), threading.local(), merger.lock

    def slowly(pk: int, *, now: Any) -> Any:
        """Whoever has one of the two waits until the other has the second of them, which must not come to be."""
        got = locked(pk, now=now)
        if not hasattr(seen, "one"):
            seen.one = pk
            with suppress(threading.BrokenBarrierError):
                both_hold_one.wait(1)
        return got

    monkeypatch.setattr(merger, "lock", slowly)
    results = all_at_once(lambda: merge(cast, first, second), lambda: merge(cast, second, first))
    [refused] = [result for result in results if isinstance(result, ValidationError)]
    [survivor] = [result for result in results if isinstance(result, Ticket)]
    duplicate = second if survivor.pk == first.pk else first
    assert "merged into" in str(refused.messages)
    assert (fresh(duplicate).merged_into_id, fresh(survivor).merged_into_id) == (survivor.pk, None)
    consistent(cast, MORNING + 4 * HOUR)
