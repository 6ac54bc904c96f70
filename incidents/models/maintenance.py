"""Maintenance: what is planned, what clients were told, what really happened. The three are kept apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from agreements.models import AgreementVersion, Product, Subscription
from clocks.kinds import KindOfEvent
from shell.wording import listed, whole_minute
from tenants.models import (
    Client,
    Contact,
    Fact,
    Member,
    NumberSeries,
    TenantForeignKey,
    TenantManager,
    TenantOwned,
)

TITLE_MAX = 160


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    ANNOUNCED = "announced", "Announced"
    IN_PROGRESS = "in_progress", "In progress"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"


BEFORE = (Status.DRAFT, Status.ANNOUNCED)


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceEventRow:
    """One kind of fact about maintenance: when somebody may bring it about, and who is told of it in which words."""

    icon: str
    #: What its author did, after their name, and the sentence where nobody did it and it came about by itself.
    words: str = ""
    by_itself: str = ""
    #: In which states somebody does it, and what is said to them in another.
    states: tuple[Status, ...] = ()
    refused: str = ""
    #: Whether clients read it, and programs hear of it.
    to_client: bool = True
    #: Whether it replaces words or a plan, so that nobody may do it who has not seen the last one.
    rewrites: bool = False
    #: Whether it tells clients of a window.
    gives_window: bool = False
    #: What stands before the title where everybody is told, and what they are told; see `messages.tell_everybody`.
    headline: str = ""
    told: str = ""
    #: The same for the team.
    team_headline: str = ""
    team_told: str = ""


class MaintenanceEventKind(KindOfEvent):
    """What can happen to maintenance."""

    row: MaintenanceEventRow

    # fmt: off
    PLANNED = "planned", MaintenanceEventRow(
        icon="pencil", words="planned it", by_itself="It was planned, as it comes back", to_client=False,
    ), "Planned"
    CHANGED = "changed", MaintenanceEventRow(
        icon="pencil", words="changed the plan", to_client=False, rewrites=True,
        states=(Status.DRAFT,), refused="It was announced: move or cancel it, and say why.",
    ), "Plan changed"
    NOTICE_DUE = "notice_due", MaintenanceEventRow(
        icon="alarm", by_itself="The team was reminded: it must be announced", to_client=False,
        team_headline="Announce it",
        team_told="It is a draft. Announced later than within a day, it comes too late for what some clients are owed.",
    ), "Notice falls due"
    ANNOUNCED = "announced", MaintenanceEventRow(
        icon="speakerphone", words="announced it", gives_window=True,
        states=(Status.DRAFT,), refused="It was announced already.",
        headline="{kind} maintenance", told="We will work on {products}: {window}.",
    ), "Announced"
    RESCHEDULED = "rescheduled", MaintenanceEventRow(
        icon="calendar-time", words="moved it", gives_window=True,
        states=(Status.ANNOUNCED,), refused="Only what is announced and has not begun can be moved.",
        headline="Moved", told="The new time: {window}.",
    ), "Moved"
    REWORDED = "reworded", MaintenanceEventRow(
        icon="pencil", words="changed what clients read", rewrites=True,
        states=(Status.ANNOUNCED, Status.IN_PROGRESS),
        refused="Only what clients were told of, and is not over, can be worded anew.",
        headline="Changed", told="We changed what we say about this maintenance. Its time stays: {window}.",
    ), "Changed"
    REMINDED = "reminded", MaintenanceEventRow(
        icon="bell", by_itself="Everybody concerned was reminded of it", to_client=False,
        headline="Soon", told="It begins soon: {window}.",
        team_headline="Tomorrow", team_told="It begins within a day.",
    ), "Reminded"
    START_DUE = "start_due", MaintenanceEventRow(
        icon="alarm", by_itself="Its start has come", to_client=False,
        team_headline="Begins now",
        team_told="Its start has come. Say that it has begun, move it or cancel it: clients wait for it.",
    ), "Start due"
    STARTED = "started", MaintenanceEventRow(
        icon="player-play", words="began the work", by_itself="The work began by itself",
        states=BEFORE, refused="It has begun already, or is over.",
        headline="Maintenance now", told="We are working on {products}: {window}.",
    ), "Began"
    EXTENDED = "extended", MaintenanceEventRow(
        icon="clock-plus", words="said that it takes longer", gives_window=True,
        states=(Status.IN_PROGRESS,), refused="Only what is going on can be extended.",
        headline="Takes longer", told="The work takes longer than we said. It is now: {window}.",
    ), "Extended"
    OVERRUN = "overrun", MaintenanceEventRow(
        icon="alert-triangle", by_itself="It ran beyond the announced end",
        team_headline="Overrun",
        team_told="It runs beyond the end that was announced. What clients are told of now does not take that back. "
        "If they are hurt, declare an incident.",
    ), "Overrun"
    COMPLETED = "completed", MaintenanceEventRow(
        icon="circle-check", words="completed the work",
        states=(Status.IN_PROGRESS,), refused="Only what is going on can be completed.",
        headline="Completed", told="The work on {products} is done.",
    ), "Completed"
    STOPPED = "stopped", MaintenanceEventRow(
        icon="player-stop", words="let it come back no more", to_client=False,
    ), "Comes back no more"
    CANCELLED = "cancelled", MaintenanceEventRow(
        icon="circle-x", words="cancelled it",
        states=BEFORE, refused="It has begun already, or is over.",
        headline="Cancelled", told="This maintenance will not take place: {window}.",
    ), "Cancelled"
    # fmt: on


def event_kinds() -> list[tuple[str, str]]:
    """For columns: a function, so that another kind is no migration."""
    return MaintenanceEventKind.choices


class MaintenanceSeries(TenantOwned):
    """Maintenance that comes back by the clock on the wall: every so many weeks, on the weekday of its first day."""

    first_on = models.DateField()
    starts_at = models.TimeField(help_text="By the clocks of the zone, whatever those do.")
    timezone = models.CharField(max_length=64)
    length = models.DurationField(help_text="Elapsed time, the same for each.")
    every_weeks = models.PositiveSmallIntegerField()
    until = models.DateField(null=True, blank=True, help_text="The last day on which one may begin.")
    at_most = models.PositiveSmallIntegerField(null=True, blank=True, help_text="How many there are in all.")
    stopped_at = models.DateTimeField(null=True, blank=True)
    planned_to = models.PositiveSmallIntegerField(default=0, help_text="How many have been planned.")
    plan_next_at = models.DateTimeField(null=True, blank=True, help_text="When the next is to be planned.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(every_weeks__gte=1), name="a_series_comes_back_after_a_week_or_more"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("first_on")), name="a_series_ends_after_its_first_day"
            ),
        ]
        indexes = [
            models.Index(fields=["plan_next_at"], name="series_due", condition=Q(plan_next_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"every {self.every_weeks} weeks from {self.first_on}"

    def start_of(self, occurrence: int) -> datetime | None:
        """The instant (UTC) at which one begins, counted from 1; None for one that there is not.

        A time that the clocks leave out counts as if they had not gone forward yet; of one that they show twice it is
        the first.
        """
        if self.at_most is not None and occurrence > self.at_most:
            return None
        try:
            day = self.first_on + timedelta(weeks=self.every_weeks * (occurrence - 1))
            start = datetime.combine(day, self.starts_at, ZoneInfo(self.timezone)).astimezone(UTC)
        except OverflowError:
            return None
        return None if self.until is not None and day > self.until else start


class MaintenanceQuerySet(models.QuerySet["Maintenance"]):
    def public(self) -> MaintenanceQuerySet:
        """What clients and the public may know of: whatever was announced, also if it was cancelled afterwards."""
        return self.filter(announced_start_at__isnull=False)

    def upcoming(self, now: datetime) -> MaintenanceQuerySet:
        """Announced, not begun, and not over as planned; the next first."""
        announced = self.filter(status=Status.ANNOUNCED, planned_end_at__gt=now)
        return announced.order_by("planned_start_at", "id")

    def running(self) -> MaintenanceQuerySet:
        return self.filter(status=Status.IN_PROGRESS).order_by("started_at", "id")

    def coming(self) -> MaintenanceQuerySet:
        """What the desk still has to begin, drafts too; what should have begun long ago stays on top."""
        return self.filter(status__in=BEFORE).order_by("planned_start_at", "id")

    def over(self) -> MaintenanceQuerySet:
        """`dated_at` is when it began, or was to begin of what never did."""
        began = Coalesce("started_at", "planned_start_at")
        return self.filter(status__in=Maintenance.OVER).annotate(dated_at=began)

    def happened(self, since: datetime, until: datetime) -> MaintenanceQuerySet:
        """What began then, or was planned for then and never began; the newest first."""
        dated = self.annotate(began_at=Coalesce("started_at", "planned_start_at"))
        return dated.filter(began_at__gte=since, began_at__lt=until).order_by("-began_at", "-id")

    def visible_to_contact(self, contact: Contact) -> MaintenanceQuerySet:
        """What was announced about products that this contact's client has."""
        products = Product.objects.of_client(contact.client_id).values("pk")
        return self.public().filter(pk__in=MaintenancePart.objects.filter(product__in=products).values("maintenance"))

    def with_parts(self) -> MaintenanceQuerySet:
        parts = MaintenancePart.objects.select_related("product").order_by("product__name", "component")
        return self.select_related("responsible__user").prefetch_related(models.Prefetch("parts", queryset=parts))


class Maintenance(TenantOwned):
    """Work on products that clients are told of beforehand.

    `planned_*` is what the team means to do now. `announced_*` is the window that clients were told of before it began:
    what lies beyond that one counts (C8), whatever was said while it ran. `started_at`, `ended_at` are what happened.
    """

    Status = Status

    class Kind(models.TextChoices):
        PLANNED = "planned", "Planned"
        EMERGENCY = "emergency", "Emergency"

    #: Where its pages are; see `incidents.paths`.
    path = "maintenance"
    OVER = (Status.COMPLETED, Status.CANCELLED)

    number = models.PositiveBigIntegerField()
    title = models.CharField(max_length=TITLE_MAX)
    description = models.TextField(blank=True, help_text="What clients read.")
    notes = models.TextField(blank=True, help_text="For the team alone.")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PLANNED)
    is_risky = models.BooleanField(default=False, help_text="Needs care outside the hours that agreements name.")
    urgent_because = models.TextField(blank=True, help_text="Why it cannot wait for the notice owed; empty: it can.")
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    planned_start_at = models.DateTimeField()
    planned_end_at = models.DateTimeField()
    announced_start_at = models.DateTimeField(null=True, blank=True)
    announced_end_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    overrun_at = models.DateTimeField(null=True, blank=True, help_text="Since when it ran beyond the announced end.")
    responsible = TenantForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    starts_by_itself = models.BooleanField(default=False)
    series = TenantForeignKey(
        MaintenanceSeries, on_delete=models.PROTECT, null=True, blank=True, related_name="occurrences"
    )
    occurrence = models.PositiveSmallIntegerField(null=True, blank=True)
    # What the sweep does next, and when: a cache of the facts, found through one partial index.
    due = models.CharField(max_length=16, choices=event_kinds, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(MaintenanceQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="one_maintenance_per_number"),
            models.UniqueConstraint(fields=["tenant", "series", "occurrence"], name="one_maintenance_per_occurrence"),
            models.CheckConstraint(
                condition=Q(planned_end_at__gt=F("planned_start_at")), name="maintenance_ends_after_its_start"
            ),
            models.CheckConstraint(
                condition=Q(announced_start_at=None, announced_end_at=None)
                | Q(announced_end_at__gt=F("announced_start_at")),
                name="an_announced_window_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="maintenance_ended_after_it_started"
            ),
            models.CheckConstraint(
                condition=~Q(status="in_progress") | Q(started_at__isnull=False, ended_at=None),
                name="maintenance_in_progress_has_started",
            ),
            models.CheckConstraint(
                condition=~Q(status="completed") | Q(ended_at__isnull=False), name="completed_maintenance_has_ended"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "cancelled"]) | Q(announced_start_at__isnull=False),
                name="maintenance_is_announced_before_it_starts",
            ),
            models.CheckConstraint(condition=Q(due="", due_at=None) | (~Q(due="") & Q(due_at__isnull=False)),
                                   name="what_is_due_has_an_instant"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["due_at"], name="maintenance_due", condition=Q(due_at__isnull=False)),
            models.Index(
                fields=["tenant", "planned_start_at", "id"],
                name="maintenance_ahead",
                condition=Q(status__in=["draft", "announced", "in_progress"]),
            ),
            models.Index(fields=["tenant", "-planned_start_at", "-id"], name="maintenance_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.called} {self.title}"

    @property
    def called(self) -> str:
        """`MNT-4`, wherever people read which one it is."""
        return f"MNT-{self.number}"

    @property
    def is_public(self) -> bool:
        """Whether clients may know of it."""
        return self.announced_start_at is not None

    @property
    def is_planned(self) -> bool:
        return self.kind == Maintenance.Kind.PLANNED

    @property
    def is_urgent(self) -> bool:
        return bool(self.urgent_because)

    @property
    def products(self) -> str:
        """The products it touches, as a list in words."""
        return listed(dict.fromkeys(part.product.name for part in self.parts.all()))

    @property
    def is_off_plan(self) -> bool:
        """Whether it took place at other times than were planned, to the minute."""
        if self.started_at is None or self.ended_at is None:
            return False
        took_place = whole_minute(self.started_at), whole_minute(self.ended_at)
        return took_place != (self.planned_start_at, self.planned_end_at)

    @property
    def is_extended(self) -> bool:
        """Whether it is to take longer than was announced before it began."""
        return self.announced_end_at is not None and self.planned_end_at > self.announced_end_at


class MaintenancePart(TenantOwned):
    """What maintenance touches: a product, or one component of it by its key in agreements; "" is all of it."""

    maintenance = TenantForeignKey(Maintenance, on_delete=models.CASCADE, related_name="parts")
    product = TenantForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    component = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "maintenance", "product", "component"], name="a_part_once_per_maintenance"
            )
        ]
        indexes = [models.Index(fields=["tenant", "product", "maintenance"], name="maintenance_of_product")]

    def __str__(self) -> str:
        return f"{self.product}{f' / {self.component}' if self.component else ''}"


class MaintenanceEventQuerySet(models.QuerySet["MaintenanceEvent"]):
    def announcements(self) -> MaintenanceEventQuerySet:
        """Those that told clients of a window."""
        return self.filter(kind__in=[kind for kind in MaintenanceEventKind if kind.row.gives_window])


class MaintenanceEvent(Fact):
    """A fact about maintenance, never changed. `at` is when it was so, `recorded_at` when it was written down.

    One that announces says in `data` which window it gave, and in `reason` what was said with it.
    """

    maintenance = TenantForeignKey(Maintenance, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=16, choices=event_kinds)

    objects = TenantManager.from_queryset(MaintenanceEventQuerySet)()

    class Meta(Fact.Meta):
        indexes = [models.Index(fields=["tenant", "maintenance", "at", "id"], name="event_of_maintenance")]
        triggers = [
            pgtrigger.Protect(name="maintenance_events_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.maintenance_id}"

    @property
    def row(self) -> MaintenanceEventRow:
        row: MaintenanceEventRow = MaintenanceEventKind(self.kind).row  # type: ignore[call-arg]  # a value finds its member
        return row

    @property
    def start_at(self) -> datetime | None:
        """When what was planned or told with it begins (UTC)."""
        return self._instant("start")

    @property
    def end_at(self) -> datetime | None:
        return self._instant("end")

    @property
    def said(self) -> str:
        """The words that came with it, but for those that are read about the maintenance anyway."""
        return "" if self.reason == self.maintenance.description else self.reason

    def _instant(self, key: str) -> datetime | None:
        return datetime.fromisoformat(self.data[key]) if key in self.data else None


class MaintenanceNotice(TenantOwned):
    """What an announcement meant under one client's subscription: what it was owed, and whether it was kept.

    `findings` are `incidents.maintenance.notice.Finding` as data, one for each promise that was looked at. Exclusions
    and reports ask by client, so it is a row and no part of the announcement.
    """

    announcement = TenantForeignKey(MaintenanceEvent, on_delete=models.PROTECT, related_name="notices")
    client = TenantForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    subscription = TenantForeignKey(Subscription, on_delete=models.PROTECT, related_name="+")
    agreement_version = TenantForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="+")
    is_kept = models.BooleanField()
    findings = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "client", "announcement", "subscription", "agreement_version"],
                name="one_notice_per_client_and_announcement",
            )
        ]
        indexes = [models.Index(fields=["tenant", "announcement"], name="notice_of_announcement")]
        triggers = [
            pgtrigger.Protect(name="maintenance_notices_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.client}: {'kept' if self.is_kept else 'not kept'}"


class MaintenanceNumber(NumberSeries):
    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_maintenance_series_of_numbers_per_tenant")]
