"""One clock with everything that made it what it is, whoever owns it: what a page or a program needs to explain it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from agreements.document import AgreementDocument, Promise
from agreements.document.calendars import CalendarSpec
from agreements.document.model import Clause, Metric
from agreements.models import AgreementVersion
from clocks.replay import ClockState
from clocks.why.explanation import Explanation


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Other terms on the way: what was promised before and after. What had been missed by then stays on record."""

    at: datetime
    by: str
    reason: str
    words: str
    old_target: str
    new_target: str
    old_due_at: datetime | None
    new_due_at: datetime | None
    missed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One clock, explained. `document` is that of the terms the clock stands under."""

    explanation: Explanation
    document: AgreementDocument
    version: AgreementVersion
    promise: Promise
    metric: Metric | None
    clause: Clause | None
    calendar: CalendarSpec
    #: What the hours are put together from, where they are a union (D1).
    members: tuple[CalendarSpec, ...]
    changes: tuple[Change, ...]
    restarted_at: datetime | None = None

    @property
    def state(self) -> ClockState:
        return self.explanation.state

    @property
    def is_promised(self) -> bool:
        return self.state.is_promised

    def pause(self, key: int | None) -> Any:
        """The pause of that key, with its `words`; None where the owner has none."""
        return None


def change(
    state: ClockState,
    at: datetime,
    *,
    before: ClockState | None,
    after: ClockState | None,
    old: Promise | None,
    new: Promise | None,
    **said: str,
) -> Change | None:
    """What other terms `at` that instant did to the clock that is `state` now, just before and just after them.

    None where it had stopped by then for good.
    """
    goes_on = any(run.start >= at for run in state.runs)
    if after is None or (before and before.stopped_at is not None and not goes_on):
        return None
    return Change(
        at=at,
        old_target=_promised(old) if before else "",
        new_target=_promised(new),
        old_due_at=before.promised_at if before else None,
        new_due_at=after.promised_at,
        missed_at=before.breached_at if before else None,
        **said,
    )


def _promised(promise: Promise | None) -> str:
    """The promise in the agreement's words; "" where there is none."""
    return promise.text if promise and promise.kind != "none" else ""


def own_days(document: AgreementDocument, spec: CalendarSpec) -> Mapping[date, str]:
    """Names of days with hours of their own; of a union those of its first calendar, whose reasons it gives."""
    while spec.members:
        spec = document.calendars[spec.members[0]]
    return spec.exception_names
