"""What holds for every ticket: random stories, several calendars, across holidays and the change to summer time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from agreements.businesstime import BusinessCalendar
from clocks.replay import METRICS, ClockState, Event, Terms, replay, replay_cycles, warn_at
from clocks.replay.metrics import FIRST_RESPONSE, STARTS
from tests.clocks.replaying import ALWAYS, OFFICE, SPLIT, counted, pauses

ZERO = timedelta()
SECOND = timedelta(seconds=1)
BEGIN = datetime(2026, 3, 26, 7, 0, tzinfo=UTC)  # a Thursday before the change to summer time, Easter to come
KINDS = (
    "client_reply", "agent_reply", "acknowledgement", "internal_note", "waiting", "resumed", "solved", "closed",
    "assigned", "workaround", "workaround_withdrawn",
)  # fmt: skip

unhurried = settings(deadline=None)  # a machine that others use too may be slow for a moment
calendars = st.sampled_from([OFFICE, SPLIT, ALWAYS, BusinessCalendar.union(OFFICE, SPLIT)])
targets = st.none() | st.integers(1, 40 * 3600).map(lambda seconds: timedelta(seconds=seconds))
# Round numbers meet often: several events in one instant, due times on the dot.
moments = st.integers(0, 14 * 24 * 2).map(lambda half_hours: BEGIN + timedelta(minutes=30 * half_hours)) | st.integers(
    0, 14 * 86_400
).map(lambda seconds: BEGIN + timedelta(seconds=seconds))


reasons = st.sampled_from(["client", "third party", "hold"])
RECEIVED = [metric for metric, row in METRICS.items() if row.starts_at_receipt]


@st.composite
def some_starts(draw) -> dict[str, str]:
    """From when what starts at the receipt elsewhere counts; the first response waits for itself nowhere."""
    chosen = {metric: draw(st.sampled_from(STARTS)) for metric in RECEIVED}
    return {metric: start for metric, start in chosen.items() if (metric, start) != ("first_response", FIRST_RESPONSE)}


@st.composite
def some_endings(draw) -> dict[str, set[str]]:
    return {
        "first_response": draw(st.sets(st.just("acknowledgement"))),
        "resolution": draw(st.sets(st.just("workaround"))),
    }


@st.composite
def some_terms(draw, starts=None) -> Terms:
    return Terms(
        calendars={metric: draw(calendars) for metric in METRICS},
        targets={metric: draw(targets) for metric in METRICS},
        pauses={metric: draw(st.booleans() | st.frozensets(reasons)) for metric in METRICS},
        endings=draw(some_endings()),
        starts=draw(some_starts()) if starts is None else starts,
        reopening=draw(st.sampled_from(["resume", "restart", "new_cycle"])),
    )


@st.composite
def happenings(draw, at: datetime, kinds) -> Event:
    """Something that happens at the instant; what may be done by either side is, and waiting has a reason."""
    kind = draw(st.sampled_from(kinds))
    by = draw(st.sampled_from(["client", "agent"])) if kind in ("reopened", "workaround_withdrawn") else ""
    by = draw(st.sampled_from(["agent", "system"])) if kind == "acknowledgement" else by
    return Event(at, kind, by=by, reason=draw(reasons) if kind == "waiting" else "")


@st.composite
def stories(draw, *, changing: bool = True) -> list[Event]:
    """A ticket's events in order of time; without changes of terms where they would blur the claim."""
    events = [Event(BEGIN, "created", by=draw(st.sampled_from(["client", "agent"])))]
    for at in sorted(draw(st.lists(moments, max_size=12))):
        if changing and draw(st.integers(0, 9)) == 0:
            events.append(Event(at, "reclassified", terms=draw(some_terms())))
        else:
            events.append(draw(happenings(at, [*KINDS, "reopened"])))
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
        paused = sum((state.calendar.between(pause.start, pause.end) for pause in pauses(state)), ZERO)
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
            for pause in pauses(state):
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
    # What a reopening did, what ended a clock and from when it began to count is not undone by later terms; nor is it
    # that a first response fell due, where another promise counts from that.
    starts = {metric: start for metric, start in old.starts.items() if start != FIRST_RESPONSE}
    old = replace(old, starts=starts)
    new = replace(new, reopening=old.reopening, endings=old.endings, starts=starts)
    before = {(state.metric, state.cycle): state for state in all_cycles(events, old, as_of)}
    always = {(state.metric, state.cycle): state for state in all_cycles(events, new, as_of)}
    so_far = [event for event in events if event.at <= as_of]
    changed = Event(as_of, "terms_changed", terms=new)
    for state in all_cycles([*so_far, changed], old, as_of):
        was, would_be = before[state.metric, state.cycle], always[state.metric, state.cycle]
        if state.stopped_at is not None:
            assert state == was
        elif METRICS[state.metric].restarts:
            # B15: a cadence that is set later cannot have been missed before.
            assert was.breached or not state.breached
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
    starts = {metric: start for metric, start in data.draw(some_starts()).items() if start != FIRST_RESPONSE}
    new = st.tuples(moments, some_terms(starts))
    versions = data.draw(st.lists(new, max_size=3, unique_by=lambda version: version[0]))
    versions = [(BEGIN, data.draw(some_terms(starts))), *sorted(versions, key=lambda version: version[0])]
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
    solved = message = owed = answered = by_workaround = False
    waiting = ""
    queue = list(events)

    def begin(*, now: bool) -> None:
        nonlocal total, running, owed
        if now and not running:
            total, running, owed = ZERO, True, True

    def reopen() -> None:
        nonlocal total, running, by_workaround
        running, by_workaround = True, False
        total = total if terms.reopening == "resume" else ZERO

    def hear(event: Event) -> None:
        nonlocal running, owed, solved, message, answered, waiting, by_workaround
        kind, person = event.kind, event.by == "agent"
        if kind == "created":
            begin(now=metric not in ("next_response", "update") or (metric == "next_response" and event.by == "client"))
        elif kind == "client_reply" and solved:
            message = True
        elif kind == "client_reply":
            waiting = ""
            begin(now=metric == "next_response")
        elif kind in ("agent_reply", "acknowledgement") and person:
            reply = kind == "agent_reply"
            message = message and not reply
            ends = reply or kind in terms.endings.get(metric, ())
            answered = answered or reply or kind in terms.endings.get("first_response", ())
            if metric in ("first_response", "next_response") and ends:
                running = owed = False
            if metric == "update" and not solved and answered:
                running = False
                begin(now=True)
            elif metric == "update":
                owed = False
        elif kind == "workaround" and (metric == "workaround" or kind in terms.endings.get(metric, ())):
            by_workaround = by_workaround or running
            running = False
        elif kind == "workaround_withdrawn" and not solved:
            if by_workaround:
                reopen()
            if event.by == "client":
                waiting = ""
                begin(now=metric == "next_response")
        elif kind == "waiting" and not solved:
            waiting = event.reason
        elif kind == "resumed":
            waiting = ""
        elif kind in ("solved", "closed") and not solved:
            solved, waiting, message, running = True, "", False, False
        elif kind == "reopened" and solved:
            solved = False
            if metric in ("resolution", "workaround"):
                reopen()
            elif owed:
                running = True
            begin(now=metric == "next_response" and (message or event.by == "client"))
            begin(now=metric == "update" and answered)

    while True:
        while queue and queue[0].at <= at:
            hear(queue.pop(0))
        if at >= as_of:
            return total
        if running and waiting not in terms.pauses_of(metric) and terms.calendars[metric].is_open(at):
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
        pauses={metric: data.draw(st.booleans() | st.frozensets(reasons)) for metric in METRICS},
        endings=data.draw(some_endings()),
        reopening=reopening,
    )
    events = [Event(BEGIN, "created", by=data.draw(st.sampled_from(["client", "agent"])))]
    # An instant each: what is said in the very instant of a solution is another test's.
    for at in sorted(data.draw(st.sets(half_hours.filter(lambda at: at > BEGIN), max_size=14))):
        events.append(data.draw(happenings(at, [*KINDS, "reopened"])))
    for metric, state in replay(events, terms, as_of).items():
        assert state.elapsed == ticked(events, terms, as_of, metric, timedelta(minutes=30))
