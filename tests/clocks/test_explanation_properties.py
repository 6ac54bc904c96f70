"""A thousand random tickets: what is explained about every clock adds up, and leaves out no instant of its life.

Done-when of issue 3: the sum of the counted stretches equals the target at the due time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements.businesstime import BusinessCalendar
from clocks.replay import METRICS, ClockState, Event, Terms, replay_cycles
from clocks.why.explanation import Explanation, Fold, Pausing, days_of, entries, explain
from clocks.why.sentences import sum_words, terms, verdict_of

ZERO, SECOND = timedelta(), timedelta(seconds=1)
# Between them the days hold both changes of the clocks, Easter, Christmas and New Year in one zone or another.
BEGINNINGS = [datetime(2026, month, day, 7, tzinfo=UTC) for month, day in ((3, 26), (10, 22), (12, 22), (4, 1))]
ZONES = [
    "Europe/Amsterdam",
    "Europe/London",
    "America/New_York",
    "Australia/Adelaide",
    "Asia/Kolkata",
    "America/Havana",
]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
HOURS = [
    [("09:00", "17:00")],
    [("08:30", "12:00"), ("12:45", "17:15")],
    [("00:00", "24:00")],
    [("06:00", "22:00")],
    [("00:00", "02:30"), ("20:00", "24:00")],
]
KINDS = (
    "client_reply",
    "agent_reply",
    "internal_note",
    "waiting",
    "waiting",
    "resumed",
    "solved",
    "closed",
    "reopened",
)
instants = st.tuples(st.integers(0, 21 * 86_400), st.sampled_from([0, 0, 123_456, 999_999])).map(
    lambda drawn: timedelta(seconds=drawn[0], microseconds=drawn[1])
)
targets = st.none() | st.sampled_from([1, 60, 3600, 8 * 3600, 40 * 3600, 112 * 3600]).map(
    lambda s: timedelta(seconds=s)
)


@st.composite
def one_place(draw: Any) -> BusinessCalendar:
    """Weekly hours with holidays, some named, and half-days, anywhere."""
    days = draw(st.lists(st.integers(0, 30), max_size=4, unique=True))
    beginning = draw(st.sampled_from(BEGINNINGS)).date()
    own = {beginning + timedelta(days=day): [("09:00", "12:00")] if day % 2 else [] for day in days[:2]}
    holidays = {beginning + timedelta(days=day): "A holiday" for day in days[2:]} | {
        date(2026, 12, 25): "Christmas Day"
    }
    weekend = {"sat": [("10:00", "14:00")]} if draw(st.booleans()) else {}
    weekly = dict.fromkeys(WEEKDAYS, draw(st.sampled_from(HOURS)))
    return BusinessCalendar(draw(st.sampled_from(ZONES)), {**weekly, **weekend}, holidays, own)


calendars = st.one_of(
    one_place(),
    one_place(),
    st.just(BusinessCalendar.always()),
    st.tuples(one_place(), one_place()).map(lambda pair: BusinessCalendar.union(*pair)),
)


@st.composite
def some_terms(draw: Any) -> Terms:
    return Terms(
        calendar=draw(calendars),
        targets={metric: draw(targets) for metric in METRICS},
        pauses={"first_response": draw(st.booleans()), "next_response": True, "resolution": True},
        reopening=draw(st.sampled_from(["resume", "restart", "new_cycle"])),
    )


@st.composite
def tickets(draw: Any) -> tuple[list[tuple[Event, bool]], Terms, datetime]:
    """Facts, each with whether it is a pause that was struck out; the terms; and when somebody asks why."""
    begin = draw(st.sampled_from(BEGINNINGS)) + timedelta(microseconds=draw(st.sampled_from([0, 0, 654_321])))
    facts = [(Event(begin, "created", by=draw(st.sampled_from(["client", "agent"]))), False)]
    for after in sorted(draw(st.lists(instants, max_size=9))):
        kind = draw(st.sampled_from([*KINDS, "reclassified"]))
        struck = kind == "waiting" and draw(st.integers(0, 3)) == 0
        facts.append((Event(begin + after, kind, terms=draw(some_terms()) if kind == "reclassified" else None), struck))
    return facts, draw(some_terms()), begin + draw(instants)


def explained(facts: list[tuple[Event, bool]], begun_under: Terms, as_of: datetime, zone: str) -> list[Explanation]:
    """Every clock of the ticket, as its facts are heard with the struck pauses taken out."""
    heard = [Event(fact.at, "resumed") if struck else fact for fact, struck in facts]
    ends = [fact.at for fact, _ in facts if fact.kind in {"waiting", "resumed", "client_reply", "solved", "closed"}]
    pausings = [
        Pausing(
            key=number,
            start=fact.at,
            end=next((at for at in ends if at > fact.at), None),
            reason="waiting",
            struck=struck,
        )
        for number, (fact, struck) in enumerate(facts)
        if fact.kind == "waiting"
    ]
    states = [state for cycles in replay_cycles(heard, begun_under, as_of).values() for state in cycles]
    return [explain(state, ZoneInfo(zone), pausings=pausings) for state in states if state.started_at is not None]


def test_the_explanations_of_a_thousand_random_tickets_add_up() -> None:
    looked_at = []

    @settings(
        max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
    )
    @given(tickets(), st.sampled_from(ZONES))
    def every_explanation_adds_up(ticket: Any, zone: str) -> None:
        facts, begun_under, as_of = ticket
        looked_at.append(as_of)
        for explanation in explained(facts, begun_under, as_of, zone):
            tiles_its_life(explanation)
            adds_up(explanation)
            reads_as_it_adds_up(explanation)

    every_explanation_adds_up()
    assert len(looked_at) >= 1000


def tiles_its_life(explanation: Explanation) -> None:
    """Every instant from the start to the end of the explanation lies in exactly one segment."""
    state, segments = explanation.state, explanation.segments
    end = state.stopped_at or state.as_of
    if state.running and state.due_at is not None:
        end = max(end, state.due_at)
    if state.started_at == end:
        assert not segments
        return
    assert (segments[0].start, segments[-1].end) == (state.started_at, end)
    assert all(one.end == other.start for one, other in pairwise(segments))
    assert all(each.start < each.end for each in segments)
    assert all(each.coming is (each.start >= state.as_of) for each in segments)
    for each in segments:
        is_open = state.calendar.between(each.start, each.end) == each.duration
        is_closed = state.calendar.between(each.start, each.end) == ZERO
        assert {"counted": is_open, "closed": is_closed}.get(each.kind, True)


def adds_up(explanation: Explanation) -> None:
    """Exactly, in microseconds, and once more in the whole seconds that people see."""
    state, segments = explanation.state, explanation.segments
    counted = [each for each in segments if each.kind == "counted"]
    assert sum((each.duration for each in counted if not each.coming), ZERO) == state.elapsed
    assert all(each.counted == ZERO for each in segments if each.kind != "counted")
    if state.target is not None and state.promised_at is not None:
        to_due = sum((each.duration for each in counted if each.end <= state.promised_at), ZERO)
        reached = state.stopped_at is None or state.promised_at <= state.stopped_at
        assert to_due == (state.target if reached else state.elapsed)
        if reached:
            assert explanation.counted_to_due == state.target
    assert abs(explanation.counted - state.elapsed) < SECOND
    assert explanation.counted_to_due + explanation.over == sum((each.counted for each in segments), ZERO)
    assert all(one.total + other.counted == other.total for one, other in pairwise(segments))


def reads_as_it_adds_up(explanation: Explanation) -> None:
    """Days, folds and the sum in words are the same time told shorter."""
    assert [each for day in days_of(explanation) for line in day.lines for each in line.segments] == list(
        explanation.segments
    )
    unfolded = [day for entry in entries(explanation) for day in (entry.days if isinstance(entry, Fold) else [entry])]
    assert unfolded == days_of(explanation)
    assert sum((term.counted for term in terms(explanation)), ZERO) == explanation.counted_to_due
    if verdict_of(explanation) in {"running", "missed"}:
        assert explanation.counted_to_due == explanation.state.target
    assert ("=" in sum_words(explanation)) is bool(terms(explanation))


def test_explaining_what_has_not_started_is_refused() -> None:
    state = ClockState(
        metric="next_response", cycle=0, target=None, calendar=BusinessCalendar.always(), as_of=BEGINNINGS[0]
    )
    with pytest.raises(ValueError, match="has not started"):
        explain(state, ZoneInfo("UTC"))
