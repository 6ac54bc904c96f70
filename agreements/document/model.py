"""What an agreement says about tickets: clauses, hours, levels, request types, plans, metrics, targets, coverage.

These classes mirror schema.json, where every field is described; a test keeps the two together. A comment here names
only what the schema cannot say. `clause` always cites the paragraph of the source document that a part stands on.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import ClassVar, Literal

from agreements.document.keys import (
    EMPTY,
    CalendarKey,
    Catalogue,
    CategoryKey,
    ChannelKey,
    ClauseId,
    LevelKey,
    MetricKey,
    PlanKey,
    ProductKey,
    RequestTypeKey,
    SchemeKey,
    TopicKey,
)
from agreements.document.quantities import Day, Duration, Hours, Money, Percent, Pledge, WarningPoint, Weekdays, Zone


@dataclass(frozen=True)
class Version:
    label: str
    effective_from: datetime.date
    date: datetime.date | None = None
    tickets_keep_version: bool = True
    changes: str = ""
    topic: TopicKey | None = None
    clause: ClauseId | None = None


@dataclass(frozen=True)
class Liability:
    kind: Literal["commitment", "objective", "best endeavours"]
    sentence: str
    clause: ClauseId | None = None


@dataclass(frozen=True)
class Clause:
    key: str
    title: str
    text: str
    where: str = ""


@dataclass(frozen=True)
class OwnHoliday:
    date: Day
    name: str


@dataclass(frozen=True)
class RemovedHoliday:
    """A national holiday that is worked: by `name` in every year, or on one `date`."""

    name: str = ""
    date: Day | None = None


@dataclass(frozen=True)
class HolidayTerms:
    country: str | None = None
    subdivision: str | None = None
    added: tuple[OwnHoliday, ...] = ()
    removed: tuple[RemovedHoliday, ...] = ()


@dataclass(frozen=True)
class OwnHours:
    date: Day
    name: str
    hours: tuple[Hours, ...]


@dataclass(frozen=True)
class CalendarTerms:
    """Hours as the file states them; `calendars.CalendarSpec` turns them into a calendar."""

    key: str
    name: str
    description: str = ""
    timezone: Zone | None = None
    weekly: dict[Weekdays, tuple[Hours, ...]] | None = None
    holidays: HolidayTerms | None = None
    exceptions: tuple[OwnHours, ...] = ()
    always: bool = False
    union: tuple[CalendarKey, ...] = ()
    business_day: Duration | None = None
    clause: ClauseId | None = None


@dataclass(frozen=True)
class Level:
    key: str
    name: str
    rank: int
    definition: str
    intent: Literal["critical", "serious", "moderate", "minor", "neutral"]
    label: str = ""
    examples: tuple[str, ...] = ()
    expectations: tuple[str, ...] = ()
    contacts_may_choose: bool = True
    needs_permission: bool = False
    aliases: tuple[str, ...] = ()
    clause: ClauseId | None = None


@dataclass(frozen=True)
class Scheme:
    key: str
    name: str
    kind: Literal["priority", "severity"]
    levels: Catalogue[Level]
    description: str = ""
    clause: ClauseId | None = None


@dataclass(frozen=True)
class MailTerms:
    default_level: LevelKey | None = None
    subject_names_level: bool = False
    clause: ClauseId | None = None


@dataclass(frozen=True)
class Reclassification:
    by_contacts: bool = False
    by_team: bool = True
    reason_required: bool = True
    shown_to_client: bool = True
    clause: ClauseId | None = None


@dataclass(frozen=True)
class TicketTerms:
    scheme: SchemeKey
    default_level: LevelKey
    reclassification: Reclassification
    warnings: tuple[WarningPoint, ...]
    reopening: Literal["resume", "restart", "new cycle"]
    merging: Literal["own start", "earliest start"] = "own start"
    mail: MailTerms = MailTerms()
    source_of_truth: str = ""
    clause: ClauseId | None = None


@dataclass(frozen=True)
class OutsideHours:
    calendar: CalendarKey
    levels: tuple[LevelKey, ...]
    sentence: str
    clause: ClauseId | None = None


@dataclass(frozen=True)
class RequestType:
    key: str
    name: str
    description: str
    forced_level: LevelKey | None = None
    levels: tuple[LevelKey, ...] = ()
    outside: str = ""
    counts_towards_allowance: bool = True
    asks: tuple[Literal["scope", "reproducibility", "impact", "approval"], ...] = ()
    outside_hours: OutsideHours | None = None
    clause: ClauseId | None = None

    @property
    def is_outside(self) -> bool:
        """Whether requests of this type stand outside the agreement altogether (E8); `outside` is the sentence."""
        return bool(self.outside)


@dataclass(frozen=True)
class Component:
    key: str
    name: str
    measured: bool = True


@dataclass(frozen=True)
class Product:
    key: str
    name: str
    category: CategoryKey
    components: Catalogue[Component] = EMPTY
    description: str = ""


@dataclass(frozen=True)
class Category:
    key: str
    name: str
    description: str = ""
    available_while: Literal["all components", "any component"] = "all components"
    clause: ClauseId | None = None


@dataclass(frozen=True)
class Price:
    per: Literal["month", "quarter", "year"]
    amount: Money | None = None
    text: str = ""
    billed: Literal["monthly", "quarterly", "yearly"] | None = None
    clause: ClauseId | None = None


@dataclass(frozen=True)
class Allowance:
    """Included per calendar month of the agreement's time zone."""

    incidents: int
    per: Literal["month"] = "month"
    clause: ClauseId | None = None


@dataclass(frozen=True)
class Channel:
    key: str
    name: str
    text: str
    calendar: CalendarKey | None = None
    on_request: bool = False
    levels: tuple[LevelKey, ...] = ()
    clause: ClauseId | None = None


@dataclass(frozen=True)
class Plan:
    key: str
    name: str
    description: str
    channels: tuple[ChannelKey, ...]
    price: Price | None = None
    allowance: Allowance | None = None
    features: tuple[str, ...] = ()
    clause: ClauseId | None = None


@dataclass(frozen=True)
class Metric:
    """A promise that can have a clock. `key` is first_response, next_response, resolution, workaround or update."""

    key: str
    name: str
    definition: str
    pauses: tuple[Literal["waiting for client", "waiting for third party", "on hold"], ...] = ()
    stopped_by: Literal["substantive reply", "any reply", "solution", "workaround", "update"] = "substantive reply"
    workaround_resolves: bool = False
    otherwise: Literal["best effort", "none"] = "none"
    clause: ClauseId | None = None

    @property
    def pauses_for_client(self) -> bool:
        return "waiting for client" in self.pauses

    @property
    def ends_by_workaround(self) -> bool:
        return self.workaround_resolves or self.stopped_by == "workaround"

    @property
    def ends_by_any_reply(self) -> bool:
        return self.stopped_by == "any reply"


@dataclass(frozen=True)
class PromiseTerms:
    """One cell or rule: the pledge, and what differs from its table."""

    shorthand: ClassVar[str] = "promise"

    promise: Pledge
    calendar: CalendarKey | None = None
    note: str = ""
    clause: ClauseId | None = None


@dataclass(frozen=True)
class TargetTable:
    """Targets as the source prints them: a row per level and metric; with `plans`, a column per plan."""

    rows: dict[LevelKey, dict[MetricKey, tuple[PromiseTerms, ...]]]
    plans: tuple[PlanKey, ...] = ()
    request_types: tuple[RequestTypeKey, ...] = ()
    products: tuple[ProductKey, ...] = ()
    calendar: CalendarKey | None = None
    clause: ClauseId | None = None


@dataclass(frozen=True)
class TargetRule:
    metric: MetricKey
    promise: Pledge
    plans: tuple[PlanKey, ...] = ()
    levels: tuple[LevelKey, ...] = ()
    request_types: tuple[RequestTypeKey, ...] = ()
    products: tuple[ProductKey, ...] = ()
    calendar: CalendarKey | None = None
    note: str = ""
    clause: ClauseId | None = None


@dataclass(frozen=True)
class Attainment:
    metric: MetricKey
    share: Percent
    per: Literal["month", "quarter", "year"]
    sentence: str
    plans: tuple[PlanKey, ...] = ()
    levels: tuple[LevelKey, ...] = ()
    clause: ClauseId | None = None


@dataclass(frozen=True)
class TargetTerms:
    calendar: CalendarKey
    tables: tuple[TargetTable, ...] = ()
    rules: tuple[TargetRule, ...] = ()
    attainment: tuple[Attainment, ...] = ()
    clause: ClauseId | None = None


@dataclass(frozen=True)
class CoverageRule:
    outcome: Literal["covered", "best effort", "not covered"]
    sentence: str
    clause: ClauseId | None = None


@dataclass(frozen=True)
class TrialRule:
    """What a prospect on a trial gets (A3): `request_types` as `outcome` says, everything else not covered."""

    outcome: Literal["covered", "best effort"]
    request_types: tuple[RequestTypeKey, ...]
    sentence: str
    other_sentence: str
    clause: ClauseId | None = None


@dataclass(frozen=True)
class CoverageTerms:
    without_subscription: CoverageRule
    unpaid: CoverageRule | None = None
    trial: TrialRule | None = None
    unauthorised: CoverageRule | None = None
    beyond_allowance: CoverageRule | None = None


@dataclass(frozen=True)
class Extension:
    """Longer hours agreed with one client (E7): calendar `replaces` gives way to calendar `by`."""

    key: str
    name: str
    text: str
    replaces: CalendarKey
    by: CalendarKey
    plans: tuple[PlanKey, ...] = ()
    clause: ClauseId | None = None
