"""An agreement as people read it: its targets as a table, its hours as a picture. Pure: takes a document, gives plain values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agreements.document import AgreementDocument, Promise
from agreements.document.calendars import CalendarSpec
from agreements.document.model import Level, Plan, RequestType
from agreements.document.quantities import WEEKDAYS

DAY_NAMES = dict(zip(WEEKDAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Row:
    """One level and metric; `cells` has a promise per plan. `first` where the level changes, which spans `height` rows."""

    level: Level
    metric: str
    cells: tuple[Promise, ...]
    first: bool
    height: int


@dataclass(frozen=True)
class TargetsTable:
    """Requests that are promised the same, and what: a row per level and metric, a column per plan."""

    request_types: tuple[RequestType, ...]
    plans: tuple[Plan, ...]
    rows: tuple[Row, ...]

    @property
    def clause(self) -> str:
        """The clause that all of it stands on; "" where several do."""
        clauses = {cell.clause for row in self.rows for cell in row.cells}
        return clauses.pop() if len(clauses) == 1 else ""


def targets_tables(document: AgreementDocument) -> list[TargetsTable]:
    """The targets as the source prints them, one table for all request types that are promised the same.

    What the agreement sets no target for anywhere is only measured, and stands in the list of metrics instead.
    """
    tables: dict[tuple[Any, ...], tuple[list[RequestType], tuple[Row, ...]]] = {}
    for kind in document.request_types:
        if kind.is_outside:
            continue
        rows = tuple(_rows(document, kind))
        same = tuple((row.level.key, row.metric, tuple(_said(cell) for cell in row.cells)) for row in rows)
        tables.setdefault(same, ([], rows))[0].append(kind)
    plans = tuple(document.plans)
    return [TargetsTable(tuple(kinds), plans, rows) for kinds, rows in tables.values()]


def _said(promise: Promise) -> tuple[str, str, str]:
    return promise.kind, promise.text, promise.calendar


def _rows(document: AgreementDocument, kind: RequestType) -> Iterator[Row]:
    allowed = (kind.forced_level,) if kind.forced_level else kind.levels or document.levels.keys
    for level in document.levels:
        if level.key not in allowed:
            continue
        by_plan = [document.promises(plan=plan.key, request_type=kind.key, level=level.key) for plan in document.plans]
        said = [
            (metric, tuple(promises[metric.key] for promises in by_plan))
            for metric in document.metrics
            if document.rules_for(metric.key) and any(promises[metric.key].kind != "none" for promises in by_plan)
        ]
        for place, (metric, cells) in enumerate(said):
            yield Row(level, metric.name, cells, place == 0, len(said))


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
        first = datetime.combine(monday + timedelta(days=place), time(), zone)
        midnight = datetime.combine(first.date() + timedelta(days=1), time(), zone)
        at, spans = first.astimezone(UTC), []
        while True:
            opens = at if calendar.is_open(at) else calendar.next_open(at)
            if opens >= midnight:
                break
            at = min(calendar.next_close(opens), midnight)
            start, end = _minute_of_day(opens, first), _minute_of_day(at, first)
            spans.append(_span(start, end, f"{_clock(start)} to {_clock(end)}"))
        week.append({"day": DAY_NAMES[day], "spans": spans})
    return week


def calendars_of(document: AgreementDocument, *, on: date) -> list[dict[str, Any]]:
    """Every calendar the agreement describes, with its week, its business day and the closed days of the year of `on`."""
    specs = dict(document.calendars)
    shown = []
    for key in document.calendar_terms.keys:
        spec = specs[key]
        zone = document.timezone.name if spec.members else "" if spec.always else spec.timezone
        shown.append(
            {
                "spec": spec,
                "week": union_week(document, key, on=on) if spec.members else week_of(spec),
                "zone": zone.replace("_", " "),
                "members": [specs[member].name for member in spec.members],
                "business_day": _hours(spec.business_day),
                "holidays": list(spec.holidays_in(on.year).items()),
                "own_days": [
                    (day, spec.exception_names[day], ", ".join(f"{h.opens} to {h.closes}" for h in hours))
                    for day, hours in sorted(spec.exceptions.items())
                    if day.year == on.year
                ],
            }
        )
    return shown


def _span(start: int, end: int, words: str) -> dict[str, Any]:
    return {
        "from_percent": 100 * start / DAY_MINUTES,
        "width_percent": 100 * (end - start) / DAY_MINUTES,
        "words": words,
    }


def _minute_of_day(instant: datetime, day: datetime) -> int:
    local = instant.astimezone(day.tzinfo)
    return local.hour * 60 + local.minute if local.date() == day.date() else DAY_MINUTES


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _hours(length: timedelta | None) -> str:
    if length is None:
        return ""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    return f"{hours} hours" + (f" {minutes} minutes" if minutes else "")
