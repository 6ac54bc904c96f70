"""Incidents in an agreement: who is woken, how often people hear, what is recorded (B12, B14, B15, C5, C9)."""

from __future__ import annotations

from agreements.document.service_terms import IncidentLevelTerms, IncidentTerms
from agreements.readable.blocks import Blocks, Cell, Column, Row, Table, Text, below, facts
from agreements.readable.reader import Reader
from agreements.readable.term_lines import line_of, lines, said
from shell.wording import listed, notes


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
    steps = (line_of(reader, step) for step in terms.steps)
    return (
        Text(terms.definition, terms.clause),
        Table("What happens at each level of incident", columns, rows),
        *facts(*lines(reader, terms), line_of(reader, terms.line) if terms.line else None),
        *below("Steps, each recorded with its time", facts(*steps)),
    )


def _row(reader: Reader, incidents: IncidentTerms, terms: IncidentLevelTerms) -> Row:
    steps = listed(incidents.steps.name_of(key, key.replace("_", " ")).lower() for key in terms.steps)
    return (
        Cell(said(reader, terms, "escalation"), notes(f"Steps: {steps}" if steps else ""), terms.clause),
        Cell(reader.hours(terms.calendar)),
        Cell(said(reader, terms, "update_every"), clause=terms.update_clause),
    )
