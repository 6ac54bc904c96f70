"""The hours of an agreement as people look at them: weeks as pictures, closed and own days by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays as national

from agreements.businesstime import BusinessCalendar
from agreements.document import AgreementDocument
from agreements.document.calendars import ALWAYS, CalendarSpec
from agreements.document.quantities import WEEKDAYS
from agreements.readable.lines import listed

DAY_NAMES = dict(zip(WEEKDAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
DAY_MINUTES = 24 * 60
MONTHS = tuple(date(2000, month, 1).strftime("%B") for month in range(1, 13))


def week_of(spec: CalendarSpec) -> list[dict[str, Any]]:
    """The opening hours of a week as `components/_week.html` draws them, in the calendar's own zone."""
    week = []
    for day in WEEKDAYS:
        hours = [("00:00", "24:00")] if spec.always else [(h.opens, h.closes) for h in spec.weekly.get(day, ())]
        spans = [_span(_minutes(opens), _minutes(closes), f"{opens} to {closes}") for opens, closes in hours]
        week.append({"day": DAY_NAMES[day], "spans": spans})
    return week


def union_week(document: AgreementDocument, key: str, *, on: date) -> list[dict[str, Any]]:
    """The week of day `on` as a union of calendars is really open, in the agreement's zone: its members have their own (D1)."""
    calendar, zone = document.calendar(key), ZoneInfo(document.timezone.name)
    monday = on - timedelta(days=on.weekday())
    week = []
    for place, day in enumerate(WEEKDAYS):
        spans = open_minutes(calendar, monday + timedelta(days=place), zone)
        drawn = [_span(start, end, f"{clock_words(start)} to {clock_words(end)}") for start, end in spans]
        week.append({"day": DAY_NAMES[day], "spans": drawn})
    return week


def open_minutes(calendar: BusinessCalendar, day: date, zone: ZoneInfo) -> list[tuple[int, int]]:
    """When `calendar` is open on a local day, as minutes on the clock of `zone`, 1440 for the midnight at its end."""
    first, midnight = midnights(day, zone)
    at, spans = first, []
    while at < midnight:
        try:
            opens = calendar.next_open(at)
        except ValueError:
            break  # It never opens again.
        if opens >= midnight:
            break
        try:
            at = min(calendar.next_close(opens), midnight)
        except ValueError:
            at = midnight  # It never closes again.
        spans.append((_minute_of_day(opens, day, zone), _minute_of_day(at, day, zone)))
    return spans


def midnights(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants at which a local day begins and ends: 23 or 25 hours apart when the clock is changed."""
    following = day + timedelta(days=1)
    return tuple(datetime.combine(each, time(), zone).astimezone(UTC) for each in (day, following))  # type: ignore[return-value]


@dataclass(frozen=True)
class OwnDay:
    """A day with hours of its own, such as a half-day."""

    day: date
    name: str
    hours: str


@dataclass(frozen=True)
class CalendarShown:
    """One calendar with its week in `zone` (as people read it, "" round the clock), and the special days of a year."""

    spec: CalendarSpec
    week: list[dict[str, Any]]
    zone: str
    members: tuple[str, ...]
    business_day: str
    closed_on: str
    worked: tuple[str, ...]
    holidays: tuple[tuple[date, str], ...]
    own_days: tuple[OwnDay, ...]


def calendar_shown(document: AgreementDocument, key: str, *, on: date) -> CalendarShown:
    """The calendar `key`, its week as of `on`, and the special days of that year. Raises KeyError for an unknown key."""
    spec, terms = document.calendars[key], document.calendar_terms.get(key)
    zone = document.timezone.name if spec.members else "" if spec.always else spec.timezone
    removed = terms.holidays.removed if terms and terms.holidays else ()
    return CalendarShown(
        spec=spec,
        week=union_week(document, key, on=on) if spec.members else week_of(spec),
        zone=zone.replace("_", " "),
        members=tuple(document.calendars[member].name for member in spec.members),
        business_day=hours_words(spec.business_day),
        closed_on=_public_holidays(spec),
        worked=tuple(each.name or _day_words(each.date) for each in removed),
        holidays=tuple(spec.holidays_in(on.year).items()),
        own_days=tuple(own_days(spec, on.year)),
    )


def own_days(spec: CalendarSpec, year: int) -> list[OwnDay]:
    """The days of the year that have hours of their own, in order."""
    return [
        OwnDay(day, spec.exception_names[day], listed(f"{each.opens} to {each.closes}" for each in hours) or "closed")
        for day, hours in sorted(spec.exceptions.items())
        if day.year == year
    ]


def calendars_of(document: AgreementDocument, *, on: date) -> list[CalendarShown]:
    """Every calendar the agreement describes, and round the clock where a promise or an incident counts on it unnamed."""
    described = document.calendar_terms.keys
    counted = {rule.calendar for rule in document.rules if rule.pledge.duration is not None}
    counted |= {terms.calendar for terms in document.incidents.levels.values()} if document.incidents else set()
    unnamed = (ALWAYS,) if ALWAYS in counted and ALWAYS not in described else ()
    return [calendar_shown(document, key, on=on) for key in (*described, *unnamed)]


def _public_holidays(spec: CalendarSpec) -> str:
    """`public holidays of Germany (Berlin)`; "" where none are closed days."""
    if spec.country is None:
        return ""
    region = subdivision_name(spec.country, spec.subdivision) if spec.subdivision else ""
    return f"public holidays of {country_name(spec.country)}" + (f" ({region})" if region else "")


def country_name(code: str) -> str:
    """`Germany` for DE, as the holiday data calls it."""
    entity: Any = getattr(national, code)
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", entity.__mro__[1].__name__)


def subdivision_name(country: str, code: str) -> str:
    """`Berlin` for BE of DE; the code itself where the data has no name for it."""
    names = getattr(getattr(national, country), "subdivisions_aliases", {})
    return next((name for name, known in names.items() if known == code), code)


def _day_words(day: Any) -> str:
    return "" if day is None else f"{day.day} {MONTHS[day.month - 1]}" + (f" {day.year}" if day.year else " every year")


def _span(start: int, end: int, words: str) -> dict[str, Any]:
    return {
        "from_percent": 100 * start / DAY_MINUTES,
        "width_percent": 100 * (end - start) / DAY_MINUTES,
        "words": words,
    }


def _minute_of_day(instant: datetime, day: date, zone: ZoneInfo) -> int:
    local = instant.astimezone(zone)
    return local.hour * 60 + local.minute if local.date() == day else DAY_MINUTES


def clock_words(minutes: int) -> str:
    """`08:30` for minute 510 of a day."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def hours_words(length: timedelta | None) -> str:
    """`7 hours 30 minutes`; "" for None."""
    if length is None:
        return ""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    return f"{hours} hours" + (f" {minutes} minutes" if minutes else "")
