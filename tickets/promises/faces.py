"""What a stored clock looks like to a reader at an instant: the values of `templates/components/_clock.html`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from django.utils import timezone

from agreements.businesstime import BusinessCalendar
from agreements.document import AgreementDocument
from clocks.replay import METRICS
from shell.wording import duration_words, exact_words, left_words
from tickets.models import Clock, Ticket
from tickets.wording import METRIC_LABELS

State = Literal["running", "warning", "breached", "paused", "met", "missed", "best_effort", "not_covered"]
Reader = Literal["client", "desk"]
SECOND = timedelta(seconds=1)
BEST_EFFORT = ", best effort"
_HELD: dict[str, str] = {Ticket.Status.ON_HOLD: "on hold", Ticket.HoldFor.THIRD_PARTY: "waiting for a third party"}
_URGENCY: dict[State, int] = {
    "breached": 0,
    "warning": 0,
    "running": 0,
    "paused": 1,
    "best_effort": 2,
    "missed": 3,
    "met": 4,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One clock as shown. Instants are UTC; `due_reader`, `due_agreement`: texts in the reader's and its zone."""

    state: State
    metric: str
    metric_label: str
    words: str
    due_at: datetime | None = None
    due_reader: str = ""
    due_agreement: str = ""
    target: str = ""
    clause: str = ""
    cycle: int = 0
    share: int | None = None
    as_of: datetime | None = None
    business_seconds_left: int | None = None
    business_seconds_total: int | None = None
    warn_seconds_left: int | None = None
    open_until: datetime | None = None
    opens_at: datetime | None = None
    paused_for: str = ""
    why_url: str = ""

    @property
    def short(self) -> str:
        """The words for the narrow chip, whose dashed outline already says that nothing was promised."""
        return self.words.removesuffix(BEST_EFFORT)


def face(
    clock: Clock,
    document: AgreementDocument,
    *,
    ticket: Ticket,
    now: datetime,
    reader: Reader,
    why_url: str = "",
) -> Face:
    """The face of a `clock` of `ticket` at `now`, for a client or for the desk, in the time zone that is active."""
    due = clock.due_at or clock.promised_at
    known = {
        "metric": clock.metric,
        "metric_label": METRIC_LABELS[clock.metric],
        "target": clock.target_text,
        "clause": clock.clause,
        "cycle": clock.cycle,
        "due_at": due,
        "due_reader": exact_words(timezone.localtime(due)) if due else "",
        "due_agreement": exact_words(due.astimezone(ZoneInfo(document.timezone.name))) if due else "",
        "why_url": why_url,
    }
    # Only a clock that runs is counted further, and it runs in the hours of the agreement that the ticket is under now:
    # one that stopped earlier may name a calendar that this version does not have.
    target = timedelta(seconds=clock.target_seconds) if clock.target_seconds is not None else None
    counted = timedelta(seconds=clock.elapsed_seconds)
    if clock.stopped_at is not None:
        return Face(**known, **_stopped(clock, counted, target, ticket))  # type: ignore[arg-type]
    if clock.paused_at is not None:
        return Face(**known, **_paused(clock, counted, target, ticket, reader))  # type: ignore[arg-type]
    calendar = document.calendar(clock.calendar or document.targets.calendar)
    if target is None or clock.due_at is None:
        so_far = counted + calendar.between(clock.counted_at, max(now, clock.counted_at))
        words = f"Best effort · {duration_words(so_far.total_seconds())} so far"
        return Face(**known, state="best_effort", words=words)  # type: ignore[arg-type]
    points = len(document.warnings)
    return Face(**known, **_running(clock, clock.due_at, calendar, target, now, points))  # type: ignore[arg-type]


def uncovered(sentence: str, *, why_url: str = "") -> Face:
    """The face of a ticket that no service level applies to."""
    return Face(
        state="not_covered",
        metric="",
        metric_label="Service level",
        words="No service level",
        paused_for=sentence,
        why_url=why_url,
    )


def most_urgent(faces: Iterable[Face]) -> Face | None:
    """The one face a list shows: what is due first, else what is paused, measured, or over."""
    far = datetime.max.replace(tzinfo=timezone.get_default_timezone())
    return min(faces, key=lambda f: (_URGENCY.get(f.state, 9), f.due_at or far), default=None)


def faces_of(
    ticket: Ticket,
    clocks: Iterable[Clock],
    document: AgreementDocument | None,
    *,
    now: datetime,
    reader: Reader,
    why: str = "",
) -> list[Face]:
    """The faces of a ticket: the latest cycle of each metric. `why`: the address before `<metric>/<cycle>/`.

    A clock that only a merging ended says nothing: its promise goes on in the other ticket.
    """
    latest: dict[str, Clock] = {}
    for clock in clocks:
        if clock.metric not in latest or clock.cycle > latest[clock.metric].cycle:
            latest[clock.metric] = clock
    if document is None or (not latest and ticket.coverage == Ticket.CoverageKind.NOT_COVERED):
        return [uncovered(ticket.coverage_sentence, why_url=f"{why}first_response/0/" if why else "")]
    return [
        face(
            latest[metric],
            document,
            ticket=ticket,
            now=now,
            reader=reader,
            why_url=f"{why}{metric}/{latest[metric].cycle}/" if why else "",
        )
        for metric in METRIC_LABELS
        if metric in latest and not latest[metric].ended_by_merging(ticket)
    ]


def _stopped(clock: Clock, counted: timedelta, target: timedelta | None, ticket: Ticket) -> dict[str, object]:
    done, took = f"{METRICS[clock.metric].done} in", duration_words(counted.total_seconds())
    if clock.metric == "resolution" and clock.stopped_at == ticket.workaround_at:
        done = "Workaround in"
    elif ticket.merged_into_id is not None and clock.stopped_at == ticket.closed_at:
        # Nobody answered or solved anything; and what was not late by then was neither kept nor missed.
        done = "Merged after"
    if target is None:
        return {"state": "best_effort", "words": f"{done} {took}{BEST_EFFORT}"}
    kept = "best_effort" if clock.ended_by_merging(ticket) else "met"
    state = kept if clock.breached_at is None else "missed"
    return {"state": state, "words": f"{done} {took} of {duration_words(target.total_seconds())}"}


def _paused(
    clock: Clock, counted: timedelta, target: timedelta | None, ticket: Ticket, reader: Reader
) -> dict[str, object]:
    waiting = {"client": "waiting for you", "desk": "waiting for the client"}[reader]
    why = _HELD.get(ticket.on_hold_for or ticket.status, waiting)
    left = left_words(target - counted) if target is not None else ""
    if clock.breached_at is not None and target is not None and counted >= target:
        return {"state": "breached", "words": left, "paused_for": f"Paused: {why}"}
    return {"state": "paused", "words": f"Paused: {why}", "paused_for": f"{left} when it goes on" if left else ""}


def _running(
    clock: Clock, due_at: datetime, calendar: BusinessCalendar, target: timedelta, now: datetime, points: int
) -> dict[str, object]:
    """`points` is how many warnings the agreement gives."""
    left = calendar.between(now, due_at)
    over = due_at <= now
    # One that was given before the target became longer or the clock paused says nothing while all are still to come.
    to_come = sum(at > now for at in (clock.warn_at, *clock.warn_later) if at is not None)
    warned = to_come < points and (clock.warned_at is not None or clock.warn_at is not None)
    state: State = "breached" if over else "warning" if warned else "running"
    shown: dict[str, object] = {
        "state": state,
        "words": left_words(-abs(left) if over else left) if left or not over else "0 m over",
        "share": max(0, min(100, 100 - left * 100 // target)) if target else 100,
        "as_of": now,
        "business_seconds_left": left // SECOND,
        "business_seconds_total": target // SECOND,
        "warn_seconds_left": calendar.between(clock.warn_at, due_at) // SECOND if clock.warn_at else None,
        "paused_for": "An earlier target was missed" if clock.breached_at is not None and not over else "",
    }
    if calendar != BusinessCalendar.always():
        opens_at = calendar.next_open(now)
        closes_at = calendar.next_close(now)
        shown["open_until"] = closes_at
        # While it is open, what the reader's page needs next is the opening after the coming close.
        shown["opens_at"] = calendar.next_open(closes_at) if opens_at <= now else opens_at
    return shown
