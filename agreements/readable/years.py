"""A year of a calendar, day by day: what is open, what is closed and why, and sums that are exact to the second."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from agreements.document import AgreementDocument
from agreements.document.calendars import CalendarSpec
from agreements.document.public_holidays import YEARS
from agreements.document.quantities import WEEKDAYS
from agreements.readable.blocks import DAY_MINUTES
from agreements.readable.hours import calendar_shown, midnights, open_minutes, span_words
from shell.wording import listed

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
class MonthShown:
    """A month in weeks from Monday on, None where a week lies in another month."""

    first: date
    weeks: tuple[tuple[DayShown | None, ...], ...]
    open_days: int
    open: timedelta


@dataclass(frozen=True)
class YearShown:
    """A year of one calendar in `zone`. `special` are the days that have a name; `known` whether its holidays are."""

    year: int
    zone: str
    months: tuple[MonthShown, ...]
    special: tuple[DayShown, ...]
    open_days: int
    open: timedelta
    known: bool
    kinds: tuple[str, ...]


def year_of(document: AgreementDocument, key: str, year: int) -> YearShown:
    """The year of the calendar `key`. KeyError for an unknown one, ValueError outside the years that are spelt out."""
    spec = document.calendars[key]
    if year not in YEARS:
        raise ValueError(f"Calendars are known from {YEARS.start} to {YEARS.stop - 1}.")
    zone = document.timezone.name if spec.members or spec.always else spec.timezone
    days = _with_short_ones(list(_days(document, spec, year, ZoneInfo(zone))))
    months = tuple(_month(year, month, [each for each in days if each.day.month == month]) for month in range(1, 13))
    return YearShown(
        year=year,
        zone=zone.replace("_", " "),
        months=months,
        special=tuple(each for each in days if each.name),
        open_days=sum(month.open_days for month in months),
        open=sum((month.open for month in months), timedelta()),
        known=not unknown_countries(document, spec, year),
        kinds=tuple(kind for kind in KINDS if any(each.kind == kind for each in days)),
    )


def _days(document: AgreementDocument, spec: CalendarSpec, year: int, zone: ZoneInfo) -> Iterator[DayShown]:
    calendar = document.calendar(spec.key)
    own = own_closures(document, spec.key)
    day = date(year, 1, 1)
    while day.year == year:
        spans = open_minutes(calendar, day, zone)
        hours = listed(_span_words(*span) for span in spans) or "closed"
        name, kind = _special(document, spec, day, is_open=bool(spans), own=own)
        yield DayShown(day, kind, name, hours, calendar.between(*midnights(day, zone)))
        day += timedelta(days=1)


def _with_short_ones(days: list[DayShown]) -> list[DayShown]:
    """A union may be open for an hour of a Saturday: what is less than half of the longest day is drawn as less."""
    longest = max((day.open for day in days), default=timedelta())
    return [replace(day, kind="short") if day.kind == "open" and day.open * 2 < longest else day for day in days]


def _span_words(opens: int, closes: int) -> str:
    if (opens, closes) == (0, DAY_MINUTES):
        return "open all day"
    return span_words(opens, closes)


def _special(
    document: AgreementDocument, spec: CalendarSpec, day: date, *, is_open: bool, own: frozenset[date]
) -> tuple[str, Kind]:
    """The name of a day that differs from the usual, and how it does."""
    usual: Kind = "open" if is_open else "closed"
    if spec.members:
        named = [
            f"{name} ({member.name})"
            for member in (document.calendars[key] for key in spec.members)
            if _would_open(member, day) and (name := _special(document, member, day, is_open=True, own=frozenset())[0])
        ]
        return listed(named), (("partly" if is_open else "holiday") if named else usual)
    if day in spec.exceptions:
        return spec.exception_names[day], "own_hours"
    if day in spec.holidays:
        return spec.holidays[day], "own_closure" if day in own else "holiday"
    return "", usual


def _would_open(spec: CalendarSpec, day: date) -> bool:
    """Whether a member's special day makes a difference: a holiday on its weekend does not."""
    return bool(spec.members or day in spec.exceptions or spec.weekly.get(WEEKDAYS[day.weekday()]))


def own_closures(document: AgreementDocument, key: str) -> frozenset[date]:
    """The closed days that the provider added to the public ones."""
    terms = document.calendar_terms.get(key)
    added = terms.holidays.added if terms and terms.holidays else ()
    return frozenset(day for each in added for day in each.date.dates(YEARS))


def _month(year: int, month: int, days: list[DayShown]) -> MonthShown:
    first = date(year, month, 1)
    cells: list[DayShown | None] = [None] * first.weekday() + list(days)
    cells += [None] * (-len(cells) % 7)
    weeks = tuple(tuple(cells[start : start + 7]) for start in range(0, len(cells), 7))
    open_days = [each for each in days if each.open]
    return MonthShown(first, weeks, len(open_days), sum((each.open for each in open_days), timedelta()))


@dataclass(frozen=True)
class Unknown:
    """A country whose holidays are not known for a year that a calendar needs them for."""

    calendar: CalendarSpec
    country: str
    year: int
    last_known: int

    @property
    def title(self) -> str:
        return f"The holidays of {self.country} are not known for {self.year}"

    @property
    def sentence(self) -> str:
        return (
            f"“{self.calendar.name}” closes on them, and they are known up to {self.last_known}. Until a new version "
            "lists"
            f" the closed days of {self.year} itself, they count as working days."
        )


def unknown_countries(document: AgreementDocument, spec: CalendarSpec, year: int) -> list[Unknown]:
    """The countries of a calendar, or of the members of a union, whose holidays are not known for `year`."""
    if spec.members:
        return [each for key in spec.members for each in unknown_countries(document, document.calendars[key], year)]
    if year in spec.public.known_years:
        return []
    return [Unknown(spec, spec.public.place, year, spec.public.known_years.stop - 1)]


def holidays_missing(document: AgreementDocument, *, on: date) -> list[Unknown]:
    """The holidays that are not known for a year that is there or comes up within six months of `on`."""
    years = sorted({on.year, (on + NEAR).year})
    own = [document.calendars[key] for key in document.calendar_terms.keys if not document.calendars[key].members]
    return [each for spec in own for year in years for each in unknown_countries(document, spec, year)]


def year_asked(asked: str, *, on: date) -> int:
    """The year of an address, or that of `on` where it names none that is spelt out."""
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 and int(asked) in YEARS else on.year


def calendar_page(document: AgreementDocument, key: str, *, asked: str, on: date) -> dict[str, object] | None:
    """What a calendar's page shows, the same for everybody who may open it; None for a calendar that is not there.

    `asked` is the year as the address has it.
    """
    if key not in document.calendars:
        return None
    year = year_asked(asked, on=on)
    shown = on if year == on.year else date(year, 1, 1)
    return {
        "document": document,
        "calendar": calendar_shown(document, key, on=shown),
        "shown": year_of(document, key, year),
        "missing": unknown_countries(document, document.calendars[key], year),
        "previous_year": year - 1 if year - 1 in YEARS else None,
        "next_year": year + 1 if year + 1 in YEARS else None,
        "kinds": list(KINDS.items()),
        "today": on,
    }
