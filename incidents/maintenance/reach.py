"""Whom a plan of maintenance concerns, and what each of them is owed: agreements as they govern when it begins."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q

from agreements.document import AgreementDocument
from agreements.document.period import PeriodSpan
from agreements.governing import versions_governing
from agreements.models import AgreementVersion, Product, Subscription
from incidents.maintenance.notice import Finding, Window, Work, findings
from incidents.models import Maintenance, MaintenanceNotice
from shell.wording import listed
from tenants.models import Client

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Owed:
    """What one subscription is owed of a plan, under the version that governs when it begins."""

    subscription: Subscription
    version: AgreementVersion
    findings: tuple[Finding, ...]

    @property
    def is_kept(self) -> bool:
        return all(finding.is_kept for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Told:
    """One finding about everybody whom it is the same for."""

    finding: Finding
    sentence: str
    clients: tuple[str, ...]


def work_of(maintenance: Maintenance) -> Work:
    """What agreements are asked about it."""
    return Work(
        kind="planned" if maintenance.kind == Maintenance.Kind.PLANNED else "emergency",
        start=maintenance.planned_start_at,
        end=maintenance.planned_end_at,
        is_risky=maintenance.is_risky,
        is_urgent=maintenance.is_urgent,
    )


def owed_for(
    work: Work, products: Collection[int], *, announced_at: datetime, besides: int | None = None
) -> list[Owed]:
    """What clients with any of the products are owed, by their names; `besides` is the plan itself where it is stored.

    A subscription that lists no products has all of them. A handful of queries, however many clients there are.
    """
    versions = {version.agreement_id: version for version in versions_governing(at=work.start)}
    concerned = [
        (subscription, versions[subscription.agreement_id])
        for subscription in _subscriptions(products, work.start)
        if (version := versions.get(subscription.agreement_id)) and subscription.runs(on=version.day_of(work.start))
    ]
    limited = any(_allowance_span(version, work) for _, version in concerned)
    others = _planned_beside(concerned, work, besides) if limited else []
    return [
        Owed(
            subscription,
            version,
            findings(
                version.document,
                work,
                announced_at=announced_at,
                extensions=version.document.known_extensions(subscription.extensions),
                beside=[window for window, its in others if _has(subscription, its)],
            ),
        )
        for subscription, version in concerned
    ]


def summary(owed: Iterable[tuple[Client, Iterable[Finding]]]) -> list[Told]:
    """What each client is owed, in sentences that are each about all it is the same for; what is not kept first."""
    by_finding: dict[Finding, dict[int, str]] = {}
    for client, its in owed:
        for finding in its:
            by_finding.setdefault(finding, {})[client.pk] = client.name
    told = [
        Told(
            finding,
            finding.sentence(f"{len(names)} client{'' if len(names) == 1 else 's'}", many=len(names) > 1),
            tuple(names.values()),
        )
        for finding, names in by_finding.items()
    ]
    return sorted(told, key=lambda each: (each.finding.is_kept, -each.finding.short_seconds))


def on_record(maintenance: Maintenance) -> list[tuple[Client, list[Finding]]]:
    """What the newest announcement that gave a window meant for each client, as it was kept on record."""
    newest = MaintenanceNotice.objects.filter(announcement__maintenance=maintenance).order_by("-announcement_id")[:1]
    notices = MaintenanceNotice.objects.filter(announcement__in=newest.values("announcement"))
    notices = notices.select_related("client").order_by("client__name", "id")
    return [(notice.client, [Finding(**finding) for finding in notice.findings]) for notice in notices]


def announce_by(owed: Iterable[Owed], work: Work) -> datetime | None:
    """The last instant at which everybody still gets the notice owed; None where nobody is owed any."""
    latest = (each.version.document.announce_by(work.kind, work.start) for each in owed)
    return min((at for at in latest if at is not None), default=None)


def parts_named(parts: Sequence[tuple[str, str]], *, at: datetime) -> list[tuple[Product, str]]:
    """Products and components by their keys. Raises ValidationError beside `parts` for what does not exist."""
    if not parts:
        raise ValidationError({"parts": "Choose what it affects."})
    products = {each.key: each for each in Product.objects.filter(key__in={key for key, _ in parts}, retired_at=None)}
    offered = components(at=at)
    unknown = [
        f"“{key}{f'/{component}' if component else ''}”"
        for key, component in parts
        if key not in products or (component and component not in offered.get(key, {}))
    ]
    if unknown:
        raise ValidationError({"parts": f"There is no {listed(unknown, last='or')} here."})
    # All of a product holds its components already.
    return [
        (products[key], component) for key, component in dict.fromkeys(parts) if not component or (key, "") not in parts
    ]


def components(*, at: datetime) -> dict[str, dict[str, str]]:
    """By product, the components that agreements in force name it to have: key and name."""
    return component_names(version.document for version in versions_governing(at=at))


def component_names(documents: Iterable[AgreementDocument]) -> dict[str, dict[str, str]]:
    """By product, the components that agreements name it to have: key and name."""
    found: dict[str, dict[str, str]] = {}
    for document in documents:
        for product in document.products:
            found.setdefault(product.key, {}).update({each.key: each.name for each in product.components})
    return found


def parts_words(maintenance: Maintenance, *, at: datetime) -> list[str]:
    """`Voice: SIP trunk A and SIP trunk B`, for each product that it touches; components by the agreement's names."""
    offered, named = components(at=at), dict[str, list[str]]()
    for part in maintenance.parts.all():
        its = named.setdefault(part.product.name, [])
        if part.component:
            its.append(offered.get(part.product.key, {}).get(part.component, part.component))
    return [f"{product}: {listed(its)}" if its else product for product, its in named.items()]


def _subscriptions(products: Collection[int], start: datetime) -> list[Subscription]:
    """Those that may run when it begins: in which zone that is asked, the version says."""
    day = start.date()
    return list(
        Subscription.objects.filter(Q(ends_on=None) | Q(ends_on__gt=day - _ONE_DAY), starts_on__lte=day + _ONE_DAY)
        .filter(Q(products__product__in=products) | Q(products=None))
        .distinct()
        .select_related("client")
        .prefetch_related("products")
        .order_by("client__name", "id")
    )


def _allowance_span(version: AgreementVersion, work: Work) -> PeriodSpan | None:
    terms = version.document.maintenance
    return version.document.period_at(work.start, terms.allowance.per) if terms and terms.allowance else None


def _planned_beside(
    concerned: Iterable[tuple[Subscription, AgreementVersion]], work: Work, besides: int | None
) -> list[tuple[Window, set[int]]]:
    """Other planned maintenance in reach of an allowance's period, each with its products."""
    spans = [span for _, version in concerned if (span := _allowance_span(version, work))]
    reach = max(span.end - span.start for span in spans)
    said = Maintenance.objects.public().exclude(status=Maintenance.Status.CANCELLED).exclude(pk=besides or 0)
    near = said.filter(
        kind=Maintenance.Kind.PLANNED, planned_start_at__lt=work.end + reach, planned_end_at__gt=work.start - reach
    )
    return [
        ((each.planned_start_at, each.planned_end_at), {part.product_id for part in each.parts.all()})
        for each in near.prefetch_related("parts")
    ]


def _has(subscription: Subscription, products: set[int]) -> bool:
    its = {each.product_id for each in subscription.products.all()}
    return not its or bool(its & products)
