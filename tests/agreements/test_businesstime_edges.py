"""Business time where UTC years meet local dates, and in zones that change their clocks at the oddest moments."""

from datetime import UTC, date, datetime, timedelta

import pytest

from agreements.businesstime import BusinessCalendar, Stretch

EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOUR = timedelta(hours=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_the_last_evening_of_the_year_in_new_york_is_open_into_the_next_utc_year():
    calendar = BusinessCalendar("America/New_York", {"thu": [("17:00", "24:00")]})
    assert calendar.stretches(utc(2026, 12, 31, 12), utc(2027, 1, 2)) == [
        Stretch(utc(2026, 12, 31, 22), utc(2027, 1, 1, 5))
    ]
    assert calendar.between(utc(2027, 1, 1), utc(2027, 1, 2)) == 5 * HOUR


def test_the_first_morning_of_the_year_in_sydney_is_open_in_the_old_utc_year():
    calendar = BusinessCalendar("Australia/Sydney", {"fri": [("08:00", "12:00")]})
    assert calendar.stretches(utc(2026, 12, 31), utc(2027, 1, 2)) == [
        Stretch(utc(2026, 12, 31, 21), utc(2027, 1, 1, 1))
    ]


@pytest.mark.parametrize(
    ("timezone", "begins"),
    [
        ("Australia/Sydney", utc(2026, 12, 31, 13)),
        ("Pacific/Kiritimati", utc(2026, 12, 31, 10)),
        ("Pacific/Pago_Pago", utc(2027, 1, 1, 11)),
    ],
)
@pytest.mark.parametrize("as_exception", [False, True], ids=["holiday", "own hours"])
def test_new_years_day_is_a_local_date_on_both_sides_of_the_utc_year(timezone, begins, as_exception):
    day = date(2027, 1, 1)
    closed = {"exceptions": {day: []}} if as_exception else {"holidays": {day}}
    calendar = BusinessCalendar(timezone, {name: [("00:00", "24:00")] for name in EVERY_DAY}, **closed)
    assert calendar.next_close(utc(2026, 12, 30)) == begins
    assert calendar.next_open(begins) == begins + timedelta(days=1)
    assert [gap.end - gap.start for gap in calendar.gaps(utc(2026, 12, 1), utc(2027, 2, 1))] == [timedelta(days=1)]


def test_recife_in_2000_turned_its_clocks_twice_within_a_week():
    calendar = BusinessCalendar("America/Recife", {"sat": [("00:00", "24:00")], "sun": [("00:00", "24:00")]})
    assert calendar.between(utc(2000, 10, 7, 3), utc(2000, 10, 9, 2)) == 47 * HOUR
    assert calendar.between(utc(2000, 10, 14, 2), utc(2000, 10, 16, 3)) == 49 * HOUR


def test_casablanca_works_an_hour_later_by_the_sun_while_it_fasts():
    calendar = BusinessCalendar("Africa/Casablanca", {"mon": [("09:00", "17:00")]})
    openings = [s.start.hour for s in calendar.stretches(utc(2026, 2, 9), utc(2026, 3, 24))]
    assert openings == [8, 9, 9, 9, 9, 9, 8]


def test_st_johns_went_back_over_midnight_one_minute_after_it():
    weekly = {"sat": [("22:00", "24:00")], "sun": [("00:00", "01:00")]}
    calendar = BusinessCalendar("America/St_Johns", weekly)
    begin, end = utc(2010, 11, 6, 12), utc(2010, 11, 7, 12)
    # Saturday 22:00 to Sunday 00:01, then Saturday 23:01 to Sunday 01:00 once more.
    assert calendar.stretches(begin, end) == [Stretch(utc(2010, 11, 7, 0, 30), utc(2010, 11, 7, 4, 30))]
    second_time_round, midnight = utc(2010, 11, 7, 2, 45), utc(2010, 11, 7, 3, 30)
    closed = BusinessCalendar("America/St_Johns", weekly, {date(2010, 11, 6), date(2010, 11, 7)})
    assert [(gap.start, gap.end) for gap in closed.gaps(second_time_round, end)] == [
        (second_time_round, midnight),
        (midnight, end),
    ]


def test_samoa_skipped_a_friday():
    calendar = BusinessCalendar("Pacific/Apia", {name: [("09:00", "17:00")] for name in EVERY_DAY})
    assert calendar.between(utc(2011, 12, 29, 10), utc(2012, 1, 1, 10)) == 3 * 8 * HOUR
    assert [gap.day for gap in calendar.gaps(utc(2011, 12, 30, 4), utc(2011, 12, 30, 18))] == [date(2011, 12, 29)]


def test_local_mean_time_of_old_has_seconds_and_they_count():
    calendar = BusinessCalendar("Europe/Amsterdam", {"mon": [("09:00", "17:00")]})
    opening = calendar.next_open(utc(1880, 3, 1))
    assert opening.second != 0
    assert calendar.between(opening, opening + timedelta(days=1)) == 8 * HOUR
