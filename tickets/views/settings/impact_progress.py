"""An impact while it is being found out: kept between requests, so that a page can show how far it has got."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from agreements.models import AgreementVersion, Subscription
from tenants.scope import current_tenant_id
from tickets.impact import impact as impacts
from tickets.impact.impact import Impact

#: What was found out is for reading through before publishing; after this long it is found out again.
KEPT_SECONDS = 30 * 60


@dataclass(slots=True)
class Looking:
    """One run over the open tickets, by the name under which it is kept."""

    run: str
    state: Impact

    def look_on(self, version: AgreementVersion) -> None:
        """Look at the next tickets, unless all have been looked at."""
        if not self.state.is_complete:
            impacts.go_on(self.state, version)
            self.keep(version)

    def look_at_all(self, version: AgreementVersion) -> None:
        if not self.state.is_complete:
            while not self.state.is_complete:
                impacts.go_on(self.state, version)
            self.keep(version)

    def keep(self, version: AgreementVersion) -> None:
        cache.set(_key(version, self.run), self.state, KEPT_SECONDS)


def begin(version: AgreementVersion, *, now: datetime) -> Looking:
    looking = Looking(secrets.token_urlsafe(8), impacts.begin(version, as_of=now))
    looking.keep(version)
    return looking


def resume(version: AgreementVersion, run: str, *, now: datetime) -> Looking:
    """The run of that name; another one where it is over, or was about another text."""
    state = cache.get(_key(version, run)) if re.fullmatch(r"[\w-]{1,40}", run) else None
    return begin(version, now=now) if state is None else Looking(run, state)


def _key(version: AgreementVersion, run: str) -> str:
    return f"impact:{current_tenant_id()}:{version.pk}:{version.digest}:{run}"


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A client whose subscription names what the version lacks. A missing plan keeps it from being published."""

    subscription: Subscription
    plan: str
    extensions: tuple[str, ...]


def left_behind(version: AgreementVersion, before: AgreementVersion | None) -> list[LeftBehind]:
    """The clients whose plan, or whose longer hours (E7), the version lacks, by name. One query.

    What is lacking is called as `before` calls it, the version that it comes after.
    """
    document, old = version.document, before.document if before else version.document
    found = Subscription.objects.left_behind_by(version).select_related("client").order_by("client__name", "id")
    return [
        LeftBehind(
            subscription,
            "" if subscription.plan in document.plans else old.plans.name_of(subscription.plan),
            tuple(old.extensions.name_of(key) for key in subscription.extensions if key not in document.extensions),
        )
        for subscription in found
    ]
