"""How a promise stands: the one enumeration, and who decides it. Pure: stored clocks and replayed ones ask here alike.

The database decides the same by `clocks.models.verdict_on_record`; a test holds the two together.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Verdict(StrEnum):
    """`standing` is a clock that would run, in closed hours; `none` is where nothing is promised or measured at all."""

    RUNNING = "running"
    WARNING = "warning"
    STANDING = "standing"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    MEASURED = "measured"
    MERGED = "merged"
    NONE = "none"

    @property
    def words(self) -> str:
        return _WORDS[self]

    @property
    def is_open(self) -> bool:
        """Still to be kept: neither kept nor missed yet."""
        return self in OPEN

    @property
    def plain(self) -> Verdict:
        """As it is counted: whatever is still to be kept is running."""
        return _PLAIN[self]


OPEN = frozenset({Verdict.RUNNING, Verdict.WARNING, Verdict.STANDING, Verdict.PAUSED})
_PLAIN = {verdict: Verdict.RUNNING if verdict in OPEN else verdict for verdict in Verdict}
_WORDS = {
    Verdict.RUNNING: "Still running",
    Verdict.WARNING: "Due soon",
    Verdict.STANDING: "Standing still",
    Verdict.PAUSED: "Paused",
    Verdict.MET: "Kept",
    Verdict.MISSED: "Missed",
    Verdict.MEASURED: "Measured only",
    Verdict.MERGED: "Merged into another",
    Verdict.NONE: "No promise",
}


class Counted(Protocol):
    """What a verdict is read off: a stored clock, a row of one, or a replayed state. Instants are UTC."""

    @property
    def is_promised(self) -> bool: ...
    @property
    def promised_at(self) -> datetime | None: ...
    @property
    def breached_at(self) -> datetime | None: ...
    @property
    def paused_at(self) -> datetime | None: ...
    @property
    def stopped_at(self) -> datetime | None: ...
    @property
    def stopped_by(self) -> str | None: ...


def is_late(clock: Counted, *, now: datetime) -> bool:
    """Whether the target in force is exceeded, on record or not yet; an earlier one that was missed is history."""
    ended = clock.stopped_at if clock.stopped_at is not None and clock.stopped_at <= now else now
    return clock.promised_at is not None and clock.promised_at <= ended


def on_record(clock: Counted, *, now: datetime) -> Verdict:
    """How the promise stands for good at `now`: once missed it stays missed, under whatever terms it was."""
    missed = clock.breached_at is not None and clock.breached_at <= now
    return _verdict(clock, missed or is_late(clock, now=now), now)


def on_target(clock: Counted, *, now: datetime) -> Verdict:
    """How the target that is in force stands at `now`, or stood when the clock stopped."""
    return _verdict(clock, is_late(clock, now=now), now)


def _verdict(clock: Counted, missed: bool, now: datetime) -> Verdict:
    stopped = clock.stopped_at is not None and clock.stopped_at <= now
    if stopped and clock.stopped_by == "merged" and not missed:
        return Verdict.MERGED
    if not clock.is_promised:
        return Verdict.MEASURED
    if missed:
        return Verdict.MISSED
    if stopped:
        return Verdict.MET
    return Verdict.RUNNING if clock.paused_at is None else Verdict.PAUSED


#: What programs are told: a miss and a measurement that are over are told apart from those that go on.
STATES = ["running", "paused", "met", "missed", "breached", "best_effort", "measured", "merged"]


def for_programs(verdict: Verdict, *, live: bool) -> str:
    """The verdict of a clock as the API has it."""
    if live and verdict in {Verdict.MISSED, Verdict.MEASURED}:
        return "breached" if verdict == Verdict.MISSED else "best_effort"
    return str(verdict if verdict == Verdict.PAUSED else verdict.plain)
