"""What goes into a replay: the events of a ticket and the terms it is measured by. Pure values, no Django."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agreements.businesstime import BusinessCalendar

METRICS = ("first_response", "next_response", "resolution")
NEW_TERMS = ("reclassified", "terms_changed")
FROM_ELSEWHERE = ("owed", "started_earlier")
REOPENINGS = ("resume", "restart", "new_cycle")
# Who usually causes an event, for callers that do not say.
_USUAL_AUTHOR = {
    "created": "client",
    "client_reply": "client",
    "agent_reply": "agent",
    "acknowledgement": "system",
    "internal_note": "agent",
    "waiting": "agent",
    "resumed": "agent",
    "solved": "agent",
    "closed": "agent",
    "reopened": "agent",
    "reclassified": "agent",
    "terms_changed": "system",
    "owed": "system",
    "started_earlier": "system",
}
KINDS = tuple(_USUAL_AUTHOR)
_AUTHORS = ("client", "agent", "system")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is promised on a ticket: targets in business time, the calendars that count it, what pauses.

    `calendar` counts every metric that has none of its own in `calendars`. `targets` names the metrics to measure; None
    is "not promised": measured, never due. `pauses` says which metrics stop while the ticket waits for the client; one
    that is not named does not. `reopening` says what the resolution clock does when a solved ticket is reopened: go on
    ("resume"), start again ("restart"), or leave its record and start another ("new_cycle").

    Raises ValueError, naming the field and the metric, for an unknown metric, a metric without a calendar, a target
    that is not a duration or is negative, or an unknown reopening.
    """

    calendar: BusinessCalendar | None = None
    targets: Mapping[str, timedelta | None]
    pauses: Mapping[str, bool] = field(default_factory=dict)
    calendars: Mapping[str, BusinessCalendar] = field(default_factory=dict)
    reopening: Literal["resume", "restart", "new_cycle"] = "resume"

    def __post_init__(self) -> None:
        for name in ("targets", "pauses", "calendars"):
            own = dict(getattr(self, name))  # the caller may go on changing its own
            object.__setattr__(self, name, own)
            for metric in own:
                if metric not in METRICS:
                    raise ValueError(f"terms, {name}: unknown metric {metric!r}, expected one of {', '.join(METRICS)}")
        for metric, target in self.targets.items():
            if target is not None and not isinstance(target, timedelta):
                raise ValueError(f"terms, target of {metric}: {target!r} is neither a timedelta nor None")
            if target is not None and target < timedelta(0):
                raise ValueError(f"terms, target of {metric}: {target} is negative")
            if self.calendar is None and metric not in self.calendars:
                raise ValueError(f"terms, calendars: {metric} has a target but no calendar")
        if self.reopening not in REOPENINGS:
            raise ValueError(f"terms, reopening: {self.reopening!r}, expected one of {', '.join(REOPENINGS)}")

    def calendar_of(self, metric: str) -> BusinessCalendar | None:
        """The calendar that counts a metric; None only for a metric that these terms do not name."""
        return self.calendars.get(metric, self.calendar)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened on a ticket, at the instant it was received.

    `at` must be aware and is kept in UTC. `by` ("client", "agent", "system") defaults to who usually does it. `terms`
    belongs to "reclassified" and "terms_changed", and to them only. `since` belongs to "owed" and "started_earlier":
    from when another ticket owed what is owed here from now on. `data` is free (a reason, an id) and decides nothing.
    Raises ValueError, naming the event, for a naive instant, an unknown kind or author, or for terms or a `since` that
    are missing or misplaced.
    """

    at: datetime
    kind: str
    _: KW_ONLY
    by: str = ""
    terms: Terms | None = None
    since: datetime | None = None
    data: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kind = self.kind
        if kind not in _USUAL_AUTHOR:
            raise ValueError(f"event at {self.at}: unknown kind {kind!r}, expected one of {', '.join(KINDS)}")
        if self.at.tzinfo is not UTC:
            object.__setattr__(self, "at", utc(self.at, f"event {kind!r}"))
        if not self.by:
            object.__setattr__(self, "by", _USUAL_AUTHOR[kind])
        elif self.by not in _AUTHORS:
            raise ValueError(f"event {kind!r} at {self.at}: by {self.by!r}, expected one of {', '.join(_AUTHORS)}")
        if (self.terms is None) is (kind in NEW_TERMS):
            problem = "has no terms" if self.terms is None else "cannot carry terms"
            raise ValueError(f"event {kind!r} at {self.at}: {problem}")
        if (self.since is None) is (kind in FROM_ELSEWHERE):
            problem = "has no since" if self.since is None else "cannot carry a since"
            raise ValueError(f"event {kind!r} at {self.at}: {problem}")


def utc(at: datetime, what: str) -> datetime:
    """The instant in UTC; ValueError, naming it, when it is naive."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError(f"{what} at {at}: a naive datetime, give it a time zone")
    return at.astimezone(UTC)
