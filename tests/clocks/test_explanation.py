"""One clock explained: each kind of time by its name, cut where it has to be, and told in plain words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agreements.businesstime import BusinessCalendar
from clocks.replay import Event, Terms, replay
from clocks.why.explanation import Explanation, Fold, Pausing, days_of, entries, explain
from clocks.why.sentences import (
    closed_words,
    fold_words,
    instant_words,
    span_words,
    sum_words,
    terms,
    verdict_of,
)
from shell.wording import time_words
from tests.clocks.replaying import ALWAYS, AMSTERDAM, DAY, HOUR, OFFICE, SPLIT, created, hours, on, promise

NAMED = BusinessCalendar(
    "Europe/Amsterdam",
    {day: [("09:00", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")},
    {date(2026, 4, 3): "Good Friday", date(2026, 4, 6): "Easter Monday"},
    {date(2026, 4, 2): [("09:00", "12:00")]},
)
OWN_DAYS = {date(2026, 4, 2): "Day before Good Friday"}


def told(
    calendar: BusinessCalendar,
    events: list[Event],
    as_of: datetime,
    target: timedelta | None = DAY,
    **more: object,
) -> Explanation:
    """The resolution of a ticket."""
    state = replay(events, promise(calendar, resolution=target), as_of)["resolution"]
    return explain(state, AMSTERDAM, **more)  # type: ignore[arg-type]


def parts(explanation: Explanation) -> list[tuple[str, str, str]]:
    """Each segment as it reads: its span, its kind with the reason, what counted."""
    return [
        (
            span_words(each.start, each.end, explanation.zone),
            " ".join(part for part in (each.kind, each.reason, each.name) if part),
            time_words(each.counted) if each.counted else "",
        )
        for each in explanation.segments
    ]


def test_every_kind_of_closed_time_is_called_by_its_name() -> None:
    """A half-day, Good Friday, a weekend and Easter Monday between Thursday morning and Tuesday."""
    explanation = told(NAMED, [created(on(2, "11:00", month=4))], on(7, "10:00", month=4), day_names=OWN_DAYS)
    assert parts(explanation) == [
        ("11:00 – 12:00", "counted", "1 h"),
        ("12:00 – 24:00", "closed exception Day before Good Friday", ""),
        ("00:00 – 24:00", "closed holiday Good Friday", ""),
        ("00:00 – Mon 00:00", "closed weekend", ""),
        ("00:00 – 24:00", "closed holiday Easter Monday", ""),
        ("00:00 – 09:00", "closed night", ""),
        ("09:00 – 10:00", "counted", "1 h"),
        ("10:00 – 16:00", "counted", "6 h"),
    ]
    (closed,) = [line for day in days_of(explanation) for line in day.lines if line.kind == "closed"]
    assert closed_words(closed) == "Day before Good Friday, Good Friday, weekend and Easter Monday"
    assert sum_words(explanation) == "8 h promised = 1 h on Thursday + 7 h on Tuesday → due Tue 7 Apr, 16:00"


def test_D1_breaks_are_told_from_nights_and_sundays_that_work_count() -> None:
    explanation = told(SPLIT, [created(on(27, "21:00"))], on(30, "15:00"), hours(40))
    kinds = [(each.kind, each.reason) for each in explanation.segments if each.start < on(30, "15:00")]
    assert kinds == [
        ("counted", ""), ("closed", "night"), ("closed", "weekend"), ("counted", ""), ("closed", "night"),
        ("counted", ""),
        ("closed", "break"), ("counted", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("begin", "lasts"), [(on(28, "12:00"), "23 h"), (on(24, "12:00", month=10), "25 h")], ids=["spring", "autumn"]
)
def test_B2_round_the_clock_days_are_as_long_as_the_clocks_make_them(begin: datetime, lasts: str) -> None:
    explanation = told(ALWAYS, [created(begin)], begin + hours(1), hours(48))
    days = days_of(explanation)
    assert time_words(days[1].counted) == lasts
    assert sum((term.counted for term in terms(explanation)), timedelta()) == hours(48)


def test_a_pause_says_which_fact_set_it_and_one_that_took_over_is_another() -> None:
    events = [created(on(2, "10:00")), Event(on(2, "11:00"), "waiting"), Event(on(2, "13:00"), "waiting"),
              Event(on(2, "15:00"), "resumed")]  # fmt: skip
    pausings = [
        Pausing(key=1, start=on(2, "11:00"), end=on(2, "13:00"), reason="waiting"),
        Pausing(key=2, start=on(2, "13:00"), end=on(2, "15:00"), reason="on_hold"),
    ]
    explanation = told(OFFICE, events, on(2, "16:00"), pausings=pausings)
    paused = [
        (each.reason, each.pause, time_words(each.duration)) for each in explanation.segments if each.kind == "paused"
    ]
    assert paused == [("waiting", 1, "2 h"), ("on_hold", 2, "2 h")]


def test_struck_out_a_pause_is_time_that_counts_and_says_that_it_was_one() -> None:
    events = [created(on(2, "10:00")), Event(on(2, "11:00"), "resumed"), Event(on(2, "13:00"), "resumed")]
    struck = [Pausing(key=7, start=on(2, "11:00"), end=on(2, "13:00"), reason="waiting", struck=True)]
    explanation = told(OFFICE, events, on(2, "16:00"), pausings=struck)
    assert [(span, counted) for span, _, counted in parts(explanation)][:3] == [
        ("10:00 – 11:00", "1 h"), ("11:00 – 13:00", "2 h"), ("13:00 – 16:00", "3 h"),
    ]  # fmt: skip
    assert [(each.struck, each.pause) for each in explanation.segments[:3]] == [(False, None), (True, 7), (False, None)]


def test_solved_and_opened_again_the_time_between_did_not_count() -> None:
    events = [created(on(2, "10:00")), Event(on(2, "12:00"), "solved"), Event(on(3, "12:00"), "reopened", by="client")]
    explanation = told(OFFICE, events, on(3, "13:00"))
    (stopped,) = [each for each in explanation.segments if each.kind == "stopped"]
    assert (stopped.reason, stopped.start, stopped.end) == ("solved", on(2, "12:00"), on(3, "12:00"))
    assert (
        sum_words(explanation)
        == "8 h promised = 2 h on Monday + 5 h on Tuesday + 1 h on Wednesday → due Wed 4 Mar, 10:00"
    )


@pytest.mark.parametrize(
    ("events", "target", "how", "words"),
    [
        ([], hours(8), "running", "8 h promised = 6 h on Monday + 2 h on Tuesday → due Tue 3 Mar, 11:00"),
        ([], hours(4), "missed", "4 h promised = 4 h on Monday → due Mon 2 Mar, 15:00; 2 h over"),
        ([], None, "measured", "6 h counted = 6 h on Monday → nothing falls due"),
        (
            [Event(on(2, "12:30"), "solved")], hours(8), "met",
            "1 h 30 m counted = 1 h 30 m on Monday → solved Mon 2 Mar, 12:30, with 6 h 30 m of 8 h to spare",
        ),
        (
            [Event(on(2, "16:30"), "solved")], hours(4), "missed",
            "4 h promised = 4 h on Monday → due Mon 2 Mar, 15:00; solved Mon 2 Mar, 16:30, 1 h 30 m late",
        ),
        (
            [Event(on(2, "15:00"), "solved")], hours(4), "missed",
            "4 h promised = 4 h on Monday → due Mon 2 Mar, 15:00; solved Mon 2 Mar, 15:00, a moment too late",
        ),
        (
            [Event(on(2, "12:00"), "waiting")], hours(4), "paused",
            "1 h counted = 1 h on Monday → paused since Mon 2 Mar, 12:00, with 3 h left when it goes on",
        ),
        (
            [Event(on(2, "16:00"), "waiting")], hours(4), "missed",
            "4 h promised = 4 h on Monday → due Mon 2 Mar, 15:00; 1 h over",
        ),
    ],
)  # fmt: skip
def test_the_last_line_is_the_sum_however_it_stands(
    events: list[Event], target: timedelta | None, how: str, words: str
) -> None:
    explanation = told(OFFICE, [created(on(2, "11:00")), *events], on(2, "17:00"), target)
    assert (verdict_of(explanation), sum_words(explanation)) == (how, words)


def test_nothing_counted_yet_is_no_sum() -> None:
    explanation = told(OFFICE, [created(on(1, "11:00")), Event(on(1, "12:00"), "waiting")], on(1, "15:00"))
    assert sum_words(explanation) == "0 s counted → paused since Sun 1 Mar, 12:00, with 8 h left when it goes on"


def test_a_clock_that_began_inside_a_second_adds_up_in_whole_ones() -> None:
    explanation = told(OFFICE, [created(on(2, "16:00") + timedelta(microseconds=400_000))], on(2, "16:30"), hours(2))
    assert [time_words(each.counted) for each in explanation.segments if each.counted] == ["30 m", "30 m", "1 h"]
    assert explanation.counted_to_due == hours(2)
    assert explanation.due_at == on(3, "10:00") + timedelta(microseconds=400_000)


def test_ordinary_days_in_a_row_are_one_line_and_others_stand_out() -> None:
    """112 hours from Thursday 26 March with a pause on the Tuesday after."""
    events = [created(on(26, "11:18")), Event(on(31, "10:00"), "waiting"), Event(on(31, "12:00"), "resumed")]
    pausing = [Pausing(key=1, start=on(31, "10:00"), end=on(31, "12:00"), reason="waiting")]
    explanation = told(OFFICE, events, on(31, "13:00"), hours(112), pausings=pausing)
    found = entries(explanation)
    (fold,) = [each for each in found if isinstance(each, Fold)]
    assert [str(each.day) for each in found if not isinstance(each, Fold)] == [
        "2026-03-26", "2026-03-27", "2026-03-30", "2026-03-31", "2026-04-20",
    ]  # fmt: skip
    assert (fold.working_days, time_words(fold.counted)) == (11, "83 h")
    assert fold_words(fold) == "8 nights, a day with hours of its own, 2 holidays and 3 weekends"


def test_time_after_the_due_time_is_cut_at_it() -> None:
    explanation = told(OFFICE, [created(on(2, "11:00"))], on(2, "16:00"), HOUR)
    assert [(each.over, time_words(each.counted)) for each in explanation.segments] == [(False, "1 h"), (True, "4 h")]
    assert (explanation.over, explanation.counted) == (hours(4), hours(5))


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(), "0 s"), (timedelta(seconds=59), "59 s"), (timedelta(seconds=60), "1 m"),
        (timedelta(seconds=3607), "1 h 7 s"),
        (timedelta(hours=112, minutes=5, seconds=1), "112 h 5 m 1 s"), (timedelta(hours=1234), "1\u202f234 h"),
    ],
)  # fmt: skip
def test_amounts_are_exact_to_the_second(length: timedelta, words: str) -> None:
    assert time_words(length) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (on(2, "09:00"), on(2, "17:00"), "09:00 – 17:00"),
        (on(2, "17:00"), on(3, "09:00"), "17:00 – Tue 09:00"),
        (on(2, "17:00"), on(3, "00:00"), "17:00 – 24:00"),
        (on(2, "17:00"), on(12, "09:00"), "17:00 – Thu 12 Mar 09:00"),
        (on(29, "01:00"), on(29, "04:00"), "01:00 – 04:00 CEST"),
        (on(2, "09:00"), on(2, "09:00") + timedelta(seconds=7), "09:00 – 09:00:07"),
    ],
)
def test_spans_read_as_people_write_them(start: datetime, end: datetime, words: str) -> None:
    assert span_words(start, end, AMSTERDAM) == words


def test_another_year_is_named() -> None:
    assert (
        instant_words(datetime(2027, 1, 4, 9, tzinfo=UTC), ZoneInfo("UTC"), on(2, "09:00")) == "Mon 4 Jan 2027, 09:00"
    )


def test_terms_that_do_not_pause_leave_the_clock_running_through_the_waiting() -> None:
    state = replay(
        [created(on(2, "10:00")), Event(on(2, "11:00"), "waiting")],
        Terms(calendar=OFFICE, targets={"resolution": hours(8)}, pauses={"resolution": False}),
        on(2, "12:00"),
    )["resolution"]
    assert {each.kind for each in explain(state, AMSTERDAM).segments} == {"counted", "closed"}
