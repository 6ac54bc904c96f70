"""Which version of an agreement governs, for whom and when: one rule for filing, pages, addenda, programs and sweeps.

A version governs from the first instant of its first day, in its own zone, and never before it was published: what
nobody could have known of decides nothing, whenever it is written down. Only the first version of an agreement governs
from its first day even if it was loaded later; before it there was nothing else. Of those that have begun the newest
governs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from agreements.document import AgreementDocument
from agreements.models import AgreementVersion, Subscription
from tenants.models import Client

#: No zone is more than a day ahead of UTC or behind it.
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Governing:
    """A version that governs a client's requests for the days `[since, until)`, and the subscription, if any.

    Days are those of the agreement's zone; `until` is None while nothing ends it. On the first day it may begin at an
    hour, that of its publication.
    """

    version: AgreementVersion
    subscription: Subscription | None
    since: date
    until: date | None

    @property
    def document(self) -> AgreementDocument:
        return self.version.document

    @property
    def extensions(self) -> tuple[str, ...]:
        """The longer hours agreed with the client (E7), those that this version still has."""
        agreed = self.subscription.extensions if self.subscription else ()
        return self.document.known_extensions(agreed)

    def holds(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class Subscribed(Governing):
    """One that holds for a subscription."""

    subscription: Subscription


def takes_effect_at(version: AgreementVersion) -> datetime:
    """From when on (UTC) a published version that is not its agreement's first governs."""
    assert version.published_at is not None  # only those govern
    if version.effective_from <= version.published_at.date() - _ONE_DAY:
        # Its day has begun everywhere. The first day of the calendar has no midnight that could be reckoned with.
        return version.published_at
    midnight = datetime.combine(version.effective_from, time.min, version.document.zone)
    return max(midnight.astimezone(UTC), version.published_at)


def versions_governing(*, at: datetime) -> list[AgreementVersion]:
    """The version of each agreement that governs at an instant, by the agreement's name. One query."""
    return [version for versions in _histories() if (version := _at(versions, at)) is not None]


def version_on(agreement_id: int, *, on: date) -> AgreementVersion | None:
    """The version of an agreement that governs a day as far as is known; before the first one, the first one."""
    return next((_on(versions, on) for versions in _histories([agreement_id])), None)


def offered_versions(*, on: date) -> list[AgreementVersion]:
    """The version of each agreement that a subscription of that day falls under, by the agreement's name. One query."""
    return [_on(versions, on) for versions in _histories()]


def governing_at(client: Client, *, at: datetime) -> Governing | None:
    """What governs a request of `client` received at `at`; None where the tenant has published nothing for it.

    Without a subscription the tenant's agreement still governs: it is the one that says what the uncovered get (A2).
    Two queries.
    """
    subscriptions = list(Subscription.objects.filter(client=client).order_by("-starts_on", "-id"))
    effective = {
        version.agreement_id: (version, versions)
        for versions in _histories()
        if (version := _at(versions, at)) is not None
    }
    known = [each for each in subscriptions if each.agreement_id in effective]
    for subscription in known:
        version, versions = effective[subscription.agreement_id]
        if subscription.runs(on=version.day_of(at)):
            return _subscribed(version, versions, subscription)
    # Nothing runs: the agreement that the client had or will have speaks first, else the tenant's oldest.
    for agreement_id in (*(each.agreement_id for each in known), *sorted(effective)):
        version, versions = effective[agreement_id]
        return Governing(version, None, *_days(version, versions))
    return None


def governing_ever(client: Client) -> list[Subscribed]:
    """Every version under which the client had, has or will have a subscription, newest first. Two queries."""
    subscriptions = list(Subscription.objects.filter(client=client).order_by("starts_on", "id"))
    found = [
        each
        for versions in _histories({each.agreement_id for each in subscriptions})
        for subscription in subscriptions
        if subscription.agreement_id == versions[0].agreement_id
        for version in versions
        if (each := _subscribed(version, versions, subscription)).since < (each.until or date.max)
    ]
    return sorted(found, key=lambda each: (each.since, each.version.number), reverse=True)


def _histories(agreements: Collection[int] | None = None) -> list[list[AgreementVersion]]:
    """The published versions by the agreement's name, each after those it takes the place of. One query."""
    versions = AgreementVersion.objects.published().defer("source").select_related("agreement")
    if agreements is not None:
        versions = versions.filter(agreement__in=agreements)
    ordered = versions.order_by("agreement__name", "agreement", "effective_from", "number")
    return [list(group) for _, group in groupby(ordered, key=lambda version: version.agreement_id)]


def _at(versions: list[AgreementVersion], at: datetime) -> AgreementVersion | None:
    """Which version of one agreement governs at an instant."""
    return next((each for each in reversed(versions) if _has_begun(each, at, is_first=each is versions[0])), None)


def _on(versions: list[AgreementVersion], on: date) -> AgreementVersion:
    return next((each for each in reversed(versions) if each.effective_from <= on), versions[0])


def _has_begun(version: AgreementVersion, at: datetime, *, is_first: bool) -> bool:
    if version.effective_from > at.date() + _ONE_DAY:
        return False  # nowhere yet; its document need not be read
    return version.effective_from <= version.day_of(at) if is_first else takes_effect_at(version) <= at


def _days(version: AgreementVersion, versions: list[AgreementVersion]) -> tuple[date, date | None]:
    """The days of a version among those of its agreement."""
    later = versions[versions.index(version) + 1 :]
    return _first_day(version, versions), min((_first_day(each, versions) for each in later), default=None)


def _subscribed(version: AgreementVersion, versions: list[AgreementVersion], subscription: Subscription) -> Subscribed:
    since, until = _days(version, versions)
    ends = [day for day in (until, subscription.ends_on) if day is not None]
    return Subscribed(version, subscription, max(since, subscription.starts_on), min(ends, default=None))


def _first_day(version: AgreementVersion, versions: list[AgreementVersion]) -> date:
    return version.effective_from if version is versions[0] else version.day_of(takes_effect_at(version))
