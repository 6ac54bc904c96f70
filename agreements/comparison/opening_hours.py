"""What changes in an agreement's hours: opening hours in words, closed days by name, and whether there are more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from agreements.businesstime import BusinessCalendar
from agreements.comparison.changes import Change
from agreements.comparison.lines import week_words
from agreements.comparison.side_by_side import Place, Walk
from agreements.document.calendar_terms import CalendarTerms, HolidayTerms
from agreements.document.calendars import closed_days
from agreements.document.directions import Direction
from agreements.document.quantities import WEEKDAYS
from shell.wording import day_words


def opening(old: BusinessCalendar, new: BusinessCalendar, *, years: Sequence[int]) -> Direction:
    """More opening hours in these years are better; hours that only moved have to be judged."""
    span = datetime(min(years), 1, 1, tzinfo=UTC), datetime(max(years) + 1, 1, 1, tzinfo=UTC)
    before, after, either = (each.between(*span) for each in (old, new, BusinessCalendar.union(old, new)))
    if before == after == either:
        return "neutral"
    return "better" if after == either else "worse" if before == either else "unclear"


def weekly_changes(walk: Walk, place: Place, old: CalendarTerms, new: CalendarTerms) -> Iterator[Change]:
    """Opening hours of the week, day by day."""
    before, after = walk.old.document.calendars[old.key], walk.new.document.calendars[new.key]
    was, now = week_words(before), week_words(after)
    if old.weekly and new.weekly and was != now:
        weeks = (BusinessCalendar("UTC", each.weekly) for each in (before, after))
        yield walk.told(place, was, now, opening(*weeks, years=walk.years))


def holiday_changes(walk: Walk, place: Place, old: CalendarTerms, new: CalendarTerms) -> Iterator[Change]:
    """Closed days of the walk's years that came or went, by name; then what else is said about holidays.

    They differ also where both texts say the same, when another release of the holiday data spelt them out.
    """
    before, after = (
        {
            day: name
            for day, name in closed_days(terms.holidays, reader.document.public_holidays(terms.holidays)).items()
            if day.year in walk.years
        }
        for reader, terms in ((walk.old, old), (walk.new, new))
    )
    inner = replace(place, subject=(*place.subject, place.title), title="")
    was_open, is_open = walk.old.document.calendars[old.key].weekly, walk.new.document.calendars[new.key].weekly
    if came := {day: after[day] for day in after.keys() - before.keys()}:
        yield walk.told(inner, "", _named(came), "worse" if _are_open(was_open, came) else "neutral")
    if gone := {day: before[day] for day in before.keys() - after.keys()}:
        yield walk.told(inner, _named(gone), "", "better" if _are_open(is_open, gone) else "neutral")
    renamed = {day for day in before.keys() & after.keys() if before[day] != after[day]}
    was, now = (_named({day: side[day] for day in renamed}) for side in (before, after))
    if renamed:
        yield walk.told(replace(inner, title="Name"), was, now, "neutral")
    if old.holidays and new.holidays:
        yield from walk.part(inner, *(_in_other_years(each, walk.years) for each in (old.holidays, new.holidays)))


def _are_open(weekly: Mapping[str, object], days: Iterable[date]) -> bool:
    """Whether one of the days is open by the week: a closed day on a Sunday takes nothing away."""
    return any(weekly.get(WEEKDAYS[day.weekday()]) for day in days)


def _in_other_years(terms: HolidayTerms, years: Sequence[int]) -> HolidayTerms:
    """Where the days come from, without those that are told by name."""
    later = (each for each in terms.added if each.date.year not in (None, *years))
    worked = (each for each in terms.removed if each.date and each.date.year not in (None, *years))
    return replace(terms, added=tuple(later), removed=tuple(worked))


def _named(days: Mapping[date, str]) -> str:
    by_name: dict[str, list[date]] = {}
    for day in sorted(days):
        by_name.setdefault(days[day], []).append(day)
    return "\n".join(f"{name}: {', '.join(day_words(day) for day in dates)}" for name, dates in by_name.items())
