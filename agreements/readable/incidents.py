"""What an agreement says about incidents: who is woken, how often people hear, which steps are recorded (B12, B14, B15, C5, C9)."""

from __future__ import annotations

from agreements.document.incidents import IncidentLevelTerms, IncidentTerms
from agreements.readable.blocks import Blocks, Cell, Column, Line, Row, Table, Text, below, facts
from agreements.readable.reader import Reader
from shell.wording import listed, notes, sentence

ESCALATION = {
    "at once": "At once, at any hour",
    "business hours": "Within business hours",
    "planned": "Planned with other work",
}
CADENCE = {"best_effort": "Best effort", "none": "No fixed cadence"}


def incidents(reader: Reader) -> Blocks:
    """What counts as one, escalation and updates by level, and what else is promised."""
    terms = reader.document.incidents
    if terms is None:
        return ()
    columns = (Column("Level", 3), Column("Escalated", 4), Column("Hours", 3), Column("Updates", 3))
    rows = tuple(
        (Cell(level.name, intent=level.intent), *_row(reader, terms, terms.levels[level.key]))
        for level in reader.document.incident_levels
        if level.key in terms.levels
    )
    steps = (Line(step.name, step.text, step.clause) for step in terms.steps)
    return (
        Text(terms.definition, terms.clause),
        Table("What happens at each level of incident", columns, rows),
        *facts(*_rules(reader, terms)),
        *below("Steps, each recorded with its time", facts(*steps)),
    )


def _row(reader: Reader, incidents: IncidentTerms, terms: IncidentLevelTerms) -> Row:
    steps = listed(_step(incidents, step) for step in terms.steps)
    every = terms.update_every
    cadence = f"Every {every.duration.text}" if every.duration else CADENCE[every.kind]
    return (
        Cell(ESCALATION[terms.escalation], notes(f"Steps: {steps}" if steps else ""), terms.clause),
        Cell(reader.hours(terms.calendar)),
        Cell(cadence, clause=terms.update_clause),
    )


def _step(terms: IncidentTerms, key: str) -> str:
    named = terms.steps.get(key)
    return (named.name if named else key.replace("_", " ")).lower()


def _rules(reader: Reader, terms: IncidentTerms) -> tuple[Line | None, ...]:
    """What is published, when an update is called for, and the line to call (B12, C9)."""
    levels = reader.document.incident_levels
    published = "An incident is on the status page when the team puts it there."
    if terms.publish_from:
        higher = "" if levels[0].key == terms.publish_from else " or higher"
        published = f"Incidents of {levels[terms.publish_from].name}{higher} are on the status page by themselves."
    points = [
        f"{each.text} of the time to the next update" if each.share is not None else f"{each.text} an update is due"
        for each in terms.reminders
    ]
    line = terms.line
    return (
        Line("Status page", published, terms.publish_clause),
        Line("Reminders", f"{reader.voice.warned} reminded {listed(points)}.") if points else None,
        Line(sentence(line.name), line.text, line.clause, (f"For {reader.names(levels, line.levels)}.",))
        if line
        else None,
    )
