"""What an agreement says about the service itself: maintenance, availability, credits, people, topics, the addendum.

These classes mirror schema.json, where every field is described; a test keeps the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from agreements.document.keys import (
    EMPTY,
    CalendarKey,
    Catalogue,
    CategoryKey,
    ClauseId,
    PlanKey,
    RoleKey,
)
from agreements.document.quantities import Compensation, Duration, Percent, Period, Zone


@dataclass(frozen=True)
class Notice:
    at_least: Duration
    sentence: str
    unless_urgent: bool = False
    clause: ClauseId | None = None


@dataclass(frozen=True)
class ServiceWindow:
    """The agreed hours for planned maintenance (C14)."""

    calendar: CalendarKey
    sentence: str
    agreed_per_client: bool = False
    clause: ClauseId | None = None


@dataclass(frozen=True)
class MaintenanceAllowance:
    duration: Duration
    per: Period
    clause: ClauseId | None = None


@dataclass(frozen=True)
class MaintenanceTerms:
    risky_outside: CalendarKey | None = None
    notice: Notice | None = None
    emergency_notice: Notice | None = None
    window: ServiceWindow | None = None
    allowance: MaintenanceAllowance | None = None
    announced_by: tuple[Literal["status page", "mail", "ticket"], ...] = ()
    overrun_counts: bool = True
    clause: ClauseId | None = None


@dataclass(frozen=True)
class Commitment:
    """A promised availability; without selectors it holds for everything measured."""

    percent: Percent
    categories: tuple[CategoryKey, ...] = ()
    plans: tuple[PlanKey, ...] = ()
    clause: ClauseId | None = None


@dataclass(frozen=True)
class CountsFrom:
    """Downtime counts from this length or error rate on; shorter or milder ones are left out."""

    length: Duration | None = None
    error_rate: Percent | None = None
    clause: ClauseId | None = None


@dataclass(frozen=True)
class Exclusion:
    """A kind of time that is left out. `found_by` says what proposes it; a person still gives what `needs` names."""

    key: str
    name: str
    text: str
    found_by: Literal["hand", "maintenance", "emergency maintenance", "beta product", "approved change"] = "hand"
    needs: tuple[Literal["reason", "evidence", "approval"], ...] = ("reason",)
    overrun_counts: bool = True
    clause: ClauseId | None = None


@dataclass(frozen=True)
class Expectation:
    """An unofficial figure published beside the promises, without any credit (D10)."""

    name: str
    value: str
    text: str = ""
    clause: ClauseId | None = None


@dataclass(frozen=True)
class AvailabilityTerms:
    liability: Literal["commitment", "objective"]
    period: Period
    formula: str
    commitments: tuple[Commitment, ...]
    measured_by: tuple[str, ...] = ()
    timezone: Zone | None = None
    counts_from: CountsFrom | None = None
    exclusions: Catalogue[Exclusion] = EMPTY
    expectations: tuple[Expectation, ...] = ()
    sentence: str = ""
    clause: ClauseId | None = None
    measured_clause: ClauseId | None = None


@dataclass(frozen=True)
class Tier:
    """One step of a credit schedule: an availability `below` a percentage, or `downtime_from` a length on."""

    credit: Compensation
    below: Percent | None = None
    downtime_from: Duration | None = None
    for_each: Duration | None = None


@dataclass(frozen=True)
class Cap:
    at_most: Compensation
    per: Literal["period", "month", "quarter", "year"]


@dataclass(frozen=True)
class CreditSchedule:
    """Tiers for some plans and services, or for all. Tiers do not stack: the worst one that is reached applies."""

    key: str
    name: str
    tiers: tuple[Tier, ...]
    plans: tuple[PlanKey, ...] = ()
    categories: tuple[CategoryKey, ...] = ()
    caps: tuple[Cap, ...] = ()
    clause: ClauseId | None = None


@dataclass(frozen=True)
class ClaimTerms:
    on_request: bool
    within: Duration
    counted_from: Literal["downtime", "incident end", "month end", "quarter end"]
    sentence: str
    evidence_required: bool = False
    evidence: tuple[str, ...] = ()
    clause: ClauseId | None = None


@dataclass(frozen=True)
class CreditTerms:
    offered: bool
    sentence: str
    scope: str = ""
    schedules: Catalogue[CreditSchedule] = EMPTY
    claim: ClaimTerms | None = None
    clause: ClauseId | None = None


@dataclass(frozen=True)
class Topic:
    """Something people can subscribe to, once or per service."""

    key: str
    name: str
    text: str
    about: Literal["incidents", "maintenance", "system updates", "change log", "agreement versions"]
    each: Literal["everything", "service"] = "everything"
    by: tuple[Literal["mail", "status page"], ...] = ("mail",)
    clause: ClauseId | None = None


@dataclass(frozen=True)
class Link:
    key: str
    name: str
    url: str
    text: str = ""
    clause: ClauseId | None = None


@dataclass(frozen=True)
class ContactRole:
    key: str
    name: str
    text: str


@dataclass(frozen=True)
class EscalationStep:
    """Who is asked next, in order, and after how long without an answer."""

    shorthand: ClassVar[str] = "who"

    who: str
    after: Duration | None = None


@dataclass(frozen=True)
class ContactTerms:
    text: str
    roles: Catalogue[ContactRole] = EMPTY
    escalation_path: tuple[EscalationStep, ...] = ()
    authorised_only: bool = False
    authorised_clause: ClauseId | None = None
    clause: ClauseId | None = None


@dataclass(frozen=True)
class ChangeKind:
    """A kind of change at the client's side: who may ask, who approves, and in which hours it may happen."""

    key: str
    name: str
    text: str
    asked_by: tuple[RoleKey, ...]
    approved_by: tuple[RoleKey, ...] = ()
    hours: CalendarKey | None = None


@dataclass(frozen=True)
class ChangeTerms:
    text: str
    kinds: Catalogue[ChangeKind]
    clause: ClauseId | None = None


@dataclass(frozen=True)
class AccessTerms:
    text: str
    principles: tuple[str, ...] = ()
    clause: ClauseId | None = None


@dataclass(frozen=True)
class AddendumSection:
    """A chapter of the addendum (C13), written from the terms that `shows` names."""

    key: str
    title: str
    shows: Literal[
        "definitions",
        "levels",
        "response",
        "windows",
        "measurement",
        "exceptions",
        "credits",
        "contacts",
        "changes",
        "version",
    ]
    text: str = ""


@dataclass(frozen=True)
class AddendumTerms:
    sections: Catalogue[AddendumSection]
    text: str = ""
    clause: ClauseId | None = None
