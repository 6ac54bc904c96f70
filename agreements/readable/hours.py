"""The hours of an agreement as people look at them: weeks as pictures, closed and own days by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter
from zoneinfo import ZoneInfo

from agreements.businesstime import BusinessCalendar
from agreements.document import AgreementDocument
from agreements.document.calendars import ALWAYS, CalendarSpec
from agreements.readable.blocks import (
    DAY_MINUTES,
    Blocks,
    Days,
    Heading,
    Line,
    Minutes,
    Text,
    Week,
    below,
    facts,
    span_words,
)
from agreements.readable.reader import Reader
from agreements.readable.term_lines import line_of
from shell.wording import hours_words, listed, notes, short_day, zone_words

DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
#: The weekdays by name with the stretches in which it is open.
WeekDays = tuple[tuple[str, tuple[Minutes, ...]], ...]
ALWAYS_OPEN = "At every hour of every day."


def hours(reader: Reader) -> Blocks:
    """Each calendar that counts for the reader, a week with its special days; and longer hours by agreement (E7)."""
    blocks: Blocks = ()
    for spec in calendars_of(reader):
        blocks += (
            Heading(spec.name, spec.clause, f"calendar-{spec.key}"),
            *((Text(spec.description),) if spec.description else ()),
            week_of(reader.document, spec, on=reader.on),
            *facts(*made_of(reader.document, spec)),
            *_special_days(spec, reader.on.year),
        )
    return (*blocks, *below("Longer hours by agreement", facts(*_extensions(reader))))


def calendars_of(reader: Reader) -> list[CalendarSpec]:
    """Every calendar the agreement describes, and round the clock where a promise or an incident counts on it unnamed.

    For a client none that exists only for longer hours agreed with others, or that longer ones replace here (E7).
    """
    document, described = reader.document, reader.document.calendar_terms.keys
    rules = {rule.calendar for rule in document.rules}
    counted = {rule.calendar for rule in document.rules if rule.pledge.duration is not None}
    counted |= {terms.calendar for terms in document.incidents.levels.values()} if document.incidents else set()
    unnamed = (ALWAYS,) if ALWAYS in counted and ALWAYS not in described else ()
    agreed = document.extensions.keys if reader.extensions is None else reader.extensions
    used = rules | {document.targets.calendar} | {each.calendar or "" for each in document.channels}
    hidden = {each.by for each in document.extensions if each.key not in agreed} - used
    return [document.calendars[key] for key in (*described, *unnamed) if key not in hidden]


def _extensions(reader: Reader) -> list[Line]:
    """As the agreement has them: to whom they apply they have replaced those whose place they take."""
    everybody = replace(reader, extensions=None)
    return [
        line_of(everybody, each)
        for each in reader.document.extensions
        if reader.extensions is None or each.key in reader.extensions
    ]


def week_of(document: AgreementDocument, spec: CalendarSpec, *, on: date) -> Week:
    """The picture of a calendar's week as of `on`."""
    zone = "" if spec.always else zone_words(spec.timezone)
    days = _week(document, spec, on)
    said = ALWAYS_OPEN if spec.always else open_words(days) + (f", {zone} time." if zone else ".")
    return Week(spec.name, said, days, zone, spec.key)


def _week(document: AgreementDocument, spec: CalendarSpec, on: date) -> WeekDays:
    """The opening hours of a week in the calendar's zone; a union's as it is really open in the week of `on` (D1)."""
    if spec.always:
        return tuple((name, ((0, DAY_MINUTES),)) for name in DAY_NAMES)
    if not spec.members:
        return usual_week(spec)
    return _open_week(document.calendar(spec.key), on, ZoneInfo(spec.timezone))


def usual_week(spec: CalendarSpec) -> WeekDays:
    """The opening hours by weekday as the calendar's own terms have them."""
    return _open_week(BusinessCalendar("UTC", spec.weekly), date(2024, 1, 1), ZoneInfo("UTC"))


def _open_week(calendar: BusinessCalendar, on: date, zone: ZoneInfo) -> WeekDays:
    monday = on - timedelta(days=on.weekday())
    days = (open_minutes(calendar, monday + timedelta(days=place), zone) for place in range(7))
    return tuple(zip(DAY_NAMES, days, strict=True))


def open_words(days: WeekDays) -> str:
    """`Mon to Fri 08:30 to 17:00, Sat 10:00 to 12:00`; days that are not named are closed."""
    runs = [(spans, [name for name, _ in run]) for spans, run in groupby(days, key=itemgetter(1)) if spans]
    return ", ".join(
        f"{named[0]}{f' to {named[-1]}' if len(named) > 1 else ''} {listed(span_words(*span) for span in spans)}"
        for spans, named in runs
    )


def open_minutes(calendar: BusinessCalendar, day: date, zone: ZoneInfo) -> tuple[Minutes, ...]:
    """When `calendar` is open on a local day, as minutes on the clock of `zone`, 1440 for the midnight at its end."""
    return tuple(
        (_minute_of_day(each.start, day, zone), _minute_of_day(each.end, day, zone))
        for each in calendar.stretches(*midnights(day, zone))
    )


def midnights(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants at which a local day begins and ends: 23 or 25 hours apart when the clock is changed."""
    following = day + timedelta(days=1)
    return tuple(datetime.combine(each, time(), zone).astimezone(UTC) for each in (day, following))  # type: ignore[return-value]


def made_of(document: AgreementDocument, spec: CalendarSpec) -> list[Line]:
    """What a calendar is made of: members, business day, public holidays, zone."""
    terms = document.calendar_terms.get(spec.key)
    removed = terms.holidays.removed if terms and terms.holidays else ()
    worked = listed(each.name or (each.date.text if each.date else "") for each in removed)
    members = listed((document.calendars[member].name for member in spec.members), last="or")
    lines = (
        Line("Open whenever one of these is", members),
        Line("A business day", f"{hours_words(spec.business_day)} of these hours" if spec.business_day else ""),
        Line("Closed on public holidays", spec.public.place, notes=notes(f"But not on {worked}." if worked else "")),
        Line("Time zone", "" if spec.always else zone_words(spec.timezone)),
    )
    return [line for line in lines if line.text]


def _special_days(spec: CalendarSpec, year: int) -> Blocks:
    """The closed days of the year, and those with hours of their own, in order."""
    closed = tuple(Line(short_day(day, day), name) for day, name in spec.holidays_in(year).items())
    own = tuple(
        Line(short_day(day, day), f"{spec.exception_names[day]}: {listed(map(' to '.join, hours)) or 'closed'}")
        for day, hours in sorted(spec.exceptions.items())
        if day.year == year
    )
    unknown = year not in spec.public.known_years
    missing = (Text(f"The public holidays of {year} are not known yet.", quiet=True),) if unknown else ()
    named = ((f"Closed in {year}", closed), (f"Own hours in {year}", own))
    return (*missing, *(Days(name, lines) for name, lines in named if lines))


def _minute_of_day(instant: datetime, day: date, zone: ZoneInfo) -> int:
    local = instant.astimezone(zone)
    return local.hour * 60 + local.minute if local.date() == day else DAY_MINUTES
