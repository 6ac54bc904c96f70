"""What goes into a replay: the events of a ticket and the terms it is measured by. Pure values, no Django."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from clocks.replay.metrics import FIRST_RESPONSE, METRICS, RECEIPT, STARTS, Metric
from clocks.replay.reasons import CLIENT, REASONS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from agreements.businesstime import BusinessCalendar

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
    "workaround": "agent",
    "workaround_withdrawn": "agent",
    "assigned": "agent",
    "merged": "agent",
    "owed": "system",
    "started_earlier": "system",
}
KINDS = tuple(_USUAL_AUTHOR)
_AUTHORS = ("client", "agent", "system")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is promised on a ticket: targets in business time, calendars that count it, what pauses, starts and ends.

    `calendar` counts every metric that has none of its own in `calendars`. `targets` names the metrics to measure; None
    is "not promised": measured, never due. `pauses` gives for a metric the reasons to wait that stop it; True is
    waiting for the client, and one that is not named never stops. `endings` are kinds of event that end a metric beside
    its own: an "acknowledgement" a response, a "workaround" the resolution. `starts` says from when a metric counts
    that starts at the receipt elsewhere: "level set" by the team, "assignment", or "first response", given or due.
    `reopening` says what a resolution does when a solved ticket is reopened: go on ("resume"), start again ("restart"),
    or leave its record and start another ("new_cycle").

    Raises ValueError, naming the field and the metric, for an unknown metric, reason, kind, start or reopening, a
    metric without a calendar, and a target that is not a duration or is negative.
    """

    calendar: BusinessCalendar | None = None
    targets: Mapping[str, timedelta | None]
    pauses: Mapping[str, bool | Collection[str]] = field(default_factory=dict)
    calendars: Mapping[str, BusinessCalendar] = field(default_factory=dict)
    endings: Mapping[str, Collection[str]] = field(default_factory=dict)
    starts: Mapping[str, str] = field(default_factory=dict)
    reopening: Literal["resume", "restart", "new_cycle"] = "resume"
    _pausing: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)
    _kept: Mapping[str, Sequence[Metric]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in ("targets", "pauses", "calendars", "endings", "starts"):
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
        for metric, kinds in self.endings.items():
            _known(f"endings of {metric}", kinds, KINDS)
        for metric, start in self.starts.items():
            _known(f"start of {metric}", [start], STARTS)
            if start != RECEIPT and not METRICS[metric].starts_at_receipt:
                raise ValueError(f"terms, start of {metric}: it does not start at the receipt, so not elsewhere either")
        if self.starts.get("first_response") == FIRST_RESPONSE:
            raise ValueError("terms, start of first_response: it cannot wait for itself")
        _known("reopening", [self.reopening], REOPENINGS)
        ends = {row.key: row.ends_by.union(self.endings.get(row.key, ())) for row in METRICS.values()}
        kept = {
            kind: [row for row in METRICS.values() if kind in ends[row.key]] for kind in set().union(*ends.values())
        }
        object.__setattr__(self, "_kept", kept)
        object.__setattr__(self, "_pausing", {metric: _reasons(metric, self.pauses) for metric in METRICS})

    def pauses_of(self, metric: str) -> frozenset[str]:
        """The reasons to wait that stop a metric; what stops it by its nature is among them."""
        return self._pausing[metric]

    def kept_by(self, kind: str) -> Sequence[Metric]:
        """The metrics whose promise that kind of event keeps; what ends every clock is not meant."""
        return self._kept.get(kind, ())

    def calendar_of(self, metric: str) -> BusinessCalendar | None:
        """The calendar that counts a metric; None only for a metric that these terms do not name."""
        return self.calendars.get(metric, self.calendar)


def _reasons(metric: str, pauses: Mapping[str, bool | Collection[str]]) -> frozenset[str]:
    named = pauses.get(metric, ())
    found = frozenset({CLIENT.key} if named is True else named or ())
    _known(f"pauses of {metric}", found, REASONS)
    return found | METRICS[metric].pauses_for


def _known(what: str, found: Iterable[str], expected: Iterable[str]) -> None:
    unknown = [each for each in found if each not in expected]
    if unknown:
        raise ValueError(f"terms, {what}: {unknown[0]!r}, expected one of {', '.join(expected)}")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened on a ticket, at the instant it was received.

    `at` must be aware and is kept in UTC. `by` ("client", "agent", "system") defaults to who usually does it. `terms`
    belongs to "reclassified" and "terms_changed", and to them only. `reason` is what a "waiting" waits for, the client
    where it does not say. `since` belongs to "owed" and "started_earlier": from when another ticket owed each metric
    that is owed here from now on. `data` is free (a reason, an id) and decides nothing. Raises ValueError, naming the
    event, for a naive instant, an unknown kind, author or reason, or for terms, a reason or a `since` that are missing
    or misplaced.
    """

    at: datetime
    kind: str
    _: KW_ONLY
    by: str = ""
    terms: Terms | None = None
    reason: str = ""
    since: Mapping[str, datetime] | None = None
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
        if kind == "waiting" and not self.reason:
            object.__setattr__(self, "reason", CLIENT.key)
        elif self.reason and (kind != "waiting" or self.reason not in REASONS):
            allowed = f"expected one of {', '.join(REASONS)}" if kind == "waiting" else "only waiting has one"
            raise ValueError(f"event {kind!r} at {self.at}: reason {self.reason!r}, {allowed}")
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
