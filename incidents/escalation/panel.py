"""How the escalation of an incident stands, for its page and for programs: who has it, who was asked, who is next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from incidents.escalation.course import escalation_of
from incidents.escalation.policy import people_asked
from incidents.escalation.replay import Asking, Course
from incidents.models import Incident, IncidentEvent, Page
from incidents.models.kinds import ROWS, kinds, words_of


class State(StrEnum):
    """`waiting` is for the hours in which it begins; `exhausted` is when everybody was asked and nobody answered."""

    PLANNED = "planned"
    WAITING = "waiting"
    ASKING = "asking"
    ACKNOWLEDGED = "acknowledged"
    EXHAUSTED = "exhausted"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Panel:
    """`next_asked` are those who would be asked at `next_due_at` as things stand.

    Left alone an acknowledgement goes stale at `stale_at`, and people are asked again.
    """

    state: State
    acknowledged_by: str
    acknowledged_at: datetime | None
    stale_at: datetime | None
    next_due_at: datetime | None
    next_asked: tuple[str, ...]
    askings: list[Page]

    @property
    def can_be_acknowledged(self) -> bool:
        return self.state in {State.WAITING, State.ASKING, State.EXHAUSTED}


def panel(incident: Incident, *, now: datetime) -> Panel:
    """Read at `now`, so that an acknowledgement that went stale a moment ago is none any more."""
    found = escalation_of(incident, as_of=now)
    course, following, names = found.course, next(iter(found.left), None), list[str]()
    if following is not None and course.running is not None:
        step = course.running.way.policy.steps[following.step]
        names = [member.name for member in people_asked(step.asks, at=max(following.due_at, now))]
    return Panel(
        state=_state(incident, course, following),
        acknowledged_by=found.acknowledgement.actor_name if found.acknowledgement else "",
        acknowledged_at=course.acknowledged_at,
        stale_at=course.stale_at,
        next_due_at=following.due_at if following else None,
        next_asked=tuple(names),
        askings=list(Page.objects.filter(incident=incident).select_related("member__user")),
    )


def _state(incident: Incident, course: Course, following: Asking | None) -> State:
    if not incident.is_open:
        return State.OVER
    if course.way is None:
        return State.PLANNED
    if course.acknowledged_at:
        return State.ACKNOWLEDGED
    if following is None:
        return State.EXHAUSTED
    is_first = (following.repeat, following.step) == (0, 0)
    return State.WAITING if is_first and following.due_at > course.as_of else State.ASKING


def told(incident: Incident) -> list[dict[str, Any]]:
    """What happened in it, newest first, as `components/_timeline.html` reads it."""
    events = IncidentEvent.objects.of(incident).filter(kind__in=kinds(lambda row: row.asking)).reverse()
    return [
        {"at": event.at, "icon": ROWS[event.kind].icon, "words": words_of(event, incident.document)} for event in events
    ]
