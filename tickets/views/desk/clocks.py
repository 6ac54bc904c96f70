"""“Why?”: a clock proves itself by its clause, its calendar and the time it counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tenants.doors import desk_view
from tenants.wording import duration_words
from tickets.clocks import facts, replay_ticket
from tickets.faces import face
from tickets.models import Clock
from tickets.replay import ClockState
from tickets.terms import ON_HOLD
from tickets.views.desk.reading import find
from tickets.views.desk.shell import page
from tickets.wording import METRIC_LABELS

ROWS_MAX = 60
_PAUSES = {"waiting": "Waiting for the client", "solved": "Solved, until it was reopened", "closed": "Closed"}


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of a clock's life, in the agreement's zone. `kind`: counted, paused, or coming (still to be counted)."""

    kind: str
    day: str
    span: str
    counts: str
    total: str


@require_safe
@desk_view
def why(request: Any, number: int, metric: str, cycle: int) -> HttpResponse:
    """The arithmetic of one clock, in a panel of the ticket's page or on a page of its own."""
    now = timezone.now()
    ticket = find(number)
    clock = get_object_or_404(Clock, ticket=ticket, metric=metric, cycle=cycle)
    replayed = replay_ticket(facts(ticket), as_of=now)
    document = ticket.agreement_version.document if ticket.agreement_version else None
    if replayed is None or document is None:
        raise Http404("This clock has no terms.")
    state = next((state for state in replayed.cycles.get(metric, ()) if state.cycle == cycle), None)
    if state is None:
        raise Http404("There is no such clock.")
    calendar = document.calendars[clock.calendar]
    promise = replayed.bound.promises.get(metric)
    lines, left_out = _lines(state, ZoneInfo(document.timezone.name), on_hold=promise is not None and ON_HOLD in promise.pauses_for)
    context = {
        "ticket": ticket,
        "clock": clock,
        "face": face(clock, document, status=ticket.status, now=now, reader="desk"),
        "metric": document.metrics.get(metric),
        "metric_label": METRIC_LABELS[metric],
        "document": document,
        "clause": document.clauses.get(clock.clause) if clock.clause else None,
        "calendar": calendar,
        "calendar_hours": calendar.description or calendar.name,
        # The rule that matched is that of the terms in force; a clock that stopped under others keeps only its clause.
        "matched": promise.matched if promise and promise.text == clock.target_text else "",
        "zone": document.timezone.name.replace("_", " "),
        "state": state,
        "elapsed": duration_words(state.elapsed.total_seconds()),
        "target": duration_words(state.target.total_seconds()) if state.target is not None else "",
        "lines": lines,
        "left_out": left_out,
    }
    if request.htmx:
        return render(request, "tickets/desk/_why.html", context | {"now": now})
    return page(request, "tickets/desk/why.html", context, now=now)


def _lines(state: ClockState, zone: ZoneInfo, *, on_hold: bool) -> tuple[list[Line], str]:
    """What counted, what paused and what is still to count, oldest first; and how much was left out above, in words."""
    spans = [(s.start, s.end, "counted", "") for s in state.stretches]
    paused = "Waiting for the client, or on hold" if on_hold else _PAUSES["waiting"]
    for pause in state.pauses:
        reason = paused if pause.reason == "waiting" else _PAUSES.get(pause.reason, pause.reason)
        spans.append((pause.start, pause.end or state.as_of, "paused", reason + ("" if pause.end else ", until now")))
    spans.sort(key=lambda span: (span[0], span[1]))
    lines, total = [], timedelta(0)
    for start, end, kind, words in spans:
        total += end - start if kind == "counted" else timedelta(0)
        lines.append(_line(start, end, kind, words, total, zone))
    left_out = ""
    if len(lines) > ROWS_MAX:
        counted = sum(line.kind == "counted" for line in lines[:-ROWS_MAX])
        left_out = f"{counted} earlier stretches, {lines[-ROWS_MAX - 1].total} in all"
        lines = lines[-ROWS_MAX:]
    lines += _to_come(state, total, zone)
    return lines, left_out


def _to_come(state: ClockState, total: timedelta, zone: ZoneInfo) -> Iterable[Line]:
    remaining = state.remaining
    if not state.running or remaining is None or remaining <= timedelta(0):
        return
    for stretch in list(state.calendar.explain(state.as_of, remaining))[:ROWS_MAX]:
        total += stretch.duration
        yield _line(stretch.start, stretch.end, "coming", "", total, zone)


def _line(start: datetime, end: datetime, kind: str, words: str, total: timedelta, zone: ZoneInfo) -> Line:
    first, last = start.astimezone(zone), end.astimezone(zone)
    same_day = first.date() == last.date() or (last.date() - first.date() == timedelta(1) and f"{last:%H%M%S}" == "000000")
    clock = "%H:%M:%S" if first.second or last.second else "%H:%M"
    closing = f"{last:{clock}}" if first.date() == last.date() else "24:00" if same_day else f"{last:%a} {last.day} {last:%b} {last:{clock}}"
    length = duration_words((end - start).total_seconds())
    return Line(
        kind=kind,
        day=f"{first:%a} {first.day} {first:%b} {first:%Y}",
        span=f"{first:{clock}} – {closing}",
        counts=words if kind == "paused" else length,
        total=duration_words(total.total_seconds()),
    )
