"""Whom a plan of maintenance concerns, and what each of them is owed: agreements as they govern when it begins."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q

from agreements.document import AgreementDocument
from agreements.governing import versions_governing
from agreements.models import Product, Subscription
from incidents.maintenance import notice
from incidents.maintenance.notice import Finding, Window, findings
from incidents.models import Maintenance, MaintenanceNotice
from shell.wording import counted, listed

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Told:
    """One finding about everybody whom it is the same for."""

    finding: Finding
    sentence: str
    clients: tuple[str, ...]


def owed_for(work: Maintenance, products: Collection[int], *, announced_at: datetime) -> list[MaintenanceNotice]:
    """What clients with any of the products are owed of a plan, stored or not, by their names; not stored.

    A subscription that lists no products has all of them. A handful of queries, however many clients there are.
    """
    start = work.planned_start_at
    versions = {version.agreement_id: version for version in versions_governing(at=start)}
    concerned = [
        (subscription, version)
        for subscription in _subscriptions(products, start)
        if (version := versions.get(subscription.agreement_id)) and subscription.runs(on=version.day_of(start))
    ]
    others = _planned_beside(work, [version.document for _, version in concerned])
    owed = []
    for subscription, version in concerned:
        found = findings(
            version.document,
            work,
            announced_at=announced_at,
            extensions=version.document.known_extensions(subscription.extensions),
            beside=[window for window, its in others if _has(subscription, its)],
        )
        its = MaintenanceNotice(client=subscription.client, subscription=subscription, agreement_version=version)
        its.is_kept, its.findings = all(each.is_kept for each in found), [asdict(each) for each in found]
        owed.append(its)
    return owed


def found_in(notice: MaintenanceNotice) -> list[Finding]:
    return [Finding(**each) for each in notice.findings]


def summary(owed: Iterable[MaintenanceNotice]) -> list[Told]:
    """What each client is owed, in sentences that are each about all it is the same for; what is not kept first."""
    by_finding: dict[tuple[Finding, bool], dict[int, str]] = {}
    for each in owed:
        for finding in found_in(each):
            its = by_finding.setdefault((finding, each.announcement_id is not None), {})
            its[each.client_id] = each.client.name
    told = [
        Told(
            finding,
            finding.sentence(counted(len(names), "client"), many=len(names) > 1, is_announced=is_announced),
            tuple(names.values()),
        )
        for (finding, is_announced), names in by_finding.items()
    ]
    return sorted(told, key=lambda each: (each.finding.is_kept, -each.finding.short_seconds))


def on_record(maintenance: Maintenance) -> list[MaintenanceNotice]:
    """What the newest announcement that gave a window meant for each client, as it was kept on record."""
    every = MaintenanceNotice.objects.filter(announcement__maintenance=maintenance)
    newest = every.order_by("-announcement_id").values("announcement")[:1]
    return list(every.filter(announcement__in=newest).select_related("client").order_by("client__name", "id"))


def announce_by(owed: Iterable[MaintenanceNotice], work: Maintenance) -> datetime | None:
    """The last instant at which everybody still gets the notice owed; None where nobody is owed any."""
    latest = (notice.announce_by(each.agreement_version.document, work) for each in owed)
    return min((at for at in latest if at is not None), default=None)


def parts_named(parts: Sequence[tuple[str, str]], *, at: datetime) -> list[tuple[Product, str]]:
    """Products and components by their keys. Raises ValidationError beside `parts` for what does not exist."""
    if not parts:
        raise ValidationError({"parts": "Choose what it affects."})
    found = parts_found(parts, at=at)
    unknown = [f"“{'/'.join(filter(None, part))}”" for part in parts if part not in found]
    if unknown:
        raise ValidationError({"parts": f"There is no {listed(unknown, last='or')} here."})
    # All of a product holds its components already.
    return [(product, part) for (key, part), product in found.items() if not part or (key, "") not in found]


def parts_found(parts: Iterable[tuple[str, str]], *, at: datetime) -> dict[tuple[str, str], Product]:
    """Those of `parts` that there are, with their products."""
    offered = components(at=at)
    products = {each.key: each for each in Product.objects.filter(key__in={key for key, _ in parts}, retired_at=None)}
    return {
        (key, part): products[key]
        for key, part in parts
        if key in products and (not part or part in offered.get(key, {}))
    }


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


def _planned_beside(work: Maintenance, documents: Iterable[AgreementDocument]) -> list[tuple[Window, set[int]]]:
    """Other planned maintenance in reach of the allowance of one of `documents`, each with its products."""
    spans = [
        document.period_at(work.planned_start_at, document.maintenance.allowance.per)
        for document in documents
        if document.maintenance and document.maintenance.allowance
    ]
    if not spans:
        return []
    reach = max(span.end - span.start for span in spans)
    said = Maintenance.objects.public().exclude(status=Maintenance.Status.CANCELLED).exclude(pk=work.pk or 0)
    near = said.filter(
        kind=Maintenance.Kind.PLANNED,
        planned_start_at__lt=work.planned_end_at + reach,
        planned_end_at__gt=work.planned_start_at - reach,
    )
    return [
        ((each.planned_start_at, each.planned_end_at), {part.product_id for part in each.parts.all()})
        for each in near.prefetch_related("parts")
    ]


def _has(subscription: Subscription, products: set[int]) -> bool:
    its = {each.product_id for each in subscription.products.all()}
    return not its or bool(its & products)
