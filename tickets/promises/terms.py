"""Which terms a ticket is measured by: from agreement, plan, type, level and coverage to the replay's Terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from agreements.document import AgreementDocument
from agreements.document.coverage import Coverage, CoverageKind, Standing, coverage
from agreements.document.model import Metric
from agreements.document.period import MONTH
from agreements.document.promises import Promise
from agreements.governing import Governing
from agreements.models import AgreementVersion, Subscription
from clocks.replay import METRICS, Terms
from clocks.replay.reasons import BY_TERM
from tenants.models import Client, Contact
from tickets.models import Ticket


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
    """Promises of one ticket, and the replay's terms that they make."""

    document: AgreementDocument
    promises: Mapping[str, Promise]
    terms: Terms = field(repr=False)


def bind(record: TermsRecord) -> Bound:
    """The promises that `record` stands for. Reads the agreement version once a process."""
    return bind_under(_published(record.version), record)


@lru_cache(maxsize=512)
def _published(version_id: int) -> AgreementDocument:
    """The document of a version that tickets were opened under: published, so it never changes."""
    return AgreementVersion.objects.published().defer("source").get(pk=version_id).document


@lru_cache(maxsize=4096)
def bind_under(document: AgreementDocument, record: TermsRecord) -> Bound:
    """The promises that `record` stands for under `document`, which may be a draft's. KeyError where it lacks a key."""
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
        pauses={m: {BY_TERM[term].key for term in p.pauses_for} for m, p in measured.items()},
        starts={m: document.metrics[m].starts_with for m in measured},
        endings={m: _endings(document.metrics[m]) for m in promises},
        reopening="new_cycle" if document.tickets.reopening == "new cycle" else document.tickets.reopening,
    )
    return Bound(document, promises, terms)


def _endings(metric: Metric) -> list[str]:
    """What keeps the promise beside what always does, by the agreement's choice (C1, C2)."""
    return [
        kind
        for kind, does in (("acknowledgement", metric.ends_by_any_reply), ("workaround", metric.ends_by_workaround))
        if does
    ]


def coverage_of(governing: Governing, contact: Contact, request_type: str, *, at: datetime) -> Coverage:
    """Whether the agreement covers this request, and the sentence that says so (A2, A3, B8, E3, E8)."""
    return coverage(
        governing.document, request_type, standing_of(governing.document, governing.subscription, contact, at=at)
    )


def standing_of(
    document: AgreementDocument, subscription: Subscription | None, contact: Contact, *, at: datetime
) -> Standing:
    """How client and contact stand now, with what they have used of the month of `at`."""
    plan = document.plans.get(subscription.plan) if subscription else None
    allowance = plan.included if plan else None
    return Standing(
        subscribed=plan is not None,
        paid=subscription is not None and subscription.standing == Subscription.Standing.PAID,
        trial=subscription is not None and subscription.is_trial,
        authorised=contact.may_request_support,
        used_this_month=0 if allowance is None else used_this_month(document, contact.client, at=at),
        allowance=allowance,
    )


def standing_as_filed(ticket: Ticket, document: AgreementDocument, filed: Mapping[str, Any]) -> Standing:
    """How the client of `ticket` stood when it was filed, not now, with what was used by then as it is counted now.

    `filed` is the standing on record. What was filed before the ticket uses the allowance up, itself does not.
    """
    used = 0
    if filed["allowance"] is not None:
        used = used_this_month(document, ticket.client, at=ticket.received_at, before=ticket.number)
    return replace(Standing(**filed), used_this_month=used)


def used_this_month(document: AgreementDocument, client: Client, *, at: datetime, before: int | None = None) -> int:
    """How many tickets of the calendar month, in the agreement's zone, have used the client's allowance up (E3)."""
    month = document.period_at(at, MONTH)
    # A duplicate that was merged into another ticket is no second request.
    tickets = Ticket.objects.filter(
        client=client,
        received_at__gte=month.start,
        received_at__lt=month.end,
        request_type__in=document.types_in_allowance,
        merged_into=None,
    ).exclude(coverage=Ticket.CoverageKind.NOT_COVERED)
    return (tickets if before is None else tickets.filter(number__lt=before)).count()
