"""A pause that a client contests, and what the desk answers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tenants.models import Contact, Member, TenantForeignKey, TenantManager, TenantOwned
from tickets.models.event import TicketEvent
from tickets.models.ticket import Ticket


class PauseContestQuerySet(models.QuerySet["PauseContest"]):
    def unanswered(self) -> PauseContestQuerySet:
        return self.filter(answered_at=None)


class PauseContest(TenantOwned):
    """A contact says that time which did not count should have. Kept, the pause stands; struck out, it never was."""

    class Outcome(models.TextChoices):
        KEPT = "kept", "The pause stands"
        STRUCK = "struck", "The pause is struck out"

    ticket = TenantForeignKey(Ticket, on_delete=models.PROTECT, related_name="contests")
    pause = TenantForeignKey(
        TicketEvent, on_delete=models.PROTECT, related_name="+", help_text="The fact that began it."
    )
    contact = TenantForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    contested_at = models.DateTimeField()
    outcome = models.CharField(max_length=6, choices=Outcome, blank=True)
    answer = models.TextField(blank=True)
    answered_by = TenantForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(PauseContestQuerySet)()

    class Meta:
        ordering = ["contested_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "pause"], name="a_pause_is_contested_once"),
            models.CheckConstraint(
                condition=Q(answered_at=None, outcome="") | (Q(answered_at__isnull=False) & ~Q(outcome="")),
                name="an_answer_has_an_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "ticket"], name="contest_of_ticket"),
            models.Index(fields=["tenant", "contested_at"], name="contest_unanswered", condition=Q(answered_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.contact}, pause of #{self.ticket_id}"
