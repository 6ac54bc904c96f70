"""Whom an incident asks for: policies as owners write them, and who was asked."""

from __future__ import annotations

from typing import TypedDict

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from incidents.models.incident import Incident
from tenants.models import Member, TenantForeignKey, TenantManager, TenantOwned


class Step(TypedDict):
    """Whom a step asks ("leads", "member:7", "schedule:3"), by which way ("all", "mail", "notice", "channel:5"), and
    how many seconds it waits for an acknowledgement before the next step."""

    asks: str
    by: str
    wait: int


class Kept(TypedDict):
    """A policy as an incident keeps it from its start; `stale_after` in seconds."""

    name: str
    steps: list[Step]
    repeats: int
    stale_after: int | None


#: Where a tenant has written none for a level: what is escalated has to reach somebody (B14).
USUAL = Kept(
    name="Everybody who leads", steps=[Step(asks="leads", by="all", wait=10 * 60)], repeats=5, stale_after=30 * 60
)


class EscalationPolicyQuerySet(models.QuerySet["EscalationPolicy"]):
    def by_level(self) -> dict[str, EscalationPolicy]:
        """By the key of the level; "" is the one for all others."""
        return {level: policy for policy in self for level in policy.levels or ("",)}

    def asking(self, asks: str) -> EscalationPolicyQuerySet:
        """Those with a step that asks, say, "schedule:3"."""
        return self.filter(steps__contains=[{"asks": asks}])


class EscalationPolicy(TenantOwned):
    """Who is asked about an incident, one step after the other."""

    name = models.CharField(max_length=80)
    levels = ArrayField(
        models.CharField(max_length=60),
        default=list,
        help_text="By the keys of the agreements; empty: every level that no other policy is for.",
    )
    steps = models.JSONField(help_text="As `Step` says, in order.")
    repeats = models.PositiveSmallIntegerField(help_text="How often all are asked again after the last step.")
    stale_after = models.DurationField(
        null=True, help_text="How long an acknowledgement holds without progress; null: to the end."
    )

    objects = TenantManager.from_queryset(EscalationPolicyQuerySet)()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="one_escalation_policy_per_name"),
            models.UniqueConstraint(fields=["tenant"], condition=Q(levels=[]), name="one_policy_is_for_the_rest"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kept(self) -> Kept:
        stale_after = int(self.stale_after.total_seconds()) if self.stale_after else None
        return Kept(name=self.name, steps=self.steps, repeats=self.repeats, stale_after=stale_after)


class Page(TenantOwned):
    """Somebody was asked to see to an incident; how late says how far `asked_at` lies behind `due_at`.

    Whoever has the token of which the digest is kept may acknowledge it in that person's name.
    """

    incident = TenantForeignKey(Incident, on_delete=models.PROTECT, related_name="pages")
    round = models.PositiveSmallIntegerField()
    repeat = models.PositiveSmallIntegerField()
    step = models.PositiveSmallIntegerField()
    member = TenantForeignKey(Member, on_delete=models.PROTECT, related_name="pages")
    by = models.CharField(max_length=200, help_text="In words.")
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    token_digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "incident", "round", "repeat", "step", "member"], name="a_person_is_asked_once_a_step"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "token_digest"], name="page_of_token")]
        triggers = [pgtrigger.Protect(name="pages_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.incident}: {self.member}"

    @property
    def asking(self) -> tuple[int, int, int]:
        return (self.round, self.repeat, self.step)
