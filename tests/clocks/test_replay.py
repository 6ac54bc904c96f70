"""First response, next response and resolution, pauses and breaches, told as tickets."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from clocks.replay import Event, Run, Terms, replay, replay_cycles, warn_at
from tests.clocks.replaying import ALWAYS, OFFICE, Pause, clock, counted, created, hours, on, pauses, promise

MINUTE = timedelta(minutes=1)
# Without a zone, which is the case.
NAIVE, LATER = datetime(2026, 3, 2, 9), datetime(2026, 3, 3)  # noqa: DTZ001


# First response


def test_first_response_starts_at_the_receipt_and_counts_opening_hours_only():
    state = clock("first_response", [created(on(2, "16:30"))], promise(), on(3, "09:10"))
    assert state.started_at == on(2, "16:30")
    assert state.elapsed == timedelta(minutes=40)
    assert state.due_at == on(3, "09:30")


def test_B9_eight_hours_from_opening_fall_due_at_closing_time_the_same_day():
    state = clock("resolution", [created(on(2))], promise(), on(2, "10:00"))
    assert state.due_at == on(2, "17:00")


@pytest.mark.parametrize("kind", ["acknowledgement", "internal_note"])
def test_C1_an_acknowledgement_or_an_internal_note_stops_no_clock(kind):
    events = [created(on(2)), Event(on(2, "09:05"), kind, by="agent")]
    assert replay(events, promise(), on(2, "09:30")) == replay(events[:1], promise(), on(2, "09:30"))


def test_C1_a_robots_post_is_no_substantive_answer():
    events = [created(on(2)), Event(on(2, "09:05"), "agent_reply", by="system")]
    assert clock("first_response", events, promise(), on(2, "09:30")).stopped_at is None


def test_C1_the_first_substantive_reply_stops_first_response_for_good():
    events = [
        created(on(2)),
        Event(on(2, "09:42"), "agent_reply", by="agent"),
        Event(on(2, "11:00"), "client_reply", by="client"),
        Event(on(4), "agent_reply", by="agent"),
    ]
    state = clock("first_response", events, promise(), on(5))
    assert (state.stopped_at, state.stopped_by, state.elapsed) == (on(2, "09:42"), "agent_reply", timedelta(minutes=42))
    assert (state.due_at, state.promised_at, state.breached) == (None, on(2, "10:00"), False)


def test_a_ticket_filed_by_an_agent_has_a_first_response_clock_but_no_next_response_clock():
    states = replay([created(on(2), by="agent")], promise(), on(2, "12:00"))
    assert states["first_response"].breached_at == on(2, "10:00")
    assert states["next_response"].started_at is None
    assert states["next_response"].elapsed == timedelta()
    assert not states["next_response"].breached


@pytest.mark.parametrize(
    ("late_by", "breached"), [(-1, False), (0, True), (1, True)], ids=["early", "on the dot", "late"]
)
def test_an_unanswered_ticket_breaches_at_its_due_time(late_by, breached):
    state = clock("first_response", [created(on(2))], promise(), on(2, "10:00") + timedelta(seconds=late_by))
    assert state.breached is breached
    assert state.breached_at == (on(2, "10:00") if breached else None)
    assert state.due_at == on(2, "10:00")


@pytest.mark.parametrize("kind", ["agent_reply", "solved", "waiting"])
@pytest.mark.parametrize(
    ("late_by", "breached"), [(-1, False), (0, True), (1, True)], ids=["early", "on the dot", "late"]
)
def test_whatever_ends_the_run_at_the_due_time_comes_too_late(kind, late_by, breached):
    events = [created(on(2)), Event(on(2, "10:00") + timedelta(seconds=late_by), kind)]
    state = clock("first_response", events, promise(pauses={"first_response": True}), on(5))
    assert state.breached is breached
    assert state.breached_at == (on(2, "10:00") if breached else None)


def test_a_breach_is_dated_when_it_fell_due_however_late_it_is_looked_at():
    for as_of in (on(2, "10:00"), on(2, "10:01"), on(9), on(9, month=9)):
        assert clock("first_response", [created(on(2))], promise(), as_of).breached_at == on(2, "10:00")


def test_a_reply_after_the_due_time_leaves_the_breach_standing():
    events = [created(on(2)), Event(on(2, "10:30"), "agent_reply")]
    state = clock("first_response", events, promise(), on(5))
    assert (state.breached_at, state.stopped_at, state.elapsed) == (on(2, "10:00"), on(2, "10:30"), hours(1.5))


def test_C2_what_is_not_promised_is_measured_and_never_breached():
    events = [created(on(2)), Event(on(3), "waiting"), Event(on(4), "resumed"), Event(on(5), "solved")]
    running = clock("resolution", events, promise(resolution=None), on(4, "12:00"))
    assert (running.due_at, running.breached, running.elapsed, running.target) == (None, False, hours(11), None)
    solved = clock("resolution", events, promise(resolution=None), on(9))
    assert (solved.started_at, solved.stopped_at, solved.elapsed) == (on(2), on(5), hours(16))
    assert (solved.promised_at, solved.breached_at, counted(solved)) == (None, None, hours(16))


# Next response


def test_next_response_starts_with_the_ticket_itself():
    state = clock("next_response", [created(on(2))], promise(), on(2, "10:00"))
    assert (state.started_at, state.due_at) == (on(2), on(2, "13:00"))


def test_next_response_counts_from_the_oldest_unanswered_message():
    events = [
        created(on(2)),
        Event(on(2, "09:30"), "agent_reply"),
        Event(on(2, "11:00"), "client_reply"),
        Event(on(2, "14:00"), "client_reply"),
    ]
    state = clock("next_response", events, promise(), on(2, "14:30"))
    assert (state.started_at, state.due_at, state.cycle) == (on(2, "11:00"), on(2, "15:00"), 1)


def test_each_answered_message_keeps_its_own_record():
    events = [
        created(on(2)),
        Event(on(2, "14:00"), "agent_reply"),
        Event(on(3, "09:00"), "client_reply"),
        Event(on(3, "10:00"), "agent_reply"),
    ]
    late, kept = replay_cycles(events, promise(), on(5))["next_response"]
    assert (late.cycle, late.breached_at, late.stopped_at) == (0, on(2, "13:00"), on(2, "14:00"))
    assert (kept.cycle, kept.breached, kept.stopped_at) == (1, False, on(3, "10:00"))
    assert replay(events, promise(), on(5))["next_response"] == kept


# Waiting for the client


def test_waiting_pauses_what_the_agreement_says_and_nothing_else():
    events = [created(on(2)), Event(on(2, "09:30"), "waiting")]
    states = replay(events, promise(), on(4))
    assert states["first_response"].due_at == on(2, "10:00")
    for metric in ("next_response", "resolution"):
        assert (states[metric].due_at, states[metric].paused_at) == (None, on(2, "09:30"))
        assert (states[metric].elapsed, states[metric].breached) == (hours(0.5), False)


def test_a_resumed_clock_has_exactly_the_time_it_had_left():
    events = [created(on(2)), Event(on(2, "12:00"), "waiting"), Event(on(4, "16:00"), "resumed")]
    state = clock("resolution", events, promise(), on(4, "16:30"))
    assert (state.elapsed, state.due_at, state.paused_at) == (hours(3.5), on(5, "13:00"), None)
    assert OFFICE.add(on(4, "16:00"), hours(5)) == state.due_at
    assert pauses(state) == (Pause(on(2, "12:00"), on(4, "16:00"), "waiting"),)


def test_a_message_from_the_client_ends_the_waiting_by_itself():
    events = [created(on(2)), Event(on(2, "12:00"), "waiting"), Event(on(4, "16:00"), "client_reply")]
    state = clock("resolution", events, promise(), on(4, "16:30"))
    assert (state.elapsed, state.due_at) == (hours(3.5), on(5, "13:00"))


def test_a_reply_by_an_agent_does_not_end_the_waiting():
    events = [created(on(2)), Event(on(2, "12:00"), "waiting"), Event(on(2, "13:00"), "agent_reply")]
    assert clock("resolution", events, promise(), on(4)).paused_at == on(2, "12:00")


def test_a_message_that_waits_for_its_answer_pauses_with_the_ticket_where_the_agreement_says_so():
    events = [created(on(2)), Event(on(2, "10:00"), "waiting"), Event(on(2, "12:00"), "resumed")]
    assert clock("next_response", events, promise(), on(2, "12:00")).due_at == on(2, "15:00")
    assert clock("next_response", events, promise(pauses={"next_response": False}), on(2, "12:00")).due_at == on(
        2, "13:00"
    )


def test_a_breach_before_the_waiting_is_not_healed_by_it():
    events = [created(on(2)), Event(on(3, "12:00"), "waiting"), Event(on(4), "resumed")]
    paused = clock("resolution", events, promise(), on(3, "14:00"))
    assert (paused.breached_at, paused.due_at, paused.elapsed) == (on(2, "17:00"), None, hours(11))
    assert paused.promised_at == on(2, "17:00")
    resumed = clock("resolution", events, promise(), on(4, "10:00"))
    assert (resumed.breached_at, resumed.due_at) == (on(2, "17:00"), on(2, "17:00"))


def test_every_pause_counts_once_however_often_it_is_reported():
    once = [created(on(2)), Event(on(2, "12:00"), "waiting"), Event(on(3, "12:00"), "resumed"), Event(on(4), "solved")]
    again = [
        *once,
        Event(on(2, "10:00"), "resumed"),
        Event(on(2, "13:00"), "waiting"),
        Event(on(3, "13:00"), "resumed"),
        Event(on(4, "12:00"), "solved"),
        Event(on(5), "closed"),
        Event(on(6), "waiting"),
    ]
    assert replay(again, promise(), on(9)) == replay(once, promise(), on(9))


def test_a_ticket_solved_while_it_waits_stops_with_the_time_counted_so_far():
    events = [created(on(2)), Event(on(2, "12:00"), "waiting"), Event(on(3, "12:00"), "solved")]
    state = clock("resolution", events, promise(), on(9))
    assert (state.elapsed, state.stopped_at, state.paused_at) == (hours(3), on(3, "12:00"), None)
    assert state.promised_at == on(3, "17:00")  # five hours were left, had it gone on


def test_a_clock_can_be_paused_in_the_very_instant_it_starts_or_is_looked_at():
    events = [created(on(2)), Event(on(2), "waiting")]
    for as_of in (on(2), on(3)):
        state = clock("resolution", events, promise(), as_of)
        assert (state.paused_at, state.elapsed, state.due_at, state.stretches) == (on(2), timedelta(), None, ())


def test_the_runs_and_pauses_tell_what_happened_without_empty_words():
    events = [
        created(on(2)),
        Event(on(2, "10:00"), "waiting"),
        Event(on(2, "10:00"), "resumed"),
        Event(on(2, "11:00"), "agent_reply"),
        Event(on(2, "11:00"), "waiting"),
    ]
    states = replay(events, promise(), on(3))
    assert states["next_response"].runs == (Run(on(2), on(2, "11:00"), "agent_reply", hours(2)),)
    assert pauses(states["next_response"]) == ()
    assert states["resolution"].runs == (Run(on(2), on(2, "11:00"), "waiting", hours(2)),)
    assert pauses(states["resolution"]) == (Pause(on(2, "11:00"), None, "waiting"),)


def test_a_clock_stopped_while_it_waits_shows_the_pause_up_to_the_stop():
    events = [created(on(2)), Event(on(2, "10:00"), "waiting"), Event(on(2, "12:00"), "agent_reply")]
    state = clock("next_response", events, promise(), on(3))
    assert (state.stopped_at, state.elapsed) == (on(2, "12:00"), hours(1))
    assert pauses(state) == (Pause(on(2, "10:00"), on(2, "12:00"), "waiting"),)


# Input


def test_terms_do_not_follow_the_mapping_they_were_made_from():
    targets = {"resolution": hours(8)}
    terms = Terms(calendar=OFFICE, targets=targets)
    targets["resolution"] = hours(1)
    assert clock("resolution", [created(on(2))], terms, on(2)).due_at == on(2, "17:00")


def test_events_are_taken_in_order_of_time_and_ties_as_given():
    events = [created(on(2)), Event(on(2, "10:00"), "waiting"), Event(on(2, "10:00"), "client_reply")]
    assert clock("resolution", events, promise(), on(3)).paused_at is None
    assert clock("resolution", [events[0], events[2], events[1]], promise(), on(3)).paused_at == on(2, "10:00")
    assert replay(events[1:] + events[:1], promise(), on(3)) == replay(events, promise(), on(3))


def test_what_has_not_happened_yet_changes_nothing():
    events = [created(on(2)), Event(on(2, "09:30"), "agent_reply")]
    assert clock("first_response", events, promise(), on(2, "09:29")).stopped_at is None
    assert clock("first_response", events, promise(), on(1)).started_at is None


def test_instants_of_any_zone_are_kept_in_utc():
    state = clock("first_response", [created(on(2))], promise(), on(2, "09:30"))
    assert (state.started_at.tzinfo, state.due_at.tzinfo, state.as_of.tzinfo) == (UTC, UTC, UTC)


def test_each_metric_counts_in_its_own_calendar():
    terms = Terms(
        calendar=OFFICE,
        calendars={"first_response": ALWAYS},
        targets={"first_response": hours(1), "resolution": hours(8)},
    )
    states = replay([created(on(7))], terms, on(7, "09:30"))
    assert list(states) == ["first_response", "resolution"]
    assert states["first_response"].due_at == on(7, "10:00")
    assert states["resolution"].due_at == on(9, "17:00")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: Event(NAIVE, "created"), r"event 'created' at 2026-03-02 09:00:00: a naive"),
        (lambda: Event(on(2), "answered"), r"unknown kind 'answered', expected one of created, client_reply"),
        (lambda: Event(on(2), "created", by="robot"), r"event 'created' at .*: by 'robot'"),
        (lambda: Event(on(2), "reclassified"), r"event 'reclassified' at .*: has no terms"),
        (lambda: Event(on(2), "owed"), r"event 'owed' at .*: has no since"),
        (lambda: Event(on(2), "solved", since=on(1)), r"event 'solved' at .*: cannot carry a since"),
        (lambda: Event(on(2), "solved", terms=promise()), r"event 'solved' at .*: cannot carry terms"),
        (
            lambda: replay([Event(on(2), "solved")], promise(), on(3)),
            r"first must be 'created', found 'solved' at 2026-",
        ),
        (lambda: replay([], promise(), on(3)), r"first must be 'created', found no events"),
        (lambda: replay([created(on(2)), created(on(3))], promise(), on(4)), r"a second 'created' at .* number 2"),
        (lambda: replay([created(on(2))], promise(), LATER), r"as_of at 2026-03-03 00:00:00: a naive"),
        (lambda: Terms(calendar=OFFICE, targets={"respond": None}), r"targets: unknown metric 'respond'"),
        (lambda: Terms(calendar=OFFICE, targets={}, pauses={"all": True}), r"pauses: unknown metric 'all'"),
        (lambda: Terms(targets={"resolution": None}), r"resolution has a target but no calendar"),
        (lambda: Terms(calendar=OFFICE, targets={"resolution": 8}), r"target of resolution: 8 is neither"),
        (lambda: promise(resolution=-hours(1)), r"target of resolution: .* is negative"),
        (lambda: promise(reopening="forget"), r"reopening: 'forget', expected one of resume, restart, new_cycle"),
    ],
)
def test_bad_input_is_refused_with_what_and_where(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong()


# Warnings


def test_a_warning_comes_at_its_share_of_the_target_in_business_time():
    state = clock("resolution", [created(on(2, "13:00"))], promise(), on(2, "14:00"))
    assert warn_at(state, Fraction(3, 4)) == on(3, "11:00")
    assert warn_at(state, timedelta(hours=1)) == on(3, "12:00")
    assert warn_at(state, Fraction(1)) == state.due_at == on(3, "13:00")
    assert warn_at(state, hours(9)) == on(2, "13:00")


def test_a_warning_is_found_on_either_side_of_a_pause():
    events = [created(on(2)), Event(on(2, "13:00"), "waiting"), Event(on(3), "resumed")]
    state = clock("resolution", events, promise(), on(3, "10:00"))
    assert warn_at(state, Fraction(1, 4)) == on(2, "11:00")
    assert warn_at(state, Fraction(3, 4)) == on(3, "11:00")


def test_a_share_that_does_not_divide_the_target_is_rounded_up_to_the_microsecond():
    state = clock("resolution", [created(on(2))], promise(resolution=timedelta(seconds=1)), on(2))
    assert warn_at(state, Fraction(1, 3)) == on(2) + timedelta(microseconds=333_334)


def test_only_a_running_promise_warns():
    events = [created(on(2)), Event(on(2, "09:30"), "agent_reply"), Event(on(2, "10:00"), "waiting")]
    states = replay(events, promise(), on(2, "11:00"))
    assert warn_at(states["first_response"], Fraction(1, 2)) is None
    assert warn_at(states["resolution"], Fraction(1, 2)) is None
    assert warn_at(clock("resolution", events, promise(resolution=None), on(2, "09:45")), Fraction(1, 2)) is None
    assert warn_at(clock("resolution", events, promise(), on(1)), Fraction(1, 2)) is None


@pytest.mark.parametrize("point", [Fraction(0), Fraction(5, 4), -MINUTE, 0.75, 1])
def test_a_warning_point_outside_the_target_is_refused(point):
    state = clock("resolution", [created(on(2))], promise(), on(2))
    with pytest.raises(ValueError, match="warning point"):
        warn_at(state, point)
