"""What the update clock of an incident shows, to the team and to the public."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from clocks.face import Face, face
from clocks.replay.reasons import Reader
from incidents.models import Incident, IncidentClock
from incidents.paths import desk_path


@dataclass(frozen=True, slots=True)
class NextUpdate:
    """When the public hears of an incident next, as it is promised."""

    due_at: datetime
    is_overdue: bool


def latest(clocks: Iterable[IncidentClock]) -> IncidentClock | None:
    return max(clocks, key=lambda clock: clock.cycle, default=None)


def face_of(
    incident: Incident, clocks: Iterable[IncidentClock], *, now: datetime, reader: Reader = "desk"
) -> Face | None:
    """The face of the update that is owed next, or was last; None where no cadence ever held."""
    clock = latest(clocks)
    if clock is None:
        return None
    why = f"{desk_path(incident)}clock/{clock.cycle}/" if reader == "desk" else ""
    return face(clock, incident.document, waits_for=None, now=now, reader=reader, why_url=why)


def next_update(clocks: Iterable[IncidentClock], *, now: datetime) -> NextUpdate | None:
    """None where none is promised: the incident is over, or its level has no cadence."""
    clock = latest(clocks)
    if clock is None or clock.stopped_at is not None or clock.due_at is None:
        return None
    return NextUpdate(clock.due_at, clock.due_at <= now)
