"""Updates, workarounds, reasons to wait, and clocks that count from elsewhere than the receipt, told as tickets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from agreements.businesstime import BusinessCalendar
from clocks.replay import METRICS, ClockState, Event, Terms, replay, replay_cycles
from clocks.replay.metrics import STARTS, Metric
from tests.clocks.replaying import ALWAYS, HOUR, created, on

MINUTE = timedelta(minutes=1)


def terms(**more: object) -> Terms:
    targets = {"first_response": HOUR, "update": HOUR, "workaround": 4 * HOUR, "resolution": 8 * HOUR}
    return Terms(calendar=ALWAYS, targets=targets, **more)  # type: ignore[arg-type]  # fields of Terms


def lives(metric: str, events: list[Event], what: Terms) -> list[tuple[str, str | None, str | None]]:
    """From when to when each cycle lived, as times of the day, and what ended it."""
    return [
        (
            f"{state.started_at - on(2, '00:00')}"[:-3],
            f"{state.stopped_at - on(2, '00:00')}"[:-3] if state.stopped_at else None,
            state.stopped_by,
        )
        for state in replay_cycles(events, what, on(2, "20:00"))[metric]
        if state.started_at is not None
    ]


def said(clock: str, kind: str = "agent_reply", **more: object) -> Event:
    return Event(on(2, clock), kind, **more)  # type: ignore[arg-type]  # fields of Event


def test_an_update_is_owed_from_the_first_response_on_and_again_from_each_word():
    events = [created(on(2)), said("09:20", "acknowledgement", by="agent"), said("09:30"), said("10:00"),
              said("10:20", "acknowledgement", by="agent"), said("10:30", "acknowledgement")]  # fmt: skip
    # The acknowledgement before the first response owes nothing yet, and a robot's ends nothing.
    assert lives("update", events, terms()) == [
        ("9:30", "10:00", "agent_reply"), ("10:00", "10:20", "acknowledgement"), ("10:20", None, None),
    ]  # fmt: skip


def test_where_any_reply_is_a_first_response_an_update_is_owed_from_it():
    events = [created(on(2)), said("09:20", "acknowledgement", by="agent")]
    what = terms(endings={"first_response": {"acknowledgement"}})
    assert lives("update", events, what) == [("9:20", None, None)]


def test_the_word_with_a_solution_leaves_no_update_owed_whichever_was_filed_first():
    for both in ([said("10:00"), said("10:00", "solved")], [said("10:00", "solved"), said("10:00")]):
        assert lives("update", [created(on(2)), said("09:30"), *both], terms()) == [("9:30", "10:00", "agent_reply")]


def test_no_update_falls_due_while_the_client_has_the_case_whatever_pauses():
    events = [created(on(2)), said("09:30"), said("09:30", "waiting")]
    state = replay(events, terms(), on(2, "15:00"))["update"]
    assert (state.paused_at, state.due_at, state.breached) == (on(2, "09:30"), None, False)
    state = replay([*events, said("15:00", "client_reply")], terms(), on(2, "15:00"))["update"]
    assert state.due_at == on(2, "16:00")


def test_a_workaround_ends_its_clock_and_a_solution_without_one_does_too():
    assert lives("workaround", [created(on(2)), said("10:00", "workaround")], terms()) == [
        ("9:00", "10:00", "workaround")
    ]
    assert lives("workaround", [created(on(2)), said("10:00", "solved")], terms()) == [("9:00", "10:00", "solved")]


@pytest.mark.parametrize(
    ("reopening", "cycles"),
    [
        ("resume", [("9:00", None, None)]),
        ("restart", [("11:00", None, None)]),
        ("new_cycle", [("9:00", "10:00", "workaround"), ("11:00", None, None)]),
    ],
)
def test_a_workaround_that_is_taken_back_is_owed_as_after_a_reopening(reopening: str, cycles: list[object]):
    events = [created(on(2)), said("10:00", "workaround"), said("11:00", "workaround_withdrawn")]
    assert lives("workaround", events, terms(reopening=reopening)) == cycles


@pytest.mark.parametrize(
    ("pauses", "paused"),
    [(False, False), (True, True), ({"client"}, True), ({"third party"}, False), ({"hold", "client"}, True)],
    # A set has no order to be named by, and two processes that run the tests side by side have to agree on names.
    ids=["none", "for the client", "client", "third party", "hold or client"],
)
def test_a_clock_stops_for_the_reasons_that_it_names_and_for_no_other(pauses: object, paused: bool):
    events = [created(on(2)), said("10:00", "waiting")]
    state = replay(events, terms(pauses={"resolution": pauses}), on(2, "12:00"))["resolution"]
    assert (state.paused_at is not None) is paused


def test_waiting_that_goes_on_for_another_reason_is_one_pause_for_what_stops_for_both():
    events = [created(on(2)), said("10:00", "waiting"), said("11:00", "waiting", reason="third party")]

    def resolution(*reasons: str) -> ClockState:
        return replay(events, terms(pauses={"resolution": set(reasons)}), on(2, "12:00"))["resolution"]

    assert resolution("client", "third party").paused_at == on(2, "10:00")
    assert resolution("third party").paused_at == on(2, "11:00")
    assert (resolution("client").paused_at, resolution("client").elapsed) == (None, 2 * HOUR)


def test_what_counts_from_the_level_being_set_starts_with_the_team_and_not_with_the_client():
    what = terms(starts={"resolution": "level set"})
    assert lives("resolution", [created(on(2))], what) == []
    reclassified = said("10:00", "reclassified", terms=what)
    assert lives("resolution", [created(on(2)), reclassified], what) == [("10:00", None, None)]
    # Who answers takes the level that was asked for.
    assert lives("resolution", [created(on(2)), said("09:40"), reclassified], what) == [("9:40", None, None)]


def test_what_counts_from_the_assignment_starts_with_the_first():
    what = terms(starts={"resolution": "assignment", "first_response": "assignment"})
    events = [created(on(2)), said("10:00", "assigned"), said("11:00", "assigned")]
    assert lives("resolution", events, what) == [("10:00", None, None)]
    # An answer before it is kept at once, not owed again by the assignment that comes with it.
    answered = [created(on(2)), said("09:30"), said("09:30", "assigned")]
    assert lives("first_response", answered, what) == [("9:30", "9:30", "agent_reply")]


@pytest.mark.parametrize(("answered", "starts"), [("09:30", "9:30"), ("10:45", "10:00"), (None, "10:00")])
def test_what_counts_from_the_first_response_starts_when_it_is_given_or_falls_due(answered: str | None, starts: str):
    what = terms(starts={"resolution": "first response"})
    events = [created(on(2)), *([said(answered)] if answered else [])]
    assert lives("resolution", events, what) == [(starts, None, None)]


def test_until_a_first_response_falls_due_what_counts_from_it_is_known_with_its_start_ahead():
    what = terms(starts={"resolution": "first response"}, pauses={"first_response": True})
    state = replay([created(on(2))], what, on(2, "09:10"))["resolution"]
    assert (state.started_at, state.due_at, state.elapsed) == (on(2, "10:00"), on(2, "18:00"), timedelta())
    # Nobody knows it any more while the first response stands still.
    paused = replay([created(on(2)), said("09:10", "waiting")], what, on(2, "09:20"))["resolution"]
    assert (paused.started_at, paused.due_at) == (None, None)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"pauses": {"resolution": {"the moon"}}}, "pauses of resolution: 'the moon'"),
        ({"endings": {"resolution": {"a wink"}}}, "endings of resolution: 'a wink'"),
        ({"starts": {"resolution": "noon"}}, "start of resolution: 'noon'"),
        ({"starts": {"update": "assignment"}}, "start of update: it does not start at the receipt"),
        ({"starts": {"first_response": "first response"}}, "it cannot wait for itself"),
    ],
)
def test_terms_that_make_no_sense_are_refused_by_name(more: dict[str, object], says: str):
    with pytest.raises(ValueError, match=says):
        terms(**more)


def test_only_waiting_has_a_reason_and_only_one_that_is_known():
    with pytest.raises(ValueError, match="only waiting has one"):
        said("10:00", "solved", reason="client")
    with pytest.raises(ValueError, match="reason 'lunch', expected one of client, third party, hold"):
        said("10:00", "waiting", reason="lunch")


def test_every_metric_says_how_it_is_called_and_from_where_it_may_count():
    assert all((row.key, bool(row.label and row.plural and row.done)) == (key, True) for key, row in METRICS.items())
    for key, row in METRICS.items():
        for start in STARTS[1:]:
            if not row.starts_at_receipt:
                with pytest.raises(ValueError, match=f"start of {key}"):
                    terms(starts={key: start})


def test_another_promise_is_a_row(monkeypatch):
    row = Metric(
        key="assignment", label="Assignment", plural="assignments", done="Assigned", undone="has not been made",
        starts_by=frozenset({"created"}), ends_by=frozenset({"assigned"}),
    )  # fmt: skip
    monkeypatch.setitem(METRICS, row.key, row)
    what = Terms(calendar=ALWAYS, targets={"assignment": HOUR})
    for clock, missed in (("09:30", False), ("10:30", True)):
        state = replay([created(on(2)), said(clock, "assigned", by="agent")], what, on(2, "15:00"))["assignment"]
        assert (state.stopped_at, state.breached) == (on(2, clock), missed)


@pytest.mark.parametrize(
    ("before", "after", "due"),
    [
        (None, 30, 80),
        (30, 15, 60),
        (60, 15, 65),
        (30, 45, 75),
        (30, None, None),
    ],
    ids=["the first", "shorter, when the old one is due", "shorter, one from now", "longer", "none"],
)
def test_B15_a_cadence_that_is_set_later_cannot_have_been_missed_before(before, after, due):
    """The word before was given at minute 30; the level changes at minute 50."""
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def terms(minutes):
        return Terms(
            calendar=BusinessCalendar.always(),
            targets={} if minutes is None else {"update": timedelta(minutes=minutes)},
        )

    def minute(count):
        return start + timedelta(minutes=count)

    events = [
        Event(start, "created", by="agent"),
        Event(start, "agent_reply"),
        Event(minute(30), "agent_reply"),
        Event(minute(50), "reclassified", terms=terms(after)),
    ]
    state = replay(events, terms(before), minute(51))["update"]
    assert state.due_at == (minute(due) if due else None)
    assert not state.breached
