"""What a hold is for, and what stops a first response: both by the agreement's choice (C1, C2)."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tenants.scope import tenant_scope
from tests.tickets.agreeing import EARLIEST, changed_under, consistent
from tests.tickets.desking import MORNING, act, clock, events, filed, fresh, under
from tickets import actions, breaches
from tickets.models import Clock, Message, Ticket
from tickets.promises.faces import faces_of

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
PAUSES = "pauses: [waiting for client]"
FOR_OTHERS = (PAUSES, "pauses: [waiting for client, waiting for third party]")
ANY_REPLY = ("definition: The time until the team's first substantive answer.",
             "definition: The time until somebody answers.\n    stopped_by: any reply")  # fmt: skip


def status(cast: Any, ticket: Ticket, to: str, hours: float, **fields: Any) -> Ticket:
    return act(cast.tenant, actions.set_status, **{
        "ticket_id": ticket.pk, "by": cast.agent, "status": Ticket.Status(to), "now": MORNING + hours * HOUR,
    } | fields)  # fmt: skip


def words(ticket: Ticket, reader: str) -> list[str]:
    with tenant_scope(ticket.tenant):
        clocks = Clock.objects.filter(ticket=ticket, metric="resolution")
        found = fresh(ticket)
        document = found.agreement_version.document
        return [face.words for face in faces_of(found, clocks, document, now=timezone.now(), reader=reader)]


class TestThirdParty:
    def test_it_pauses_what_the_agreement_names_it_for_and_says_so(self, cast: Any):
        changed_under("officeware", "gold", cast, FOR_OTHERS)
        ticket = filed(cast.contact)
        status(cast, ticket, "on_hold", 1, third_party="  Taxware   GmbH ")
        [held] = events(ticket, "held")
        assert held.data == {"for": "third_party", "whom": "Taxware GmbH"}
        assert (fresh(ticket).on_hold_for, fresh(ticket).status_words) == ("third_party", "Waiting for a third party")
        assert clock(ticket, "resolution").paused_at == MORNING + HOUR
        assert words(ticket, "desk") == words(ticket, "client") == ["Paused: waiting for a third party"]
        status(cast, ticket, "open", 3)
        assert (fresh(ticket).on_hold_for, clock(ticket, "resolution").elapsed_seconds) == ("", 3600)
        consistent(cast, MORNING + 4 * HOUR)

    @pytest.mark.parametrize(
        ("pauses", "for_others", "otherwise"),
        [("waiting for client", False, False), ("on hold", False, True), ("waiting for third party", True, False)],
    )
    def test_each_kind_of_hold_pauses_only_what_names_it(
        self, cast: Any, pauses: str, for_others: bool, otherwise: bool
    ):
        changed_under("officeware", "gold", cast, (PAUSES, f"pauses: [{pauses}]"))
        ticket = filed(cast.contact)
        status(cast, ticket, "on_hold", 1, third_party="Taxware")
        assert (clock(ticket, "resolution").paused_at is not None) is for_others
        status(cast, ticket, "on_hold", 2)
        assert (clock(ticket, "resolution").paused_at is not None) is otherwise
        assert fresh(ticket).on_hold_for == ""
        consistent(cast, MORNING + 4 * HOUR)

    def test_a_clients_message_does_not_end_it(self, cast: Any):
        changed_under("officeware", "gold", cast, FOR_OTHERS)
        ticket = filed(cast.contact)
        status(cast, ticket, "on_hold", 1, third_party="Taxware")
        act(cast.tenant, actions.write_as_client, ticket_id=ticket.pk, author=cast.contact, body="Any news?",
            now=MORNING + 2 * HOUR)  # fmt: skip
        assert (fresh(ticket).on_hold_for, clock(ticket, "resolution").paused_at) == ("third_party", MORNING + 2 * HOUR)
        # Said again, it is the same hold, and nothing happens.
        status(cast, ticket, "on_hold", 3, third_party="Taxware")
        assert len(events(ticket, "held")) == 2
        status(cast, ticket, "on_hold", 3, third_party="Somebody else")
        assert len(events(ticket, "held")) == 3
        consistent(cast, MORNING + 4 * HOUR)

    def test_an_answer_can_leave_it_waiting_for_a_third_party(self, cast: Any):
        changed_under("officeware", "gold", cast, FOR_OTHERS)
        ticket = filed(cast.contact)
        act(cast.tenant, actions.answer, ticket_id=ticket.pk, author=cast.agent, kind=Message.Kind.REPLY,
            body="We asked Taxware.", then=Ticket.Status.ON_HOLD,
            third_party="Taxware", now=MORNING + HOUR)  # fmt: skip
        assert (fresh(ticket).status, fresh(ticket).on_hold_for) == ("on_hold", "third_party")

    @pytest.mark.parametrize(
        ("to", "whom", "says"),
        [("on_hold", " ", "Say whom it waits for."), ("on_hold", "x" * 121, "Keep the name to 120 characters."),
         ("waiting", "Taxware", "Only a ticket on hold waits for a third party.")],
        ids=["nobody", "too long", "another status"],
    )  # fmt: skip
    def test_what_is_no_third_party_is_refused_beside_its_field(self, cast: Any, to: str, whom: str, says: str):
        under("officeware", "gold", cast)
        ticket = filed(cast.contact)
        with pytest.raises(ValidationError) as refused:
            status(cast, ticket, to, 1, third_party=whom)
        assert refused.value.message_dict == {"third_party": [says]}
        assert fresh(ticket).status == "open"


class TestFirstResponse:
    def acknowledge(self, cast: Any, ticket: Ticket) -> None:
        act(cast.tenant, actions.answer, ticket_id=ticket.pk, author=cast.agent, kind=Message.Kind.ACKNOWLEDGEMENT,
            body="We have it.", now=MORNING + HOUR)  # fmt: skip

    def test_C1_by_default_an_acknowledgement_is_no_answer(self, cast: Any):
        changed_under("officeware", "gold", cast)
        ticket = filed(cast.contact)
        self.acknowledge(cast, ticket)
        assert clock(ticket, "first_response").stopped_at is None

    def test_under_any_reply_an_acknowledgement_answers_and_only_what_says_so(self, cast: Any):
        changed_under("officeware", "gold", cast, ANY_REPLY)
        ticket = filed(cast.contact)
        # The confirmation that went out by mail when it was filed is nobody's reply.
        assert clock(ticket, "first_response").stopped_at is None
        self.acknowledge(cast, ticket)
        assert clock(ticket, "first_response").stopped_at == MORNING + HOUR
        assert clock(ticket, "next_response").stopped_at is None
        consistent(cast, MORNING + 2 * HOUR)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(8))
def test_after_anything_in_any_order_stored_clocks_are_what_the_facts_give(cast: Any, seed: int):
    chance = random.Random(seed)
    rule = chance.choice(["resume", "restart", "new cycle"])
    # Both the first response and the resolution by everything that an agreement can choose.
    resolves = ("definition: The time until the incident is resolved.",
                "definition: The time until the incident is resolved.\n    workaround_resolves: true")  # fmt: skip
    changed_under("officeware", "gold", cast, FOR_OTHERS, ANY_REPLY, resolves,
                  EARLIEST, ("reopening: resume", f"reopening: {rule}"))  # fmt: skip
    tickets = [filed(cast.contact, at=MORNING + hours * HOUR) for hours in (0, 0.5, 3)]
    now = MORNING + 3 * HOUR
    verbs: list[Any] = [
        lambda t, n: actions.give_workaround(
            ticket_id=t.pk, by=cast.agent, body=chance.choice(["", "Restart it."]), reason="Phone.", now=n
        ),
        lambda t, n: actions.withdraw_workaround(
            ticket_id=t.pk, by=chance.choice([cast.agent, cast.contact]), reason="It fails.", now=n
        ),
        lambda t, n: actions.merge(
            ticket_id=t.pk, into_id=chance.choice(tickets).pk, by=cast.agent, reason="Same.", now=n
        ),
        lambda t, n: actions.set_status(
            ticket_id=t.pk, by=cast.agent, status=chance.choice(list(Ticket.Status)[:4]), now=n
        ),
        lambda t, n: actions.set_status(
            ticket_id=t.pk, by=cast.agent, status=Ticket.Status.ON_HOLD, third_party="Taxware", now=n
        ),
        lambda t, n: actions.reopen(
            ticket_id=t.pk, by=chance.choice([cast.agent, cast.contact]), reason="Again.", now=n
        ),
        lambda t, n: actions.write_as_client(ticket_id=t.pk, author=cast.contact, body="News?", now=n),
        lambda t, n: actions.answer(
            ticket_id=t.pk, author=cast.agent, kind=chance.choice(list(Message.Kind)[1:]), body="Soon.", now=n
        ),
        lambda t, n: actions.reclassify(
            ticket_id=t.pk, by=cast.agent, level=chance.choice(["severity_1", "severity_2", "severity_3"]),
            request_type="incident", reason="Other.", now=n,
        ),
    ]  # fmt: skip
    done = 0
    for _ in range(30):
        now += timedelta(minutes=chance.choice([0, 7, 95, 600]))
        try:
            act(cast.tenant, chance.choice(verbs), t=chance.choice(tickets), n=now)
        except ValidationError:
            continue
        done += 1
    breaches.sweep.breaches(now=now)
    assert done > 10
    consistent(cast, now)
    consistent(cast, now + timedelta(seconds=30))
