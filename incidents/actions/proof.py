"""Proving what incidents store, clocks and when somebody is to be asked, against their facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from clocks.store import Cycles, Known, Proof
from incidents.cadence.clocks import replay_incident, rows_of
from incidents.escalation.course import kept_otherwise
from incidents.models import Incident, IncidentClock, IncidentEvent


def _replay(
    incident: Incident, events: Sequence[IncidentEvent], known: Known, now: datetime
) -> tuple[Sequence[IncidentClock], Cycles]:
    replayed = replay_incident(events, as_of=now)
    return rows_of(incident, replayed, known), replayed.cycles


INCIDENTS = Proof(
    noun="incidents",
    called="INC-{}",
    owners=Incident,
    history=IncidentEvent,
    clocks=IncidentClock,
    replay=_replay,
    beside=lambda incident, events, _: kept_otherwise(incident, events),
)
