"""The stored clock: a cache of the replay, so that queues and sweeps find what is due through an index.

Abstract. What owns clocks (a ticket, say) has a table of them, with a foreign key that `OWNER` names.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Coalesce, Least

from agreements.document import AgreementDocument
from clocks.verdict import Verdict
from tenants.models import TenantOwned


class StoredClockQuerySet(models.QuerySet[Any]):
    def running(self) -> Self:
        return self.filter(stopped_at=None, paused_at=None)

    def overdue(self, *, now: datetime) -> Self:
        """Due and not yet recorded as a breach, earliest first: what the sweep has to raise."""
        return self.running().filter(breached_at=None, due_at__lte=now).order_by("due_at")

    def untold(self) -> Self:
        """Raised, and nobody has been told yet."""
        return self.exclude(untold="").order_by("pk")

    def missed(self, *, now: datetime) -> Self:
        """Promises that were broken, on record or waiting for the sweep to write it down."""
        return self.with_verdict(now=now).filter(verdict=Verdict.MISSED)

    def with_verdict(self, *, now: datetime) -> Self:
        """Each with its `verdict`, as `clocks.verdict.on_record` gives it; paused and running are told apart."""
        return self.annotate(verdict=verdict_on_record(now=now))


def verdict_on_record(*, now: datetime) -> Case:
    """`clocks.verdict.on_record` as the database works it out, over rows as they stand at `now`."""
    late = Q(promised_at__lte=Coalesce(Least("stopped_at", Value(now)), Value(now)))
    missed = Q(breached_at__lte=now) | late
    stopped = Q(stopped_at__lte=now)
    return Case(
        When(stopped & Q(stopped_by="merged") & ~missed, then=Value(Verdict.MERGED.value)),
        When(~Q(kind=StoredClock.Kind.TARGET), then=Value(Verdict.MEASURED.value)),
        When(missed, then=Value(Verdict.MISSED.value)),
        When(stopped, then=Value(Verdict.MET.value)),
        When(paused_at__isnull=True, then=Value(Verdict.RUNNING.value)),
        default=Value(Verdict.PAUSED.value),
        output_field=models.CharField(),
    )


class StoredClock(TenantOwned):
    """One promise, counting down: its terms, and the state the replay gave when a fact last changed it."""

    OWNER: ClassVar[str]
    objects: Any

    class Kind(models.TextChoices):
        TARGET = "target", "Target"
        BEST_EFFORT = "best_effort", "Best effort"

    metric = models.CharField(max_length=30)
    cycle = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=12, choices=Kind)
    target_seconds = models.PositiveBigIntegerField(null=True, blank=True, help_text="Business seconds promised.")
    target_text = models.CharField(max_length=80, blank=True, help_text="As the agreement says it: “8 business hours”.")
    calendar = models.CharField(max_length=60, blank=True, help_text="The agreement's calendar that counts.")
    clause = models.CharField(max_length=40, blank=True)

    started_at = models.DateTimeField()
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="Empty while paused, stopped, or nothing is promised."
    )
    promised_at = models.DateTimeField(null=True, blank=True, help_text="The due time that applied when it stopped.")
    warn_at = models.DateTimeField(null=True, blank=True, help_text="The next warning to raise.")
    warn_later = ArrayField(models.DateTimeField(), default=list, help_text="The warnings after that one, in order.")
    warned_at = models.DateTimeField(null=True, blank=True, help_text="When the last warning was raised.")
    paused_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.CharField(max_length=24, blank=True, help_text="The kind of event that stopped it.")
    elapsed_seconds = models.PositiveBigIntegerField(
        default=0, help_text="Business seconds counted until `counted_at`."
    )
    counted_at = models.DateTimeField()
    breached_at = models.DateTimeField(null=True, blank=True, help_text="The due time that passed; set once.")
    breach_recorded_at = models.DateTimeField(null=True, blank=True)
    untold = models.CharField(
        max_length=10, blank=True, choices=[("warned", "Due soon"), ("breached", "Target missed")],
        help_text="What was raised last, until people have been told.",
    )  # fmt: skip

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.metric} of #{self.owner_id}"

    @staticmethod
    def warnings(document: AgreementDocument) -> Sequence[Fraction | timedelta]:
        """The points at which an agreement warns before such a clock falls due."""
        return document.warnings

    @property
    def owner_id(self) -> int:
        found: int = getattr(self, f"{self.OWNER}_id")
        return found

    @property
    def is_promised(self) -> bool:
        return self.kind == self.Kind.TARGET


def clock_constraints(owner: str, prefix: str = "") -> list[models.BaseConstraint]:
    """The constraints of a table of clocks. Names are the database's, so a second table gives a prefix to its own."""
    return [
        models.UniqueConstraint(
            fields=["tenant", owner, "metric", "cycle"], name=f"{prefix}one_clock_per_metric_and_cycle"
        ),
        models.CheckConstraint(condition=Q(kind="target") | Q(due_at=None), name=f"{prefix}best_effort_is_never_due"),
        models.CheckConstraint(
            condition=Q(stopped_at=None, stopped_by="") | (Q(stopped_at__isnull=False) & ~Q(stopped_by="")),
            name=f"{prefix}a_stopped_clock_says_what_stopped_it",
        ),
    ]


def clock_indexes(prefix: str = "") -> list[models.Index]:
    """What sweeps look through: each holds only what may still fall due, so that its size follows that."""
    live = {"stopped_at": None, "paused_at": None, "breached_at": None}
    return [
        models.Index(fields=["due_at"], name=f"{prefix}clock_overdue", condition=Q(**live, due_at__isnull=False)),
        models.Index(fields=["warn_at"], name=f"{prefix}clock_to_warn", condition=Q(**live, warn_at__isnull=False)),
        models.Index(fields=["id"], name=f"{prefix}clock_untold", condition=~Q(untold="")),
        models.Index(fields=["tenant", "metric", "started_at"], name=f"{prefix}clock_report"),
    ]
