"""Words for tests of what agreements choose: one of the five with changes, and stored clocks held to the facts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from agreements.document import bundled_text
from tenants.scope import tenant_scope
from tests import factories
from tickets.promises.verification import Difference, verify

Change = tuple[str, str]
EARLIEST: Change = ("reopening: resume", "reopening: resume\n  merging: earliest start")


def changed(key: str, *changes: Change) -> str:
    """The text of a bundled agreement with each `(old, new)` replaced; an `old` that is not there fails."""
    text = bundled_text(key)
    for old, new in changes:
        assert old in text, f"{key} does not say {old!r}"
        text = text.replace(old, new)
    return text


def changed_under(key: str, plan: str, cast: Any, *changes: Change) -> Any:
    """Put both clients of the cast on a plan of an agreement with some of its text changed."""
    with tenant_scope(cast.tenant):
        version = factories.agreement(key, source=changed(key, *changes))
        factories.subscription(cast.client, version, plan)
        factories.subscription(cast.other_client, version, plan)
    return version


def consistent(cast: Any, now: datetime) -> None:
    """Fails where a stored clock is not what the facts give."""
    with tenant_scope(cast.tenant):
        assert [found for found in verify(now=now) if isinstance(found, Difference)] == []
