"""A what-if says what the ordinary replay of the same facts under the same terms says, for every kind of history."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from clocks.replay import METRICS
from tenants.scope import tenant_scope
from tests.tickets.desking import under
from tests.tickets.whatifs import NOW, SINCE, answered, flips, published
from tickets.models import Clock, Ticket, TicketEvent, WhatIfTicket
from tickets.models.kinds import Kind
from tickets.promises.terms import TermsRecord
from tickets.promises.upkeep import replay_ticket, rows_of

pytestmark = pytest.mark.django_db

LEVELS = ("severity_1", "severity_2", "severity_3", "severity_4")
#: What happens to a ticket, as often as it does; every kind of event that there is.
HAPPENS = {kind: 1 for kind in Kind if kind is not Kind.CREATED} | {
    Kind.CLIENT_REPLY: 5, Kind.AGENT_REPLY: 6, Kind.ACKNOWLEDGEMENT: 2, Kind.INTERNAL_NOTE: 2, Kind.WAITING: 4,
    Kind.RESUMED: 2, Kind.HELD: 2, Kind.SOLVED: 5, Kind.REOPENED: 2, Kind.RECLASSIFIED: 2, Kind.PAUSE_STRUCK: 2,
    Kind.ASSIGNED: 5,
}  # fmt: skip
#: Other targets, a clock that starts with the assignment, hours that pause otherwise, and another way to reopen.
CHANGES = (
    (
        "definition: The time until the incident is resolved.",
        "definition: The time until the incident is resolved.\n    starts_with: assignment",
    ),
    (
        "[none,              16 business hours, 8 business hours]",
        "[4 business hours, 1 business hour, 90 business minutes]",
    ),
    ("[none,              24 business hours, 8 business hours]", "[none, 40 business hours, 40 business hours]"),
    ("[none,              7 business days,   3 business days]", "[none, 2 business days, 9 business hours]"),
    ("[none,              32 business hours, 16 business hours]", "[none, 90 business hours, 5 business hours]"),
    ("[none,              8 business hours,  8 business hours]", "[none, 1 business hour, 2 business hours]"),
)


def record(dice: random.Random, version: int) -> TermsRecord:
    return TermsRecord(
        version=version,
        plan=dice.choice(["gold", "gold", "enterprise", ""]),
        request_type="incident",
        level=dice.choice(LEVELS),
        coverage=dice.choice(["covered"] * 4 + ["best_effort", "not_covered"]),
    )


def history(dice: random.Random, ticket: Ticket, version: int) -> list[TicketEvent]:
    """What happened to a ticket that is saved already: its events, saved, in order of their instants."""
    at = ticket.received_at
    events = [event(ticket, Kind.CREATED, at, "client", {"terms": record(dice, version).as_data()})]
    for kind in dice.choices(list(HAPPENS), list(HAPPENS.values()), k=dice.randrange(14)):
        at += timedelta(minutes=int(dice.expovariate(1 / 300))) if dice.random() < 0.9 else timedelta()
        data: dict[str, Any] = {}
        pauses = [past.pk for past in events if past.kind in {Kind.WAITING, Kind.HELD}]
        if kind in {Kind.RECLASSIFIED, Kind.TERMS_CHANGED}:
            data = {"terms": record(dice, version).as_data()}
        elif kind == Kind.HELD:
            data = {"for": dice.choice(["", "third_party"])}
        elif kind == Kind.ASSIGNED:
            data = {"to": dice.choice(["", "Ann", "Ann"])}
        elif kind == Kind.PAUSE_STRUCK:
            if not pauses:
                continue
            data = {"pause": dice.choice(pauses)}
        elif kind == Kind.ABSORBED:
            data = {
                "received_at": (ticket.received_at - timedelta(minutes=dice.randrange(600))).isoformat(),
                "owed": dice.sample(list(METRICS), dice.randrange(4)),
            }
            if dice.random() < 0.7:
                data["since"] = dict.fromkeys(data["owed"], (at - timedelta(minutes=dice.randrange(900))).isoformat())
        events.append(event(ticket, kind, at, dice.choice(["client", "agent", "agent"]), data))
    return events


def event(ticket: Ticket, kind: Any, at: datetime, by: str, data: dict[str, Any]) -> TicketEvent:
    return TicketEvent.objects.create(
        ticket=ticket, kind=kind, at=at, recorded_at=at, by=by, actor_name="Somebody", data=data
    )


def tickets(cast: Any, dice: random.Random, version: Any, number: int) -> dict[int, list[TicketEvent]]:
    """Tickets with histories and the clocks that these give; the histories by the tickets' ids."""
    made: dict[int, list[TicketEvent]] = {}
    for count in range(number):
        received_at = SINCE + timedelta(minutes=dice.randrange(30 * 24 * 60))
        ticket = Ticket.objects.create(
            number=1000 + count, client=cast.client, requester=cast.contact, channel="portal", subject="Something",
            agreement_version=version, plan="gold", request_type="incident", level="severity_2",
            requested_level="severity_2", coverage="covered", received_at=received_at, last_activity_at=received_at,
        )  # fmt: skip
        made[ticket.pk] = history(dice, ticket, version.pk)
        replayed = replay_ticket(made[ticket.pk], as_of=NOW)
        assert replayed is not None
        Clock.objects.bulk_create(rows_of(ticket, replayed, {}))
    return made


def verdicts(events: list[TicketEvent], as_of: datetime) -> dict[tuple[str, int], str]:
    """What the ordinary replay says of each clock."""
    replayed = replay_ticket(events, as_of=as_of)
    assert replayed is not None
    found = {}
    for metric, states in replayed.cycles.items():
        for state in states:
            kept = "running" if state.stopped_at is None else "kept"
            promised = "measured" if state.target is None else "missed" if state.breached else kept
            merged = state.stopped_by == "merged" and not state.breached
            found[metric, state.cycle] = "merged" if merged else promised
    return found


def under_terms(events: list[TicketEvent], version: int, plan: str) -> list[TicketEvent]:
    """The same events, with every set of terms replaced, plain and slow."""
    for each in events:
        if each.data.get("terms"):
            terms = TermsRecord.from_data(each.data["terms"])
            mapped = replace(terms, version=version, plan=plan if plan and terms.plan else terms.plan)
            each.data = each.data | {"terms": mapped.as_data()}
    return events


@pytest.mark.thorough
@pytest.mark.parametrize("plan", ["", "enterprise", "gold"])
@pytest.mark.parametrize("seed", range(2))
def test_the_what_if_of_random_histories_is_what_the_ordinary_replay_gives(cast: Any, seed: int, plan: str):
    dice = random.Random(seed)
    own, other = under("officeware", "gold", cast), published(cast, *CHANGES)
    with tenant_scope(cast.tenant):
        made = tickets(cast, dice, own, 40)
        before = {pk: verdicts(events, NOW) for pk, events in made.items()}
        after = {pk: verdicts(under_terms(events, other.pk, plan), NOW) for pk, events in made.items()}
    what_if = answered(cast, other, plan=plan)
    expected = {
        (pk, metric, cycle, before[pk].get((metric, cycle), "none"), after[pk].get((metric, cycle), "none"))
        for pk in made
        for metric, cycle in before[pk].keys() | after[pk].keys()
    }
    found = {(flip.ticket_id, flip.metric, flip.cycle, flip.was, flip.would_be) for flip in flips(cast, what_if)}
    assert found == {row for row in expected if (row[3] == "missed") is not (row[4] == "missed")}
    assert found
    assert what_if.result is not None
    for side, place in (("before", 3), ("after", 4)):
        counted: Counter[tuple[str, str]] = Counter()
        for row in what_if.result["rows"]:
            counted.update({(row["metric"], verdict): number for verdict, number in row[side].items()})
        assert +counted == Counter((row[1], row[place]) for row in expected if row[place] not in {"none", "merged"})


def test_a_flip_says_when_it_was_due_and_would_have_been(cast: Any):
    dice = random.Random(7)
    own, other = under("officeware", "gold", cast), published(cast, *CHANGES)
    with tenant_scope(cast.tenant):
        tickets(cast, dice, own, 30)
    what_if = answered(cast, other)
    for flip in flips(cast, what_if):
        lost = flip.outcome == WhatIfTicket.Outcome.LOST
        assert (flip.would_be if lost else flip.was) == "missed"
        assert (flip.would_be_due_at if lost else flip.was_due_at) is not None
        assert flip.would_be_target if lost else flip.was_target
