"""What an agreement says about incidents: who is woken, how often people hear, which steps are recorded (B12, B14, B15, C5, C9)."""

from __future__ import annotations

from dataclasses import dataclass

from agreements.document import AgreementDocument
from agreements.document.incidents import IncidentLevelTerms
from agreements.document.model import Level
from agreements.readable.lines import Line, listed, sentence

ESCALATION = {
    "at once": "At once, at any hour",
    "business hours": "Within business hours",
    "planned": "Planned with other work",
}


@dataclass(frozen=True)
class IncidentRow:
    """What happens at one level of incident."""

    level: Level
    terms: IncidentLevelTerms
    escalation: str
    hours: str
    update: str
    steps: str


def incident_rows(document: AgreementDocument) -> list[IncidentRow]:
    """Escalation and update cadence by level, highest first (B14, B15)."""
    incidents = document.incidents
    if incidents is None:
        return []
    return [
        IncidentRow(
            level=level,
            terms=terms,
            escalation=ESCALATION[terms.escalation],
            hours=document.calendars[terms.calendar].name,
            update=_cadence(terms),
            steps=listed(_step(document, step) for step in terms.steps),
        )
        for level in document.incident_levels
        if (terms := incidents.levels.get(level.key)) is not None
    ]


def _cadence(terms: IncidentLevelTerms) -> str:
    if terms.update_every.duration is not None:
        return f"Every {terms.update_every.duration.text}"
    return "Best effort" if terms.update_every.kind == "best_effort" else "No fixed cadence"


def _step(document: AgreementDocument, key: str) -> str:
    named = document.incidents.steps.get(key) if document.incidents else None
    return (named.name if named else key.replace("_", " ")).lower()


def incident_rules(document: AgreementDocument) -> list[Line]:
    """What is published, when an update is called for, and the line to call (B12, C9)."""
    incidents = document.incidents
    if incidents is None:
        return []
    found = []
    if incidents.publish_from:
        least = document.incident_levels[incidents.publish_from].name
        highest = document.incident_levels[0].key == incidents.publish_from
        said = f"Incidents of {least}" + ("" if highest else " or higher") + " are on the status page by themselves."
        found.append(Line("Status page", said, incidents.publish_clause))
    else:
        found.append(Line("Status page", "An incident is on the status page when the team puts it there."))
    if incidents.reminders:
        points = [
            f"{each.text} of the time to the next update" if each.share is not None else f"{each.text} an update is due"
            for each in incidents.reminders
        ]
        found.append(Line("Reminders", f"The team is reminded {listed(points)}."))
    if incidents.line:
        levels = listed(document.incident_levels[key].name for key in incidents.line.levels)
        found.append(
            Line(sentence(incidents.line.name), incidents.line.text, incidents.line.clause, (f"For {levels}.",))
        )
    return found


def incident_steps(document: AgreementDocument) -> list[Line]:
    """What each step means that an incident records (C5)."""
    return [
        Line(step.name, step.text, step.clause) for step in (document.incidents.steps if document.incidents else ())
    ]
