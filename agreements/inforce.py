"""Which versions of the tenant's agreements are in force."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agreements.models import AgreementVersion

#: No zone is more than a day ahead of UTC or behind it.
_ONE_DAY = timedelta(days=1)


def takes_effect_at(version: AgreementVersion) -> datetime:
    """From when on (UTC) a published version decides: its day begins in its own zone; or, later, it was published."""
    assert version.published_at is not None  # only those decide
    if version.effective_from <= version.published_at.date() - _ONE_DAY:
        # Its day has begun everywhere. The first day of the calendar has no midnight that could be reckoned with.
        return version.published_at
    zone = ZoneInfo(version.document.timezone.name)
    begins = datetime.combine(version.effective_from, time.min, zone).astimezone(UTC)
    return max(begins, version.published_at)


def versions_in_force(*, now: datetime) -> list[AgreementVersion]:
    """The version of each agreement that is in force at `now` by the date of its own zone, by the agreement's name. One query."""
    # Nothing later can be in force anywhere.
    candidates = AgreementVersion.objects.in_force(on=now.date() + _ONE_DAY).select_related("agreement")
    found: dict[int, AgreementVersion] = {}
    for version in candidates:
        if version.agreement_id in found:
            continue
        if version.effective_from <= now.astimezone(ZoneInfo(version.document.timezone.name)).date():
            found[version.agreement_id] = version
    return sorted(found.values(), key=lambda version: version.agreement.name)
