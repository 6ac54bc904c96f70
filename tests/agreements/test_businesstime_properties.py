"""Business time against a walk over every minute, and the laws it must obey, where clocks change oddly."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agreements.businesstime import BusinessCalendar
from bench import minute_oracle as oracle
from bench.minute_oracle import Place

MICROSECOND = timedelta(microseconds=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CHANGES = [  # UTC days on or beside which the clocks change
    ("Europe/Amsterdam", date(2026, 3, 29)),
    ("Europe/Amsterdam", date(2026, 10, 25)),
    ("Europe/London", date(2026, 3, 29)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 4)),  # half an hour
    ("Australia/Lord_Howe", date(2026, 10, 3)),
    ("Australia/Sydney", date(2026, 4, 4)),
    ("Australia/Sydney", date(2026, 10, 3)),
    ("America/Sao_Paulo", date(2017, 10, 15)),  # at midnight
    ("America/Sao_Paulo", date(2018, 2, 18)),
    ("Africa/Casablanca", date(2026, 2, 15)),  # Ramadan
    ("Africa/Casablanca", date(2026, 3, 22)),
    ("America/Havana", date(2026, 11, 1)),  # 01:00 to 00:00
    ("Pacific/Apia", date(2011, 12, 30)),  # a date that never was
    ("Asia/Kolkata", date(2026, 1, 1)),
    ("Asia/Kathmandu", date(2026, 1, 1)),
    ("Antarctica/Troll", date(2026, 3, 29)),  # two hours
]


@st.composite
def hours(draw: st.DrawFn, most: int = 3) -> list[tuple[str, str]]:
    quarters = draw(st.lists(st.integers(0, 96), min_size=0, max_size=2 * most, unique=True))
    times = [f"{quarter // 4:02}:{quarter % 4 * 15:02}" for quarter in sorted(quarters)]
    return list(zip(times[::2], times[1::2], strict=False))


@st.composite
def places(draw: st.DrawFn, near: date, timezone: str) -> Place:
    around = st.integers(-6, 6).map(lambda days: near + timedelta(days=days))
    weekly = {day: draw(hours()) for day in draw(st.sets(st.sampled_from(WEEKDAYS), min_size=2))}
    weekly |= (
        {"wed": [("01:15", "03:30"), ("09:00", "17:30")], "sun": [("00:00", "24:00")]} if draw(st.booleans()) else {}
    )
    return Place(
        timezone=timezone,
        weekly=weekly,
        holidays=draw(st.frozensets(around, max_size=3)),
        exceptions=draw(st.dictionaries(around, hours(), max_size=3)),
    )


@st.composite
def situations(draw: st.DrawFn, most_places: int = 2) -> tuple[list[Place], BusinessCalendar, datetime]:
    """One calendar or a union, and an instant close to a change of the clocks."""
    timezone, change = draw(st.sampled_from(CHANGES))
    zones = [timezone, *draw(st.lists(st.sampled_from(CHANGES).map(lambda c: c[0]), max_size=most_places - 1))]
    found = [draw(places(change, zone)) for zone in zones]
    calendars = [BusinessCalendar(p.timezone, p.weekly, p.holidays, p.exceptions) for p in found]
    midnight = datetime(change.year, change.month, change.day, tzinfo=UTC)
    at = midnight + draw(st.timedeltas(timedelta(days=-3), timedelta(days=3)))
    return found, BusinessCalendar.union(*calendars), at


def years(first: int, last: int) -> st.SearchStrategy[datetime]:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return st.timedeltas(datetime(first, 1, 1, tzinfo=UTC) - epoch, datetime(last, 1, 1, tzinfo=UTC) - epoch).map(
        lambda since: epoch + since
    )


short = st.timedeltas(timedelta(microseconds=1), timedelta(hours=20))
spans = st.one_of(
    st.timedeltas(timedelta(days=-3), timedelta(days=3)),
    st.integers(-4000, 4000).map(lambda m: m * timedelta(minutes=1)),
)
long = st.timedeltas(timedelta(days=-900), timedelta(days=900))
any_instant = years(1990, 2100)


@settings(max_examples=150, deadline=None)
@given(situations(), spans)
def test_between_is_what_counting_minutes_gives(situation, span):
    found, calendar, at = situation
    assert calendar.between(at, at + span) == oracle.between(found, at, at + span)


@settings(max_examples=100, deadline=None)
@given(situations(), short)
def test_add_is_where_counting_minutes_arrives(situation, duration):
    found, calendar, at = situation
    expected = oracle.add(found, at, duration, give_up=timedelta(days=9))
    assume(expected is not None)
    assert calendar.add(at, duration) == expected


@settings(max_examples=60, deadline=None)
@given(situations(), short)
def test_add_goes_back_to_where_counting_minutes_backwards_arrives(situation, duration):
    found, calendar, at = situation
    expected = oracle.back(found, at, duration, give_up=timedelta(days=9))
    assume(expected is not None)
    assert calendar.add(at, -duration) == expected


@settings(max_examples=150, deadline=None)
@given(situations(), st.timedeltas(timedelta(days=-3), timedelta(days=3)))
def test_open_and_next_open_and_next_close_agree_with_the_wall_clock(situation, shift):
    found, calendar, at = situation
    at += shift
    assert calendar.is_open(at) == any(place.open_at(at) for place in found)
    try:
        opens = calendar.next_open(at)
    except ValueError:
        assume(False)
    assert opens >= at
    assert calendar.is_open(opens)
    assert calendar.between(at, opens) == timedelta()
    assert opens == at or not calendar.is_open(opens - MICROSECOND)
    try:
        closes = calendar.next_close(at)
    except ValueError:
        return
    assert not calendar.is_open(closes)
    assert calendar.between(at, closes) == closes - opens > timedelta()


@settings(max_examples=200, deadline=None)
@given(situations(), any_instant, long)
def test_what_was_added_is_what_is_between_and_nothing_earlier_or_later_would_do(situation, at, duration):
    _, calendar, _ = situation
    try:
        there = calendar.add(at, duration)
    except ValueError:
        assume(False)
    assert there.tzinfo is UTC
    assert calendar.between(at, there) == duration
    if duration > timedelta():
        assert calendar.between(at, there - MICROSECOND) < duration
    elif duration < timedelta():
        assert calendar.between(at, there + MICROSECOND) > duration
    else:
        assert there == at


@settings(max_examples=150, deadline=None)
@given(
    situations(),
    any_instant,
    st.timedeltas(timedelta(), timedelta(days=300)),
    st.timedeltas(timedelta(), timedelta(days=300)),
)
def test_adding_twice_is_adding_the_sum(situation, at, one, two):
    _, calendar, _ = situation
    try:
        together = calendar.add(at, one + two)
    except ValueError:
        assume(False)
    assert calendar.add(calendar.add(at, one), two) == together


@settings(max_examples=150, deadline=None)
@given(situations(), any_instant, any_instant, any_instant)
def test_between_adds_up_over_any_instant_and_turns_its_sign(situation, a, b, c):
    _, calendar, _ = situation
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)
    assert calendar.between(a, b) == -calendar.between(b, a)
    assert abs(calendar.between(a, b)) <= abs(b - a)


@settings(max_examples=100, deadline=None)
@given(situations(most_places=1), situations(most_places=1), spans)
def test_D1_a_union_counts_each_instant_once(one, two, span):
    (_, a, at), (_, b, _) = one, two
    union = BusinessCalendar.union(a, b)
    until = at + span
    size = abs(union.between(at, until))
    assert max(abs(a.between(at, until)), abs(b.between(at, until))) <= size
    assert size <= abs(a.between(at, until)) + abs(b.between(at, until))
    assert union.is_open(at) == (a.is_open(at) or b.is_open(at))


@settings(max_examples=100, deadline=None)
@given(situations(), st.timedeltas(timedelta(days=-40), timedelta(days=40)))
def test_stretches_and_gaps_together_are_all_the_time_there_is(situation, span):
    _, calendar, at = situation
    start, end = sorted((at, at + span))
    stretches, gaps = calendar.stretches(start, end), calendar.gaps(start, end)
    pieces = sorted([(s.start, s.end) for s in stretches] + [(g.start, g.end) for g in gaps])
    assert sum((s.duration for s in stretches), timedelta()) == calendar.between(start, end)
    assert all(begin < until for begin, until in pieces)
    edges = [start, *(until for _, until in pieces)]
    assert [begin for begin, _ in pieces] + [end] == edges if pieces else start == end


@settings(max_examples=80, deadline=None)
@given(
    situations(),
    st.lists(
        st.tuples(st.integers(631152000, 4102444800), st.integers(-9_000_000, 9_000_000)), min_size=1, max_size=40
    ),
)
def test_columns_give_what_single_values_give(situation, rows):
    _, calendar, _ = situation
    starts, durations = (np.array(column) for column in zip(*rows, strict=True))
    instants = [datetime.fromtimestamp(start, UTC) for start, _ in rows]
    between = [
        calendar.between(at, at + timedelta(seconds=d)).total_seconds()
        for at, (_, d) in zip(instants, rows, strict=True)
    ]
    assert calendar.between_many(starts, starts + durations).tolist() == between
    try:
        add = [calendar.add(at, timedelta(seconds=d)).timestamp() for at, (_, d) in zip(instants, rows, strict=True)]
    except ValueError:
        with pytest.raises(ValueError, match=r"durations: element \d+|never opens"):
            calendar.add_many(starts, durations)
        return
    assert calendar.add_many(starts, durations).tolist() == add
    assert calendar.add_many(starts, durations[0]).tolist()[0] == add[0]


@settings(max_examples=60, deadline=None)
@given(
    situations(),
    st.lists(st.tuples(years(2000, 2050), long), min_size=1, max_size=20),
)
def test_columns_with_fractions_give_what_single_values_give_to_the_microsecond(situation, rows):
    _, calendar, _ = situation
    try:
        expected = [calendar.add(at, duration).timestamp() for at, duration in rows]
    except ValueError:
        assume(False)
    starts = np.array([at.timestamp() for at, _ in rows])
    durations = np.array([duration.total_seconds() for _, duration in rows])
    assert calendar.add_many(starts, durations) == pytest.approx(expected, rel=0, abs=0.75e-6)
