"""What an agreement says about incidents: how they are ranked, published, escalated and reported on."""

from __future__ import annotations

from typing import Annotated, Literal

from agreements.document import keys
from agreements.document.declaration import Cited, Name, Term, Text, term, terms
from agreements.document.directions import gained, neutral, pledge, ranked
from agreements.document.keys import EMPTY, Catalogue, ClauseId
from agreements.document.quantities import Pledge, WarningPoint

# A declaration reads as a paragraph; the formatter would give every word of it a line.
# fmt: off

Step = Annotated[Literal["triage", "coordination", "engineer", "stabilised", "root_cause"], Term(help="One step.")]
StepName = Annotated[Step, Term(help="The steps an incident can record.")]


@terms
class IncidentLevelTerms(Cited):
    """At one level."""

    escalation: Literal["at once", "business hours", "planned"] = term(
        "When it is escalated: at once at any hour, within business hours, or planned with other work.",
        better=ranked("at once", "business hours", "planned"), says={"at once": "At once, at any hour",
            "business hours": "Within business hours", "planned": "Planned with other work"})
    calendar: keys.Calendar = term("The hours in which it is escalated and worked on.")
    update_every: Pledge = term("How often people hear from us while it is open; “none” for no fixed cadence.",
        better=pledge, title="Updates every", cites="update_clause", words="Every {}",
        says={"best_effort": "Best effort", "none": "No fixed cadence"})
    steps: tuple[Step, ...] = term("The steps that are recorded with their time.", default=(), better=gained,
        words="Steps: {}.")
    update_clause: ClauseId | None = term("The clause about updates.", default=None, title="Clause about updates",
        better=neutral)


@terms(added="better")
class IncidentStep(Cited):
    """One step."""

    key: StepName
    name: Name = term("Its name.")
    text: str = term("When it is reached.")


@terms(added="better")
class IncidentLine(Cited):
    """A direct line for the worst incidents."""

    name: Name = term("Its name.")
    text: str = term("What it is for.")
    levels: tuple[keys.IncidentLevel, ...] = term("For these levels.", better=gained, words="For {}.")


@terms(added="better")
class IncidentTerms(Cited):
    """How incidents are ranked, published, escalated and reported on."""

    scheme: keys.Scheme = term("The scheme of incidents.")
    definition: Text = term("What counts as an incident.")
    publish_from: keys.IncidentLevel | None = term("Incidents of this level or higher are on the status page by "
        "themselves.", default=None, title="On the status page from", cites="publish_clause", line="Status page",
        words="Incidents of {} or higher are on the status page by themselves.",
        says={None: "An incident is on the status page when {team} puts it there."})
    publish_clause: ClauseId | None = term("The clause about publishing.", default=None,
        title="Clause about publishing", better=neutral)
    reminders: tuple[WarningPoint, ...] = term("Reminders before an update is due.", default=(), least=0, most=5,
        better=neutral, title="Reminders before an update", line="Reminders",
        words="On the way to an update {team} is reminded {}.")
    levels: dict[keys.IncidentLevel, IncidentLevelTerms] = term("What happens at each level.")
    steps: Catalogue[IncidentStep] = term("What each recorded step means.", default=EMPTY)
    line: IncidentLine | None = term(default=None, title="Incident line")
