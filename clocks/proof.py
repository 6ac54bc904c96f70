"""Proving stored clocks: every one recomputed from its owner's facts, and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from clocks import store
from clocks.models import StoredClock
from clocks.replay import ClockState

CHUNK = 500
Cycles = Mapping[str, Sequence[ClockState]]
Known = Mapping[tuple[str, int], Any]


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

    `beside` gives what an owner keeps of its clocks in columns of its own, where that differs.
    """

    #: What is counted, and how one of them is called: "tickets", "#{}".
    noun: str
    called: str
    owners: type[Any]
    history: type[Any]
    clocks: type[StoredClock]
    replay: Callable[[Any, Sequence[Any], Known, datetime], tuple[Sequence[Any], Cycles]]
    beside: Callable[[Any, Sequence[Any]], Iterable[tuple[str, object, object]]] = lambda owner, rows: ()

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
        known = store.by_key(stored)
        rows, cycles = self.replay(owner, events, known, now) if events else ([], {})
        for what, old, new in store.differences(known, store.by_key(rows), cycles, now=now):
            yield Difference(owner.number, what, old, new)
        for what, old, new in self.beside(owner, rows):
            yield Difference(owner.number, what, old, new)


def _grouped(rows: Iterable[Any], by: str) -> dict[int, list[Any]]:
    return {key: list(group) for key, group in groupby(rows, key=attrgetter(by))}
