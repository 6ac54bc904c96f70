"""What changes in an agreement's hours: opening hours in words, closed days by name, and whether there are more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from agreements.document.calendars import closed_days
from agreements.document.comparison.changes import Change, Kind
from agreements.document.comparison.values import ABSENT, bound
from agreements.document.comparison.walk import SAME_MEANING, Place, Walk
from agreements.document.comparison.wording import week_text
from agreements.document.directions import Direction, opposite
from agreements.document.model import HolidayTerms
from agreements.document.quantities import WEEKDAYS, Hours
from shell.wording import day_words

Week = Mapping[str, tuple[Hours, ...]]


def weekly_changes(walk: Walk, place: Place, old: Any, new: Any) -> Iterator[Change]:
    """Opening hours of the week, day by day."""
    if old is ABSENT or new is ABSENT:
        return
    before, after = (
        {day: hours for days, hours in bound(place.declared, value).items() for day in days.days}
        for value in (old, new)
    )
    texts = week_text(before), week_text(after)
    if texts[0] == texts[1]:
        yield walk.change(replace(place, title="Opening hours"), old, new, direction="neutral", note=SAME_MEANING)
        return
    yield Change(
        place.section, " · ".join(place.subject), "Opening hours", "changed", *texts, week_direction(before, after),
        old_clause=place.old_clause, new_clause=place.new_clause,
    )  # fmt: skip


def holiday_changes(walk: Walk, place: Place, old: Any, new: Any) -> Iterator[Change]:
    """Closed days of the walk's years that came or went, by name; then what else is said about holidays."""
    yield from _closed_day_changes(walk, place, bound(place.declared, old), bound(place.declared, new))
    if isinstance(old, dict) and isinstance(new, dict):
        # The days themselves are told above; here is where they come from.
        yield from walk.part(place, old, new, but=("added", "removed"))


def respelt_holiday_changes(walk: Walk, place: Place) -> Iterator[Change]:
    """Closed days that are others though both texts name the same: another release of the holiday data spelt them."""
    for terms in walk.new.calendar_terms:
        before = walk.old.calendar_terms.get(terms.key)
        if before is not None and before.holidays == terms.holidays:
            inner = replace(place, subject=(terms.name,), old_clause=before.clause or "", new_clause=terms.clause or "")
            yield from _closed_day_changes(walk, inner, before.holidays, terms.holidays)


def _closed_day_changes(
    walk: Walk, place: Place, old: HolidayTerms | None, new: HolidayTerms | None
) -> Iterator[Change]:
    said = ((walk.old, old), (walk.new, new))
    days = [closed_days(terms, document.public_holidays(terms)) for document, terms in said]
    before, after = ({day: name for day, name in found.items() if day.year in walk.years} for found in days)
    cases: tuple[tuple[Kind, dict[date, str], Direction], ...] = (
        ("added", {day: after[day] for day in after if day not in before}, "worse"),
        ("removed", {day: before[day] for day in before if day not in after}, "better"),
    )
    for kind, gone, direction in cases:
        if gone:
            text = _named(gone)
            yield Change(
                place.section, " · ".join(place.subject), "", kind, "" if kind == "added" else text,
                text if kind == "added" else "", direction,
                old_clause=place.old_clause, new_clause=place.new_clause,
            )  # fmt: skip
    renamed = {day for day in before.keys() & after.keys() if before[day] != after[day]}
    if renamed:
        was, now = (_named({day: side[day] for day in renamed}) for side in (before, after))
        yield Change(place.section, " · ".join(place.subject), "Name", "changed", was, now, "neutral")


def _named(days: Mapping[date, str]) -> str:
    by_name: dict[str, list[date]] = {}
    for day in sorted(days):
        by_name.setdefault(days[day], []).append(day)
    return "\n".join(f"{name}: {', '.join(day_words(day) for day in dates)}" for name, dates in by_name.items())


def week_direction(old: Week, new: Week) -> Direction:
    """More opening hours are better; hours that only moved have to be judged."""
    before, after = _minutes(old), _minutes(new)
    if before == after:
        return "neutral"
    return "better" if before < after else "worse" if before > after else "unclear"


def _minutes(week: Week) -> set[tuple[str, int]]:
    """Every open minute of a week."""
    return {
        (day, minute)
        for day in WEEKDAYS
        for span in week.get(day, ())
        for minute in range(_minute(span.opens), _minute(span.closes))
    }


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def coverage_of(walk: Walk, before: str, after: str) -> Direction:
    """Whether calendar `after` of the new document is open more (better) or less than `before` of the old one was.

    The same calendar counts as neutral, whatever its own changes: those are told once, with the calendar.
    """
    old, new = walk.old.calendars[before], walk.new.calendars[after]
    is_renamed = old.name == new.name and after not in walk.old.calendars
    if before == after or is_renamed or (old.always and new.always):
        return "neutral"
    if old.always or new.always:
        return "better" if new.always else "worse"
    if old.members or new.members:
        return _membership(after in old.members, before in new.members)
    if old.timezone != new.timezone or old.exceptions != new.exceptions:
        return "unclear"
    hours, closed = week_direction(old.weekly, new.weekly), opposite(_containing(set(old.holidays), set(new.holidays)))
    if "neutral" in (hours, closed):
        return closed if hours == "neutral" else hours
    return hours if hours == closed else "unclear"


def _membership(was_wider: bool, is_wider: bool) -> Direction:
    """A union is open at least as long as each calendar it is made of."""
    return "worse" if was_wider else "better" if is_wider else "unclear"


def _containing(old: set[date], new: set[date]) -> Direction:
    if old == new:
        return "neutral"
    return "better" if old < new else "worse" if old > new else "unclear"
