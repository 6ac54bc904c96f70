"""Solving, closing, reopening, and terms that change under way."""

from datetime import timedelta

import pytest

from clocks.replay import Event, Terms, replay, replay_cycles
from tests.clocks.replaying import ALWAYS, OFFICE, Pause, clock, counted, created, hours, on, pauses, promise

# Solved and closed


@pytest.mark.parametrize("kind", ["solved", "closed"])
def test_the_solution_stops_every_clock_and_says_so(kind):
    events = [created(on(2)), Event(on(2, "09:30"), kind)]
    for state in replay(events, promise(), on(9)).values():
        assert (state.stopped_at, state.stopped_by, state.due_at, state.breached) == (on(2, "09:30"), kind, None, False)


def test_a_reply_filed_in_the_instant_of_the_solution_is_the_answer_in_either_order():
    reply, solved = Event(on(2, "09:30"), "agent_reply"), Event(on(2, "09:30"), "solved")
    for events in ([created(on(2)), reply, solved], [created(on(2)), solved, reply]):
        states = replay(events, promise(), on(9))
        assert states["first_response"].stopped_by == states["next_response"].stopped_by == "agent_reply"
        assert states["resolution"].stopped_by == "solved"


@pytest.mark.parametrize("kind", ["solved", "closed"])
def test_a_thanks_after_the_solution_starts_no_clock_and_reopens_nothing(kind):
    events = [created(on(2)), Event(on(2, "09:30"), "agent_reply"), Event(on(2, "10:00"), kind)]
    thanks = Event(on(2, "11:00"), "client_reply")
    assert replay([*events, thanks], promise(), on(20)) == replay(events, promise(), on(20))


# Reopened


SOLVED = [created(on(2)), Event(on(2, "09:30"), "agent_reply"), Event(on(2, "15:00"), "solved")]


def test_a_reopened_ticket_goes_on_where_it_stood_and_is_not_breached_at_once():
    state = clock("resolution", [*SOLVED, Event(on(12), "reopened")], promise(), on(12))
    assert (state.elapsed, state.breached, state.stopped_at) == (hours(6), False, None)
    assert (state.started_at, state.due_at, state.cycle) == (on(2), on(12, "11:00"), 0)
    assert pauses(state) == (Pause(on(2, "15:00"), on(12), "solved"),)


def test_a_reopened_clock_can_still_breach_and_the_breach_survives_the_next_solution():
    events = [*SOLVED, Event(on(12), "reopened"), Event(on(12, "16:00"), "solved")]
    state = clock("resolution", events, promise(), on(20))
    assert (state.breached_at, state.elapsed, counted(state)) == (on(12, "11:00"), hours(13), hours(13))


def test_a_breach_before_the_solution_stays_on_record_after_any_reopening():
    events = [created(on(2)), Event(on(3, "10:00"), "solved"), Event(on(12), "reopened")]
    for reopening in ("resume", "restart"):
        state = clock("resolution", events, promise(reopening=reopening), on(12, "10:00"))
        assert state.breached_at == on(2, "17:00")
    broken, fresh = replay_cycles(events, promise(reopening="new_cycle"), on(12, "10:00"))["resolution"]
    assert broken.breached_at == on(2, "17:00")
    assert not fresh.breached


def test_a_restarting_agreement_counts_from_zero_at_the_reopening_in_the_same_cycle():
    events = [*SOLVED, Event(on(12), "reopened")]
    (state,) = replay_cycles(events, promise(reopening="restart"), on(12, "10:00"))["resolution"]
    assert (state.started_at, state.elapsed, state.due_at, state.cycle) == (on(12), hours(1), on(12, "17:00"), 0)


def test_an_agreement_with_new_cycles_keeps_the_old_record_beside_the_new():
    events = [*SOLVED, Event(on(12), "reopened")]
    old, new = replay_cycles(events, promise(reopening="new_cycle"), on(12, "10:00"))["resolution"]
    assert (old.cycle, old.stopped_at, old.elapsed) == (0, on(2, "15:00"), hours(6))
    assert (new.cycle, new.started_at, new.elapsed, new.due_at) == (1, on(12), hours(1), on(12, "17:00"))


def test_reopening_an_open_ticket_changes_nothing():
    events = [created(on(2)), Event(on(2, "10:00"), "reopened", by="client")]
    assert replay(events, promise(), on(3)) == replay(events[:1], promise(), on(3))


def test_a_ticket_reopened_by_its_client_wants_an_answer_from_that_moment():
    state = clock("next_response", [*SOLVED, Event(on(12), "reopened", by="client")], promise(), on(12))
    assert (state.started_at, state.due_at, state.cycle) == (on(12), on(12, "13:00"), 1)


def test_a_message_after_the_solution_wants_an_answer_once_the_ticket_is_reopened():
    message, reopened = Event(on(11), "client_reply"), Event(on(12), "reopened")
    assert clock("next_response", [*SOLVED, message, reopened], promise(), on(12)).started_at == on(12)
    answer = Event(on(11, "10:00"), "agent_reply")
    assert clock("next_response", [*SOLVED, message, answer, reopened], promise(), on(12)).stopped_at == on(2, "09:30")


@pytest.mark.parametrize("reply_first", [True, False])
def test_a_reply_and_the_reopening_it_causes_start_one_clock_in_either_order(reply_first):
    pair = [Event(on(12), "client_reply"), Event(on(12), "reopened", by="client")]
    events = [*SOLVED, *(pair if reply_first else reversed(pair))]
    cycles = replay_cycles(events, promise(), on(12))["next_response"]
    assert [cycle.started_at for cycle in cycles] == [on(2), on(12)]


def test_a_ticket_reopened_by_an_agent_without_a_message_owes_no_next_response():
    state = clock("next_response", [*SOLVED, Event(on(12), "reopened", by="agent")], promise(), on(13))
    assert state.stopped_at == on(2, "09:30")


def test_an_answer_still_owed_at_the_solution_is_owed_again_after_the_reopening():
    events = [created(on(2)), Event(on(2, "09:30"), "solved"), Event(on(12), "reopened")]
    states = replay(events, promise(), on(12, "09:10"))
    assert (states["first_response"].elapsed, states["first_response"].due_at) == (
        hours(0.5) + hours(1) / 6,
        on(12, "09:30"),
    )
    assert (states["next_response"].due_at, states["next_response"].cycle) == (on(12, "12:30"), 0)


def test_an_answer_given_after_the_solution_is_not_owed_again():
    events = [
        created(on(2)),
        Event(on(2, "09:30"), "solved"),
        Event(on(2, "09:40"), "agent_reply"),
        Event(on(12), "reopened"),
    ]
    states = replay(events, promise(), on(20))
    assert states["first_response"].stopped_at == states["next_response"].stopped_at == on(2, "09:30")


def test_a_reopened_ticket_no_longer_waits_for_the_client():
    events = [
        created(on(2)),
        Event(on(2, "12:00"), "waiting"),
        Event(on(2, "15:00"), "solved"),
        Event(on(12), "reopened"),
    ]
    state = clock("resolution", events, promise(), on(12, "10:00"))
    assert (state.paused_at, state.elapsed) == (None, hours(4))
    assert pauses(state) == (Pause(on(2, "12:00"), on(2, "15:00"), "waiting"), Pause(on(2, "15:00"), on(12), "solved"))


def test_a_solution_taken_back_in_the_same_instant_is_no_pause():
    events = [*SOLVED, Event(on(2, "15:00"), "reopened")]
    state = clock("resolution", events, promise(), on(2, "16:00"))
    assert (pauses(state), state.elapsed, state.due_at) == ((), hours(7), on(2, "17:00"))


@pytest.mark.parametrize("asked_at", ["12:00", "16:00"], ids=["before the solution", "after it"])
def test_a_reopened_ticket_can_wait_anew(asked_at):
    events = [created(on(2)), Event(on(2, "15:00"), "solved"), Event(on(12), "reopened")]
    events += [Event(on(2, asked_at), "waiting"), Event(on(12, "10:00"), "waiting")]
    assert clock("resolution", events, promise(), on(12, "11:00")).paused_at == on(12, "10:00")


# Reclassified, or under new terms


def test_B10_an_old_due_time_means_nothing_once_a_longer_target_holds():
    longer = Event(on(2, "09:30"), "reclassified", terms=promise(first=hours(8)))
    state = clock("first_response", [created(on(2)), longer, Event(on(2, "11:00"), "agent_reply")], promise(), on(3))
    assert (state.breached, state.promised_at) == (False, on(2, "17:00"))


def test_B10_a_breach_under_old_terms_survives_the_solution_and_the_reopening():
    events = [created(on(2)), Event(on(2, "14:00"), "reclassified", terms=promise(resolution=hours(16)))]
    events += [Event(on(2, "15:00"), "solved"), Event(on(12), "reopened")]
    state = clock("resolution", events, promise(resolution=hours(4)), on(12, "10:00"))
    assert (state.breached_at, state.due_at) == (on(2, "13:00"), on(13, "11:00"))


def test_B10_a_reclassification_sets_the_new_target_from_the_original_start():
    longer = Event(on(2, "09:30"), "reclassified", terms=promise(first=hours(8)))
    state = clock("first_response", [created(on(2)), longer], promise(), on(2, "12:00"))
    assert (state.target, state.due_at, state.elapsed, state.breached) == (hours(8), on(2, "17:00"), hours(3), False)


def test_B10_what_was_breached_before_a_reclassification_stays_on_record():
    for target in (hours(8), None):
        longer = Event(on(2, "12:00"), "reclassified", terms=promise(first=target))
        state = clock("first_response", [created(on(2)), longer], promise(), on(2, "13:00"))
        assert state.breached_at == on(2, "10:00")
        assert state.due_at == (on(2, "17:00") if target else None)


def test_B10_a_reclassification_to_a_target_already_exceeded_is_dated_when_that_fell_due():
    shorter = Event(on(2, "12:00"), "reclassified", terms=promise(first=hours(1)))
    events = [created(on(2)), shorter]
    assert not clock("first_response", events, promise(first=hours(8)), on(2, "11:59")).breached
    state = clock("first_response", events, promise(first=hours(8)), on(2, "12:00"))
    assert (state.due_at, state.breached_at) == (on(2, "10:00"), on(2, "10:00"))


def test_B10_the_first_breach_keeps_its_date_through_later_reclassifications():
    events = [
        created(on(2)),
        Event(on(2, "12:00"), "reclassified", terms=promise(first=hours(0.5))),
        Event(on(2, "13:00"), "reclassified", terms=promise(first=hours(8))),
        Event(on(2, "14:00"), "reclassified", terms=promise(first=hours(0.25))),
    ]
    assert clock("first_response", events, promise(), on(3)).breached_at == on(2, "10:00")


@pytest.mark.parametrize(("seconds", "breached"), [(-1, False), (0, True)])
def test_B10_terms_hold_up_to_the_instant_in_which_they_are_replaced(seconds, breached):
    longer = Event(on(2, "10:00") + timedelta(seconds=seconds), "reclassified", terms=promise(first=hours(8)))
    assert clock("first_response", [created(on(2)), longer], promise(), on(2, "11:00")).breached is breached


def test_B10_a_classification_corrected_in_the_same_instant_was_never_in_force():
    wrong = Event(on(2, "09:45"), "reclassified", terms=promise(first=hours(0.25)))
    right = Event(on(2, "09:45"), "reclassified", terms=promise(first=hours(2)))
    assert not clock("first_response", [created(on(2)), wrong, right], promise(), on(2, "10:30")).breached


def test_B10_new_terms_bring_their_calendar_and_their_pauses_from_the_start():
    events = [
        created(on(2, "08:00")),
        Event(on(2, "10:00"), "waiting"),
        Event(on(2, "11:00"), "resumed"),
        Event(on(2, "12:00"), "reclassified", terms=promise(ALWAYS, resolution=hours(8), pauses={"resolution": False})),
    ]
    before = clock("resolution", events, promise(), on(2, "11:59"))
    assert before.elapsed == hours(2) - timedelta(minutes=1)
    after = clock("resolution", events, promise(), on(2, "12:00"))
    assert (after.elapsed, after.due_at) == (hours(4), on(2, "16:00"))


def test_B10_a_waiting_clock_goes_on_when_the_new_terms_do_not_pause_it_and_the_other_way_round():
    pausing, going = promise(), promise(pauses={"resolution": False})
    events = [created(on(2)), Event(on(2, "10:00"), "waiting")]
    on_again = [*events, Event(on(2, "12:00"), "reclassified", terms=going)]
    assert clock("resolution", on_again, pausing, on(2, "12:00")).due_at == on(2, "17:00")
    halted = [*events, Event(on(2, "12:00"), "reclassified", terms=pausing)]
    assert clock("resolution", halted, going, on(2, "13:00")).paused_at == on(2, "10:00")
    assert clock("resolution", halted, going, on(2, "13:00")).elapsed == hours(1)


def test_B10_a_promise_that_was_kept_stays_kept_whatever_the_ticket_becomes():
    events = [
        created(on(2)),
        Event(on(2, "09:40"), "agent_reply"),
        Event(on(2, "12:00"), "reclassified", terms=promise(first=hours(0.5))),
    ]
    state = clock("first_response", events, promise(), on(3))
    assert (state.breached, state.target, state.promised_at) == (False, hours(1), on(2, "10:00"))


def test_B10_a_reopened_clock_goes_on_under_the_terms_then_in_force():
    shorter = Event(on(5), "reclassified", terms=promise(resolution=hours(7)))
    state = clock("resolution", [*SOLVED, shorter], promise(), on(9))
    assert (state.target, state.breached) == (hours(8), False)
    state = clock("resolution", [*SOLVED, shorter, Event(on(12), "reopened")], promise(), on(12))
    assert (state.target, state.due_at, state.breached) == (hours(7), on(12, "10:00"), False)


def test_B17_a_new_version_of_the_terms_counts_like_a_reclassification():
    changed = Event(on(2, "09:30"), "terms_changed", terms=promise(first=hours(2)))
    assert clock("first_response", [created(on(2)), changed], promise(), on(2, "09:45")).due_at == on(2, "11:00")


def test_a_metric_that_only_some_terms_name_is_measured_throughout():
    response_only = Terms(calendar=OFFICE, targets={"first_response": hours(1)})
    events = [created(on(2)), Event(on(2, "11:00"), "reclassified", terms=promise())]
    assert list(replay(events, response_only, on(2, "10:00"))) == ["first_response"]
    assert clock("resolution", events, response_only, on(2, "12:00")).elapsed == hours(3)

    dropped = [created(on(2)), Event(on(2, "11:00"), "reclassified", terms=response_only)]
    state = clock("resolution", dropped, promise(), on(4))
    assert (state.target, state.due_at, state.breached, state.elapsed) == (None, None, False, hours(16))


def test_a_metric_without_a_calendar_of_its_own_any_more_counts_in_the_last_it_had():
    first = {"first_response": hours(1)}
    events = [
        created(on(2, "08:00")),
        Event(on(2, "10:00"), "reclassified", terms=promise()),
        Event(on(2, "11:00"), "reclassified", terms=Terms(calendars=dict.fromkeys(first, OFFICE), targets=first)),
    ]
    assert clock("resolution", events, promise(ALWAYS), on(2, "12:00")).elapsed == hours(3)
