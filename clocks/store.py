"""Keeping stored clocks equal to the replay of their owner's facts, and proving that they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar

from agreements.document import AgreementDocument, Promise
from clocks.models import StoredClock
from clocks.replay import ClockState, warn_at

SECOND = timedelta(seconds=1)
# Beat sweeps every 15 s; a breach that is not on record after this long has been missed.
SWEEPS_WITHIN = timedelta(minutes=1)
UPDATED = [
    "kind", "target_seconds", "target_text", "calendar", "clause", "started_at", "due_at", "promised_at", "warn_at",
    "warn_later", "paused_at", "stopped_at", "stopped_by", "elapsed_seconds", "counted_at", "breached_at",
    "breach_recorded_at",
]  # fmt: skip
# What a replay at another instant may differ in without being wrong: how far a running clock was counted, which
# warnings are still to come, and when a breach was written down.
_COMPARED = [name for name in UPDATED if name not in {"warn_at", "warn_later", "breach_recorded_at", "counted_at"}]

C = TypeVar("C", bound=StoredClock)
Cycles = Mapping[str, Sequence[ClockState]]
Known = Mapping[tuple[str, int], Any]
#: So many owners are proved at a time.
CHUNK = 500


def row_of(
    model: type[C], owner: Any, state: ClockState, promise: Promise | None, document: AgreementDocument, old: C | None
) -> C:
    """The row that a replayed state is stored as. `old` tells which warnings and breach were raised already."""
    assert state.started_at is not None
    warned_at = old.warned_at if old else None
    warnings = []
    if state.breached_at is None and state.running and state.target is not None:
        points = (warn_at(state, point) for point in model.warnings(document))
        warnings = sorted(at for at in points if at is not None and (warned_at is None or at > warned_at))
    settled = state.stopped_at is not None and old is not None and old.stopped_at is not None
    return model(
        **{model.OWNER: owner},
        tenant_id=owner.tenant_id,
        metric=state.metric,
        cycle=state.cycle,
        kind=model.Kind.TARGET if state.is_promised else model.Kind.BEST_EFFORT,
        target_seconds=None if state.target is None else state.target // SECOND,
        # A stopped clock keeps the words of the terms it stopped under, whatever the terms become later.
        target_text=old.target_text if settled and old else promise.text if promise else "",
        calendar=old.calendar if settled and old else promise.calendar if promise else "",
        clause=old.clause if settled and old else promise.clause if promise else "",
        started_at=state.started_at,
        due_at=state.due_at,
        promised_at=state.promised_at,
        warn_at=warnings[0] if warnings else None,
        warn_later=warnings[1:],
        warned_at=warned_at,
        paused_at=state.paused_at,
        stopped_at=state.stopped_at,
        stopped_by=state.stopped_by or "",
        elapsed_seconds=state.elapsed // SECOND,
        counted_at=state.stopped_at or state.paused_at or state.as_of,
        breached_at=state.breached_at,
        breach_recorded_at=old.breach_recorded_at if old else None,
    )


def by_key(clocks: Sequence[C]) -> dict[tuple[str, int], C]:
    return {(clock.metric, clock.cycle): clock for clock in clocks}


def rows_of(
    owner: Any,
    cycles: Cycles,
    promises: Mapping[str, Promise],
    document: AgreementDocument,
    stored: Mapping[tuple[str, int], C],
    model: type[C],
) -> list[C]:
    """The rows of every cycle of every metric, with what was raised already on those that are stored."""
    return [
        row_of(model, owner, state, promises.get(metric), document, stored.get((metric, state.cycle)))
        for metric, states in cycles.items()
        for state in states
    ]


def gone(stored: Mapping[tuple[str, int], C], rows: Sequence[C]) -> list[int]:
    """The stored clocks that the replay no longer gives: their start has moved out of sight."""
    return [stored[key].pk for key in stored.keys() - by_key(rows).keys()]


def write(model: type[C], clocks: Sequence[C], *, gone: Sequence[int], now: datetime) -> list[C]:
    """Bring the stored clocks of locked owners to `clocks`; return those whose breach is new.

    A breach once stored stays: the replay keeps it too.
    """
    newly_breached = [each for each in clocks if each.breached_at is not None and each.breach_recorded_at is None]
    for clock in newly_breached:
        clock.breach_recorded_at = now
    if gone:
        model._default_manager.filter(pk__in=gone).delete()
    model._default_manager.bulk_create(
        clocks,
        update_conflicts=True,
        unique_fields=["tenant", model.OWNER, "metric", "cycle"],
        update_fields=UPDATED,
    )
    return newly_breached


def differences(
    stored: Mapping[tuple[str, int], C], rows: Mapping[tuple[str, int], C], cycles: Cycles, *, now: datetime
) -> Iterator[tuple[str, object, object]]:
    """What the stored clocks have that the facts do not give, as (what, stored, replayed); `rows` are the replay's."""
    states = {(metric, state.cycle): state for metric, found in cycles.items() for state in found}
    for key in sorted(stored.keys() | rows.keys()):
        name = f"{key[0]}, cycle {key[1]}"
        if key not in rows or key not in stored:
            known = ("a clock", "no clock")
            yield name, known[key not in stored], known[key not in rows]
            continue
        for column in _COMPARED:
            # The count of a running clock moves on by itself; its due time holds it to account.
            if column == "elapsed_seconds" and states[key].running:
                continue
            old, new = getattr(stored[key], column), getattr(rows[key], column)
            if column == "breached_at" and old is None and _sweep_may_be_coming(states[key], now):
                continue
            if old != new:
                yield f"{name}: {column}", old, new


def _sweep_may_be_coming(state: ClockState, now: datetime) -> bool:
    return state.running and state.breached_at is not None and state.breached_at > now - SWEEPS_WITHIN


@dataclass(frozen=True, slots=True)
class Difference:
    """One stored value that the facts do not give."""

    number: int
    what: str
    stored: object
    replayed: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Clocks of one kind of owner. `replay` gives, of an owner with its events and stored rows, rows and cycles.

    `beside` gives what an owner keeps in columns of its own, where that differs.
    """

    #: What is counted, and how one of them is called: "tickets", "#{}".
    noun: str
    called: str
    owners: type[Any]
    history: type[Any]
    clocks: type[StoredClock]
    replay: Callable[[Any, Sequence[Any], Known, datetime], tuple[Sequence[Any], Cycles]]
    beside: Callable[[Any, Sequence[Any], Sequence[Any]], Iterable[tuple[str, object, object]]]

    def verify(self, *, now: datetime) -> Iterator[Difference | int]:
        """Yield every difference of the tenant in force, and after each chunk how many owners were checked so far."""
        checked, last, owner_id = 0, 0, f"{self.clocks.OWNER}_id"
        while True:
            owners = list(self.owners.objects.filter(pk__gt=last).order_by("pk")[:CHUNK])
            if not owners:
                return
            of_these = {f"{owner_id}__in": [owner.pk for owner in owners]}
            events = _grouped(self.history.objects.filter(**of_these).order_by(owner_id, "at", "id"), owner_id)
            clocks = _grouped(self.clocks.objects.filter(**of_these).order_by(owner_id), owner_id)
            for owner in owners:
                found = list(self._differences(owner, events.get(owner.pk, []), clocks.get(owner.pk, []), now))
                yield from self._again(owner.pk, now) if found else ()
            checked, last = checked + len(owners), owners[-1].pk
            yield checked

    def _again(self, pk: int, now: datetime) -> Iterator[Difference]:
        """Look once more while nobody can work on it: what differs may only have changed between our reads."""
        owner, of_it = self.owners.objects.select_for_update(of=("self",)).get(pk=pk), {f"{self.clocks.OWNER}_id": pk}
        events = list(self.history.objects.filter(**of_it).order_by("at", "id"))
        return self._differences(owner, events, list(self.clocks.objects.filter(**of_it)), now)

    def _differences(
        self, owner: Any, events: Sequence[Any], stored: Sequence[Any], now: datetime
    ) -> Iterator[Difference]:
        # Facts that were written down after `now` was read are stored already.
        now = max([now, *(event.at for event in events)])
        known = by_key(stored)
        rows, cycles = self.replay(owner, events, known, now) if events else ([], {})
        for what, old, new in differences(known, by_key(rows), cycles, now=now):
            yield Difference(owner.number, what, old, new)
        for what, old, new in self.beside(owner, events, rows):
            yield Difference(owner.number, what, old, new)


def _grouped(rows: Iterable[Any], by: str) -> dict[int, list[Any]]:
    return {key: list(group) for key, group in groupby(rows, key=attrgetter(by))}
