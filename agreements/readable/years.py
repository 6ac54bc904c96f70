"""A year of a calendar, day by day: what is open, what is closed and why, and sums that are exact to the second."""

from __future__ import annotations

from calendar import monthcalendar
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Literal
from zoneinfo import ZoneInfo

from agreements.document import AgreementDocument
from agreements.document.calendars import CalendarSpec
from agreements.document.public_holidays import YEARS
from agreements.document.quantities import WEEKDAYS
from agreements.readable.blocks import DAY_MINUTES, span_words
from agreements.readable.hours import made_of, midnights, open_minutes, week_of
from shell.wording import listed, zone_words

#: A warning comes when a year without known holidays is this near.
NEAR = timedelta(days=183)

Kind = Literal["open", "short", "closed", "holiday", "own_closure", "own_hours", "partly"]
KINDS: dict[Kind, str] = {
    "open": "Open as usual",
    "short": "Open for a few hours",
    "closed": "Closed as usual",
    "holiday": "Public holiday",
    "own_closure": "Own closed day",
    "own_hours": "Hours of its own",
    "partly": "Open in part",
}


@dataclass(frozen=True)
class DayShown:
    """A local day: how it differs from the usual (`name` says why), its hours on the clock, and how long it is open."""

    day: date
    kind: Kind
    name: str
    hours: str
    open: timedelta

    @property
    def words(self) -> str:
        """`Christmas Day: closed`, what a reader of the picture finds on a day."""
        return f"{self.name}: {self.hours}" if self.name else self.hours

    @property
    def kind_words(self) -> str:
        return KINDS[self.kind]


@dataclass(frozen=True)
class DaysShown:
    """Days of one calendar in a row, with what they come to."""

    days: tuple[DayShown, ...]

    @property
    def first(self) -> date:
        return self.days[0].day

    @property
    def open_days(self) -> int:
        return sum(1 for each in self.days if each.open)

    @property
    def open(self) -> timedelta:
        return sum((each.open for each in self.days), timedelta())


class MonthShown(DaysShown):
    """A month in weeks from Monday on, None where a week lies in another month."""

    @property
    def weeks(self) -> list[list[DayShown | None]]:
        by_day = {each.day.day: each for each in self.days}
        return [[by_day.get(day) for day in week] for week in monthcalendar(self.first.year, self.first.month)]


@dataclass(frozen=True)
class YearShown(DaysShown):
    """A year of one calendar in `zone`."""

    zone: str

    @property
    def year(self) -> int:
        return self.first.year

    @property
    def months(self) -> list[MonthShown]:
        return [MonthShown(tuple(days)) for _, days in groupby(self.days, key=lambda each: each.day.month)]

    @property
    def special(self) -> tuple[DayShown, ...]:
        """The days that have a name."""
        return tuple(each for each in self.days if each.name)

    @property
    def kinds(self) -> list[tuple[Kind, str]]:
        """The kinds of day that it has, with their words."""
        there = {each.kind for each in self.days}
        return [(kind, words) for kind, words in KINDS.items() if kind in there]


def year_of(document: AgreementDocument, key: str, year: int) -> YearShown:
    """The year of the calendar `key`. KeyError for an unknown one, ValueError outside the years that are spelt out."""
    spec = document.calendars[key]
    if year not in YEARS:
        raise ValueError(f"Calendars are known from {YEARS.start} to {YEARS.stop - 1}.")
    days = list(_days(document, spec, year, ZoneInfo(spec.timezone)))
    # A union may be open for an hour of a Saturday: what is less than half of the longest day is drawn as less.
    half = max(day.open for day in days) / 2
    return YearShown(
        tuple(replace(day, kind="short") if day.kind == "open" and day.open < half else day for day in days),
        zone_words(spec.timezone),
    )


def _days(document: AgreementDocument, spec: CalendarSpec, year: int, zone: ZoneInfo) -> Iterator[DayShown]:
    calendar = document.calendar(spec.key)
    day = date(year, 1, 1)
    while day.year == year:
        spans = open_minutes(calendar, day, zone)
        is_whole = spans == ((0, DAY_MINUTES),)
        hours = "open all day" if is_whole else listed(span_words(*span) for span in spans) or "closed"
        name, kind = _special(document, spec, day, is_open=bool(spans))
        yield DayShown(day, kind, name, hours, calendar.between(*midnights(day, zone)))
        day += timedelta(days=1)


def _special(document: AgreementDocument, spec: CalendarSpec, day: date, *, is_open: bool) -> tuple[str, Kind]:
    """The name of a day that differs from the usual, and how it does; of a union where it does for a member."""
    if day in spec.exceptions:
        return spec.exception_names[day], "own_hours"
    if name := spec.holidays.get(day):
        return name, "holiday" if name == spec.public.days.get(day) else "own_closure"
    members = [document.calendars[key] for key in spec.members]
    named = listed(
        f"{name} ({member.name})"
        for member in members
        if _would_open(member, day) and (name := _special(document, member, day, is_open=True)[0])
    )
    if named:
        return named, "partly" if is_open else "holiday"
    return "", "open" if is_open else "closed"


def _would_open(spec: CalendarSpec, day: date) -> bool:
    """Whether a member's special day makes a difference: a holiday on its weekend does not."""
    return bool(spec.members or day in spec.exceptions or spec.weekly.get(WEEKDAYS[day.weekday()]))


@dataclass(frozen=True)
class Unknown:
    """A year that a calendar needs the holidays of its country for, and for which they are not known."""

    calendar: CalendarSpec
    year: int

    @property
    def title(self) -> str:
        return f"The holidays of {self.calendar.public.place} are not known for {self.year}"

    @property
    def sentence(self) -> str:
        return (
            f"“{self.calendar.name}” closes on them, and they are known up to"
            f" {self.calendar.public.known_years.stop - 1}. Until a new version lists the closed days of {self.year}"
            " itself, they count as working days."
        )


def unknown_countries(document: AgreementDocument, spec: CalendarSpec, year: int) -> list[Unknown]:
    """The countries of a calendar, or of the members of a union, whose holidays are not known for `year`."""
    if spec.members:
        return [each for key in spec.members for each in unknown_countries(document, document.calendars[key], year)]
    return [] if year in spec.public.known_years else [Unknown(spec, year)]


def holidays_missing(document: AgreementDocument, *, on: date) -> list[Unknown]:
    """The holidays that are not known for a year that is there or comes up within six months of `on`."""
    years = sorted({on.year, (on + NEAR).year})
    own = [document.calendars[key] for key in document.calendar_terms.keys if not document.calendars[key].members]
    return [each for spec in own for year in years for each in unknown_countries(document, spec, year)]


def calendar_page(document: AgreementDocument, key: str, *, asked: str, on: date) -> dict[str, object] | None:
    """What a calendar's page shows, the same for everybody who may open it; None for a calendar that is not there.

    `asked` is the year as the address has it; where it names none that is spelt out, that of `on` is shown.
    """
    spec = document.calendars.get(key)
    if spec is None:
        return None
    year = int(asked) if asked in map(str, YEARS) else on.year
    shown = on if year == on.year else date(year, 1, 1)
    return {
        "document": document,
        "calendar": spec,
        "week": week_of(document, spec, on=shown),
        "made": made_of(document, spec),
        "shown": year_of(document, key, year),
        "missing": unknown_countries(document, spec, year),
        "previous_year": year - 1 if year - 1 in YEARS else None,
        "next_year": year + 1 if year + 1 in YEARS else None,
        "today": on,
    }
