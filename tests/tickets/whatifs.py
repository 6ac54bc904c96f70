"""Words for asking what-ifs in a test: a stricter version of an agreement, a question, its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from agreements.actions import save_draft
from agreements.models import AgreementVersion
from tenants.scope import tenant_scope
from tests import factories
from tickets.actions.whatif import ask_what_if
from tickets.models import WhatIf, WhatIfTicket
from tickets.whatif import job

SINCE, UNTIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
OFFICEWARE = (factories.DOCUMENTS / "officeware.yaml").read_text("utf-8")
GOLD_RESPONSE = "[none,              16 business hours, 8 business hours]"


def clock_from(start: datetime) -> Callable[[], datetime]:
    """A clock that goes on by a second at every look."""
    ticks: Iterator[datetime] = (start + timedelta(seconds=number) for number in range(10**6))
    return lambda: next(ticks)


def changed(*changes: tuple[str, str], source: str = OFFICEWARE) -> str:
    """The agreement with other words in some places, each of which must be there."""
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    return source


def draft(cast: Any, *changes: tuple[str, str], source: str = OFFICEWARE) -> AgreementVersion:
    with tenant_scope(cast.tenant):
        return save_draft(
            source=changed(*changes, source=source), name="next.yaml", effective_from=date(2027, 1, 1), by=None,
            now=factories.EPOCH,
        )  # fmt: skip


def published(cast: Any, *changes: tuple[str, str]) -> AgreementVersion:
    with tenant_scope(cast.tenant):
        return factories.agreement("officeware", source=changed(*changes), effective_from=date(2027, 1, 1))


def asked(cast: Any, version: AgreementVersion, **fields: Any) -> WhatIf:
    with tenant_scope(cast.tenant):
        return ask_what_if(
            **{
                "version": version, "plan": "", "client": None, "since": SINCE, "until": UNTIL, "by": cast.owner.user,
                "now": NOW, **fields,
            }
        )  # fmt: skip


def fresh(cast: Any, what_if: WhatIf) -> WhatIf:
    with tenant_scope(cast.tenant):
        return WhatIf.objects.select_related("version__agreement", "client").get(pk=what_if.pk)


def answered(cast: Any, version: AgreementVersion, **fields: Any) -> WhatIf:
    """Ask, let a worker compute everything that waits, and read the answer."""
    what_if = asked(cast, version, **fields)
    assert job.compute_all(clock=clock_from(NOW)) == 1
    what_if = fresh(cast, what_if)
    assert what_if.state == WhatIf.State.FINISHED, what_if.failure
    return what_if


def flips(cast: Any, what_if: WhatIf) -> list[WhatIfTicket]:
    with tenant_scope(cast.tenant):
        return list(what_if.tickets.select_related("ticket").order_by("ticket__number", "metric", "cycle"))


def sums(what_if: WhatIf, metric: str) -> dict[str, Any]:
    """The columns of one metric, added up."""
    assert what_if.result is not None
    rows = [row for row in what_if.result["rows"] if row["metric"] == metric]
    found: dict[str, Any] = {name: sum(row[name] for row in rows) for name in ("lost", "gained")}
    for side in ("before", "after"):
        found[side] = {
            verdict: sum(row[side][verdict] for row in rows) for verdict in ("kept", "missed", "running", "measured")
        }
    return found
