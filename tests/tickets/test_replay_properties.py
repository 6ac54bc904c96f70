"""What holds for every ticket: random stories, several calendars, across holidays and the change to summer time."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from agreements.businesstime import BusinessCalendar
from clocks.replay import METRICS, ClockState, Event, Terms, replay, replay_cycles, warn_at
from tests.tickets.replaying import ALWAYS, OFFICE, SPLIT, counted

ZERO = timedelta()
SECOND = timedelta(seconds=1)
BEGIN = datetime(2026, 3, 26, 7, 0, tzinfo=UTC)  # a Thursday before the change to summer time, Easter to come
KINDS = ("client_reply", "agent_reply", "acknowledgement", "internal_note", "waiting", "resumed", "solved", "closed")

unhurried = settings(deadline=None)  # a machine that others use too may be slow for a moment
calendars = st.sampled_from([OFFICE, SPLIT, ALWAYS, BusinessCalendar.union(OFFICE, SPLIT)])
targets = st.none() | st.integers(1, 40 * 3600).map(lambda seconds: timedelta(seconds=seconds))
# Round numbers meet often: several events in one instant, due times on the dot.
moments = st.integers(0, 14 * 24 * 2).map(lambda half_hours: BEGIN + timedelta(minutes=30 * half_hours)) | st.integers(
    0, 14 * 86_400
).map(lambda seconds: BEGIN + timedelta(seconds=seconds))


@st.composite
def some_terms(draw) -> Terms:
    return Terms(
        calendars={metric: draw(calendars) for metric in METRICS},
        targets={metric: draw(targets) for metric in METRICS},
        pauses={metric: draw(st.booleans()) for metric in METRICS},
        reopening=draw(st.sampled_from(["resume", "restart", "new_cycle"])),
    )


@st.composite
def stories(draw, *, changing: bool = True) -> list[Event]:
    """A ticket's events in order of time; without changes of terms where they would blur the claim."""
    events = [Event(BEGIN, "created", by=draw(st.sampled_from(["client", "agent"])))]
    for at in sorted(draw(st.lists(moments, max_size=12))):
        kind = draw(st.sampled_from([*KINDS, "reopened", *(["reclassified"] if changing else [])]))
        by = draw(st.sampled_from(["client", "agent"])) if kind == "reopened" else ""
        events.append(Event(at, kind, by=by, terms=draw(some_terms()) if kind == "reclassified" else None))
    return events


def all_cycles(events: list[Event], terms: Terms, as_of: datetime) -> list[ClockState]:
    return [state for cycles in replay_cycles(events, terms, as_of).values() for state in cycles]


@unhurried
@given(stories(), some_terms(), moments, moments)
def test_a_breach_once_reached_stays_with_its_date(events, terms, one, other):
    earlier, later = sorted([one, other])
    after = {(state.metric, state.cycle): state for state in all_cycles(events, terms, later)}
    for state in all_cycles(events, terms, earlier):
        if state.breached:
            assert after[state.metric, state.cycle].breached_at == state.breached_at


@unhurried
@given(stories(), some_terms(), moments)
def test_the_future_has_no_say_in_the_present(events, terms, as_of):
    so_far = [event for event in events if event.at <= as_of]
    assert replay_cycles(so_far, terms, as_of) == replay_cycles(events, terms, as_of)


@unhurried
@given(stories(), some_terms(), moments, st.randoms(use_true_random=False))
def test_the_order_of_filing_does_not_matter_between_different_instants(events, terms, as_of, random):
    apart = list({event.at: event for event in reversed(events)}.values())
    shuffled = random.sample(apart, len(apart))
    assert replay_cycles(shuffled, terms, as_of) == replay_cycles(apart, terms, as_of)


@unhurried
@given(stories(), some_terms(), moments, st.lists(moments, max_size=4))
def test_C1_acknowledgements_and_notes_change_nothing_wherever_they_fall(events, terms, as_of, noted):
    notes = [Event(at, kind) for at in noted for kind in ("acknowledgement", "internal_note")]
    assert replay_cycles(events + notes, terms, as_of) == replay_cycles(events, terms, as_of)


@unhurried
@given(stories(), some_terms(), moments)
def test_saying_a_thing_twice_changes_nothing(events, terms, as_of):
    twice = [again for event in events for again in ([event] if event.kind == "created" else [event, event])]
    assert replay_cycles(twice, terms, as_of) == replay_cycles(events, terms, as_of)


@unhurried
@given(stories(changing=False), some_terms(), moments)
def test_the_due_time_lies_the_target_and_the_paused_business_time_after_the_start(events, terms, as_of):
    for state in all_cycles(events, terms, as_of):
        if state.due_at is None or state.elapsed >= state.target:
            continue
        paused = sum((state.calendar.between(pause.start, pause.end) for pause in state.pauses), ZERO)
        assert state.due_at == state.calendar.add(state.started_at, state.target + paused)
        assert state.due_at > as_of


@unhurried
@given(stories(), some_terms(), moments)
def test_the_stretches_add_up_to_the_elapsed_time_and_lie_in_opening_hours_outside_the_pauses(events, terms, as_of):
    for state in all_cycles(events, terms, as_of):
        assert counted(state) == state.elapsed
        for stretch in state.stretches:
            assert stretch.start < stretch.end
            assert state.calendar.between(stretch.start, stretch.end) == stretch.end - stretch.start
            for pause in state.pauses:
                assert stretch.end <= pause.start or (pause.end is not None and pause.end <= stretch.start)
        assert all(one.end <= other.start for one, other in pairwise(state.stretches))


@unhurried
@given(stories(), some_terms(), moments)
def test_left_alone_a_clock_breaches_at_its_due_time_and_not_a_second_before(events, terms, as_of):
    so_far = [event for event in events if event.at <= as_of]
    for metric, state in replay(so_far, terms, as_of).items():
        if state.due_at is None or state.elapsed >= state.target:
            continue
        due = replay(so_far, terms, state.due_at)[metric]
        assert due.elapsed == counted(due) == state.target
        assert due.breached_at == (state.breached_at or state.due_at)
        before = replay(so_far, terms, max(state.due_at - SECOND, as_of))[metric]
        assert before.breached_at == state.breached_at
        assert before.due_at == state.due_at


@unhurried
@given(stories(), some_terms(), moments)
def test_every_verdict_agrees_with_the_arithmetic(events, terms, as_of):
    for state in all_cycles(events, terms, as_of):
        if state.target is not None and state.elapsed >= state.target:
            assert state.breached
        if state.started_at is None:
            assert (state.due_at, state.stopped_at, state.paused_at, state.breached) == (None, None, None, False)
        if state.paused_at is not None or state.stopped_at is not None or state.target is None:
            assert state.due_at is None
        if state.paused_at is not None:
            assert (state.promised_at is None) == (state.target is None or state.elapsed < state.target)
        if state.due_at is not None:
            assert state.running
            assert state.promised_at == state.due_at
            assert state.breached_at is None or state.breached_at <= as_of


@unhurried
@given(stories(changing=False), some_terms(), some_terms(), moments)
def test_B10_new_terms_count_as_if_they_had_always_held_and_never_undo_a_breach(events, old, new, as_of):
    # With one way to reopen throughout: what a reopening did is not undone by later terms.
    new = Terms(calendars=new.calendars, targets=new.targets, pauses=new.pauses, reopening=old.reopening)
    before = {(state.metric, state.cycle): state for state in all_cycles(events, old, as_of)}
    always = {(state.metric, state.cycle): state for state in all_cycles(events, new, as_of)}
    so_far = [event for event in events if event.at <= as_of]
    changed = Event(as_of, "terms_changed", terms=new)
    for state in all_cycles([*so_far, changed], old, as_of):
        was, would_be = before[state.metric, state.cycle], always[state.metric, state.cycle]
        if state.stopped_at is not None:
            assert state == was
        else:
            assert (state.elapsed, state.due_at, state.paused_at) == (
                would_be.elapsed,
                would_be.due_at,
                would_be.paused_at,
            )
            # A clock begun, or begun again, under the old terms alone has no other breach to remember.
            if was.breached and was.started_at < as_of:
                assert state.breached_at == was.breached_at


@unhurried
@given(st.lists(st.tuples(moments, st.sampled_from(["waiting", "resumed"])), max_size=6), st.data(), moments)
def test_B10_the_breach_on_record_is_the_first_that_any_terms_saw_while_they_were_in_force(changes, data, as_of):
    events = [Event(BEGIN, "created", by="client"), *(Event(at, kind) for at, kind in changes)]
    versions = data.draw(st.lists(st.tuples(moments, some_terms()), max_size=3, unique_by=lambda version: version[0]))
    versions = [(BEGIN, data.draw(some_terms())), *sorted(versions, key=lambda version: version[0])]
    held = [version for version in versions if version[0] <= as_of]
    ends = [at for at, _ in held[1:]] + [as_of]
    under_each = [
        replay(events, terms, end)
        for (begin, terms), end in zip(held, ends, strict=True)
        if begin < end or end == as_of
    ]
    new_terms = [Event(at, "terms_changed", terms=terms) for at, terms in versions[1:]]
    for metric, state in replay([*events, *new_terms], versions[0][1], as_of).items():
        seen = [states[metric].breached_at for states in under_each if states[metric].breached]
        assert state.breached_at == (seen[0] if seen else None)


@unhurried
@given(stories(), some_terms(), moments, st.integers(1, 99), st.integers(0, 50 * 3600))
def test_a_warning_comes_at_its_point_of_the_counted_time_and_never_after_the_due_time(
    events, terms, as_of, percent, seconds
):
    for state in all_cycles(events, terms, as_of):
        share = warn_at(state, Fraction(percent, 100))
        before = warn_at(state, timedelta(seconds=seconds))
        if state.due_at is None:
            assert share is None
            assert before is None
            continue
        assert state.started_at <= share <= state.due_at
        assert state.started_at <= before <= state.due_at
        assert warn_at(state, Fraction(1)) == warn_at(state, ZERO) == state.due_at


def ticked(events: list[Event], terms: Terms, as_of: datetime, metric: str, step: timedelta) -> timedelta:
    """The elapsed time of the latest cycle, found by asking every `step` anew whether the clock counts."""
    total, at, running = ZERO, BEGIN, False
    waiting = solved = message = owed = False
    queue = list(events)
    while True:
        while queue and queue[0].at <= at:
            event = queue.pop(0)
            kind = event.kind
            if kind == "created":
                running = metric != "next_response" or event.by == "client"
                owed = running
            elif kind == "client_reply":
                if solved:
                    message = True
                else:
                    waiting = False
                    if metric == "next_response" and not running:
                        total, running, owed = ZERO, True, True
            elif kind == "agent_reply":
                message = False
                if metric != "resolution":
                    running, owed = False, False
            elif kind == "waiting":
                waiting = waiting or not solved
            elif kind == "resumed":
                waiting = False
            elif kind in ("solved", "closed") and not solved:
                solved, waiting, message, running = True, False, False, False
            elif kind == "reopened" and solved:
                solved = False
                if metric == "resolution":
                    running = True
                    total = total if terms.reopening == "resume" else ZERO
                elif owed:
                    running = True
                elif metric == "next_response" and (message or event.by == "client"):
                    total, running, owed = ZERO, True, True
        if at >= as_of:
            return total
        pausing = waiting and terms.pauses[metric]
        if running and not pausing and terms.calendars[metric].is_open(at):
            total += step
        at += step


half_hours = st.integers(0, 10 * 48).map(lambda number: BEGIN + timedelta(minutes=30 * number))
HALF_HOURLY = BusinessCalendar(
    timezone="Europe/London",
    weekly={day: [("09:00", "12:30"), ("13:30", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri", "sun")},
)


@settings(max_examples=60, deadline=None)
@given(st.data(), half_hours, st.sampled_from(["resume", "restart", "new_cycle"]))
def test_the_elapsed_time_is_what_one_gets_by_watching_the_clock(data, as_of, reopening):
    terms = Terms(
        calendars=dict.fromkeys(METRICS, HALF_HOURLY),
        targets=dict.fromkeys(METRICS),
        pauses={metric: data.draw(st.booleans()) for metric in METRICS},
        reopening=reopening,
    )
    events = [Event(BEGIN, "created", by=data.draw(st.sampled_from(["client", "agent"])))]
    for at in sorted(data.draw(st.lists(half_hours, max_size=14))):
        kind = data.draw(st.sampled_from([*KINDS, "reopened"]))
        by = data.draw(st.sampled_from(["client", "agent"])) if kind == "reopened" else ""
        events.append(Event(at, kind, by=by))
    for metric, state in replay(events, terms, as_of).items():
        assert state.elapsed == ticked(events, terms, as_of, metric, timedelta(minutes=30))
