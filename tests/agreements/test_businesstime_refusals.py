"""What a business calendar refuses, and that it says what is wrong and where."""

from datetime import UTC, date, datetime, timedelta

import pytest

from agreements.businesstime import BusinessCalendar

HOUR = timedelta(hours=1)
OFFICE = BusinessCalendar(
    "Europe/Amsterdam", {day: [("09:00", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")}
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"timezone": "Europe/Amsterdm"}, "timezone: unknown time zone 'Europe/Amsterdm'"),
        ({"timezone": "Europe"}, "timezone: unknown time zone 'Europe'"),
        ({"timezone": "../etc/passwd"}, "timezone: unknown time zone"),
        ({"timezone": ""}, "timezone: unknown time zone ''"),
        ({"timezone": None}, "timezone: unknown time zone None"),
        ({"weekly": {"monday": []}}, "weekly: unknown weekday 'monday'; use mon, tue"),
        ({"weekly": {"mon": [("9am", "17:00")]}}, r'weekly\["mon"\]: .*, written HH:MM, not .*9am'),
        ({"weekly": {"mon": [("09:60", "17:00")]}}, "times between 00:00 and 24:00, written HH:MM, not .*'09:60'"),
        ({"weekly": {"mon": [("09:00", "24:01")]}}, "times between 00:00 and 24:00, written HH:MM, not .*'24:01'"),
        ({"weekly": {"mon": [("09:00", 17)]}}, "must be a list of .*17"),
        ({"weekly": {"mon": None}}, "must be a list of .*None"),
        ({"weekly": {"tue": [("17:00", "09:00")]}}, r'weekly\["tue"\]: 17:00 to 09:00 does not end after it starts'),
        ({"weekly": {"tue": [("09:00", "09:00")]}}, "does not end after it starts"),
        ({"weekly": {"tue": [("22:00", "00:00")]}}, "midnight at the end of a day is 24:00"),
        ({"weekly": {"wed": [("09:00", "13:00"), ("12:59", "17:00")]}}, "wed.*: 09:00 to 13:00 and 12:59 to 17:00"),
        ({"weekly": {"wed": ["09:00-17:00"]}}, "must be a list of \\(opens, closes\\)"),
        ({"weekly": {"wed": "09:00-17:00"}}, "must be a list of"),
        ({"weekly": {"wed": [("09:00", "12:00", "17:00")]}}, "must be a list of \\(opens, closes\\)"),
        ({"holidays": {datetime(2026, 4, 27, tzinfo=UTC)}}, "holidays: .* is not a local date"),
        ({"holidays": ["2026-04-27"]}, "holidays: '2026-04-27' is not a local date"),
        ({"holidays": "2026-04-27"}, "holidays: '2' is not a local date"),
        ({"exceptions": {"2026-04-27": []}}, "exceptions: '2026-04-27' is not a local date"),
        ({"exceptions": {date(2026, 4, 27): [("12:00", "09:00")]}}, r"exceptions\[2026-04-27\]: 12:00 to 09:00"),
    ],
)  # fmt: skip
def test_a_calendar_that_makes_no_sense_is_refused_with_what_and_where(changes, says):
    arguments = {"timezone": "Europe/Amsterdam", "weekly": {}} | changes
    with pytest.raises(ValueError, match=says):
        BusinessCalendar(**arguments)


NAIVE = datetime(2026, 1, 5, 9)  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize("calendar", [OFFICE, BusinessCalendar.always()], ids=["hours", "always"])
@pytest.mark.parametrize(
    ("ask", "where"),
    [
        (lambda c: c.add(NAIVE, HOUR), "start"),
        (lambda c: c.between(NAIVE, utc(2026, 1, 6)), "start"),
        (lambda c: c.between(utc(2026, 1, 6), NAIVE), "end"),
        (lambda c: c.is_open(NAIVE), "at"),
        (lambda c: c.next_open(NAIVE), "at"),
        (lambda c: c.next_close(NAIVE), "at"),
        (lambda c: c.explain(NAIVE, HOUR), "start"),
        (lambda c: c.gaps(NAIVE, utc(2026, 1, 6)), "start"),
    ],
)
def test_an_instant_without_a_zone_is_refused(calendar, ask, where):
    with pytest.raises(ValueError, match=f"{where}: 2026-01-05T09:00:00 has no time zone"):
        ask(calendar)


def test_things_that_are_no_instant_or_duration_are_refused():
    with pytest.raises(ValueError, match="start: must be a datetime, not '2026-01-05'"):
        OFFICE.add("2026-01-05", HOUR)
    with pytest.raises(ValueError, match="duration: must be a timedelta, not 8"):
        OFFICE.add(utc(2026, 1, 5), 8)


@pytest.mark.parametrize(
    "empty",
    [
        BusinessCalendar("UTC", {}),
        BusinessCalendar("UTC", {"mon": []}, {date(2026, 1, 1)}, {date(2026, 1, 2): []}),
        BusinessCalendar.union(BusinessCalendar("UTC", {}), BusinessCalendar("Asia/Kolkata", {})),
    ],
    ids=["nothing", "nothing anywhere", "union of nothing"],
)
def test_a_calendar_that_never_opens_counts_nothing_and_refuses_to_add(empty):
    assert empty.between(utc(2020, 1, 1), utc(2030, 1, 1)) == timedelta()
    assert empty.between(utc(2030, 1, 1), utc(2020, 1, 1)) == timedelta()
    assert not empty.is_open(utc(2026, 1, 5, 12))
    assert len(empty.gaps(utc(2026, 1, 5), utc(2026, 1, 6))) == 1
    for duration in (HOUR, -HOUR, timedelta()):
        with pytest.raises(ValueError, match="add: an empty calendar never opens"):
            empty.add(utc(2026, 1, 5), duration)
    with pytest.raises(ValueError, match="next_open: an empty calendar never opens"):
        empty.next_open(utc(2026, 1, 5))


def test_a_union_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one calendar"):
        BusinessCalendar.union()
    with pytest.raises(ValueError, match="argument 1 is not a BusinessCalendar"):
        BusinessCalendar.union(OFFICE, "24/7")
