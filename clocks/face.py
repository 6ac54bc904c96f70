"""What a stored clock looks like to a reader at an instant: the values of `templates/components/_clock.html`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from agreements.businesstime import BusinessCalendar
from agreements.document import AgreementDocument
from clocks.models import StoredClock
from clocks.replay import METRICS
from clocks.replay.reasons import Reader, Reason
from clocks.verdict import OPEN, Verdict, on_record, on_target
from shell.wording import duration_words, exact_words, left_words, whole_minute

SECOND = timedelta(seconds=1)
BEST_EFFORT = ", best effort"
#: What a clock says that ended otherwise than by being kept in its own way.
_DONE = {
    "agent_reply": "Answered in",
    "acknowledgement": "Answered in",
    "workaround": "Workaround in",
    "solved": "Solved in",
    "closed": "Solved in",
    # Nobody answered or solved anything.
    "merged": "Merged after",
}
#: What a list shows once nothing is to be done: what waits, then what is over, the worst of it first.
_URGENCY = [Verdict.PAUSED, Verdict.MEASURED, Verdict.MISSED, Verdict.MET]
_LOOKS = {Verdict.MEASURED: "best_effort", Verdict.MERGED: "best_effort"}


def metric_name(metric: str, *documents: AgreementDocument | None) -> str:
    """A metric by the name that these agreements give it; the usual one where they differ, or none of them has it."""
    names = {each.metrics.name_of(metric, "") for each in documents if each is not None} - {""}
    return names.pop() if len(names) == 1 else METRICS[metric].label


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One clock as shown. Instants are UTC; `due_reader`, `due_agreement`: minutes, in the reader's and its zone."""

    verdict: Verdict
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
    live: bool = True

    @property
    def state(self) -> str:
        """How it looks: its verdict, but a miss that goes on is drawn otherwise than one that is over."""
        if self.verdict == Verdict.NONE:
            return "not_covered"
        return "breached" if self.live and self.verdict == Verdict.MISSED else _LOOKS.get(self.verdict, self.verdict)

    @property
    def is_pressing(self) -> bool:
        """Whether something is still to be done about it, or waits to be."""
        return self.live and self.verdict in {*OPEN, Verdict.MISSED}

    @property
    def urgency(self) -> int:
        doing = self.is_pressing and self.verdict != Verdict.PAUSED
        rest = _URGENCY.index(self.verdict) if self.verdict in _URGENCY else len(_URGENCY)
        return 0 if doing else 1 + rest

    @property
    def short(self) -> str:
        """The words for the narrow chip, whose dashed outline already says that nothing was promised."""
        return self.words.removesuffix(BEST_EFFORT)


def face(
    clock: StoredClock,
    document: AgreementDocument,
    *,
    waits_for: Reason | None,
    whom: str = "",
    now: datetime,
    reader: Reader,
    why_url: str = "",
) -> Face:
    """The face of a `clock` at `now`, in the time zone that is active; `waits_for` is why a paused one stands still.

    `whom` is the name of the third party it waits for, where it is known.
    """
    due = clock.due_at or clock.promised_at
    known = {
        "metric": clock.metric,
        "metric_label": metric_name(clock.metric, document),
        "target": clock.target_text,
        "clause": clock.clause,
        "cycle": clock.cycle,
        "due_at": due,
        "due_reader": exact_words(whole_minute(timezone.localtime(due))) if due else "",
        "due_agreement": exact_words(whole_minute(due.astimezone(document.zone))) if due else "",
        "why_url": why_url,
        "live": clock.stopped_at is None,
    }
    target = timedelta(seconds=clock.target_seconds) if clock.target_seconds is not None else None
    counted = timedelta(seconds=clock.elapsed_seconds)
    if clock.stopped_at is not None:
        shown = _stopped(clock, counted, target, now)
    elif clock.paused_at is not None:
        shown = _paused(clock, counted, target, waits_for.words(reader, whom) if waits_for else "", now)
    else:
        # Only a clock that runs is counted further, and it runs in the hours of the agreement that its owner is under
        # now: one that stopped earlier may name a calendar that this version does not have.
        calendar = document.calendar(clock.calendar or document.targets.calendar)
        if target is None or clock.due_at is None:
            so_far = counted + calendar.between(clock.counted_at, max(now, clock.counted_at))
            words = f"Best effort · {duration_words(so_far.total_seconds())} so far"
            shown = {"verdict": Verdict.MEASURED, "words": words}
        else:
            shown = _running(clock, clock.due_at, calendar, target, now, len(clock.warnings(document)))
    return Face(**known, **shown)  # type: ignore[arg-type]  # both are made of its fields


def uncovered(sentence: str, *, why_url: str = "") -> Face:
    """The face of what no service level applies to."""
    return Face(
        verdict=Verdict.NONE,
        metric="",
        metric_label="Service level",
        words="No service level",
        paused_for=sentence,
        why_url=why_url,
    )


def most_urgent(faces: Iterable[Face]) -> Face | None:
    """The one face a list shows: what is due first, else what is paused, measured, or over."""
    far = datetime.max.replace(tzinfo=timezone.get_default_timezone())
    return min(faces, key=lambda f: (f.urgency, f.due_at or far), default=None)


def _stopped(clock: StoredClock, counted: timedelta, target: timedelta | None, now: datetime) -> dict[str, object]:
    metric, took = METRICS[clock.metric], duration_words(counted.total_seconds())
    done = f"{metric.done} in" if clock.stopped_by in metric.ends_by else _DONE[clock.stopped_by]
    of = BEST_EFFORT if target is None else f" of {duration_words(target.total_seconds())}"
    return {"verdict": on_record(clock, now=now), "words": f"{done} {took}{of}"}


def _paused(
    clock: StoredClock, counted: timedelta, target: timedelta | None, why: str, now: datetime
) -> dict[str, object]:
    left = left_words(target - counted) if target is not None else ""
    if on_target(clock, now=now) == Verdict.MISSED:
        return {"verdict": Verdict.MISSED, "words": left, "paused_for": f"Paused: {why}"}
    left = f"{left} when it goes on" if left else ""
    return {"verdict": Verdict.PAUSED, "words": f"Paused: {why}", "paused_for": left}


def _running(
    clock: StoredClock, due_at: datetime, calendar: BusinessCalendar, target: timedelta, now: datetime, points: int
) -> dict[str, object]:
    """`points` is how many warnings the agreement gives."""
    left = calendar.between(now, due_at)
    verdict = on_target(clock, now=now)
    over = verdict == Verdict.MISSED
    # One that was given before the target became longer or the clock paused says nothing while all are still to come.
    to_come = sum(at > now for at in (clock.warn_at, *clock.warn_later) if at is not None)
    warned = to_come < points and (clock.warned_at is not None or clock.warn_at is not None)
    if not over and not calendar.is_open(now):
        # Nothing is lost in closed hours, so nobody is hurried.
        verdict = Verdict.STANDING
    elif not over and warned:
        verdict = Verdict.WARNING
    seconds_left = left // SECOND
    warn_left = calendar.between(clock.warn_at, due_at) // SECOND if clock.warn_at else None
    shown: dict[str, object] = {
        "verdict": verdict,
        "words": left_words(-abs(left) if over else left) if left or not over else "0 m over",
        "share": max(0, min(100, 100 - left * 100 // target)) if target else 100,
        "as_of": now,
        "business_seconds_left": seconds_left,
        "business_seconds_total": target // SECOND,
        # What was warned of stays so when the calendar opens.
        "warn_seconds_left": seconds_left if warned else warn_left,
        "paused_for": "An earlier target was missed" if clock.breached_at is not None and not over else "",
    }
    if calendar != BusinessCalendar.always():
        opens_at = calendar.next_open(now)
        closes_at = calendar.next_close(now)
        shown["open_until"] = closes_at
        # While it is open, what the reader's page needs next is the opening after the coming close.
        shown["opens_at"] = calendar.next_open(closes_at) if opens_at <= now else opens_at
    return shown
