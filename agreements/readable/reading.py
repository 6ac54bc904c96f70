"""An agreement read from beginning to end: its chapters in order, for everybody or for one client's plan and hours.

A page includes the template of each chapter with this reading; what the chapters say is said here once for all of them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.conf.locale import LANG_INFO

from agreements.document import AgreementDocument
from agreements.document.model import Plan
from agreements.readable import hours, incidents, measures, people, promised, requests, service
from agreements.readable.lines import Line, listed, notes
from agreements.readable.voice import TEAM, Voice


@dataclass(frozen=True)
class Chapter:
    """A heading with its anchor, and the template in `agreements/document/` that writes what stands below it."""

    key: str
    title: str
    template: str


# Compared by identity, as documents are.
@dataclass(frozen=True, eq=False)
class Reading:
    """`plan` and `extensions` narrow it to one client; None of each shows all there are. Special days are those of the year of `on`."""

    document: AgreementDocument
    on: date
    effective_from: date
    voice: Voice = TEAM
    plan: Plan | None = None
    extensions: Collection[str] | None = None

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        return (self.plan,) if self.plan else tuple(self.document.plans)

    @cached_property
    def plan_rows(self) -> tuple[promised.Row, ...]:
        return promised.plan_rows(self.document, self.plans)

    @cached_property
    def tables(self) -> list[promised.PromiseTable]:
        return promised.promise_tables(self.document, plans=self.plans, extensions=self.extensions or ())

    @cached_property
    def other_rules(self) -> list[Line]:
        return promised.other_rules(self.document, self.plan)

    @cached_property
    def usual_hours(self) -> str:
        """The name of the hours that targets count in where nothing else is said."""
        return self.document.calendars[promised.usual_calendar(self.document, self.extensions or ())].name

    @cached_property
    def schemes(self) -> list[requests.SchemeShown]:
        return requests.schemes_of(self.document, self.voice)

    @cached_property
    def requests(self) -> list[requests.RequestShown]:
        return requests.requests_of(self.document, self.voice)

    @cached_property
    def levels_rules(self) -> list[Line]:
        return requests.levels_rules(self.document, self.voice)

    @cached_property
    def coverage(self) -> list[Line]:
        return requests.coverage_of(self.document)

    @cached_property
    def metrics(self) -> list[measures.MetricShown]:
        return measures.metrics_of(self.document, self.voice)

    @cached_property
    def clock_rules(self) -> list[Line]:
        return measures.clock_rules(self.document)

    @cached_property
    def attainment(self) -> list[Line]:
        return measures.attainment_of(self.document, self.plan)

    @cached_property
    def calendars(self) -> list[hours.CalendarShown]:
        """All of them, but for a client none that exists only for longer hours agreed with others (E7)."""
        shown = hours.calendars_of(self.document, on=self.on)
        hidden = {each.by for each in self.document.extensions if each not in self._agreed} - self._counted
        return [each for each in shown if each.spec.key not in hidden]

    @cached_property
    def _agreed(self) -> tuple[object, ...]:
        return tuple(
            each for each in self.document.extensions if self.extensions is None or each.key in self.extensions
        )

    @cached_property
    def _counted(self) -> set[str]:
        """The calendars that something else than an extension counts on."""
        rules = {rule.calendar for rule in self.document.rules}
        return rules | {self.document.targets.calendar} | {each.calendar or "" for each in self.document.channels}

    @cached_property
    def extension_lines(self) -> list[Line]:
        return [
            Line(
                each.name,
                each.text,
                each.clause,
                notes(
                    f"{self.document.calendars[each.by].name} in the place of {self.document.calendars[each.replaces].name}.",
                    f"On {listed(self.document.plans[key].name for key in each.plans)}." if each.plans else "",
                ),
            )
            for each in self.document.extensions
            if each in self._agreed
        ]

    @cached_property
    def channels(self) -> list[Line]:
        return people.channels_of(self.document, self.plan)

    @cached_property
    def products(self) -> list[Line]:
        return people.products_of(self.document)

    @cached_property
    def incident_rows(self) -> list[incidents.IncidentRow]:
        return incidents.incident_rows(self.document)

    @cached_property
    def incident_rules(self) -> list[Line]:
        return incidents.incident_rules(self.document)

    @cached_property
    def incident_steps(self) -> list[Line]:
        return incidents.incident_steps(self.document)

    @cached_property
    def maintenance(self) -> list[Line]:
        return service.maintenance_of(self.document)

    @cached_property
    def commitments(self) -> list[service.CommitmentRow]:
        return service.commitments_of(self.document, self.plan)

    @property
    def commits_by_plan(self) -> bool:
        return any(row.plans for row in self.commitments)

    @cached_property
    def measurement(self) -> list[Line]:
        return service.measurement_of(self.document)

    @cached_property
    def exclusions(self) -> list[service.ExclusionShown]:
        return service.exclusions_of(self.document)

    @cached_property
    def schedules(self) -> list[service.ScheduleShown]:
        return service.schedules_of(self.document, self.plan)

    @cached_property
    def claim(self) -> list[Line]:
        return service.claim_of(self.document.credits.claim) if self.document.credits else []

    @cached_property
    def contacts(self) -> list[Line]:
        return people.contacts_of(self.document)

    @cached_property
    def changes(self) -> list[Line]:
        return people.changes_of(self.document)

    @cached_property
    def topics(self) -> list[Line]:
        return people.topics_of(self.document)

    @property
    def liability(self) -> str:
        """How binding the promises are as a whole, in a few words."""
        return service.LIABILITY[self.document.liability.kind]

    @property
    def availability_liability(self) -> str:
        return service.LIABILITY[self.document.availability.liability] if self.document.availability else ""

    @cached_property
    def version(self) -> list[Line]:
        """Which version this is and how the next one comes (A11, B17)."""
        document, version = self.document, self.document.version
        keeps = (
            "A ticket stays under the version it was opened under."
            if version.tickets_keep_version
            else "A new version holds for open tickets too."
        )
        topic = document.topics.get(version.topic)
        told = f"News of a new version: “{topic.name}”." if topic else ""
        found = [
            Line("Version", version.label, version.clause),
            Line("Of", _date(version.date), version.clause) if version.date else None,
            Line("In force from", _date(self.effective_from), version.clause),
            Line("Provider", document.provider),
            Line("Times", f"Read in {document.timezone.name.replace('_', ' ')}."),
            Line("Language", LANG_INFO.get(document.language, {}).get("name", document.language)),
            Line(
                "Changes",
                version.changes or "A new version is published beside this one.",
                version.clause,
                notes(keeps, told),
            ),
        ]
        return [line for line in found if line is not None]

    @cached_property
    def chapters(self) -> list[Chapter]:
        """What there is to read, in order; a chapter the agreement says nothing on is left out."""
        document = self.document
        every = [
            ("plans", "Plans and targets" if len(self.plans) > 1 else "Targets", "plans", True),
            ("levels", f"{document.scheme.name} levels", "levels", True),
            ("requests", "What can be asked for", "requests", True),
            ("coverage", "Who is covered", "coverage", True),
            ("measures", "How times are counted", "measures", True),
            ("channels", "How to reach support", "channels", bool(self.channels)),
            ("hours", "Hours", "hours", True),
            ("products", "Products", "products", bool(self.products)),
            ("incidents", "Incidents", "incidents", document.incidents is not None),
            ("maintenance", "Maintenance", "maintenance", bool(self.maintenance)),
            ("availability", "Availability", "availability", document.availability is not None),
            ("exclusions", "What is not downtime", "exclusions", bool(self.exclusions)),
            ("credits", "Credits", "credits", document.credits is not None),
            ("contacts", "Contacts", "contacts", document.contacts is not None),
            ("changes", "Changes and access", "changes", bool(document.changes or document.access)),
            ("news", "News and links", "news", bool(document.topics or document.links)),
            ("version", "Version", "version", True),
            ("clauses", "Clauses", "clauses", bool(document.clauses)),
        ]
        return [Chapter(key, title, f"agreements/document/_{name}.html") for key, title, name, there in every if there]


def _date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
