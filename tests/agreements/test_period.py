"""Periods tile time by the clocks of a zone, to the second, and say which one they are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreements.document import load, load_bundled
from agreements.document.period import MONTH, MONTHS, Period, period_at
from tests.agreements.documents import SIXTH

ZONES = (
    "UTC", "Europe/Vienna", "America/St_Johns", "America/Sao_Paulo", "America/Havana", "Pacific/Apia", "Africa/Cairo",
    "Australia/Lord_Howe", "Asia/Kathmandu",
)  # fmt: skip
unhurried = settings(deadline=None)
zones = st.sampled_from(ZONES)
days = st.dates(date(1995, 1, 1), date(2060, 12, 31))
#: 1995 to 2060.
instants = st.integers(788_918_400, 2_871_763_200).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@st.composite
def of_the_calendar(draw):
    """A month, quarter or year, also one that ends on another day."""
    kind = draw(st.sampled_from(["month", "quarter", "year"]))
    if kind == "month" or draw(st.booleans()):
        return Period.parse(kind)
    last = draw(st.integers(1, 27) | st.none())
    month = draw(st.integers(1, 12))
    last = last or (date(2001, month % 12 + 1, 1) - timedelta(days=1)).day
    return Period.parse(f"{kind} ending {last} {MONTHS[month - 1]}")


rolling = st.integers(1, 366).map(lambda count: Period.parse(f"rolling {count} calendar day{'s' * (count > 1)}"))


@unhurried
@given(of_the_calendar() | rolling, days, zones)
def test_periods_tile_time_without_gap_or_overlap(period, on, zone):
    span = period_at(period, on, zone)
    assert span.start < span.end or zone == "Pacific/Apia"
    assert span.previous.end == span.start
    assert span.latest(3) == [span, span.previous, span.previous.previous]


@unhurried
@given(of_the_calendar(), instants, zones)
def test_an_instant_lies_in_the_period_it_is_asked_for_and_in_no_other(period, at, zone):
    span = period_at(period, at, zone)
    assert span.holds(at)
    assert period_at(period, span.start, zone) == period_at(period, span.end - timedelta(seconds=1), zone) == span
    assert period_at(period, at.astimezone(ZoneInfo("Asia/Tokyo")), zone) == span


@unhurried
@given(rolling, instants, zones)
def test_rolling_days_end_with_the_day_asked_for(period, at, zone):
    span = period_at(period, at, zone)
    assert span.holds(at)
    assert at + timedelta(days=1, hours=1) >= span.end
    assert (span.last_day - span.first_day).days == period.rolling.count - 1


@pytest.mark.parametrize(
    ("period", "on", "zone", "name", "key", "seconds"),
    [
        ("month", date(2026, 3, 31), "Europe/Amsterdam", "March 2026", "2026-03", 743 * 3600),
        ("month", date(2026, 12, 1), "UTC", "December 2026", "2026-12", 744 * 3600),
        ("quarter", date(2026, 1, 1), "Europe/Vienna", "Q1 2026", "2026-Q1", 7_772_400),
        ("quarter", date(2026, 11, 26), "Europe/London", "Q4 2026", "2026-Q4", 2209 * 3600),
        ("year", date(2028, 2, 29), "UTC", "2028", "2028", 8784 * 3600),
        ("rolling 30 calendar days", date(2026, 12, 4), "Asia/Tokyo", "the 30 days to 4 December 2026",
         "2026-11-05/2026-12-04", 720 * 3600),
        ("rolling 1 calendar day", date(2026, 10, 25), "Europe/Vienna", "the day to 25 October 2026",
         "2026-10-25/2026-10-25", 25 * 3600),
        ("quarter ending 31 January", date(2026, 11, 26), "UTC", "the quarter to 31 January 2027",
         "2026-11-01/2027-01-31", 92 * 86400),
        ("quarter ending 31 January", date(2026, 2, 1), "UTC", "the quarter to 30 April 2026",
         "2026-02-01/2026-04-30", 89 * 86400),
        ("quarter ending 31 December", date(2026, 2, 1), "UTC", "Q1 2026", "2026-Q1", 90 * 86400),
        ("year ending 28 February", date(2028, 2, 29), "UTC", "the year to 29 February 2028",
         "2027-03-01/2028-02-29", 366 * 86400),
        ("year ending 5 April", date(2026, 4, 5), "Europe/London", "the year to 5 April 2026",
         "2025-04-06/2026-04-05", 365 * 86400),
        ("year ending 5 April", date(2026, 4, 6), "Europe/London", "the year to 5 April 2027",
         "2026-04-06/2027-04-05", 365 * 86400),
    ],
)  # fmt: skip
def test_a_period_is_as_long_as_its_zone_makes_it_and_has_a_name(period, on, zone, name, key, seconds):
    span = period_at(Period.parse(period), on, zone)
    assert (span.name, span.key, span.seconds) == (name, key, seconds)
    assert span.period.text == period


def test_a_period_begins_at_midnight_of_the_zone_and_not_of_utc():
    span = period_at(Period("quarter"), datetime(2026, 9, 30, 22, 30, tzinfo=UTC), "Europe/Amsterdam")
    assert span.name == "Q4 2026"
    assert (span.start, span.end) == (datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC))


def test_the_hour_that_comes_twice_over_midnight_belongs_to_the_period_that_has_begun():
    """St John's put its clocks back from 00:01 to 23:01: on 1 November 2009 the last hour of October came again."""
    again = datetime(2009, 11, 1, 3, tzinfo=UTC)
    assert again.astimezone(ZoneInfo("America/St_Johns")).date() == date(2009, 10, 31)
    span = period_at(Period("month"), again, "America/St_Johns")
    assert (span.name, span.holds(again)) == ("November 2009", True)


@pytest.mark.parametrize(
    ("on", "zone", "message"),
    [
        (datetime.fromisoformat("2026-01-01"), "UTC", "on: 2026-01-01 00:00:00 is a naive datetime"),
        (date(2026, 1, 1), "Mars/Olympus", "timezone: unknown time zone .Mars/Olympus"),
        (date(9999, 12, 31), "UTC", "on: the period of 9999-12-31 reaches beyond the calendar"),
        (date(1, 1, 1), "Asia/Tokyo", "on: the period of 0001-01-01 reaches beyond the calendar"),
    ],
)
def test_what_is_no_day_or_zone_is_refused_by_name(on, zone, message):
    with pytest.raises(ValueError, match=message):
        assert period_at(Period("quarter"), on, zone).seconds


@pytest.mark.parametrize(
    "text",
    ["quarter ending 30 January", "quarter ending 31 April", "year ending 30 February", "quarter ending 28 March",
     "month ending 27 January", "quarter ending January", "quarter ending 31 january", "fortnight"],
)  # fmt: skip
def test_a_period_that_does_not_end_in_every_month_is_refused(text):
    with pytest.raises(ValueError, match=text):
        Period.parse(text)


def test_a_document_measures_in_the_zone_it_has_for_that_and_allows_in_its_own():
    """21:00 of 31 October in Amsterdam is 05:00 of 1 November in Tokyo."""
    text = SIXTH.replace(
        "period: rolling 30 calendar days", "period: quarter ending 31 January\n  timezone: Europe/Amsterdam"
    )
    document, at = load(text, name="shifted"), datetime(2026, 10, 31, 20, tzinfo=UTC)
    assert (document.timezone.name, document.period_at(at, MONTH).name) == ("Asia/Tokyo", "November 2026")
    assert document.period_at(at).name == "the quarter to 31 October 2026"
    assert document.period_at(at + timedelta(hours=4)).name == "the quarter to 31 January 2027"
    assert load_bundled("officeware").period_at(at).name == "October 2026"
