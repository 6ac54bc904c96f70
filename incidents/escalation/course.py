"""The course of an incident's escalation, from its facts, and what of it is stored so that sweeps find what is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from incidents.escalation.policy import terms_at
from incidents.escalation.replay import Asking, Course, Fact, Key, replay
from incidents.models import Incident, IncidentEvent
from incidents.models.kinds import ROWS, Kind, kinds

HEARD = kinds(lambda row: row.escalation)


@dataclass(frozen=True, slots=True)
class Escalation:
    """How it went: when people were asked in each step, or nobody could be, what is left, and who has it."""

    course: Course
    asked: dict[Key, datetime]
    left: tuple[Asking, ...]
    acknowledgement: IncidentEvent | None

    @property
    def columns(self) -> dict[str, Any]:
        """What an incident keeps of it."""
        return {
            "acknowledged_at": self.course.acknowledged_at,
            "acknowledged_by_id": self.acknowledgement.data["member"] if self.acknowledgement else None,
            "page_due_at": self.left[0].due_at if self.left else self.course.stale_at,
        }


def escalation_of(incident: Incident, *, as_of: datetime, events: Sequence[IncidentEvent] | None = None) -> Escalation:
    """Who should have been asked by `as_of`, by all facts, whoever's clock is slow; `events` are all that there are."""
    of_it = IncidentEvent.objects.of(incident).filter(kind__in=HEARD) if events is None else events
    heard = [event for event in of_it if event.kind in HEARD]
    course = replay(_facts(incident, heard), max([as_of, *(event.at for event in heard)]))
    asked = {tuple(event.data["asking"]): event.recorded_at for event in heard if event.kind == Kind.NOBODY_ON_CALL}
    asked |= {page.asking: page.asked_at for page in incident.pages.all()}
    said = [event for event in heard if event.kind == Kind.ACKNOWLEDGED and course.acknowledged_at]
    return Escalation(course, asked, course.left(asked), said[-1] if said else None)


def _facts(incident: Incident, events: Sequence[IncidentEvent]) -> Iterator[Fact]:
    level = ""
    for event in events:
        level = event.data.get("terms", {}).get("level", level)
        heard = ROWS[event.kind].escalation
        # A program that posts is nobody at work.
        if heard != "progress" or event.by == "agent":
            asking = tuple(event.data["asking"]) if heard == "nobody" else None
            terms = terms_at(incident.document, incident.escalation, level) if heard in {"begins", "changes"} else None
            yield Fact(event.at, heard, terms, asking)


def keep_course(incident: Incident, *, now: datetime) -> Escalation:
    """Store when there is something to do next and who has it, after each fact, with the incident locked.

    Acknowledgements that went stale meanwhile are put on record.
    """
    found = escalation_of(incident, as_of=now)
    _record_staleness(incident, found.course, now=now)
    for column, value in found.columns.items():
        setattr(incident, column, value)
    incident.save(update_fields=["acknowledged_at", "acknowledged_by", "page_due_at"])
    return found


def kept_otherwise(incident: Incident, events: Sequence[IncidentEvent]) -> Iterator[tuple[str, object, object]]:
    """What an incident keeps of its escalation and its facts do not give, as (what, stored, replayed).

    It was kept after the last of them: what went stale since is for a sweep, which puts it on record.
    """
    kept_at = max((event.at for event in events if event.kind in {*HEARD, Kind.WENT_STALE}), default=None)
    if kept_at is None:
        return
    for column, value in escalation_of(incident, as_of=kept_at, events=events).columns.items():
        if (stored := getattr(incident, column)) != value:
            yield column, stored, value


def _record_staleness(incident: Incident, course: Course, *, now: datetime) -> None:
    stale = [each for each in course.rounds if each.why == "stale"]
    known = IncidentEvent.objects.filter(incident=incident, kind=Kind.WENT_STALE).count() if stale else 0
    for each in stale[known:]:
        data = {"round": each.number}
        IncidentEvent.objects.record(incident, Kind.WENT_STALE, by=None, at=each.from_at, now=now, data=data)
