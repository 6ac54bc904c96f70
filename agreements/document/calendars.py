"""From the hours an agreement states to a calendar that computes: zones, named holidays, own days, unions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from agreements.document.calendar_terms import CalendarTerms, HolidayTerms, RemovedHoliday
from agreements.document.public_holidays import YEARS, PublicHolidays
from agreements.document.quantities import WEEKDAYS, Hours

#: Every document can name the round-the-clock calendar without defining it.
ALWAYS = "always"


@dataclass(frozen=True)
class CalendarSpec:
    """One calendar of an agreement, with everything a person may want to know about it. `timezone` is an IANA name.

    `weekly`, `holidays` and `exceptions` are local to that zone, `public` is what `holidays` began from; `members` are
    the calendars a union is made of.
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
    public: PublicHolidays
    clause: str | None

    def holidays_in(self, year: int) -> dict[date, str]:
        """The closed days of one year with their names, in order."""
        return {day: name for day, name in sorted(self.holidays.items()) if day.year == year}


def removed_days(removed: RemovedHoliday, days: Mapping[date, str]) -> set[date]:
    """Which of the public holidays in `days` are worked on; none where there is no such holiday."""
    gone = set(removed.date.dates(YEARS)) & days.keys() if removed.date else set()
    return gone | {day for day, name in days.items() if removed.name and removed.name in name.split("; ")}


def closed_days(terms: HolidayTerms | None, public: PublicHolidays) -> dict[date, str]:
    """Public holidays without those that are worked on, and the added ones, by date."""
    if terms is None:
        return {}
    worked = {day for removed in terms.removed for day in removed_days(removed, public.days)}
    days = {day: name for day, name in public.days.items() if day not in worked}
    for added in terms.added:
        days.update(dict.fromkeys(added.date.dates(YEARS), added.name))
    return days


def specify(terms: CalendarTerms, default_zone: str, public: PublicHolidays) -> CalendarSpec:
    """The calendar that `terms` describe, with the public holidays of its place."""
    weekly = {day: hours for days, hours in (terms.weekly or {}).items() for day in days.days}
    closed = closed_days(terms.holidays, public)
    exceptions: dict[date, tuple[Hours, ...]] = {}
    names: dict[date, str] = {}
    for own in terms.exceptions:
        for day in own.date.dates(YEARS):
            # A half-day of every year shortens a working day; it opens neither a weekend nor a holiday.
            if own.date.year is None and (day in closed or not weekly.get(WEEKDAYS[day.weekday()])):
                continue
            closed.pop(day, None)
            exceptions[day], names[day] = own.hours, own.name
    return CalendarSpec(
        key=terms.key,
        name=terms.name,
        description=terms.description,
        # A union's members have zones of their own, and what never closes needs none.
        timezone=terms.timezone.name if terms.timezone and terms.weekly else default_zone,
        weekly=weekly,
        holidays=closed,
        exceptions=exceptions,
        exception_names=names,
        always=terms.always,
        members=terms.union,
        business_day=terms.business_day.length() if terms.business_day else None,
        public=public,
        clause=terms.clause,
    )


#: The calendar that every document has under the key `always`.
ROUND_THE_CLOCK = CalendarTerms(
    key=ALWAYS, name="Around the clock", description="Every hour of every day.", always=True
)
