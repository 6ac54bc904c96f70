"""Which versions of which agreements a client has been under, by its subscriptions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from agreements.models import AgreementVersion, Subscription
from tenants.models import Client


@dataclass(frozen=True, slots=True)
class Held:
    """A version that governed a client's subscription for the days `[since, until)`, `until` None while nothing ends it."""

    version: AgreementVersion
    subscription: Subscription
    since: date
    until: date | None

    def holds(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


def held_by(client: Client) -> list[Held]:
    """Every published version under which the client had, has or will have a subscription, newest first. Two queries."""
    subscriptions = list(Subscription.objects.filter(client=client).order_by("starts_on", "id"))
    agreements = {each.agreement_id for each in subscriptions}
    versions = (
        AgreementVersion.objects.published()
        .filter(agreement__in=agreements)
        .defer("source")
        .select_related("agreement")
        .order_by("effective_from", "number")
    )
    by_agreement: dict[int, list[AgreementVersion]] = {key: [] for key in agreements}
    for version in versions:
        by_agreement[version.agreement_id].append(version)
    found = [
        Held(version, subscription, since, until)
        for subscription in subscriptions
        for version, following in _with_next(by_agreement[subscription.agreement_id])
        if (since := max(version.effective_from, subscription.starts_on))
        < ((until := _earlier(following, subscription.ends_on)) or date.max)
    ]
    return sorted(found, key=lambda each: (each.since, each.version.number), reverse=True)


def _with_next(versions: list[AgreementVersion]) -> list[tuple[AgreementVersion, date | None]]:
    """Each version with the day on which the next one takes its place."""
    return list(zip(versions, [*(each.effective_from for each in versions[1:]), None], strict=False))


def _earlier(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)
