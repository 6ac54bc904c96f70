"""Keeping an incident's stored clock equal to the replay of its facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from clocks import store
from clocks.replay import ClockState, Event, replay_cycles
from incidents.cadence.levels import UPDATE, Cadence, LevelRecord, cadence
from incidents.models import Incident, IncidentClock, IncidentEvent
from incidents.models.kinds import ROWS, Kind


@dataclass(frozen=True, slots=True)
class ReplayedIncident:
    """The clock of an incident as its facts say, with the cadence now in force."""

    cadence: Cadence
    cycles: Mapping[str, Sequence[ClockState]]


def replay_incident(events: Sequence[IncidentEvent], *, as_of: datetime) -> ReplayedIncident:
    """Replay an incident's facts, in order of their instants. The first is its declaration."""
    first = its = _cadence_of(events[0])
    heard = []
    for event in events:
        its = _cadence_of(event) if "terms" in event.data else its
        for kind in ROWS[event.kind].heard:
            terms = its.terms if kind == "reclassified" else None
            heard.append(Event(event.at, kind, by=event.by, terms=terms))
    found = replay_cycles(heard, first.terms, as_of)
    started = {metric: [state for state in states if state.started_at] for metric, states in found.items()}
    return ReplayedIncident(its, started)


def due_at_level(incident: Incident, level: str, *, now: datetime) -> datetime | None:
    """When the next update would be due if the incident got that level now; None where none would be."""
    terms = LevelRecord(incident.agreement_version_id, level).as_data()
    change = IncidentEvent(kind=Kind.RELEVELLED, at=now, by="agent", data={"terms": terms})
    cycles = replay_incident([*IncidentEvent.objects.of(incident), change], as_of=now).cycles.get(UPDATE, ())
    return next((state.due_at for state in reversed(cycles) if state.stopped_at is None), None)


def rows_of(
    incident: Incident, replayed: ReplayedIncident, stored: Mapping[tuple[str, int], IncidentClock]
) -> list[IncidentClock]:
    """The rows that the replayed clock is stored as, a cycle each."""
    its = replayed.cadence
    return store.rows_of(incident, replayed.cycles, its.promises, its.document, stored, IncidentClock)


def refresh(incident: Incident, *, now: datetime) -> list[IncidentClock]:
    """Bring the stored clock of a locked incident to what its facts say; return cycles whose breach is new."""
    replayed = replay_incident(list(IncidentEvent.objects.of(incident)), as_of=now)
    stored = store.by_key(list(IncidentClock.objects.filter(incident=incident)))
    rows = rows_of(incident, replayed, stored)
    return store.write(IncidentClock, rows, gone=store.gone(stored, rows), now=now)


def _cadence_of(event: IncidentEvent) -> Cadence:
    return cadence(LevelRecord(**event.data["terms"]))
