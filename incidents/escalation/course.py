"""The course of an incident's escalation, from its facts, and what of it is stored so that sweeps find what is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from incidents.escalation.policy import terms_at
from incidents.escalation.replay import Asking, Course, Fact, Key, replay
from incidents.models import Incident, IncidentEvent
from incidents.models.kinds import ROWS, Kind, kinds

HEARD = kinds(lambda row: row.escalation)


def facts_of(incident: Incident) -> list[IncidentEvent]:
    """What its escalation is replayed from."""
    return list(IncidentEvent.objects.of(incident).filter(kind__in=HEARD))


def course_of(incident: Incident, events: Sequence[IncidentEvent], *, as_of: datetime) -> Course:
    """Who should have been asked by `as_of`, from the events of `facts_of`: by all of them, whoever's clock is slow."""
    return replay(_heard(incident, events), max(as_of, *(event.at for event in events)))


def _heard(incident: Incident, events: Sequence[IncidentEvent]) -> Iterator[Fact]:
    level = ""
    for event in events:
        level = event.data.get("terms", {}).get("level", level)
        heard = ROWS[event.kind].escalation
        # A program that posts is nobody at work.
        if heard != "progress" or event.by == "agent":
            asking = tuple(event.data["asking"]) if heard == "nobody" else None
            terms = terms_at(incident.document, incident.escalation, level) if heard in {"begins", "changes"} else None
            yield Fact(event.at, heard, terms, asking)


def asked(incident: Incident, events: Sequence[IncidentEvent]) -> dict[Key, datetime]:
    """When people were asked in each step, or nobody could be."""
    nobody = {tuple(event.data["asking"]): event.recorded_at for event in events if event.kind == Kind.NOBODY_ON_CALL}
    return nobody | {page.asking: page.asked_at for page in incident.pages.all()}


def keep_course(incident: Incident, *, now: datetime) -> tuple[Course, Asking | None]:
    """Store when there is something to do next and who has it; gives the course, and the asking that comes next.

    After each fact, with the incident locked. Acknowledgements that went stale meanwhile are put on record.
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


def _record_staleness(incident: Incident, course: Course, *, now: datetime) -> None:
    stale = [each for each in course.rounds if each.why == "stale"]
    known = IncidentEvent.objects.filter(incident=incident, kind=Kind.WENT_STALE).count() if stale else 0
    for each in stale[known:]:
        data = {"round": each.number}
        IncidentEvent.objects.record(incident, Kind.WENT_STALE, by=None, at=each.from_at, now=now, data=data)
