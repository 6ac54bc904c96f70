"""The course of an incident's escalation, from its facts, and what of it is stored so that sweeps find what is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from incidents.escalation.policy import terms_at
from incidents.escalation.replay import Asking, Course, Fact, Key, replay
from incidents.models import Incident, IncidentEvent
from incidents.models.kinds import ROWS, Kind, kinds

HEARD = kinds(lambda row: row.escalation)


def facts_of(incident: Incident) -> list[IncidentEvent]:
    """What its escalation is replayed from, as it became known: what is written down later moves nothing earlier."""
    return list(incident.events.filter(kind__in=HEARD).order_by("recorded_at", "id"))


def course_of(incident: Incident, events: Iterable[IncidentEvent], *, as_of: datetime) -> Course:
    """Who should have been asked by `as_of`, from the events of `facts_of`."""
    return replay(_heard(incident, list(events)), as_of)


def _heard(incident: Incident, events: list[IncidentEvent]) -> Iterator[Fact]:
    level = ""
    for event in events:
        level = event.data.get("terms", {}).get("level", level)
        heard = ROWS[event.kind].escalation
        asking = tuple(event.data["asking"]) if event.kind == Kind.NOBODY_ON_CALL else None
        terms = terms_at(incident.document, incident.escalation, level) if heard in {"begins", "changes"} else None
        yield Fact(event.recorded_at, heard, terms, asking)


def asked(incident: Incident, events: Iterable[IncidentEvent]) -> dict[Key, datetime]:
    """When people were asked in each step, or nobody could be."""
    nobody = {tuple(event.data["asking"]): event.recorded_at for event in events if event.kind == Kind.NOBODY_ON_CALL}
    return nobody | {page.asking: page.asked_at for page in incident.pages.all()}


def keep_course(incident: Incident, *, now: datetime) -> tuple[Course, Asking | None]:
    """Store when there is something to do next and who has it; gives the course, and the asking that comes next.

    After each fact that the escalation hears, with the incident locked. Acknowledgements that went stale meanwhile are
    put on record.
    """
    events = facts_of(incident)
    course = course_of(incident, events, as_of=now)
    _record_staleness(incident, course, now=now)
    left = course.left(asked(incident, events))
    holds = [event for event in events if event.kind == Kind.ACKNOWLEDGED and course.acknowledged_at]
    incident.acknowledged_at = course.acknowledged_at
    incident.acknowledged_by_id = holds[-1].data["member"] if holds else None
    incident.page_due_at = left[0].due_at if left else course.stale_at
    incident.save(update_fields=["acknowledged_at", "acknowledged_by", "page_due_at"])
    return course, left[0] if left else None


def record(incident: Incident, kind: Kind, *, at: datetime, now: datetime, **data: Any) -> IncidentEvent:
    """A fact that nobody but the time brought about."""
    return IncidentEvent.objects.create(
        incident=incident, kind=kind, at=at, recorded_at=now, by="system", actor_name="slatrack", data=data
    )


def _record_staleness(incident: Incident, course: Course, *, now: datetime) -> None:
    stale = [each for each in course.rounds if each.why == "stale"]
    known = incident.events.filter(kind=Kind.WENT_STALE).count() if stale else 0
    for each in stale[known:]:
        record(incident, Kind.WENT_STALE, at=each.from_at, now=now, round=each.number)
