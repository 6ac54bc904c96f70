"""The answer to a what-if as people read it: sentence, table, picture, what was left out. Reads stored values only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import groupby
from typing import Any

from clocks.replay import METRICS
from reports.attainment import percent
from tickets.models import WhatIf

#: More bars than this are a fence.
MOST_BARS = 12


@dataclass(frozen=True, slots=True)
class Side:
    """Promises of a row as they were, or as they would have been."""

    kept: int = 0
    missed: int = 0
    running: int = 0
    measured: int = 0

    def __add__(self, other: Side) -> Side:
        return Side(
            self.kept + other.kept,
            self.missed + other.missed,
            self.running + other.running,
            self.measured + other.measured,
        )

    @property
    def promised(self) -> int:
        return self.kept + self.missed + self.running

    @property
    def attainment(self) -> Fraction | None:
        """The share of decided promises that were kept; None while none is decided."""
        decided = self.kept + self.missed
        return Fraction(self.kept, decided) if decided else None

    @property
    def text(self) -> str:
        return percent(self.attainment)


@dataclass(frozen=True, slots=True)
class Line:
    """One plan, level and metric, or a sum of some."""

    plan: str
    level: str
    metric: str
    label: str
    before: Side = Side()
    after: Side = Side()
    lost: int = 0
    gained: int = 0
    #: Where the agreement lists the level; one plan alone need not have them all.
    level_place: int = 0

    @property
    def flips(self) -> int:
        return self.lost + self.gained

    @property
    def promised(self) -> bool:
        """Whether anything was or would have been promised; the rest is only measured."""
        return bool(self.before.promised or self.after.promised)

    @property
    def change(self) -> Fraction:
        """By how much the share that was kept differs; nothing where there is none to compare."""
        before, after = self.before.attainment, self.after.attainment
        return Fraction(0) if before is None or after is None else abs(after - before)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Tickets that the version cannot be asked about, and why, in a sentence."""

    why: str
    tickets: int
    missed: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished what-if. `lines` are in the agreement's order; `totals` are by metric."""

    title: str
    as_of: datetime
    compared: int
    coverage_changed: int
    level_word: str
    lines: tuple[Line, ...]
    left_out: tuple[LeftOut, ...]

    @classmethod
    def of(cls, what_if: WhatIf) -> Answer:
        result: Mapping[str, Any] = what_if.result or {}
        plan = f", plan {result['plan_name']}" if result["plan_name"] else ""
        return cls(
            title=f"{result['title']}{plan}",
            as_of=datetime.fromisoformat(result["as_of"]),
            compared=result["compared"],
            coverage_changed=result["coverage_changed"],
            level_word=result["level_word"],
            lines=tuple(_line(row) for row in result["rows"]),
            left_out=tuple(LeftOut(_why(row), row["tickets"], row["missed"]) for row in result["left_out"]),
        )

    @property
    def totals(self) -> list[Line]:
        """The promises by metric, as far as there are any."""
        return [line for metric in METRICS if (line := self._sum(metric)) is not None and line.promised]

    @property
    def by_plan(self) -> list[tuple[str, list[Line]]]:
        promised = (line for line in self.lines if line.promised)
        return [(plan, list(lines)) for plan, lines in groupby(promised, key=lambda line: line.plan)]

    @property
    def lost(self) -> int:
        return sum(line.lost for line in self.lines)

    @property
    def gained(self) -> int:
        return sum(line.gained for line in self.lines)

    @property
    def left_out_tickets(self) -> int:
        return sum(row.tickets for row in self.left_out)

    @property
    def headline(self) -> str:
        """The answer in one sentence: about the promise that changes most."""
        if not self.totals:
            nothing = "had a promise on it" if self.compared else "can be compared"
            return f"No ticket of the period {nothing}, so there is nothing to say about {self.title}."
        line = max(self.totals, key=lambda total: total.flips)
        things = METRICS[line.metric].plural
        if not line.flips:
            return f"Under {self.title}, no promise would have been missed that was not, and none kept that was missed."
        change = ", ".join(
            words
            for number, words in (
                (line.lost, f"{line.lost:,} more missed"),
                (line.gained, f"{line.gained:,} fewer missed"),
            )
            if number
        )  # fmt: skip
        # A share that rises because less is promised is no better desk.
        more = line.after.promised - line.before.promised
        change += f"; {abs(more):,} {'more' if more > 0 else 'fewer'} would have been promised" if more else ""
        before, after = line.before, line.after
        if after.attainment is None:
            said = f"no promise on {things} would have come to a verdict; {before.text} were kept"
        elif before.attainment is None:
            said = f"{after.text} of {things} would have been kept; none was promised before"
        else:
            said = f"{after.text} of {things} would have been kept instead of {before.text}"
        return f"Under {self.title}, {said}: {change}."

    @property
    def chart(self) -> dict[str, Any] | None:
        """Shares kept as `components/_chart.html` draws them; nothing where there is nothing to compare."""
        levels = dict.fromkeys(line.level for line in sorted(self.lines, key=lambda line: line.level_place))
        parts = [
            (f"{line.label}, {level}", line)
            for level in levels
            for metric in METRICS
            if (line := _added(level, self._of(metric, level))) is not None
        ]
        if len(parts) > MOST_BARS:
            parts = [(line.label, line) for line in self.totals]
        parts = [part for part in parts if None not in (part[1].before.attainment, part[1].after.attainment)]
        if not parts:
            return None
        name, most = max(parts, key=lambda part: part[1].change)
        text = f"The largest change is in {name}: {most.after.text} instead of {most.before.text}."
        return {
            "headers": ["Promise", "As it was", "As it would have been"],
            "rows": [[label, line.before.text, line.after.text] for label, line in parts],
            "text": text if most.change else "Every share stays as it was.",
        }

    def _of(self, metric: str, level: str) -> list[Line]:
        return [line for line in self.lines if line.metric == metric and line.level == level]

    def _sum(self, metric: str) -> Line | None:
        return _added("", [line for line in self.lines if line.metric == metric])


def plan_name(what_if: WhatIf) -> str:
    """The plan asked about instead of each ticket's own, as the agreement calls it; "" for its own."""
    return what_if.version.document.plans.name_of(what_if.plan)


def _line(row: Mapping[str, Any]) -> Line:
    return Line(
        plan=row["plan_name"],
        level=row["level_name"],
        metric=row["metric"],
        label=row.get("metric_name") or METRICS[row["metric"]].label,
        before=Side(**row["before"]),
        after=Side(**row["after"]),
        lost=row["lost"],
        gained=row["gained"],
        level_place=row.get("level_place", 0),
    )


def _added(level: str, lines: Iterable[Line]) -> Line | None:
    total: Line | None = None
    for line in lines:
        total = Line(
            "",
            level,
            line.metric,
            line.label,
            (total.before if total else Side()) + line.before,
            (total.after if total else Side()) + line.after,
            (total.lost if total else 0) + line.lost,
            (total.gained if total else 0) + line.gained,
        )
    return total


def _why(row: Mapping[str, Any]) -> str:
    if row["what"] == "terms":
        return "They were filed before any agreement was in force."
    noun = {"plan": "plan", "request_type": "request type", "level": "level"}[row["what"]]
    return f"This version has no {noun} “{row['name']}”."
