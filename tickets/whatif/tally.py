"""How a clock went and how it would have gone, side by side; and the sums of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from agreements.document import AgreementDocument
from clocks.face import metric_name
from clocks.replay import METRICS
from clocks.verdict import Counted, Verdict, on_record
from tickets.models import WhatIfTicket
from tickets.models.whatif import RECORDED
from tickets.whatif.question import Missing

#: What a table counts: a merged ticket's promise went on in the other, and where nothing is promised there is none.
COUNTED = (Verdict.MET, Verdict.MISSED, Verdict.RUNNING, Verdict.MEASURED)


class Went(NamedTuple):
    """How one clock went: its verdict, the target in words, and when it fell or falls due."""

    verdict: Verdict
    target: str = ""
    due_at: datetime | None = None


NOTHING = Went(Verdict.NONE)


def went(clock: Counted, target_text: str, as_of: datetime) -> Went:
    """How a clock, stored or replayed, stood at `as_of`. What fell due and waits for the sweep is missed already."""
    verdict = on_record(clock, now=as_of).plain
    due_at = None if verdict == Verdict.MEASURED else clock.breached_at or clock.promised_at
    return Went(verdict, target_text, due_at)


@dataclass(frozen=True, slots=True)
class Flip:
    """A clock that is missed on one side only."""

    ticket: int
    metric: str
    cycle: int
    was: Went
    would_be: Went

    def row(self, what_if: int) -> WhatIfTicket:
        lost = self.would_be.verdict == Verdict.MISSED
        return WhatIfTicket(
            what_if_id=what_if,
            ticket_id=self.ticket,
            metric=self.metric,
            cycle=self.cycle,
            outcome=WhatIfTicket.Outcome.LOST if lost else WhatIfTicket.Outcome.GAINED,
            was=RECORDED[self.was.verdict],
            would_be=RECORDED[self.would_be.verdict],
            was_target=self.was.target[:80],
            would_be_target=self.would_be.target[:80],
            was_due_at=self.was.due_at,
            would_be_due_at=self.would_be.due_at,
        )


@dataclass(slots=True)
class Cell:
    """The clocks of one plan, level and metric: how many of each verdict, before and after, and how many flip."""

    before: Counter[Verdict] = field(default_factory=Counter)
    after: Counter[Verdict] = field(default_factory=Counter)
    lost: int = 0
    gained: int = 0


@dataclass(slots=True)
class LeftOut:
    """Tickets that cannot be compared for one reason, and the promises they really missed."""

    tickets: int = 0
    missed: int = 0


class Tally:
    """The sums of a whole question; its size depends on plans and levels, never on how many tickets there are."""

    def __init__(self) -> None:
        self.tickets = 0
        self.coverage_changed = 0
        self._cells: dict[tuple[str, str, str], Cell] = {}
        self._left_out: dict[Missing, LeftOut] = {}

    def compare(
        self,
        ticket: int,
        plan: str,
        level: str,
        was: Mapping[tuple[str, int], Went],
        would_be: Mapping[tuple[str, int], Went],
    ) -> Iterator[Flip]:
        """Count one ticket, which was of that plan and level; yields the clocks that turn out differently."""
        self.tickets += 1
        for key in sorted(was.keys() | would_be.keys()):
            before, after = was.get(key, NOTHING), would_be.get(key, NOTHING)
            metric, cycle = key
            cell = self._cells.setdefault((plan, level, metric), Cell())
            cell.before[before.verdict] += 1
            cell.after[after.verdict] += 1
            if before.verdict != Verdict.MISSED and after.verdict == Verdict.MISSED:
                cell.lost += 1
            elif before.verdict == Verdict.MISSED and after.verdict != Verdict.MISSED:
                cell.gained += 1
            else:
                continue
            yield Flip(ticket, metric, cycle, before, after)

    def leave_out(self, why: Missing, was: Iterable[Went]) -> None:
        """Count one ticket that cannot be compared."""
        left_out = self._left_out.setdefault(why, LeftOut())
        left_out.tickets += 1
        left_out.missed += sum(each.verdict == Verdict.MISSED for each in was)

    def rows(self, document: AgreementDocument, plan_names: Mapping[str, str]) -> list[dict[str, Any]]:
        """Plain values by plan, level and metric, in the order of the agreement; plans it lacks come last."""
        others = {plan for plan, _, _ in self._cells} - set(document.plans.keys)
        plans, levels = [*document.plans.keys, *sorted(others)], list(document.levels.keys)
        metrics = list(METRICS)

        def place(key: tuple[str, str, str]) -> tuple[int, int, int]:
            plan, level, metric = key
            return plans.index(plan), levels.index(level), metrics.index(metric)

        return [
            {
                "plan": plan,
                "plan_name": plan_names.get(plan, plan),
                "level": level,
                "level_name": document.levels[level].name,
                "level_place": levels.index(level),
                "metric": metric,
                "metric_name": metric_name(metric, document),
                "before": {RECORDED[verdict]: cell.before[verdict] for verdict in COUNTED},
                "after": {RECORDED[verdict]: cell.after[verdict] for verdict in COUNTED},
                "lost": cell.lost,
                "gained": cell.gained,
            }
            for (plan, level, metric), cell in sorted(self._cells.items(), key=lambda item: place(item[0]))
        ]

    def left_out(self) -> list[dict[str, Any]]:
        """Why tickets could not be compared, the most frequent reason first."""
        return [
            {"what": why.what, "key": why.key, "tickets": found.tickets, "missed": found.missed}
            for why, found in sorted(self._left_out.items(), key=lambda item: (-item[1].tickets, item[0].key))
        ]
