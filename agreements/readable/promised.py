"""The targets of an agreement as its source prints them: plans side by side, a row per level and metric (E4)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from agreements.document import AgreementDocument, Promise
from agreements.document.model import Level, Metric, Plan, Product, RequestType
from agreements.document.promises import Rule
from agreements.readable.lines import Line, listed, notes


@dataclass(frozen=True)
class Cell:
    """What one plan gets: the words, remarks below, and the clause. `kind` is none, target, best_effort, tick, absent or words."""

    text: str
    kind: str = "words"
    notes: tuple[str, ...] = ()
    clause: str | None = None
    items: tuple[str, ...] = ()


#: What a plan does not include, as opposed to a target that is not promised.
ABSENT = Cell("–", "absent")


@dataclass(frozen=True)
class Row:
    """A row of the table: what it is about, and a cell per plan."""

    label: str
    cells: tuple[Cell, ...]
    note: str = ""
    clause: str | None = None


@dataclass(frozen=True)
class LevelRows:
    """What one level is promised, a row per metric."""

    level: Level
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class PromiseTable:
    """What requests of these types are promised. `products` are those it is for where others are promised differently."""

    request_types: tuple[RequestType, ...]
    plans: tuple[Plan, ...]
    levels: tuple[LevelRows, ...]
    products: tuple[Product, ...] = ()
    clause: str | None = None

    @property
    def name(self) -> str:
        """`Incident, Question`, and for which products where that matters."""
        kinds = ", ".join(kind.name for kind in self.request_types)
        return f"{kinds}, for {listed(product.name for product in self.products)}" if self.products else kinds

    @property
    def columns(self) -> int:
        return len(self.plans) + 1


def plan_rows(document: AgreementDocument, plans: Sequence[Plan]) -> tuple[Row, ...]:
    """The head of the plans table: what each costs, how it can be reached, what it includes (E1, E2, E3)."""
    found = []
    if any(plan.price for plan in plans):
        found.append(_row("Price", [_price(plan) for plan in plans]))
    for channel in document.channels:
        ticks = [Cell("Included", "tick") if channel.key in plan.channels else ABSENT for plan in plans]
        if any(tick.kind == "tick" for tick in ticks):
            note = "on request" if channel.on_request else ""
            found.append(Row(channel.name, tuple(ticks), note=note, clause=channel.clause))
    if any(plan.allowance for plan in plans):
        found.append(_row("Incidents a month", [_allowance(plan) for plan in plans]))
    if any(plan.features for plan in plans):
        found.append(
            _row(
                "Also included",
                [Cell("", items=plan.features) if plan.features else ABSENT for plan in plans],
            )
        )
    return tuple(found)


def _row(label: str, cells: Sequence[Cell]) -> Row:
    """The row, with the clause at its label where all cells that cite one cite the same."""
    clauses = {cell.clause for cell in cells if cell.clause}
    if len(clauses) != 1:
        return Row(label, tuple(cells))
    return Row(label, tuple(replace(cell, clause=None) for cell in cells), clause=clauses.pop())


def _price(plan: Plan) -> Cell:
    price = plan.price
    if price is None:
        return ABSENT
    billed = f"billed {price.billed}" if price.billed else ""
    if price.amount is None:
        return Cell(price.text, notes=notes(billed), clause=price.clause)
    return Cell(f"{price.amount.text} a {price.per}", notes=notes(price.text, billed), clause=price.clause)


def _allowance(plan: Plan) -> Cell:
    if plan.allowance is None:
        return Cell("No limit")
    return Cell(str(plan.allowance.incidents), clause=plan.allowance.clause)


def promise_tables(
    document: AgreementDocument, *, plans: Sequence[Plan] = (), extensions: Collection[str] = ()
) -> list[PromiseTable]:
    """The targets, one table for all request types that are promised the same, and those of single products after them.

    `plans` are the columns, all plans when empty. `extensions` are the longer hours agreed with the client (E7). What the
    agreement sets no target for anywhere is only measured, and stands with the metrics instead.
    """
    columns = tuple(plans) or tuple(document.plans)
    kinds = [kind for kind in document.request_types if not kind.is_outside]
    general = {kind.key: tuple(_levels(document, kind, columns, extensions)) for kind in kinds}
    tables = _alike([(kind, general[kind.key]) for kind in kinds], columns)
    named = {key for rule in document.rules for key in rule.products}
    for product in document.products:
        if product.key in named:
            special = [(kind, _other(document, kind, columns, extensions, product, general)) for kind in kinds]
            tables += _alike([(kind, levels) for kind, levels in special if levels], columns, (product,))
    return tables


def _alike(
    promised: list[tuple[RequestType, tuple[LevelRows, ...]]],
    plans: tuple[Plan, ...],
    products: tuple[Product, ...] = (),
) -> list[PromiseTable]:
    together: dict[Any, list[RequestType]] = {}
    for kind, levels in promised:
        together.setdefault(levels, []).append(kind)
    return [_cited(tuple(kinds), plans, levels, products) for levels, kinds in together.items()]


def _cited(
    kinds: tuple[RequestType, ...],
    plans: tuple[Plan, ...],
    levels: tuple[LevelRows, ...],
    products: tuple[Product, ...],
) -> PromiseTable:
    """The table, with its clause once at its head where every cell stands on the same one."""
    clauses = {cell.clause for group in levels for row in group.rows for cell in row.cells if cell.kind != "none"}
    if len(clauses) != 1:
        return PromiseTable(kinds, plans, levels, products)
    bare = tuple(
        LevelRows(
            group.level,
            tuple(Row(row.label, tuple(replace(cell, clause=None) for cell in row.cells)) for row in group.rows),
        )
        for group in levels
    )
    return PromiseTable(kinds, plans, bare, products, clauses.pop())


def _levels(
    document: AgreementDocument,
    kind: RequestType,
    plans: tuple[Plan, ...],
    extensions: Collection[str],
    product: str | None = None,
) -> Iterator[LevelRows]:
    usual = usual_calendar(document, extensions)
    allowed = _allowed(document, kind)
    for level in document.levels:
        if level.key not in allowed:
            continue
        by_plan = [
            document.promises(
                plan=plan.key, request_type=kind.key, level=level.key, product=product, extensions=extensions
            )
            for plan in plans
        ]
        rows = [
            Row(metric.name, tuple(_cell(document, promises[metric.key], usual) for promises in by_plan))
            for metric in document.metrics
            if _has_row(document, metric, kind, level, product)
        ]
        if rows:
            yield LevelRows(level, tuple(rows))


def _has_row(document: AgreementDocument, metric: Metric, kind: RequestType, level: Level, product: str | None) -> bool:
    """Whether anything is said about a metric here, on whichever plan: a dash on one of them is said too (E4)."""
    rules = document.rules_for(metric.key)
    if not rules:
        return False
    return metric.otherwise != "none" or any(
        _rule_for(document, metric.key, plan.key, kind.key, level.key, product) for plan in document.plans
    )


def _rule_for(
    document: AgreementDocument, metric: str, plan: str, kind: str, level: str, product: str | None
) -> Rule | None:
    """The rule that decides: the most specific one that matches, as in `promises.resolve`."""
    matching = (
        rule
        for rule in document.rules_for(metric)
        if rule.matches(product=product, request_type=kind, plan=plan, level=level)
    )
    return max(matching, key=lambda rule: rule.specificity, default=None)


def other_rules(document: AgreementDocument, plan: Plan | None) -> list[Line]:
    """What is promised for whatever no row of a table names: rules that every combination there is has a closer one for.

    Those of `plan` and of every plan alone, where one is given.
    """
    # A product that no rule names is promised what all others are.
    named = {key for rule in document.rules for key in rule.products}
    deciding = {
        id(_rule_for(document, metric.key, each.key, kind.key, level.key, product))
        for metric in document.metrics
        for each in document.plans
        for kind in document.request_types
        for level in document.levels
        if not kind.is_outside and level.key in _allowed(document, kind)
        for product in (None, *named)
    }
    return [
        Line(
            document.metrics[rule.metric].name,
            f"{rule.pledge.text}, whatever the tables do not name.",
            rule.clause,
            notes(
                _narrowed(document, rule),
                rule.note,
                "" if rule.calendar == document.targets.calendar else document.calendars[rule.calendar].name,
            ),
        )
        for rule in document.rules
        if id(rule) not in deciding and (plan is None or not rule.plans or plan.key in rule.plans)
    ]


def _narrowed(document: AgreementDocument, rule: Rule) -> str:
    """What a rule is for, `Only for Gold and Upgrade.`; "" when it is for all."""
    named = [
        *(document.product_name(key) for key in rule.products),
        *(document.request_types[key].name for key in rule.request_types),
        *(document.plans[key].name for key in rule.plans),
        *(document.levels[key].name for key in rule.levels),
    ]
    return f"Only for {listed(named)}." if named else ""


def _allowed(document: AgreementDocument, kind: RequestType) -> tuple[str, ...]:
    """The keys of the levels that requests of this type can have."""
    return (kind.forced_level,) if kind.forced_level else kind.levels or document.levels.keys


def usual_calendar(document: AgreementDocument, extensions: Collection[str]) -> str:
    """The key of the hours that targets count in by default, or of those agreed in their place (E7)."""
    instead = {document.extensions[key].replaces: document.extensions[key].by for key in extensions}
    return instead.get(document.targets.calendar, document.targets.calendar)


def _cell(document: AgreementDocument, promise: Promise, usual: str) -> Cell:
    """The promise, with the hours it is counted in where they are not the usual ones."""
    counted = ""
    if promise.kind != "none" and promise.calendar != usual:
        counted = document.calendars[promise.calendar].name
    return Cell(promise.text, promise.kind, notes(promise.note, counted), promise.clause or None)


def _other(
    document: AgreementDocument,
    kind: RequestType,
    plans: tuple[Plan, ...],
    extensions: Collection[str],
    product: Product,
    general: dict[str, tuple[LevelRows, ...]],
) -> tuple[LevelRows, ...]:
    """The rows in which `product` is promised something else than everything else is."""
    usual = {(group.level.key, row) for group in general[kind.key] for row in group.rows}
    differing = (
        (group.level, row)
        for group in _levels(document, kind, plans, extensions, product.key)
        for row in group.rows
        if (group.level.key, row) not in usual
    )
    return tuple(
        LevelRows(level, tuple(row for _, row in rows)) for level, rows in groupby(differing, key=lambda pair: pair[0])
    )
