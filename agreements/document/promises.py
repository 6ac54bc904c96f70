"""Which promise holds for a ticket: the most specific rule that matches its plan, level, request type and product.

A rule is the more specific the more of these it names. Between rules that name equally many, naming the product beats
the request type, that the plan, and that the level; the loader refuses two rules that would still tie.
"""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from agreements.document.calendars import ALWAYS
from agreements.document.errors import Path
from agreements.document.model import Metric, PromiseTerms, TargetTable, TargetTerms
from agreements.document.quantities import Pledge

if TYPE_CHECKING:
    from agreements.document.coverage import Coverage
    from agreements.document.document import AgreementDocument

PromiseKind = Literal["target", "best_effort", "none"]


@dataclass(frozen=True)
class Promise:
    """What one ticket is promised on one metric.

    `duration` is to be counted on `calendar`, None without a target. `pauses` says whether waiting for the client stops
    the clock, `pauses_for` everything that does. `clause` is "" where the source is silent.
    """

    metric: str
    kind: PromiseKind
    duration: timedelta | None
    text: str
    calendar: str
    pauses: bool
    clause: str
    matched: str
    pauses_for: tuple[str, ...] = ()
    note: str = ""

    def under(self, coverage: Coverage) -> Promise:
        """This promise under that coverage: a target may become best effort (E3) or nothing (A2, A3, B8)."""
        if coverage.kind == "covered" or self.kind == "none":
            return self
        clause = coverage.clause or self.clause
        if coverage.kind == "best_effort":
            if self.kind == "best_effort":
                return self
            return replace(
                self, kind="best_effort", duration=None, text="Best effort", clause=clause, matched=coverage.sentence
            )
        return replace(self, kind="none", duration=None, text="–", clause=clause, matched=coverage.sentence)


@dataclass(frozen=True)
class Rule:
    """A pledge with the keys it is narrowed to; an empty tuple means any. `path` is where the file says it."""

    metric: str
    pledge: Pledge
    products: tuple[str, ...]
    request_types: tuple[str, ...]
    plans: tuple[str, ...]
    levels: tuple[str, ...]
    calendar: str
    clause: str
    note: str
    path: Path

    @property
    def dimensions(self) -> tuple[bool, bool, bool, bool]:
        return bool(self.products), bool(self.request_types), bool(self.plans), bool(self.levels)

    @property
    def specificity(self) -> tuple[int, tuple[bool, bool, bool, bool]]:
        return sum(self.dimensions), self.dimensions

    def matches(self, *, product: str | None, request_type: str, plan: str, level: str) -> bool:
        return (
            (not self.products or product in self.products)
            and (not self.request_types or request_type in self.request_types)
            and (not self.plans or plan in self.plans)
            and (not self.levels or level in self.levels)
        )

    def combinations(self) -> Iterator[tuple[str, str, str, str]]:
        """Every combination of keys it names, "" standing for any."""
        return itertools.product(
            self.products or ("",), self.request_types or ("",), self.plans or ("",), self.levels or ("",)
        )


def rules_of(targets: TargetTerms, round_the_clock: Container[str]) -> tuple[Rule, ...]:
    """All tables and rules of the targets, flattened, in the order of the file.

    `round_the_clock` holds the keys of the calendars that never close.
    """

    def counted_on(pledge: Pledge, calendar: str) -> str:
        # Elapsed time runs around the clock whatever the default hours are; `checks` refuses a cell that contradicts
        # it.
        elapsed = pledge.duration is not None and not pledge.duration.in_business_time
        return ALWAYS if elapsed and calendar not in round_the_clock else calendar

    found: list[Rule] = []
    for table, metric, level, plans, cell, path in _cells(targets):
        found.append(
            Rule(
                metric=metric,
                pledge=cell.promise,
                products=table.products,
                request_types=table.request_types,
                plans=plans,
                levels=(level,),
                calendar=counted_on(cell.promise, cell.calendar or table.calendar or targets.calendar),
                clause=cell.clause or table.clause or targets.clause or "",
                note=cell.note,
                path=path,
            )
        )
    for position, rule in enumerate(targets.rules):
        found.append(
            Rule(
                metric=rule.metric,
                pledge=rule.promise,
                products=rule.products,
                request_types=rule.request_types,
                plans=rule.plans,
                levels=rule.levels,
                calendar=counted_on(rule.promise, rule.calendar or targets.calendar),
                clause=rule.clause or targets.clause or "",
                note=rule.note,
                path=("targets", "rules", position),
            )
        )
    return tuple(found)


def _cells(
    targets: TargetTerms,
) -> Iterator[tuple[TargetTable, str, str, tuple[str, ...], PromiseTerms, Path]]:
    """Every cell of every table with its metric, level, plans and place."""
    for position, table in enumerate(targets.tables):
        for level, cells_by_metric in table.rows.items():
            for metric, cells in cells_by_metric.items():
                path: Path = ("targets", "tables", position, "rows", level, metric)
                if len(cells) == 1:
                    # One cell stands for the whole row.
                    yield table, metric, level, table.plans, cells[0], path
                    continue
                for number, (plan, cell) in enumerate(zip(table.plans, cells, strict=False)):
                    yield table, metric, level, (plan,), cell, (*path, number)


def rule_for(
    document: AgreementDocument, metric: str, *, plan: str, request_type: str, level: str, product: str | None = None
) -> Rule | None:
    """The rule that decides: the most specific one that matches. None where the agreement sets no target."""
    matching = (
        rule
        for rule in document.rules_for(metric)
        if rule.matches(product=product, request_type=request_type, plan=plan, level=level)
    )
    return max(matching, key=lambda rule: rule.specificity, default=None)


def never_deciding(document: AgreementDocument) -> tuple[Rule, ...]:
    """The rules that every ticket there can be has a closer one for; they promise something all the same (B9)."""
    # A product that no rule names is promised what all others are.
    named = {key for rule in document.rules for key in rule.products}
    deciding = {
        id(rule_for(document, metric.key, plan=plan, request_type=kind.key, level=level.key, product=product))
        for kind in document.request_types
        if not kind.is_outside
        for level in document.levels_of(kind.key)
        for metric in document.metrics
        for plan in document.plans.keys
        for product in (None, *named)
    }
    return tuple(rule for rule in document.rules if id(rule) not in deciding)


def resolve(
    document: AgreementDocument,
    *,
    plan: str,
    request_type: str,
    level: str,
    product: str | None = None,
    extensions: Iterable[str] = (),
) -> dict[str, Promise]:
    """One promise per metric. Raises KeyError for a plan, request type, level or extension that does not exist."""
    kind, the_plan, the_level = document.request_types[request_type], document.plans[plan], document.levels[level]
    extensions = tuple(extensions)
    promises: dict[str, Promise] = {}
    for metric in document.metrics:
        if kind.is_outside:
            promises[metric.key] = _none(metric, document.targets.calendar, kind.outside, kind.clause or "")
            continue
        rule = rule_for(document, metric.key, plan=plan, request_type=request_type, level=level, product=product)
        if rule is None:
            promises[metric.key] = _otherwise(document, metric, extensions)
            continue
        names = {
            "product": document.product_name(product) if rule.products else "",
            "request type": kind.name if rule.request_types else "",
            "plan": the_plan.name if rule.plans else "",
            document.scheme.name.lower(): the_level.name if rule.levels else "",
        }
        promises[metric.key] = _promise(document, metric, rule, names, extensions)
    return promises


def _promise(
    document: AgreementDocument, metric: Metric, rule: Rule, names: Mapping[str, str], extensions: tuple[str, ...]
) -> Promise:
    calendar = document.calendar_for(rule.calendar, extensions)
    duration = None
    if rule.pledge.duration is not None:
        # A business day stays as long as the agreement's own hours make it, also when an extension opens more of them.
        duration = rule.pledge.duration.length(document.calendars[rule.calendar].business_day)
    # A level may be called “Severity 2”, and nobody would say “severity Severity 2”.
    said = [
        name if name.lower().startswith(dimension) else f"{dimension} {name}"
        for dimension, name in names.items()
        if name
    ]
    named = ", ".join(said)
    cited = f" ({rule.clause})" if rule.clause else ""
    return Promise(
        metric=metric.key,
        kind=rule.pledge.kind,
        duration=duration,
        text=rule.pledge.text,
        calendar=calendar,
        pauses=metric.pauses_for_client,
        clause=rule.clause,
        matched=f"The rule for {named or 'all tickets'}{cited}.",
        pauses_for=metric.pauses,
        note=rule.note,
    )


def _otherwise(document: AgreementDocument, metric: Metric, extensions: tuple[str, ...]) -> Promise:
    base = document.targets.calendar
    if metric.otherwise == "none":
        sentence = f"The agreement promises nothing on {metric.name.lower()} here."
        return _none(metric, base, sentence, metric.clause or "")
    return Promise(
        metric=metric.key,
        kind="best_effort",
        duration=None,
        text="Best effort",
        calendar=document.calendar_for(base, extensions),
        pauses=metric.pauses_for_client,
        clause=metric.clause or "",
        matched=f"The agreement sets no target for {metric.name.lower()} here; it is measured only.",
        pauses_for=metric.pauses,
    )


def _none(metric: Metric, calendar: str, sentence: str, clause: str) -> Promise:
    return Promise(
        metric=metric.key,
        kind="none",
        duration=None,
        text="–",
        calendar=calendar,
        pauses=metric.pauses_for_client,
        clause=clause,
        matched=sentence,
        pauses_for=metric.pauses,
    )
