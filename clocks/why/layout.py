"""A clock's account laid out for a page: its days as rows, its life as a band, its arithmetic in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from clocks.why.account import Account
from clocks.why.explanation import Day, Fold, Line, days_of, entries
from clocks.why.sentences import (
    closed_words,
    fold_words,
    instant_words,
    left_of,
    right_of,
    segment_words,
    span_words,
    terms,
    verdict_of,
)
from shell.wording import clock_words, exact_words, long_day, short_day, time_words, zone_words

#: More days than these in one fold are told by their sum alone.
FOLD_SHOWN = 130
#: A picture of more parts than these shows nothing.
STRIP_PARTS = 600
STRIP_WIDTH = 1000
_STOPPED = {
    "solved": "Solved, until it was opened again",
    "closed": "Closed, until it was opened again",
    "workaround": "A workaround held, until it was taken back",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a day. `mark` is a line of its own: now, or the due time."""

    kind: str
    span: str = ""
    words: str = ""
    exact: str = ""
    counted: str = ""
    total: str = ""
    coming: bool = False
    parts: tuple[tuple[str, str], ...] = ()
    pause: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A day with its rows, or many ordinary days in one."""

    label: str
    rows: tuple[Row, ...] = ()
    words: str = ""
    days: tuple[tuple[str, str, str, str], ...] = ()
    counted: str = ""
    total: str = ""
    coming: bool = False
    over: bool = False
    left_out: int = 0

    @property
    def is_fold(self) -> bool:
        return bool(self.words)


def laid_out(told: Account) -> dict[str, Any]:
    """What `clocks/_why.html` shows of a clock."""
    explanation, state = told.explanation, told.state
    strip = _strip(told)
    return {
        "told": told,
        "clause": told.clause,
        "target": _length(told),
        "in_other_words": _in_other_words(told),
        "counted": time_words(explanation.counted),
        "zone": zone_words(explanation.zone.key),
        "calendar_zone": "" if told.calendar.always or told.calendar.members else zone_words(told.calendar.timezone),
        "members": [f"{each.name} ({zone_words(each.timezone)})" for each in told.members],
        "sections": [_section(entry, told) for entry in entries(explanation)],
        "strip": strip,
        "strip_kinds": {part["kind"] for part in strip},
        "verdict": verdict_of(explanation),
        "sum_left": left_of(explanation),
        "sum_terms": [term.words for term in terms(explanation)],
        "sum_right": right_of(explanation),
        "changes": [
            {
                "change": change,
                "at": _at(change.at, told),
                "old_due": _at(change.old_due_at, told),
                "new_due": _at(change.new_due_at, told),
                "missed": _at(change.missed_at, told),
            }
            for change in told.changes
        ],
        "restarted": _at(told.restarted_at, told),
        # Missed under terms that no longer hold, or before a reopening: not to be read off the hours above.
        "missed_before": _at(state.breached_at, told) if _was_missed_before(told) else "",
    }


def _length(told: Account) -> str:
    return time_words(told.state.target) if told.state.target is not None else ""


def _in_other_words(told: Account) -> str:
    """How long the promise is, `8 h` beside “1 business day”; "" where that reads the same, as beside “30 minutes”."""
    length, said = _length(told), told.promise.text.split()
    return "" if said and length == f"{said[0]} {said[-1][:1]}" else length


def _was_missed_before(told: Account) -> bool:
    return told.state.breached_at is not None and told.state.breached_at != told.state.promised_at


def _at(at: datetime | None, told: Account) -> str:
    return instant_words(at, told.explanation.zone, told.state.as_of) if at else ""


def _section(entry: Day | Fold, told: Account) -> Section:
    zone, beside = told.explanation.zone, told.state.as_of.astimezone(told.explanation.zone)
    if isinstance(entry, Day):
        local = entry.lines[0].start.astimezone(zone)
        return Section(label=long_day(local, beside), rows=tuple(_rows(entry, told)), coming=entry.coming)
    first, last = (day.lines[0].start.astimezone(zone) for day in (entry.days[0], entry.days[-1]))
    shown = entry.days if len(entry.days) <= FOLD_SHOWN else ()
    between, late = fold_words(entry), " after it was due" if entry.over else ""
    return Section(
        label=f"{short_day(first, beside)} to {short_day(last, beside)}",
        words=f"{entry.working_days} ordinary days{late}{f', with {between}' if between else ''}",
        days=tuple(_folded(day, zone, beside) for day in shown),
        left_out=0 if shown else len(entry.days),
        counted=time_words(entry.counted),
        total=time_words(entry.total),
        coming=entry.coming,
        over=entry.over,
    )


def _folded(day: Day, zone: ZoneInfo, beside: datetime) -> tuple[str, str, str, str]:
    """An ordinary day in one line: which, its hours, what counted, and in all."""
    spans = [span_words(line.start, line.end, zone) for line in day.lines if line.kind == "counted"]
    closed = [closed_words(line) for line in day.lines if line.kind == "closed"]
    after = f"; then {closed[-1]}" if closed and closed[-1] not in {"night", "break"} else ""
    label = short_day(day.lines[0].start.astimezone(zone), beside)
    return label, ", ".join(spans) + after, time_words(day.counted), time_words(day.total)


def _rows(day: Day, told: Account) -> Iterator[Row]:
    state, zone = told.state, told.explanation.zone
    for line in day.lines:
        if line.first.coming and line.start == state.as_of:
            yield Row(kind="now", words="Now", span=clock_words(state.as_of.astimezone(zone)))
        yield _row(line, told)
        if line.end == state.promised_at and state.promised_at <= (state.stopped_at or state.promised_at):
            yield Row(
                kind="due",
                words="Falls due" if line.first.coming else "Fell due",
                span=clock_words(line.end.astimezone(zone)),
            )


def _row(line: Line, told: Account) -> Row:
    zone, first = told.explanation.zone, line.first
    pause = told.pause(first.pause)
    goes_on = line.kind == "paused" and told.state.paused_at is not None and line.end == told.state.as_of
    span = f"since {clock_words(line.start.astimezone(zone))}" if goes_on else span_words(line.start, line.end, zone)
    row = Row(
        kind="over" if first.over else "struck" if first.struck and line.kind == "counted" else line.kind,
        span=span,
        exact=_exact(line.start, line.end, zone),
        coming=first.coming,
        pause=pause,
    )
    if line.kind == "counted":
        words = "will count" if first.coming else "after it was due" if first.over else "counted"
        return replace(row, words=words, counted=time_words(line.counted), total=time_words(line.total))
    if line.kind == "closed":
        parts = tuple(_dated(line, told)) if len(line.segments) > 1 else ()
        return replace(row, words=closed_words(line), parts=parts)
    if line.kind == "stopped":
        return replace(row, words=_STOPPED.get(first.reason, "Stopped, until it went on"))
    return replace(row, words=pause.words if pause else "Paused")


def _dated(line: Line, told: Account) -> Iterator[tuple[str, str]]:
    """The parts of closed time with their days: `Fri 3 Apr 00:00 – 24:00`, Good Friday."""
    zone = told.explanation.zone
    for each in line.segments:
        yield f"{each.start.astimezone(zone):%a} {span_words(each.start, each.end, zone)}", segment_words(each)


def _exact(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """Both ends to the second in the reader's zone, and in the agreement's where that is another."""
    here = f"{exact_words(timezone.localtime(start))} to {exact_words(timezone.localtime(end))}"
    there = f"{exact_words(start.astimezone(zone))} to {exact_words(end.astimezone(zone))}"
    return here if here == there else f"Your time: {here}. In the agreement: {there}."


def _strip(told: Account) -> list[dict[str, Any]]:
    """The life of the clock as parts of a band `STRIP_WIDTH` wide."""
    segments = told.explanation.segments
    if not segments or len(segments) > STRIP_PARTS:
        return []
    whole = segments[-1].end - segments[0].start
    found = []
    for day in days_of(told.explanation):
        for line in day.lines:
            first = line.first
            kind = "over" if first.over else "coming" if first.coming and line.kind == "counted" else line.kind
            start = (line.start - segments[0].start) / whole * STRIP_WIDTH
            found.append(
                {"kind": kind, "x": f"{start:.2f}", "width": f"{(line.end - line.start) / whole * STRIP_WIDTH:.2f}"}
            )
    return found
