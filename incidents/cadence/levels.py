"""What an incident promises about being heard of: the cadence of its level, as the replay's terms (B15, C4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from agreements.document import AgreementDocument, Promise
from agreements.models import AgreementVersion
from clocks.replay import Terms

UPDATE = "update"


@dataclass(frozen=True, slots=True)
class LevelRecord:
    """What decides the cadence, as kept on the event that set it: enough to bind the same terms for ever."""

    version: int
    level: str

    def as_data(self) -> dict[str, Any]:
        return {"version": self.version, "level": self.level}


@dataclass(frozen=True, slots=True)
class Cadence:
    """The promise of one level; None where the agreement has no such level, or is silent."""

    document: AgreementDocument
    promise: Promise | None
    terms: Terms = field(repr=False)

    @property
    def promises(self) -> Mapping[str, Promise]:
        return {UPDATE: self.promise} if self.promise else {}

    def next_due(self, told_at: datetime) -> datetime | None:
        """When people are to hear again after a word at that instant; None where there is no cadence."""
        target, calendar = self.terms.targets.get(UPDATE), self.terms.calendar_of(UPDATE)
        return calendar.add(told_at, target) if target is not None and calendar is not None else None


@lru_cache(maxsize=1024)
def cadence(record: LevelRecord) -> Cadence:
    """What `record` stands for. Reads the agreement version, which is published and so never changes, once."""
    document = AgreementVersion.objects.published().defer("source").get(pk=record.version).document
    promise = document.cadence_of(record.level)
    if promise is None or promise.kind == "none":
        return Cadence(document, promise, Terms(targets={}))
    calendar = document.calendar(promise.calendar)
    return Cadence(document, promise, Terms(targets={UPDATE: promise.duration}, calendars={UPDATE: calendar}))
