"""From the hours an agreement states to a calendar that computes: zones, named holidays, own days, unions."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import holidays as national

from agreements.businesstime import BusinessCalendar
from agreements.document.model import CalendarTerms, HolidayTerms
from agreements.document.quantities import WEEKDAYS, Hours

#: Every document can name the round-the-clock calendar without defining it.
ALWAYS = "always"

#: Holidays are spelt out for these years; promises outside them would count holidays as working days.
YEARS = range(2000, 2061)


@dataclass(frozen=True)
class CalendarSpec:
    """One calendar of an agreement, with everything a person may want to know about it. `timezone` is an IANA name.

    `weekly`, `holidays` and `exceptions` are local to that zone; `members` are the calendars a union is made of.
    """

    key: str
    name: str
    description: str
    timezone: str
    weekly: Mapping[str, tuple[Hours, ...]]
    holidays: Mapping[date, str]
    exceptions: Mapping[date, tuple[Hours, ...]]
    exception_names: Mapping[date, str]
    always: bool
    members: tuple[str, ...]
    business_day: timedelta | None
    country: str | None
    subdivision: str | None
    known_years: range
    clause: str | None

    def holidays_in(self, year: int) -> dict[date, str]:
        """The closed days of one year with their names, in order."""
        return {day: name for day, name in sorted(self.holidays.items()) if day.year == year}


@cache
def supported_subdivisions(country: str) -> tuple[str, ...] | None:
    """The region codes known for an ISO country code, or None for a country the holiday data does not know."""
    # Asking the package for one country imports one module; asking it for its list imports all of them.
    entity: Any = getattr(national, country, None)
    return tuple(entity.subdivisions) if getattr(entity, "country", None) == country else None


@cache
def national_holidays(country: str, subdivision: str | None) -> Mapping[date, str]:
    """Public holidays of `YEARS` with their English names where the data has them."""
    with warnings.catch_warnings():
        # Countries with a lunar calendar are known for fewer years; `known_years` tells people so.
        warnings.simplefilter("ignore")
        entity = getattr(national, country)
        language = next((code for code in ("en_US", "en_GB") if code in entity.supported_languages), None)
        if entity.default_language and entity.default_language.startswith("en"):
            language = entity.default_language
        found = entity(subdiv=subdivision, years=YEARS, language=language)
        return dict(sorted(found.items()))


def known_years(country: str | None) -> range:
    """The years whose holidays are known for a country; all `YEARS` where no country is named."""
    if country is None:
        return YEARS
    entity = getattr(national, country)
    return range(max(YEARS.start, entity.start_year), min(YEARS.stop, entity.end_year + 1))


def closed_days(terms: HolidayTerms | None) -> dict[date, str]:
    """National holidays without the removed ones, and the added ones, by date.

    Raises ValueError with a sentence when a removed holiday is none.
    """
    if terms is None:
        return {}
    days = dict(national_holidays(terms.country, terms.subdivision)) if terms.country else {}
    for removed in terms.removed:
        names = set(days.values())
        gone = set(removed.date.dates(YEARS)) if removed.date else set()
        gone |= {day for day, name in days.items() if removed.name and removed.name in name.split("; ")}
        if not gone & days.keys():
            known = ", ".join(sorted({part for name in names for part in name.split("; ")})[:30]) or "none"
            raise ValueError(f"There is no such holiday to remove. The holidays here: {known}.")
        for day in gone:
            days.pop(day, None)
    for added in terms.added:
        days.update(dict.fromkeys(added.date.dates(YEARS), added.name))
    return days


def specify(terms: CalendarTerms, default_zone: str) -> CalendarSpec:
    """The calendar that `terms` describe. They must have passed `checks.check_calendars`."""
    weekly = {day: hours for days, hours in (terms.weekly or {}).items() for day in days.days}
    closed = closed_days(terms.holidays)
    exceptions: dict[date, tuple[Hours, ...]] = {}
    names: dict[date, str] = {}
    for own in terms.exceptions:
        for day in own.date.dates(YEARS):
            # A half-day of every year shortens a working day; it opens neither a weekend nor a holiday.
            if own.date.year is None and (day in closed or not weekly.get(WEEKDAYS[day.weekday()])):
                continue
            closed.pop(day, None)
            exceptions[day], names[day] = own.hours, own.name
    country = terms.holidays.country if terms.holidays else None
    return CalendarSpec(
        key=terms.key,
        name=terms.name,
        description=terms.description,
        timezone=terms.timezone.name if terms.timezone else default_zone,
        weekly=weekly,
        holidays=closed,
        exceptions=exceptions,
        exception_names=names,
        always=terms.always,
        members=terms.union,
        business_day=terms.business_day.length() if terms.business_day else None,
        country=country,
        subdivision=terms.holidays.subdivision if terms.holidays else None,
        known_years=known_years(country),
        clause=terms.clause,
    )


#: The calendar that every document has under the key `always`.
ROUND_THE_CLOCK = CalendarTerms(
    key=ALWAYS, name="Around the clock", description="Every hour of every day.", always=True
)


def business_calendar(spec: CalendarSpec, others: Mapping[str, CalendarSpec]) -> BusinessCalendar:
    """The computing calendar; `others` holds the specs that a union names."""
    if spec.always:
        return BusinessCalendar.always()
    if spec.members:
        return BusinessCalendar.union(*(business_calendar(others[key], others) for key in spec.members))
    return BusinessCalendar(
        timezone=spec.timezone,
        weekly={day: [(hours.opens, hours.closes) for hours in spans] for day, spans in spec.weekly.items()},
        holidays=spec.holidays,
        exceptions={day: [(span.opens, span.closes) for span in spans] for day, spans in spec.exceptions.items()},
    )
