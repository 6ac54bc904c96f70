"""The steps of the agreement in an incident, each with its time (C5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from incidents.models import Incident, IncidentEvent
from incidents.models.kinds import Kind


@dataclass(frozen=True, slots=True)
class StepReached:
    """A step that is recorded at this level. `at` is None until it is reached; `by` who recorded it."""

    key: str
    name: str
    text: str
    at: datetime | None
    by: str


def steps_of(incident: Incident, events: Sequence[IncidentEvent]) -> list[StepReached]:
    """What the agreement records at this level, and whatever else was recorded, in the agreement's order."""
    terms = incident.document.incidents
    if terms is None:
        return []
    reached = {event.data["step"]: event for event in events if event.kind == Kind.STEP}
    its = terms.levels.get(incident.level)
    wanted = {*(its.steps if its else ()), *reached}
    return [_step(step.key, step.name, step.text, reached.get(step.key)) for step in terms.steps if step.key in wanted]


def _step(key: str, name: str, text: str, event: IncidentEvent | None) -> StepReached:
    at = datetime.fromisoformat(event.data["reached_at"]) if event else None
    return StepReached(key, name, text, at, event.actor_name if event else "")
