"""Who should have been asked by when, from facts alone (B14, D2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agreements.businesstime import BusinessCalendar
from incidents.escalation.replay import Course, Fact, Policy, Step, Terms, Way, replay

MINUTE = timedelta(minutes=1)
NIGHT = datetime(2026, 11, 13, 22, 0, tzinfo=UTC)  # a Friday
ALWAYS = BusinessCalendar.always()
DESK = BusinessCalendar("Europe/Amsterdam", {day: [("08:30", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")})


def steps(*waits: int) -> tuple[Step, ...]:
    return tuple(Step("leads", "all", wait * MINUTE) for wait in waits)


USUAL = Policy(steps(10, 20), repeats=1, stale_after=30 * MINUTE)
TOP, NEXT, LOW = Terms(1, Way(USUAL, ALWAYS)), Terms(2, Way(USUAL, DESK)), Terms(3, None)


def at(minutes: float) -> datetime:
    return NIGHT + minutes * MINUTE


def begun(terms: Terms = TOP) -> Fact:
    return Fact(NIGHT, "begins", terms)


def played(*facts: Fact, until: float = 24 * 60) -> Course:
    return replay(facts, at(until))


def said(course: Course) -> list[tuple[int, int, int, float]]:
    """Each asking as its round, repeat, step, and minutes after NIGHT."""
    return [(*each.key, (each.due_at - NIGHT) / MINUTE) for each in course.askings]


def test_at_once_the_steps_follow_each_other_at_any_hour_and_again():
    assert said(played(begun())) == [(1, 0, 0, 0), (1, 0, 1, 10), (1, 1, 0, 30), (1, 1, 1, 40)]
    assert said(played(begun(), until=10)) == [(1, 0, 0, 0), (1, 0, 1, 10)]
    assert played(begun(), until=5).left([(1, 0, 0)])[0].due_at == at(10)
    assert played(begun()).left([each.key for each in played(begun()).askings]) == ()


def test_in_business_hours_steps_begin_and_count_there_alone():
    monday = (datetime(2026, 11, 16, 7, 30, tzinfo=UTC) - NIGHT) / MINUTE
    week = played(begun(NEXT), until=7 * 24 * 60)
    assert said(week) == [(1, 0, 0, monday), (1, 0, 1, monday + 10), (1, 1, 0, monday + 30), (1, 1, 1, monday + 40)]
    # Ten minutes before closing: what would fall due as the doors close falls due as they open.
    late = replay([Fact(datetime(2026, 11, 16, 15, 50, tzinfo=UTC), "begins", NEXT)], NIGHT + timedelta(days=9))
    assert late.askings[1].due_at == datetime(2026, 11, 17, 7, 30, tzinfo=UTC)


def test_planned_work_asks_nobody():
    assert said(played(begun(LOW), Fact(at(1), "acknowledged"))) == []


def test_an_acknowledgement_stops_the_round():
    course = played(begun(), Fact(at(10), "acknowledged"), until=39)
    assert said(course) == [(1, 0, 0, 0)]
    assert (course.acknowledged_at, course.stale_at) == (at(10), at(40))
    assert course.left([(1, 0, 0)]) == ()


def test_without_progress_it_goes_stale_and_a_new_round_begins():
    facts = begun(), Fact(at(5), "acknowledged"), Fact(at(20), "progress")
    assert played(*facts, until=49).acknowledged_at == at(5)
    stale = played(*facts, until=60)
    assert said(stale) == [(1, 0, 0, 0), (2, 0, 0, 50), (2, 0, 1, 60)]
    assert (stale.acknowledged_at, stale.rounds[1].why, stale.rounds[1].from_at) == (None, "stale", at(50))
    # Progress that comes too late is progress of the next round, and stops nothing by itself.
    assert said(played(*facts, Fact(at(50), "progress"), until=60)) == said(stale)


def test_a_second_acknowledgement_changes_nothing():
    one = begun(), Fact(at(5), "acknowledged")
    assert played(*one, Fact(at(20), "acknowledged")).stale_at == played(*one).stale_at
    assert said(played(*one, Fact(at(20), "acknowledged"))) == said(played(*one))


def test_raised_to_a_level_that_is_escalated_otherwise_a_new_round_begins():
    course = played(begun(NEXT), Fact(at(3), "acknowledged"), Fact(at(7), "changes", TOP), until=10)
    assert said(course) == [(2, 0, 0, 7)]
    assert course.rounds[-1].why == "level"


def test_raised_to_one_that_is_escalated_alike_the_round_goes_on():
    other = Terms(0, TOP.way)
    assert said(played(begun(), Fact(at(3), "changes", other))) == said(played(begun()))


def test_an_acknowledgement_stands_when_the_level_is_lowered():
    acknowledged = begun(), Fact(at(3), "acknowledged")
    assert played(*acknowledged, Fact(at(7), "changes", NEXT), until=60).acknowledged_at == at(3)
    assert said(played(*acknowledged, Fact(at(7), "changes", LOW))) == [(1, 0, 0, 0)]
    assert said(played(begun(), Fact(at(7), "changes", LOW))) == [(1, 0, 0, 0)]


def test_resolved_it_is_over_and_opened_again_it_begins_again():
    over = begun(), Fact(at(3), "ends")
    assert said(played(*over, Fact(at(4), "acknowledged"), Fact(at(5), "changes", TOP))) == [(1, 0, 0, 0)]
    again = played(*over, Fact(at(60), "begins", TOP), until=70)
    assert said(again) == [(1, 0, 0, 0), (2, 0, 0, 60), (2, 0, 1, 70)]


def test_where_there_is_nobody_the_next_step_is_due_at_once():
    nobody = Fact(at(0), "nobody", asking=(1, 0, 0))
    assert said(played(begun(), nobody, until=20)) == [(1, 0, 0, 0), (1, 0, 1, 0), (1, 1, 0, 20)]
    assert played(begun(), nobody, until=0).left([(1, 0, 0)])[0].due_at == at(0)


WAYS = st.builds(
    lambda waits, repeats, stale, hours: Way(Policy(steps(*waits), repeats, stale and stale * MINUTE), hours),
    st.lists(st.integers(1, 90), min_size=1, max_size=4),
    st.integers(0, 3),
    st.none() | st.integers(1, 200),
    st.sampled_from([ALWAYS, DESK]),
)
TERMS = st.builds(Terms, st.integers(1, 4), st.none() | WAYS)
LATER = st.builds(
    lambda minutes, heard, terms: Fact(at(minutes), heard, terms),
    st.integers(0, 5000),
    st.sampled_from(["begins", "changes", "acknowledged", "progress", "ends"]),
    TERMS,
)
LIVES = st.builds(
    lambda terms, facts: (begun(terms), *sorted(facts, key=lambda fact: fact.at)), TERMS, st.lists(LATER, max_size=8)
)
MOMENTS = st.integers(0, 6000)


@given(LIVES, MOMENTS, MOMENTS)
def test_looking_later_adds_askings_and_takes_none_back(facts: Any, one: int, other: int):
    early, late = sorted((one, other))
    before, after = said(played(*facts, until=early)), said(played(*facts, until=late))
    assert after[: len(before)] == before
    assert all(due > early for *_, due in after[len(before) :])


@given(LIVES, MOMENTS)
def test_askings_come_in_order_each_once_and_in_the_hours(facts: Any, until: int):
    course = played(*facts, until=until)
    assert list(course.askings) == sorted(course.askings, key=lambda each: (each.due_at, each.key))
    assert len({each.key for each in course.askings}) == len(course.askings)
    assert all(course.rounds[each.round - 1].way.hours.is_open(each.due_at) for each in course.askings)


@given(LIVES, MOMENTS)
def test_nobody_is_asked_while_somebody_has_it(facts: Any, until: int):
    course = played(*facts, until=until)
    if course.acknowledged_at is not None:
        assert course.running is None
        assert all(each.due_at < course.acknowledged_at for each in course.askings)
        assert course.stale_at is None or course.stale_at > course.as_of


@given(LIVES, MOMENTS)
def test_asking_whenever_the_next_is_due_asks_exactly_what_is_due(facts: Any, until: int):
    """A sweep that wakes up when the next is due and asks what is left asks everything on time, and nothing else."""
    asked: list[tuple[int, int, int]] = []
    now = NIGHT
    changes = sorted({fact.at for fact in facts})
    while now <= at(until):
        course = replay([fact for fact in facts if fact.at <= now], now)
        asked += [each.key for each in course.left(asked) if each.due_at <= now]
        due = [each.due_at for each in course.left(asked)[:1]] or [course.stale_at]
        coming = [each for each in (*due, *changes) if each is not None and each > now]
        now = min(coming, default=at(until) + MINUTE)
    assert asked == [each.key for each in played(*facts, until=until).askings]
