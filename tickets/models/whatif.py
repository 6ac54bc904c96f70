"""What a past period would have looked like under other terms: the question, how far it is, and the answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from agreements.models import AgreementVersion
from clocks.verdict import Verdict
from shell.wording import day_words
from tenants.models import Client, TenantForeignKey, TenantManager, TenantOwned, User
from tenants.scope import current_tenant
from tickets.models.ticket import Ticket

#: Whoever computes says so every few seconds; silent for longer, they are taken for dead.
LIFELESS_AFTER = timedelta(minutes=1)
#: How long a result that nobody keeps is there to be read.
UNKEPT_FOR = timedelta(days=7)


class WhatIfQuerySet(models.QuerySet["WhatIf"]):
    def unfinished(self) -> WhatIfQuerySet:
        return self.filter(finished_at=None, failed_at=None, cancelled_at=None)

    def under_way(self, *, now: datetime) -> WhatIfQuerySet:
        """Somebody computes it, and lives."""
        return self.unfinished().filter(seen_at__gt=now - LIFELESS_AFTER)

    def waiting(self, *, now: datetime) -> WhatIfQuerySet:
        """Nobody computes it: not taken up yet, or whoever did died. The oldest first."""
        nobody = Q(seen_at=None) | Q(seen_at__lte=now - LIFELESS_AFTER)
        return self.unfinished().filter(nobody).order_by("asked_at", "pk")

    def expired(self, *, now: datetime) -> WhatIfQuerySet:
        return self.filter(kept_at=None, asked_at__lte=now - UNKEPT_FOR)


class WhatIf(TenantOwned):
    """Tickets received in [since, until) replayed under `version`, and under `plan` where one is named.

    A draft's text may change later, so `digest` says which text was asked about. What nobody keeps is thrown away.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Being computed"
        FINISHED = "finished", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    version = TenantForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    plan = models.CharField(max_length=60, blank=True, help_text="Empty: each ticket's own plan.")
    client = TenantForeignKey(Client, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    asked_by = TenantForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True, help_text="The last sign of life of whoever computes it.")
    finished_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)

    name = models.CharField(max_length=120, blank=True)
    kept_at = models.DateTimeField(null=True, blank=True)
    kept_by = TenantForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = TenantManager.from_queryset(WhatIfQuerySet)()

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [models.CheckConstraint(condition=Q(until__gt=F("since")), name="a_period_ends_after_it_starts")]
        indexes = [
            models.Index(fields=["tenant", "-asked_at", "-id"], name="what_if_newest_first"),
            models.Index(
                fields=["asked_at"],
                name="what_if_unfinished",
                condition=Q(finished_at=None, failed_at=None, cancelled_at=None),
            ),
        ]

    def __str__(self) -> str:
        since = self.since.astimezone(ZoneInfo(current_tenant().timezone))
        return self.name or f"{self.version}, from {day_words(since)}"

    @property
    def state(self) -> WhatIf.State:
        if self.finished_at is not None:
            return self.State.FINISHED
        if self.failed_at is not None:
            return self.State.FAILED
        if self.cancelled_at is not None:
            return self.State.CANCELLED
        return self.State.WAITING if self.started_at is None else self.State.RUNNING

    @property
    def is_unfinished(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}

    @property
    def text_changed(self) -> bool:
        """Whether the draft that was asked about has another text by now."""
        return self.version.digest != self.digest

    @property
    def expires_at(self) -> datetime | None:
        """When it is thrown away; None for one that is kept."""
        return None if self.kept_at else self.asked_at + UNKEPT_FOR


#: How verdicts are kept and told to programs. What is still to be kept is running, however it stands.
RECORDED = {
    Verdict.MET: "kept",
    Verdict.MISSED: "missed",
    Verdict.RUNNING: "running",
    Verdict.MEASURED: "measured",
    Verdict.MERGED: "merged",
    Verdict.NONE: "none",
}
VERDICTS = [(value, verdict.words) for verdict, value in RECORDED.items()]


class WhatIfTicket(TenantOwned):
    """One clock that would have turned out differently: missed where it was not, or the other way round."""

    class Outcome(models.TextChoices):
        LOST = "lost", "Would have been missed"
        GAINED = "gained", "Would not have been missed"

    what_if = TenantForeignKey(WhatIf, on_delete=models.CASCADE, related_name="tickets")
    ticket = TenantForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    metric = models.CharField(max_length=30)
    cycle = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=6, choices=Outcome)
    was = models.CharField(max_length=8, choices=VERDICTS)
    would_be = models.CharField(max_length=8, choices=VERDICTS)
    was_target = models.CharField(max_length=80, blank=True, help_text="As the agreement says it: “8 business hours”.")
    would_be_target = models.CharField(max_length=80, blank=True)
    was_due_at = models.DateTimeField(null=True, blank=True)
    would_be_due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "what_if", "ticket", "metric", "cycle"], name="a_clock_once_per_what_if"
            )
        ]
        indexes = [models.Index(fields=["tenant", "what_if", "outcome", "id"], name="what_if_by_outcome")]

    def __str__(self) -> str:
        return f"{self.metric} of #{self.ticket_id}"
