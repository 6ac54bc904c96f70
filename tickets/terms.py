"""Which terms a ticket is measured by: from the agreement in force, its plan, type, level and coverage, to replay's Terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.db.models import Q

from agreements.document import AgreementDocument
from agreements.document.coverage import Coverage, CoverageKind, Standing, coverage
from agreements.document.promises import Promise
from agreements.models import Agreement, AgreementVersion, Subscription
from tenants.models import Client, Contact
from tickets.models import Ticket
from tickets.replay import METRICS, Terms

ON_HOLD = "on hold"
WAITING_FOR_CLIENT = "waiting for client"


@dataclass(frozen=True, slots=True)
class TermsRecord:
    """What decides a ticket's promises, as kept on the event that set it: enough to bind the same terms for ever."""

    version: int
    plan: str
    request_type: str
    level: str
    coverage: str
    sentence: str = ""
    clause: str = ""
    product: str | None = None
    extensions: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> TermsRecord:
        return cls(**{**data, "extensions": tuple(data.get("extensions", ()))})


@dataclass(frozen=True, slots=True)
class Bound:
    """Promises of one ticket, and the replay terms of each group of metrics that pause alike."""

    document: AgreementDocument
    promises: Mapping[str, Promise]
    terms: Terms = field(repr=False)

    def pauses_on(self, metric: str, what: str) -> bool:
        return what in self.promises[metric].pauses_for


def bind(record: TermsRecord) -> Bound:
    """The promises that `record` stands for. Reads the agreement version once a process."""
    version = AgreementVersion.objects.defer("source").get(pk=record.version)
    return _bind(version.document, record)


@lru_cache(maxsize=4096)
def _bind(document: AgreementDocument, record: TermsRecord) -> Bound:
    cover = Coverage(cast("CoverageKind", record.coverage), record.sentence, record.clause)
    # A plan is empty where the client has no subscription: every promise is then "none", so any plan's rows do.
    promised = document.promises(
        plan=record.plan or document.plans[0].key,
        request_type=record.request_type,
        level=record.level,
        product=record.product,
        extensions=record.extensions,
    )
    promises = {m: promised[m].under(cover) for m in METRICS if m in promised}
    measured = {m: p for m, p in promises.items() if p.kind != "none"}
    terms = Terms(
        targets={m: p.duration for m, p in measured.items()},
        calendars={m: document.calendar(p.calendar) for m, p in measured.items()},
        pauses={m: bool(p.pauses_for) for m, p in measured.items()},
        reopening="new_cycle" if document.tickets.reopening == "new cycle" else document.tickets.reopening,
    )
    return Bound(document, promises, terms)


@dataclass(frozen=True, slots=True)
class InForce:
    """The agreement version that a client's request falls under, and the client's subscription to it, if any."""

    version: AgreementVersion
    subscription: Subscription | None
    on: date

    @property
    def document(self) -> AgreementDocument:
        return self.version.document

    @property
    def extensions(self) -> tuple[str, ...]:
        """The longer hours agreed with the client (E7), those that this version still has."""
        agreed = self.subscription.extensions if self.subscription else ()
        return tuple(key for key in agreed if key in self.document.extensions.keys)


def in_force(client: Client, *, at: datetime) -> InForce | None:
    """What governs a request of `client` received at `at`; None where the tenant has published nothing by then.

    Without a subscription the tenant's agreement still governs: it is the one that says what the uncovered get (A2).
    """
    candidates = list(Subscription.objects.filter(client=client).order_by("-starts_on", "-id"))
    agreements = [s.agreement_id for s in candidates] or list(
        Agreement.objects.order_by("id").values_list("id", flat=True)[:1]
    )
    versions = list(
        AgreementVersion.objects.published()
        .defer("source")
        .filter(Q(agreement_id__in=agreements))
        .order_by("-effective_from", "-number")
    )
    for agreement_id in agreements:
        for version in versions:
            if version.agreement_id != agreement_id:
                continue
            # The date that counts is the agreement's own: "on 1 July" begins where the provider is.
            on = at.astimezone(ZoneInfo(version.document.timezone.name)).date()
            if version.effective_from > on:
                continue
            running = [s for s in candidates if s.starts_on <= on and (s.ends_on is None or s.ends_on > on)]
            subscription = next((s for s in running if s.agreement_id == agreement_id), None)
            if subscription is not None or not running:
                return InForce(version, subscription, on)
            break
    return None


def coverage_of(
    governing: InForce, contact: Contact, request_type: str, *, at: datetime, before: int | None = None
) -> Coverage:
    """Whether the agreement covers this request, and the sentence that says so (A2, A3, B8, E3, E8).

    `before` is the number of the ticket itself where it exists already, so that it does not use up its own allowance.
    """
    document, subscription = governing.document, governing.subscription
    plan = document.plans.get(subscription.plan) if subscription else None
    allowance = plan.allowance.incidents if plan and plan.allowance else None
    standing = Standing(
        subscribed=plan is not None,
        paid=subscription is not None and subscription.standing == Subscription.Standing.PAID,
        trial=subscription is not None and subscription.is_trial,
        authorised=contact.may_request_support,
        used_this_month=0 if allowance is None else used_this_month(document, contact.client, at=at, before=before),
        allowance=allowance,
    )
    return coverage(document, request_type, standing)


def used_this_month(document: AgreementDocument, client: Client, *, at: datetime, before: int | None = None) -> int:
    """How many tickets of the calendar month, in the agreement's zone, have used the client's allowance up (E3)."""
    local = at.astimezone(ZoneInfo(document.timezone.name))
    month = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = (month + timedelta(days=32)).replace(day=1)
    counting = [kind.key for kind in document.request_types if kind.counts_towards_allowance and not kind.is_outside]
    tickets = Ticket.objects.filter(
        client=client, received_at__gte=month, received_at__lt=following, request_type__in=counting
    ).exclude(coverage=Ticket.CoverageKind.NOT_COVERED)
    return (tickets if before is None else tickets.filter(number__lt=before)).count()
