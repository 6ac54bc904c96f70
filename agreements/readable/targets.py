"""The targets of an agreement as its source prints them: plans side by side, a row per level and metric (E4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agreements.document import Promise
from agreements.document.model import Metric, Plan, Price, RequestType
from agreements.document.promises import Rule, never_deciding, rule_for
from agreements.readable.blocks import Block, Blocks, Cell, Column, Heading, Line, Row, Table, Text, facts
from agreements.readable.measures import attainment
from agreements.readable.reader import Reader
from shell.wording import listed, notes

#: What a plan does not include, as opposed to a target that is not promised.
ABSENT = Cell("–", mark="absent")
#: The rows of each level by its key, the level's own row first.
Rows = dict[str, tuple[Row, ...]]


def plans(reader: Reader) -> Blocks:
    """The plans side by side with what each is promised (E1, E2, E3, E4), then what other requests are promised."""
    usual = reader.hours(reader.document.targets.calendar)
    return (
        *_tables(reader),
        *facts(*_other_rules(reader)),
        Text(
            "A dash promises nothing. “Best effort” is measured and reported, and never late. Unless a cell names other"
            f" hours, business hours and days are those of “{usual}”.",
            quiet=True,
        ),
        *facts(*(Line(plan.name, plan.description, plan.clause) for plan in reader.plans)),
        *attainment(reader),
    )


def _tables(reader: Reader) -> Iterator[Block]:
    """One table for all requests that are promised the same at the levels they have; whatever differs has its own.

    What the agreement sets no target for anywhere is only measured, and stands with the metrics instead.
    """
    tables: list[tuple[Rows, list[str]]] = []
    for name, rows in sorted(_promised(reader), key=lambda each: -len(each[1])):
        alike = next((each for each in tables if rows.items() <= each[0].items()), None)
        if alike is None or (not rows and alike[0]):
            tables.append((rows, [name]))
        else:
            only = "" if len(rows) == len(alike[0]) else f" ({reader.names(reader.document.levels, rows)})"
            alike[1].append(f"{name}{only}")
    head = _plan_rows(reader)
    columns = (Column("", 4), *(Column(plan.name, 5) for plan in reader.plans))
    several = len(tables) > 1
    for rows, names in tables:
        name = listed(names)
        clause, cited = _cited(tuple(row for of_level in rows.values() for row in of_level))
        if several:
            yield Heading(name, clause)
        elif clause:
            yield Text("All of it stands on one clause.", clause, quiet=True)
        if head or cited:
            yield Table(f"Promised for {name}, by plan", columns, (*head, *cited))
        if not cited:
            yield Text("No time is promised on these.")
        head = ()


def _cited(rows: tuple[Row, ...]) -> tuple[str | None, tuple[Row, ...]]:
    """The clause once for all where every promise stands on the same one, and the rows without it then."""
    clauses = {cell.clause for row in rows for cell in row[1:] if cell.mark != "none"}
    if len(clauses) != 1:
        return None, rows
    return clauses.pop(), tuple((row[0], *(replace(cell, clause=None) for cell in row[1:])) for row in rows)


def _plan_rows(reader: Reader) -> tuple[Row, ...]:
    """What each plan costs, how the team can be reached on it, what it includes (E1, E2, E3)."""
    plans, found = reader.plans, []
    if any(plan.price for plan in plans):
        found.append(_row("Price", [_price(plan.price) for plan in plans]))
    for channel in reader.document.channels:
        ticks = [Cell("Included", mark="tick") if channel.key in plan.channels else ABSENT for plan in plans]
        if any(tick.mark == "tick" for tick in ticks):
            found.append(
                (Cell(channel.name, notes("on request" if channel.on_request else ""), channel.clause), *ticks)
            )
    if any(plan.allowance for plan in plans):
        found.append(_row("Incidents a month", [_allowance(plan) for plan in plans]))
    if any(plan.features for plan in plans):
        found.append(
            _row("Also included", [Cell("", items=plan.features) if plan.features else ABSENT for plan in plans])
        )
    return tuple(found)


def _row(label: str, cells: Sequence[Cell]) -> Row:
    """The row, with the clause at its label where all cells that cite one cite the same."""
    clauses = {cell.clause for cell in cells if cell.clause}
    if len(clauses) != 1:
        return (Cell(label), *cells)
    return (Cell(label, clause=clauses.pop()), *(replace(cell, clause=None) for cell in cells))


def price_words(price: Price) -> str:
    """`€ 1,499.00 a month`, or what is said instead of an amount."""
    return f"{price.amount.text} a {price.per}" if price.amount else price.text


def _price(price: Price | None) -> Cell:
    if price is None:
        return ABSENT
    beside = price.text if price.amount else ""
    return Cell(price_words(price), notes(beside, f"billed {price.billed}" if price.billed else ""), price.clause)


def _allowance(plan: Plan) -> Cell:
    return Cell(str(plan.allowance.incidents), clause=plan.allowance.clause) if plan.allowance else Cell("No limit")


def _promised(reader: Reader) -> Iterator[tuple[str, Rows]]:
    """Each kind of request with its rows by level, and the levels at which single products are promised otherwise."""
    named = {key for rule in reader.document.rules for key in rule.products}
    for kind in reader.document.request_types:
        if kind.is_outside:
            continue
        general = _rows(reader, kind)
        yield kind.name, general
        for product in reader.known_products:
            if product.key in named and (own := _differing(_rows(reader, kind, product.key), general)):
                yield f"{kind.name}, for {product.name}", own


def _differing(own: Rows, general: Rows) -> Rows:
    """The rows in which a product is promised something else than everything else is, below their levels."""
    found = {}
    for level, rows in own.items():
        usual = general.get(level, ())
        if differing := tuple(row for row in rows[1:] if row not in usual):
            found[level] = (rows[0], *differing)
    return found


def _rows(reader: Reader, kind: RequestType, product: str | None = None) -> Rows:
    document, found = reader.document, {}
    for level in document.levels_of(kind.key):
        by_plan = [
            document.promises(
                plan=plan.key,
                request_type=kind.key,
                level=level.key,
                product=product,
                extensions=reader.extensions or (),
            )
            for plan in reader.plans
        ]
        rows = tuple(
            (Cell(metric.name), *(_cell(reader, promises[metric.key]) for promises in by_plan))
            for metric in document.metrics
            if _has_row(reader, metric, kind, level.key, product)
        )
        if rows:
            name = f"{level.name} ({level.label})" if level.label else level.name
            found[level.key] = ((Cell(name, intent=level.intent),), *rows)
    return found


def _has_row(reader: Reader, metric: Metric, kind: RequestType, level: str, product: str | None) -> bool:
    """Whether anything is said about a metric here, on whichever plan: a dash on one of them is said too (E4)."""
    if not reader.document.rules_for(metric.key):
        return False
    return metric.otherwise != "none" or any(
        rule_for(reader.document, metric.key, plan=plan, request_type=kind.key, level=level, product=product)
        for plan in reader.document.plans.keys
    )


def _other_rules(reader: Reader) -> Iterator[Line]:
    """What is promised for whatever no row of a table names."""
    document = reader.document
    for rule in never_deciding(document):
        if reader.concerns(rule.plans):
            other = "" if rule.calendar == document.targets.calendar else reader.hours(rule.calendar)
            yield Line(
                document.metrics[rule.metric].name,
                f"{rule.pledge.text}, whatever the tables do not name.",
                rule.clause or None,
                notes(_narrowed(reader, rule), rule.note, other),
            )


def _narrowed(reader: Reader, rule: Rule) -> str:
    """What a rule is for, `Only for Gold and Upgrade.`; "" when it is for all."""
    document = reader.document
    named = (
        *(document.products.name_of(key) for key in rule.products),
        *(document.request_types[key].name for key in rule.request_types),
        *(document.plans[key].name for key in rule.plans),
        *(document.levels[key].name for key in rule.levels),
    )
    return f"Only for {listed(named)}." if named else ""


def _cell(reader: Reader, promise: Promise) -> Cell:
    """The promise, with the hours it is counted in where they are not the usual ones."""
    usual = reader.calendar(reader.document.targets.calendar).key
    other = promise.kind != "none" and promise.calendar != usual
    counted = reader.document.calendars[promise.calendar].name if other else ""
    mark = {"target": "target", "none": "none", "best_effort": ""}[promise.kind]
    return Cell(promise.text, notes(promise.note, counted), promise.clause or None, mark=mark)  # type: ignore[arg-type]  # of a table
