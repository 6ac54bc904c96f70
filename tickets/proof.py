"""How a clock came to its time: the stretches that counted, the pauses, and what is still to count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from tenants.wording import duration_words
from tickets.replay import ClockState

ROWS_MAX = 60
MIDNIGHT_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of a clock's life, in the agreement's zone. `kind`: counted, paused, or coming (still to be counted)."""

    kind: str
    day: str
    span: str
    words: str
    total: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The lines, oldest first; `left_out` says what stands above the first of them where there are too many."""

    lines: list[Line]
    left_out: str = ""


def proof(state: ClockState, zone: ZoneInfo, *, paused_words: str) -> Proof:
    """The arithmetic of `state` up to its `as_of`, and from there to the due time of one that runs.

    `paused_words` names the usual pause: "Waiting for the client".
    """
    pause_words = {"waiting": paused_words, "solved": "Solved, until it was reopened", "closed": "Closed"}
    spans = [(stretch.start, stretch.end, "counted", "") for stretch in state.stretches]
    for pause in state.pauses:
        words = pause_words.get(pause.reason, paused_words)
        spans.append((pause.start, pause.end or state.as_of, "paused", words if pause.end else f"{words}, until now"))
    spans.sort(key=lambda span: (span[0], span[1]))
    lines, total = [], timedelta(0)
    for start, end, kind, words in spans:
        total += end - start if kind == "counted" else timedelta(0)
        lines.append(_line(start, end, kind, words, total, zone))
    left_out = ""
    if len(lines) > ROWS_MAX:
        earlier = lines[:-ROWS_MAX]
        left_out = f"{sum(line.kind == 'counted' for line in earlier)} earlier stretches, {earlier[-1].total} in all"
    return Proof([*lines[-ROWS_MAX:], *_to_come(state, total, zone)], left_out)


def _to_come(state: ClockState, total: timedelta, zone: ZoneInfo) -> Iterator[Line]:
    remaining = state.remaining
    if not state.running or remaining is None or remaining <= timedelta(0):
        return
    for stretch in islice(state.calendar.explain(state.as_of, remaining), ROWS_MAX):
        total += stretch.duration
        yield _line(stretch.start, stretch.end, "coming", "", total, zone)


def _line(start: datetime, end: datetime, kind: str, words: str, total: timedelta, zone: ZoneInfo) -> Line:
    first, last = start.astimezone(zone), end.astimezone(zone)
    clock = "%H:%M:%S" if first.second or last.second else "%H:%M"
    if first.date() == last.date():
        closing = f"{last:{clock}}"
    elif last.date() - first.date() == MIDNIGHT_AFTER and f"{last:%H%M%S}" == "000000":
        closing = "24:00"
    else:
        closing = f"{last:%a} {last.day} {last:%b} {last:{clock}}"
    return Line(
        kind=kind,
        day=f"{first:%a} {first.day} {first:%b} {first:%Y}",
        span=f"{first:{clock}} – {closing}",
        words=words or duration_words((end - start).total_seconds()),
        total=duration_words(total.total_seconds()),
    )
