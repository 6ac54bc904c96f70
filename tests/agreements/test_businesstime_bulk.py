"""Business time for columns: the same answers as single values, any shape, and errors that name the element."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from agreements.businesstime import BusinessCalendar

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = BusinessCalendar("Europe/Amsterdam", {day: [("09:00", "17:00")] for day in WORKDAYS}, {date(2026, 4, 27)})
RARE = BusinessCalendar("UTC", {}, (), {date(2026, 5, 1): [("09:00", "12:00")]})
EMPTY = BusinessCalendar("UTC", {})
MONDAY = int(datetime(2026, 1, 5, 8, tzinfo=UTC).timestamp())  # 09:00 in Amsterdam
HOUR, DAY, WEEK = 3600, 86_400, 604_800


def test_columns_of_integers_give_integers():
    starts = np.array([MONDAY, MONDAY + HOUR, MONDAY - WEEK])
    due = OFFICE.add_many(starts, np.array([8 * HOUR, 8 * HOUR, -HOUR]))
    assert due.dtype == np.int64
    assert due.tolist() == [
        MONDAY + 8 * HOUR,
        MONDAY + 25 * HOUR,
        MONDAY - WEEK - 65 * HOUR,
    ]
    spent = OFFICE.between_many(starts, due)
    assert spent.dtype == np.int64
    assert spent.tolist() == [8 * HOUR, 8 * HOUR, -HOUR]


def test_a_column_of_floats_gives_floats_exact_to_the_microsecond():
    due = OFFICE.add_many(np.array([MONDAY + 0.25]), np.array([8 * HOUR]))
    assert due.dtype == np.float64
    assert due.tolist() == [MONDAY + DAY + 0.25]
    assert OFFICE.between_many([MONDAY], [MONDAY + 0.125]).tolist() == [0.125]


@pytest.mark.parametrize("duration", [8 * HOUR, np.int32(8 * HOUR), np.array(8 * HOUR), [8 * HOUR], timedelta(hours=8)])
def test_one_duration_serves_every_start(duration):
    assert OFFICE.add_many([MONDAY, MONDAY + DAY], duration).tolist() == [MONDAY + 8 * HOUR, MONDAY + DAY + 8 * HOUR]


def test_one_start_serves_every_duration_and_shapes_are_kept():
    assert OFFICE.add_many(MONDAY, [[HOUR], [0], [-HOUR]]).tolist() == [
        [MONDAY + HOUR],
        [MONDAY],
        [MONDAY - 64 * HOUR - HOUR],
    ]
    assert OFFICE.add_many(MONDAY, HOUR).shape == ()
    assert OFFICE.between_many(np.array([[MONDAY], [MONDAY + HOUR]]), [MONDAY + HOUR, MONDAY]).tolist() == [
        [HOUR, 0],
        [0, -HOUR],
    ]
    assert OFFICE.add_many([], HOUR).tolist() == []
    assert OFFICE.between_many([], []).tolist() == []


def test_zero_stays_where_it_is_among_others_and_needs_no_open_time():
    sunday = MONDAY - DAY
    assert OFFICE.add_many([sunday, sunday, sunday], [0, 1, -1]).tolist() == [
        sunday,
        MONDAY + 1,
        sunday - 40 * HOUR - 1,
    ]
    assert RARE.add_many([MONDAY, MONDAY], [0, HOUR]).tolist()[0] == MONDAY


@pytest.mark.parametrize(
    "weekly",
    [
        {day: [("09:00", "17:00")] for day in WORKDAYS},
        {day: [("00:00", "24:00")] for day in WORKDAYS},
        {day: [("09:00", "09:01"), ("09:02", "09:03")] for day in WORKDAYS},  # openings too close for buckets
        {"mon": [("09:00", "09:01")], "tue": [("00:00", "24:00")]},  # closings too close for buckets
    ],
    ids=["office", "days", "minutes", "a minute and a day"],
)
def test_a_large_column_over_many_years_gives_what_single_values_give(weekly):
    calendar = BusinessCalendar("America/New_York", weekly)
    random = np.random.default_rng(2)
    starts = random.integers(-(10**9), 4 * 10**9, 40_000)
    durations = random.integers(-(10**3), 10**3, 40_000)
    starts[::2] = MONDAY + 6 * HOUR + np.arange(20_000) % 2_000 * WEEK  # Mondays near nine
    durations[::4] = np.arange(10_000) % 5 - 2
    due, spent = calendar.add_many(starts, durations), calendar.between_many(starts, starts[::-1])
    for row in range(0, 40_000, 199):
        at = datetime.fromtimestamp(int(starts[row]), UTC)
        assert calendar.add(at, timedelta(seconds=int(durations[row]))).timestamp() == due[row]
        until = datetime.fromtimestamp(int(starts[::-1][row]), UTC)
        assert calendar.between(at, until).total_seconds() == spent[row]


def test_always_is_plain_arithmetic():
    always = BusinessCalendar.always()
    assert always.add_many([MONDAY, 5], [HOUR, -5]).tolist() == [MONDAY + HOUR, 0]
    assert always.between_many([MONDAY], MONDAY - 1.5).tolist() == [-1.5]
    assert always.add_many([], []).tolist() == []


def test_a_calendar_that_never_opens_counts_nothing_and_refuses_to_add():
    assert EMPTY.between_many([0, MONDAY], [MONDAY, 0]).tolist() == [0, 0]
    with pytest.raises(ValueError, match="add_many: an empty calendar never opens"):
        EMPTY.add_many([MONDAY], [HOUR])


@pytest.mark.parametrize("calendar", [OFFICE, BusinessCalendar.always()], ids=["hours", "always"])
@pytest.mark.parametrize(
    ("starts", "durations", "says"),
    [
        ([MONDAY, float("nan")], [1, 1], "starts: element 1 is not a finite number"),
        ([MONDAY], [float("inf")], "durations: element 0 is not a finite number"),
        ([MONDAY, 10**15], [1, 1], "starts: element 1 is outside the years 2 to 9998"),
        ([MONDAY * 10**9], 1, "starts: element 0 is outside the years"),
        ([MONDAY, 1e300], 1, "starts: element 1 is out of range"),
        ([2**62], 1.5, "starts: element 0 is out of range"),
        ([MONDAY], [True], "durations: must be numbers of seconds, not bool"),
        (["2026-01-05"], [1], "starts: must be numbers of seconds"),
        ([datetime(2026, 1, 5, tzinfo=UTC)], [1], "starts: must be numbers of seconds, not object"),
        ([1, 2, 3], [1, 2], r"starts and durations: shapes \(3,\) and \(2,\) do not fit"),
        ([[1], [1, 2]], [1, 2], "starts: "),
    ],
)
def test_a_column_that_makes_no_sense_is_refused_with_its_element(calendar, starts, durations, says):
    with pytest.raises(ValueError, match=says):
        calendar.add_many(starts, durations)


@pytest.mark.parametrize("duration", [4 * HOUR, -4 * HOUR, 10**12, -(10**17)])
def test_an_element_for_which_there_is_not_enough_open_time_is_named(duration):
    with pytest.raises(
        ValueError, match=r"durations: element 20001 \(.* s\) needs more open time than the calendar holds"
    ):
        RARE.add_many(np.full(20_002, MONDAY), np.append(np.zeros(20_001, dtype=np.int64), duration))


def test_years_are_found_in_both_directions_from_a_cold_start():
    start = np.array([MONDAY])
    far = 300 * 2000 * HOUR
    for sign in (1, -1):
        calendar = BusinessCalendar("Europe/Amsterdam", {day: [("09:00", f"17:0{sign + 1}")] for day in WORKDAYS})
        expected = calendar.add(datetime.fromtimestamp(MONDAY, UTC), timedelta(seconds=sign * far))
        assert calendar.add_many(start, sign * far).tolist() == [int(expected.timestamp())]
