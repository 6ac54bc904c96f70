"""The ticket: what a client asked for, under which promises, and where it stands."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models
from django.db.models import Q

from agreements.document import AgreementDocument
from agreements.models import AgreementVersion, Product, Subscription
from clocks.replay.reasons import BY_SLUG, THIRD_PARTY, Reason
from tenants.models import Client, Contact, Member, NumberSeries, TenantForeignKey, TenantManager, TenantOwned

# Sorts tickets with nothing due behind every ticket with something due, in one index.
NOTHING_DUE = datetime(9999, 12, 31, tzinfo=UTC)


class TicketQuerySet(models.QuerySet["Ticket"]):
    def unsolved(self) -> TicketQuerySet:
        return self.filter(status__in=Ticket.UNSOLVED)

    def open_before(self, version: AgreementVersion) -> TicketQuerySet:
        """Unsolved, under a version of the agreement that `version` comes after; the version without its text."""
        earlier = AgreementVersion.objects.before(version).values("pk")
        return self.unsolved().filter(agreement_version__in=earlier).with_version()

    def with_version(self) -> TicketQuerySet:
        """With the version that each is under, but not its text."""
        return self.select_related("agreement_version__agreement").defer("agreement_version__source")

    def visible_to_contact(self, contact: Contact) -> TicketQuerySet:
        """A contact sees their own tickets; with the permission, their whole organisation's. Never another client's."""
        own = self.filter(client_id=contact.client_id)
        return own if contact.may_see_organisation else own.filter(requester=contact)

    def newest_first(self) -> TicketQuerySet:
        return self.order_by("-last_activity_at", "-id")


class Ticket(TenantOwned):
    """What a client asked for. Its clocks are a replay of its events; the columns here are what lists read."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        WAITING = "waiting", "Waiting for client"
        ON_HOLD = "on_hold", "On hold"
        SOLVED = "solved", "Solved"
        CLOSED = "closed", "Closed"

    UNSOLVED = (Status.OPEN, Status.WAITING, Status.ON_HOLD)
    #: What `cover` sets.
    COVERAGE = ("coverage", "coverage_sentence", "coverage_clause")

    class HoldFor(models.TextChoices):
        THIRD_PARTY = THIRD_PARTY.slug, THIRD_PARTY.sentence("desk")

    class Scope(models.TextChoices):
        IN_SCOPE = "in_scope", "In scope"
        CLIENT_SIDE = "client_side", "Client's side"
        THIRD_PARTY = "third_party", "Third party"

    class Reproducibility(models.TextChoices):
        UNKNOWN = "unknown", "Not tried yet"
        REPRODUCIBLE = "reproducible", "Reproducible"
        NOT_REPRODUCIBLE = "not_reproducible", "Not reproducible"

    class Channel(models.TextChoices):
        PORTAL = "portal", "Portal"
        EMAIL = "email", "E-mail"
        PHONE = "phone", "Phone"
        CHAT = "chat", "Chat"
        API = "api", "API"

    class CoverageKind(models.TextChoices):
        COVERED = "covered", "Covered"
        BEST_EFFORT = "best_effort", "Best effort"
        NOT_COVERED = "not_covered", "No service level"

    number = models.PositiveBigIntegerField()
    client = TenantForeignKey(Client, on_delete=models.PROTECT, related_name="tickets")
    requester = TenantForeignKey(Contact, on_delete=models.PROTECT, related_name="tickets")
    product = TenantForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets")
    assignee = TenantForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets")
    channel = models.CharField(max_length=10, choices=Channel)
    subject = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    on_hold_for = models.CharField(max_length=12, choices=HoldFor, blank=True)
    merged_into = TenantForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="absorbed",
        help_text="The ticket that goes on in its place.",
    )  # fmt: skip

    # The terms it was opened under. `agreement_version` is empty where the client has no agreement at all (A2).
    agreement_version = TenantForeignKey(
        AgreementVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    subscription = TenantForeignKey(Subscription, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    plan = models.CharField(max_length=60, blank=True)
    request_type = models.CharField(max_length=60)
    level = models.CharField(max_length=60)
    requested_level = models.CharField(max_length=60, help_text="What the client chose (B10).")
    coverage = models.CharField(max_length=12, choices=CoverageKind)
    coverage_sentence = models.CharField(max_length=300, blank=True)
    coverage_clause = models.CharField(max_length=40, blank=True)

    scope = models.CharField(max_length=12, choices=Scope, default=Scope.IN_SCOPE)
    reproducibility = models.CharField(max_length=20, choices=Reproducibility, default=Reproducibility.UNKNOWN)

    received_at = models.DateTimeField(help_text="When the request reached us; clocks start here.")
    last_activity_at = models.DateTimeField()
    workaround_at = models.DateTimeField(null=True, blank=True, help_text="Since when a workaround holds.")
    solved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    queue_at = models.DateTimeField(default=NOTHING_DUE, help_text="The earliest due time of a running clock.")
    word_owed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the first word to many was said that has still to be posted here."
    )

    objects = TenantManager.from_queryset(TicketQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="one_ticket_per_number"),
            models.CheckConstraint(
                condition=Q(agreement_version__isnull=False) | Q(coverage="not_covered"),
                name="a_covered_ticket_names_its_terms",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(status="closed"), name="a_merged_ticket_is_closed"
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "queue_at", "id"],
                name="ticket_queue",
                condition=Q(status__in=["open", "waiting", "on_hold"]),
            ),
            models.Index(
                fields=["tenant", "assignee", "queue_at", "id"],
                name="ticket_queue_of_member",
                condition=Q(status__in=["open", "waiting", "on_hold"]),
            ),
            models.Index(
                fields=["tenant", "status", "queue_at", "id"],
                name="ticket_queue_of_status",
                condition=Q(status__in=["open", "waiting", "on_hold"]),
            ),
            models.Index(
                fields=["tenant", "agreement_version", "id"],
                name="ticket_of_version",
                condition=Q(status__in=["open", "waiting", "on_hold"]),
            ),
            models.Index(fields=["tenant", "-last_activity_at", "-id"], name="ticket_newest"),
            models.Index(fields=["tenant", "client", "-last_activity_at", "-id"], name="ticket_of_client"),
            models.Index(fields=["tenant", "requester", "-last_activity_at", "-id"], name="ticket_of_requester"),
            models.Index(fields=["tenant", "client", "received_at"], name="ticket_allowance"),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.subject}"

    @property
    def document(self) -> AgreementDocument | None:
        """The agreement it is under, as its version says it."""
        return self.agreement_version.document if self.agreement_version else None

    def cover(self, kind: str, sentence: str, clause: str) -> None:
        """What covers it; why and by which clause is said where that is not all that its plan promises."""
        covered = kind == self.CoverageKind.COVERED
        self.coverage, self.coverage_sentence, self.coverage_clause = (
            (kind, "", "") if covered else (kind, sentence, clause)
        )

    @property
    def is_unsolved(self) -> bool:
        return self.status in self.UNSOLVED

    @property
    def waits_for(self) -> Reason | None:
        """Why it waits, as it stands now; None for one that does not."""
        return BY_SLUG.get(self.on_hold_for or self.status)

    @property
    def status_words(self) -> str:
        """The status as people read it: a hold says what for, and a merged ticket that it is no more."""
        if self.merged_into_id is not None:
            return "Merged"
        return self.get_on_hold_for_display() if self.on_hold_for else self.get_status_display()


class TicketNumber(NumberSeries):
    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_number_series_per_tenant")]
