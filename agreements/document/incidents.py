"""What an agreement says about incidents: how they are ranked, published, escalated and reported on.

These classes mirror schema.json, where every field is described; a test keeps the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agreements.document.keys import EMPTY, CalendarKey, Catalogue, ClauseId, IncidentLevelKey, SchemeKey
from agreements.document.quantities import Pledge, WarningPoint


@dataclass(frozen=True)
class IncidentLevelTerms:
    """What happens at one incident level. `update_every` is elapsed time unless it is written in business time."""

    escalation: Literal["at once", "business hours", "planned"]
    calendar: CalendarKey
    update_every: Pledge
    steps: tuple[Literal["triage", "coordination", "engineer", "stabilised", "root_cause"], ...] = ()
    clause: ClauseId | None = None
    update_clause: ClauseId | None = None


@dataclass(frozen=True)
class IncidentStep:
    key: str
    name: str
    text: str
    clause: ClauseId | None = None


@dataclass(frozen=True)
class IncidentLine:
    name: str
    text: str
    levels: tuple[IncidentLevelKey, ...]
    clause: ClauseId | None = None


@dataclass(frozen=True)
class IncidentTerms:
    scheme: SchemeKey
    definition: str
    levels: dict[IncidentLevelKey, IncidentLevelTerms]
    publish_from: IncidentLevelKey | None = None
    publish_clause: ClauseId | None = None
    reminders: tuple[WarningPoint, ...] = ()
    steps: Catalogue[IncidentStep] = EMPTY
    line: IncidentLine | None = None
    clause: ClauseId | None = None
