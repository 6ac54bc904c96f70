"""Business time by example: the calendars of the five agreements, days on which clocks change, and what is refused."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agreements.businesstime import BusinessCalendar, Reason, Stretch

AMSTERDAM, LONDON = ZoneInfo("Europe/Amsterdam"), ZoneInfo("Europe/London")
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
HOUR = timedelta(hours=1)


def weekdays(opens: str, closes: str) -> dict[str, list[tuple[str, str]]]:
    return {day: [(opens, closes)] for day in WORKDAYS}


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def amsterdam(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=AMSTERDAM, fold=fold)


DUTCH_HOLIDAYS = {
    date(2026, 1, 1): "New Year",
    date(2026, 4, 3): "Good Friday",
    date(2026, 4, 6): "Easter Monday",
    date(2026, 4, 27): "King's Day",
    date(2026, 5, 14): "Ascension Day",
    date(2026, 5, 25): "Whit Monday",
    date(2026, 12, 25): "Christmas Day",
    date(2026, 12, 26): "Second Day of Christmas",
}
B1 = BusinessCalendar(
    timezone="Europe/Amsterdam",
    weekly=weekdays("08:30", "17:00"),
    holidays=DUTCH_HOLIDAYS,
    exceptions={date(2026, 12, 24): [("08:30", "12:00")]},
)
E5 = BusinessCalendar("Europe/Berlin", weekdays("09:00", "17:00"), {date(2026, 1, 1), date(2026, 4, 3)})
D1 = BusinessCalendar.union(
    BusinessCalendar("Europe/London", weekdays("08:00", "22:00")),
    BusinessCalendar("America/New_York", weekdays("09:00", "17:00")),
    BusinessCalendar("Australia/Sydney", weekdays("09:00", "17:00")),
)


# The agreements


def test_B1_first_quarter_of_2026_has_sixty_three_working_days_of_eight_and_a_half_hours():
    assert B1.between(amsterdam(2026, 1, 1), amsterdam(2026, 4, 1)) == 63 * 8.5 * HOUR


def test_E5_first_quarter_of_2026_has_sixty_three_working_days_of_eight_hours():
    assert E5.between(utc(2025, 12, 31, 23), utc(2026, 3, 31, 22)) == 63 * 8 * HOUR


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (amsterdam(2026, 1, 5, 9), 8, amsterdam(2026, 1, 5, 17)),
        (amsterdam(2026, 1, 5, 10), 8, amsterdam(2026, 1, 6, 9, 30)),
        (amsterdam(2026, 1, 3, 12), 1, amsterdam(2026, 1, 5, 9, 30)),
        (amsterdam(2026, 4, 2, 16, 30), 1, amsterdam(2026, 4, 7, 9, 0)),
        (amsterdam(2026, 3, 27, 16), 8, amsterdam(2026, 3, 30, 15, 30)),
        (amsterdam(2026, 10, 23, 16), 8, amsterdam(2026, 10, 26, 15, 30)),
        (amsterdam(2026, 12, 24, 11), 2, amsterdam(2026, 12, 28, 9, 30)),
        (amsterdam(2026, 12, 31, 16), 2, amsterdam(2027, 1, 1, 9, 30)),  # 2027's holidays are not in this calendar
        (amsterdam(2026, 1, 5, 17), 17, amsterdam(2026, 1, 7, 17)),
    ],
    ids=[
        "to closing",
        "overnight",
        "from Saturday",
        "over Easter",
        "spring",
        "autumn",
        "half-day",
        "new year",
        "from closing",
    ],
)
def test_B9_a_response_falls_due_at_the_earliest_instant_with_that_much_business_time(start, hours, due):
    assert B1.add(start, hours * HOUR) == due
    assert B1.add(start, hours * HOUR).tzinfo is UTC
    assert B1.between(start, due) == hours * HOUR
    assert B1.explain(start, hours * HOUR)[-1].end == due


def test_eight_hours_from_opening_fall_due_at_closing_and_not_at_the_next_opening():
    assert E5.add(utc(2026, 1, 5, 8), 8 * HOUR) == utc(2026, 1, 5, 16)
    assert E5.add(utc(2026, 1, 5, 8), 8 * HOUR + timedelta(microseconds=1)) == utc(2026, 1, 6, 8, 0, 0, 1)


def test_D1_europe_america_and_australia_together_close_two_hours_a_winter_night_and_at_the_weekend():
    week = [(s.start, s.end) for s in D1.stretches(utc(2026, 1, 11), utc(2026, 1, 18))]
    assert week == [
        (utc(2026, 1, 11, 22), utc(2026, 1, 12, 6)),
        *((utc(2026, 1, day, 8), utc(2026, 1, day + 1, 6)) for day in (12, 13, 14, 15)),
        (utc(2026, 1, 16, 8), utc(2026, 1, 16, 22)),
    ]
    assert D1.between(utc(2026, 1, 11), utc(2026, 1, 18)) == 110 * HOUR


def test_D2_round_the_clock_is_plain_arithmetic_in_any_year():
    always = BusinessCalendar.always()
    start = amsterdam(1812, 6, 24, 3).astimezone(UTC)
    assert always.add(start, timedelta(days=99999)) == start + timedelta(days=99999)
    assert always.between(start, utc(2900, 1, 1)) == utc(2900, 1, 1) - start
    assert always.next_open(start) == start
    assert always.explain(utc(2026, 1, 1), HOUR) == [Stretch(utc(2026, 1, 1), utc(2026, 1, 1, 1))]
    assert always.gaps(utc(2026, 1, 1), utc(2027, 1, 1)) == []
    with pytest.raises(ValueError, match="never closes"):
        always.next_close(start)


def test_B2_open_all_day_every_day_is_round_the_clock_also_where_clocks_change():
    everyday = {day: [("00:00", "12:00"), ("12:00", "24:00")] for day in (*WORKDAYS, "sat", "sun")}
    calendar = BusinessCalendar("Europe/Amsterdam", everyday)
    assert calendar.add(amsterdam(2026, 3, 28, 12), timedelta(days=1)) == amsterdam(2026, 3, 29, 13)
    assert BusinessCalendar.union(B1, calendar).between(utc(2026, 1, 1), utc(2027, 1, 1)) == timedelta(days=365)


# Clocks that change inside opening hours


@pytest.mark.parametrize(
    ("opening", "day", "expected"),  # hours from midnight UTC
    [
        (("01:00", "04:00"), (2026, 3, 29), [(0, 2)]),
        (("01:00", "04:00"), (2026, 10, 25), [(-1, 3)]),
        (("02:30", "05:00"), (2026, 3, 29), [(1, 3)]),
        (("00:30", "02:30"), (2026, 3, 29), [(-0.5, 1)]),
        (("02:15", "02:45"), (2026, 3, 29), []),
        (("02:30", "02:45"), (2026, 10, 25), [(0.5, 0.75), (1.5, 1.75)]),
        (("02:30", "03:00"), (2026, 10, 25), [(0.5, 1), (1.5, 2)]),
        (("02:00", "03:00"), (2026, 10, 25), [(0, 2)]),
        (("00:00", "24:00"), (2026, 3, 29), [(-1, 22)]),
        (("00:00", "24:00"), (2026, 10, 25), [(-2, 23)]),
    ],
    ids=[
        "an hour less", "an hour more", "opens in the skipped hour", "closes in the skipped hour",
        "inside the skipped hour", "inside the repeated hour", "until the hour repeats", "just the repeated hour",
        "23-hour day", "25-hour day",
    ],
)  # fmt: skip
def test_open_is_when_the_wall_clock_says_so(opening, day, expected):
    calendar = BusinessCalendar("Europe/Amsterdam", {"sun": [opening]})
    midnight = utc(*day)

    found = calendar.stretches(midnight - 3 * HOUR, midnight + 24 * HOUR)
    assert found == [Stretch(midnight + opens * HOUR, midnight + closes * HOUR) for opens, closes in expected]


def test_an_instant_in_the_repeated_hour_is_the_one_its_fold_names():
    calendar = BusinessCalendar("Europe/Amsterdam", {"sun": [("00:00", "24:00")]})
    first, second = amsterdam(2026, 10, 25, 2, 30), amsterdam(2026, 10, 25, 2, 30, fold=1)
    assert calendar.between(first, second) == HOUR
    assert calendar.add(first, HOUR) == second.astimezone(UTC)


def test_lord_howe_changes_by_half_an_hour():
    calendar = BusinessCalendar("Australia/Lord_Howe", {"sun": [("01:00", "04:00")]})
    assert calendar.between(utc(2026, 10, 3), utc(2026, 10, 5)) == 2.5 * HOUR
    assert calendar.between(utc(2026, 4, 4), utc(2026, 4, 6)) == 3.5 * HOUR


def test_sao_paulo_skipped_midnight_and_later_lived_an_hour_twice():
    calendar = BusinessCalendar("America/Sao_Paulo", {"sat": [("20:00", "24:00")], "sun": [("00:00", "02:00")]})
    assert calendar.between(utc(2017, 10, 14), utc(2017, 10, 16)) == 5 * HOUR
    assert calendar.between(utc(2018, 2, 17), utc(2018, 2, 19)) == 7 * HOUR


# Days, holidays, exceptions


def test_a_lunch_break_splits_the_day():
    calendar = BusinessCalendar("Asia/Kolkata", {"mon": [("13:30", "18:00"), ("09:00", "12:30")]})
    assert calendar.add(utc(2026, 1, 5, 3, 30), 4 * HOUR) == utc(2026, 1, 5, 8, 30)
    assert [g.reason for g in calendar.gaps(utc(2026, 1, 5, 4), utc(2026, 1, 5, 10))] == [Reason.BREAK]


def test_hours_until_midnight_and_from_midnight_are_one_stretch():
    calendar = BusinessCalendar("Europe/Amsterdam", {"mon": [("22:00", "24:00")], "tue": [("00:00", "06:00")]})
    assert calendar.next_close(amsterdam(2026, 1, 5, 23)) == amsterdam(2026, 1, 6, 6)
    assert len(calendar.explain(amsterdam(2026, 1, 5), 8 * HOUR)) == 1


def test_a_stretch_open_over_new_year_is_one_stretch():
    calendar = BusinessCalendar("UTC", {"thu": [("22:00", "24:00")], "fri": [("00:00", "06:00")]})
    assert calendar.next_close(utc(2026, 12, 31, 23)) == utc(2027, 1, 1, 6)
    assert calendar.explain(utc(2026, 12, 31, 23), 3 * HOUR) == [Stretch(utc(2026, 12, 31, 23), utc(2027, 1, 1, 2))]


def test_a_holiday_is_closed_and_a_date_with_hours_of_its_own_keeps_them_even_then():
    day = date(2026, 4, 27)
    closed = BusinessCalendar("Europe/Amsterdam", weekdays("09:00", "17:00"), {day})
    short = BusinessCalendar("Europe/Amsterdam", weekdays("09:00", "17:00"), {day}, {day: [("10:00", "12:00")]})
    assert closed.between(amsterdam(2026, 4, 27), amsterdam(2026, 4, 28)) == timedelta()
    assert short.between(amsterdam(2026, 4, 27), amsterdam(2026, 4, 28)) == 2 * HOUR


def test_E7_a_weekend_agreed_with_one_client_opens_by_exception():
    calendar = BusinessCalendar(
        "Europe/Berlin", weekdays("09:00", "17:00"), (), {date(2026, 1, 10): [("10:00", "14:00")]}
    )
    assert calendar.add(utc(2026, 1, 9, 16), 2 * HOUR) == utc(2026, 1, 10, 11)


def test_a_calendar_of_exceptions_only_works_until_they_are_used_up():
    calendar = BusinessCalendar(
        "UTC", {}, (), {date(2026, 5, 1): [("09:00", "12:00")], date(2028, 5, 1): [("09:00", "10:00")]}
    )
    assert calendar.add(utc(2020, 1, 1), 4 * HOUR) == utc(2028, 5, 1, 10)
    assert calendar.add(utc(2031, 1, 1), -2 * HOUR) == utc(2026, 5, 1, 11)
    assert calendar.next_open(utc(2026, 5, 1, 12)) == utc(2028, 5, 1, 9)
    for ask in (
        lambda: calendar.add(utc(2020, 1, 1), 4 * HOUR + timedelta(seconds=1)),
        lambda: calendar.add(utc(2020, 1, 1), -HOUR),
        lambda: calendar.add(utc(2030, 1, 1), HOUR),
        lambda: calendar.next_open(utc(2028, 5, 1, 10)),
    ):
        with pytest.raises(ValueError, match="is not open often enough"):
            ask()


# Zero, backwards, edges


def test_adding_nothing_stays_where_it_is_also_outside_opening_hours():
    saturday = amsterdam(2026, 1, 3, 12)
    assert B1.add(saturday, timedelta()) == saturday
    assert B1.add(saturday, timedelta()).tzinfo is UTC
    assert B1.explain(saturday, timedelta()) == []


def test_going_back_arrives_at_the_latest_instant_from_which_that_much_elapses():
    tuesday = amsterdam(2026, 1, 6, 8, 30)
    assert B1.add(tuesday, -HOUR) == amsterdam(2026, 1, 5, 16)
    assert B1.add(tuesday, -8.5 * HOUR) == amsterdam(2026, 1, 5, 8, 30)
    assert B1.add(amsterdam(2026, 1, 5, 17), -8.5 * HOUR) == amsterdam(2026, 1, 5, 8, 30)
    assert B1.add(tuesday, -9 * HOUR) == amsterdam(2026, 1, 2, 16, 30)
    assert B1.between(tuesday, B1.add(tuesday, -9 * HOUR)) == -9 * HOUR
    assert B1.explain(tuesday, -9 * HOUR)[0].start == amsterdam(2026, 1, 2, 16, 30)


def test_the_opening_instant_counts_and_the_closing_instant_does_not():
    assert B1.is_open(amsterdam(2026, 1, 5, 8, 30))
    assert B1.is_open(amsterdam(2026, 1, 5, 16, 59, 59, 999999))
    assert not B1.is_open(amsterdam(2026, 1, 5, 17))
    assert not B1.is_open(amsterdam(2026, 1, 5, 8, 29, 59, 999999))


@pytest.mark.parametrize(
    ("at", "opens", "closes"),
    [
        (amsterdam(2026, 1, 5, 8), amsterdam(2026, 1, 5, 8, 30), amsterdam(2026, 1, 5, 17)),
        (amsterdam(2026, 1, 5, 8, 30), amsterdam(2026, 1, 5, 8, 30), amsterdam(2026, 1, 5, 17)),
        (amsterdam(2026, 1, 5, 12), amsterdam(2026, 1, 5, 12), amsterdam(2026, 1, 5, 17)),
        (amsterdam(2026, 1, 5, 17), amsterdam(2026, 1, 6, 8, 30), amsterdam(2026, 1, 6, 17)),
        (amsterdam(2025, 12, 31, 18), amsterdam(2026, 1, 2, 8, 30), amsterdam(2026, 1, 2, 17)),
    ],
    ids=["before opening", "at opening", "open", "at closing", "over new year"],
)
def test_next_open_is_now_when_open_and_next_close_ends_that_stretch(at, opens, closes):
    assert B1.next_open(at) == opens
    assert B1.next_close(at) == closes


def test_instants_of_any_zone_mean_the_same():
    start = datetime(2026, 1, 5, 13, 30, tzinfo=ZoneInfo("Asia/Kolkata"))
    assert B1.add(start, HOUR) == B1.add(start.astimezone(UTC), HOUR) == amsterdam(2026, 1, 5, 10)
    assert B1.between(start, datetime(2026, 1, 5, 10, tzinfo=LONDON)) == 2 * HOUR


def test_years_far_apart_are_as_good_as_this_one():
    forty_hours = BusinessCalendar("Europe/Amsterdam", weekdays("09:00", "17:00"))
    weeks = (date(2100, 1, 4) - date(1990, 1, 1)).days // 7
    assert forty_hours.between(amsterdam(1990, 1, 1), amsterdam(2100, 1, 4)) == weeks * 40 * HOUR
    assert forty_hours.add(amsterdam(1990, 1, 1), weeks * 40 * HOUR) == amsterdam(2100, 1, 1, 17)
    assert forty_hours.add(amsterdam(2100, 1, 1, 17), -weeks * 40 * HOUR) == amsterdam(1990, 1, 1, 9)
    assert forty_hours.add(utc(1650, 3, 7), HOUR).year == 1650
    with pytest.raises(ValueError, match="leads out of the calendar"):
        forty_hours.add(utc(2026, 1, 1), timedelta(days=5_000_000))
    with pytest.raises(ValueError, match="for the years 2 to 9998"):
        forty_hours.between(utc(1, 1, 1), utc(2026, 1, 1))


# Explanations


def test_an_explanation_names_the_stretches_that_counted():
    stretches = B1.explain(amsterdam(2026, 4, 2, 16, 30), 9 * HOUR)
    assert [(s.start, s.end) for s in stretches] == [
        (amsterdam(2026, 4, 2, 16, 30), amsterdam(2026, 4, 2, 17)),
        (amsterdam(2026, 4, 7, 8, 30), amsterdam(2026, 4, 7, 17)),
    ]
    assert [s.duration for s in stretches] == [HOUR / 2, 8.5 * HOUR]
    start, end = stretches[0]
    assert end - start == stretches[0].duration


def test_gaps_say_why_time_did_not_count():
    gaps = B1.gaps(amsterdam(2026, 4, 2, 12), amsterdam(2026, 4, 7, 12))
    assert [(g.reason, g.name, g.start, g.end) for g in gaps] == [
        (Reason.NIGHT, "", amsterdam(2026, 4, 2, 17), amsterdam(2026, 4, 3)),
        (Reason.HOLIDAY, "Good Friday", amsterdam(2026, 4, 3), amsterdam(2026, 4, 4)),
        (Reason.WEEKEND, "", amsterdam(2026, 4, 4), amsterdam(2026, 4, 6)),
        (Reason.HOLIDAY, "Easter Monday", amsterdam(2026, 4, 6), amsterdam(2026, 4, 7)),
        (Reason.NIGHT, "", amsterdam(2026, 4, 7), amsterdam(2026, 4, 7, 8, 30)),
    ]
    assert gaps[1].day == date(2026, 4, 3)
    assert sum((g.end - g.start for g in gaps), timedelta()) == timedelta(days=5) - 8.5 * HOUR


def test_a_half_day_and_a_closed_weekday_have_reasons_of_their_own():
    afternoon = B1.gaps(amsterdam(2026, 12, 24, 13), amsterdam(2026, 12, 24, 15))
    assert [(g.reason, g.day) for g in afternoon] == [(Reason.EXCEPTION, date(2026, 12, 24))]
    calendar = BusinessCalendar("UTC", {"mon": [("09:00", "17:00")]}, (), {date(2026, 1, 12): []})
    assert [g.reason for g in calendar.gaps(utc(2026, 1, 7), utc(2026, 1, 8))] == [Reason.CLOSED_DAY]
    assert [g.reason for g in calendar.gaps(utc(2026, 1, 12), utc(2026, 1, 13))] == [Reason.EXCEPTION]


def test_gaps_survive_a_midnight_that_comes_twice():
    calendar = BusinessCalendar("America/Sao_Paulo", {"mon": [("09:00", "17:00")]})
    gaps = calendar.gaps(utc(2018, 2, 16), utc(2018, 2, 19))
    assert sum((g.end - g.start for g in gaps), timedelta()) == timedelta(days=3)


# A value


def test_a_union_that_leaves_no_gap_says_that_it_never_closes():
    day = BusinessCalendar("UTC", {d: [("08:00", "24:00")] for d in (*WORKDAYS, "sat", "sun")})
    night = BusinessCalendar("UTC", {d: [("00:00", "08:00")] for d in (*WORKDAYS, "sat", "sun")})
    both = BusinessCalendar.union(day, night)
    assert both.between(utc(2020, 1, 1), utc(2030, 1, 1)) == utc(2030, 1, 1) - utc(2020, 1, 1)
    with pytest.raises(ValueError, match="never closes"):
        both.next_close(utc(2026, 1, 5))


def test_equal_calendars_are_equal_however_they_were_written():
    a = BusinessCalendar("UTC", {"mon": [("13:00", "17:00"), ("09:00", "13:00")], "tue": []}, {date(2026, 1, 1)})
    b = BusinessCalendar("UTC", {"mon": [["09:00", "17:00"]]}, [date(2026, 1, 1), date(2026, 1, 1)])
    assert a == b
    assert hash(a) == hash(b)
    assert a != BusinessCalendar("UTC", {"mon": [("09:00", "17:00")]})
    assert BusinessCalendar.union(a, B1) == BusinessCalendar.union(B1, b, a)
    assert BusinessCalendar.union(a) == a
    assert a != "mon"


def test_a_calendar_cannot_be_changed_and_does_not_notice_changes_to_what_it_was_made_of():
    weekly = weekdays("09:00", "17:00")
    holidays = {date(2026, 4, 27)}
    calendar = BusinessCalendar("UTC", weekly, holidays)
    holidays.clear()
    weekly["mon"].clear()
    assert calendar.between(utc(2026, 4, 20), utc(2026, 4, 28)) == 40 * HOUR
    with pytest.raises(AttributeError, match="cannot be changed"):
        calendar.timezone = "Asia/Kolkata"


@pytest.mark.parametrize("calendar", [B1, D1, BusinessCalendar.always()], ids=["B1", "D1", "always"])
def test_a_calendar_travels_between_processes(calendar):
    calendar.add(utc(2026, 1, 5), HOUR)
    copy = pickle.loads(pickle.dumps(calendar))  # noqa: S301 - our own bytes
    assert copy == calendar
    assert copy.add(utc(2026, 1, 5), 80 * HOUR) == calendar.add(utc(2026, 1, 5), 80 * HOUR)


def test_threads_that_share_a_calendar_get_the_same_answers():
    calendar = BusinessCalendar("Europe/Amsterdam", weekdays("09:17", "16:43"), DUTCH_HOLIDAYS)
    # Equal calendars share their years, so the one to compare with must differ, where no answer depends on it.
    alone = BusinessCalendar("Europe/Amsterdam", weekdays("09:17", "16:43"), DUTCH_HOLIDAYS, {date(1901, 1, 1): []})
    starts = [utc(1995 + n % 60, 1 + n % 12, 3) for n in range(600)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda at: calendar.add(at, 900 * HOUR), starts))
    assert together == [alone.add(at, 900 * HOUR) for at in starts]


def test_a_calendar_describes_itself():
    assert repr(B1) == "BusinessCalendar('Europe/Amsterdam', mon-fri 08:30-17:00, 8 holidays, 1 exception)"
    assert repr(BusinessCalendar("UTC", {})) == "BusinessCalendar('UTC', never open)"
    assert repr(BusinessCalendar.always()) == "BusinessCalendar.always()"
    assert repr(D1).startswith("BusinessCalendar.union(BusinessCalendar('Europe/London', mon-fri 08:00-22:00), ")
