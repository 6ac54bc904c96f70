"""Which promise holds for a ticket: the most specific rule that matches its plan, level, request type and product.

A rule is the more specific the more of these it names. Between rules that name equally many, naming the product beats
the request type, that the plan, and that the level; the loader refuses two rules that would still tie.
"""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from agreements.document.calendars import ALWAYS
from agreements.document.errors import Path
from agreements.document.model import PromiseTerms, TargetRule, TargetTable, TargetTerms
from agreements.document.quantities import Pledge

if TYPE_CHECKING:
    from agreements.document.coverage import Coverage
    from agreements.document.document import AgreementDocument

BEST_EFFORT, NOTHING = Pledge("best_effort"), Pledge("none")


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What one ticket is promised on one metric.

    `duration` is to be counted on `calendar`, None without a target. `pauses_for` is what stops the clock. `clause` is
    "" where the source is silent, `matched` says why it is promised.
    """

    metric: str
    pledge: Pledge
    calendar: str
    clause: str
    matched: str
    pauses_for: tuple[str, ...]
    duration: timedelta | None = None
    note: str = ""

    @property
    def kind(self) -> Literal["target", "best_effort", "none"]:
        return self.pledge.kind

    @property
    def text(self) -> str:
        return self.pledge.text

    def under(self, coverage: Coverage) -> Promise:
        """This promise under that coverage: a target may become best effort (E3) or nothing (A2, A3, B8)."""
        left = BEST_EFFORT if coverage.kind == "best_effort" else NOTHING
        if coverage.kind == "covered" or self.pledge in (NOTHING, left):
            return self
        clause = coverage.clause or self.clause
        return replace(self, pledge=left, duration=None, clause=clause, matched=coverage.sentence)


@dataclass(frozen=True, kw_only=True)
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
    def narrowed(self) -> tuple[tuple[str, ...], ...]:
        """The keys it is narrowed to, those first that count most between equals."""
        return self.products, self.request_types, self.plans, self.levels

    @property
    def specificity(self) -> tuple[int, list[bool]]:
        named = [bool(keys) for keys in self.narrowed]
        return sum(named), named

    def matches(self, *, product: str | None, request_type: str, plan: str, level: str) -> bool:
        return (
            (not self.products or product in self.products)
            and (not self.request_types or request_type in self.request_types)
            and (not self.plans or plan in self.plans)
            and (not self.levels or level in self.levels)
        )

    def combinations(self) -> Iterator[tuple[str, ...]]:
        """Every combination of keys it names, "" standing for any."""
        return itertools.product(*(keys or ("",) for keys in self.narrowed))


def rules_of(targets: TargetTerms, round_the_clock: Container[str]) -> Iterator[Rule]:
    """All tables and rules of the targets, flattened, in the order of the file.

    `round_the_clock` holds the keys of the calendars that never close.
    """

    def rule(said: PromiseTerms | TargetRule, among: TargetTable | TargetRule, **narrowed: Any) -> Rule:
        """What is said, on its own or in a table."""
        calendar, duration = said.calendar or among.calendar or targets.calendar, said.promise.duration
        # Elapsed time runs around the clock whatever the default hours are; `checks` refuses a cell that contradicts
        # it.
        elapsed = duration is not None and not duration.in_business_time
        return Rule(
            pledge=said.promise,
            products=among.products,
            request_types=among.request_types,
            calendar=ALWAYS if elapsed and calendar not in round_the_clock else calendar,
            clause=said.clause or among.clause or targets.clause or "",
            note=said.note,
            **narrowed,
        )

    for position, table in enumerate(targets.tables):
        for level, cells_by_metric in table.rows.items():
            for metric, cells in cells_by_metric.items():
                path: Path = ("targets", "tables", position, "rows", level, metric)
                if len(cells) == 1:
                    # One cell stands for the whole row.
                    yield rule(cells[0], table, metric=metric, plans=table.plans, levels=(level,), path=path)
                    continue
                for number, (plan, cell) in enumerate(zip(table.plans, cells, strict=False)):
                    yield rule(cell, table, metric=metric, plans=(plan,), levels=(level,), path=(*path, number))
    for position, one in enumerate(targets.rules):
        path = ("targets", "rules", position)
        yield rule(one, one, metric=one.metric, plans=one.plans, levels=one.levels, path=path)


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


def promises(
    document: AgreementDocument,
    *,
    plan: str,
    request_type: str,
    level: str,
    product: str | None = None,
    extensions: Iterable[str] = (),
) -> dict[str, Promise]:
    """What a ticket is promised, one `Promise` per metric in the document's order.

    `extensions` are the longer hours agreed with the client (E7). Raises KeyError for keys that do not exist.
    """
    kind, extensions = document.request_types[request_type], tuple(extensions)
    names = {
        "product": document.products.name_of(product or ""),
        "request type": kind.name,
        "plan": document.plans[plan].name,
        document.scheme.name.lower(): document.levels[level].name,
    }
    found: dict[str, Promise] = {}
    for metric in document.metrics:
        calendar, pledge, duration, note = document.targets.calendar, NOTHING, None, ""
        rule = rule_for(document, metric.key, plan=plan, request_type=request_type, level=level, product=product)
        if kind.is_outside:
            clause, why = kind.clause, kind.outside
        elif rule is not None:
            calendar, pledge, clause, note = rule.calendar, rule.pledge, rule.clause, rule.note
            why = _matched(rule, names)
            if pledge.duration is not None:
                # A business day stays as long as the agreement's own hours make it, also when an extension opens more
                # of them.
                duration = pledge.duration.length(document.calendars[calendar].business_day)
        elif metric.otherwise == "none":
            clause, why = metric.clause, f"The agreement promises nothing on {metric.name.lower()} here."
        else:
            pledge, clause = BEST_EFFORT, metric.clause
            why = f"The agreement sets no target for {metric.name.lower()} here; it is measured only."
        found[metric.key] = Promise(
            metric=metric.key,
            pledge=pledge,
            duration=duration,
            calendar=document.calendar_for(calendar, extensions),
            clause=clause or "",
            matched=why,
            pauses_for=metric.pauses,
            note=note,
        )
    return found


def _matched(rule: Rule, names: Mapping[str, str]) -> str:
    # A level may be called “Severity 2”, and nobody would say “severity Severity 2”.
    said = [
        name if name.lower().startswith(dimension) else f"{dimension} {name}"
        for (dimension, name), keys in zip(names.items(), rule.narrowed, strict=True)
        if keys
    ]
    cited = f" ({rule.clause})" if rule.clause else ""
    return f"The rule for {', '.join(said) or 'all tickets'}{cited}."
