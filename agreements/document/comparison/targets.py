"""What targets really change: every promise of both documents, whichever default or rule it comes from.

Cells that change alike are told in one line, so that one changed rule reads as one change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agreements.document.comparison.changes import Change, Kind
from agreements.document.comparison.hours import coverage_of
from agreements.document.comparison.values import renamed_keys, same
from agreements.document.comparison.walk import Place, Walk
from agreements.document.directions import Direction
from agreements.document.document import AgreementDocument
from agreements.document.errors import listed
from agreements.document.keys import Catalogue
from agreements.document.model import RequestType
from agreements.document.promises import Promise
from shell.wording import hours_words

#: Product, request type, plan and level by their keys in the new document; "" for a request about no product.
Combination = tuple[str, str, str, str]
#: One set of keys for each of the four.
Box = tuple[frozenset[str], ...]

#: Which part of the file each key of a combination names.
DIMENSIONS = ("products", "request_types", "plans", "levels")
#: Stands for all levels that requests of a type can have; not a key, because keys have no star.
EVERY = "*"

#: The parts of `targets` that promises are computed from.
COMPUTED = ("calendar", "tables", "rules", "clause")


@dataclass(frozen=True)
class _Difference:
    """What one cell says on both sides."""

    metric: str
    kind: Kind
    before: str
    after: str
    direction: Direction
    note: str
    old_clause: str
    new_clause: str


def target_changes(walk: Walk, place: Place) -> Iterator[Change]:
    """Every change of a promise, and of the promised shares. One line says that targets are only arranged anew."""
    found = list(_Cells(walk, place.section).changes())
    old, new = walk.old.data["targets"], walk.new.data["targets"]
    if not found and any(
        not same(None, old.get(name), new.get(name)) for name in COMPUTED if name in old or name in new
    ):
        note = "The targets are only written in another way; every request is promised the same."
        found = [Change(place.section, "", "Arrangement", "changed", "", "", "neutral", note)]
    yield from found
    yield from walk.part(place, old, new, but=COMPUTED)


class _Cells:
    def __init__(self, walk: Walk, section: str) -> None:
        self.walk, self.section = walk, section
        old, new = walk.old.data, walk.new.data
        self.back: dict[str, dict[str, str]] = {}
        for part in ("plans", "request_types", "metrics", "products"):
            renamed = renamed_keys(old.get(part, {}), new.get(part, {}))
            self.back[part] = {after: before for before, after in renamed.items()}
        levels = (data["schemes"][data["tickets"]["scheme"]]["levels"] for data in (old, new))
        self.back["levels"] = {after: before for before, after in renamed_keys(*levels).items()}
        self.old_cells = dict(_promises(walk.old, self._products(walk.old)))
        self.new_cells = dict(_promises(walk.new, self._products(walk.new)))

    def _products(self, document: AgreementDocument) -> list[str]:
        """Products that a target of either document names, and "" for all others."""
        named: set[str] = set()
        for side, renamed in ((self.walk.old, {}), (self.walk.new, self.back["products"])):
            named |= {renamed.get(key, key) for rule in side.rules for key in rule.products}
        forward = {before: after for after, before in self.back["products"].items()}
        return ["", *sorted(key if document is self.walk.old else forward.get(key, key) for key in named)]

    def changes(self) -> Iterator[Change]:
        groups: dict[_Difference, list[Combination]] = {}
        for combination, metric in self._combinations():
            before = self.old_cells.get(_called(combination, self.back), {}).get(
                self.back["metrics"].get(metric, metric)
            )
            after = self.new_cells.get(combination, {}).get(metric)
            difference = self._difference(metric, before, after)
            if difference is not None:
                groups.setdefault(difference, []).append(combination)
        for difference, combinations in groups.items():
            for box in boxes(combinations, self.new_cells):
                yield self._told(difference, box)

    def _combinations(self) -> Iterator[tuple[Combination, str]]:
        """All of both documents, in the order of the new one; what it no longer has comes last."""
        forward = {part: {old: new for new, old in back.items()} for part, back in self.back.items()}
        every = dict.fromkeys((*self.new_cells, *(_called(each, forward) for each in self.old_cells)))
        old_metrics = (forward["metrics"].get(key, key) for key in self.walk.old.metrics.keys)
        for metric in dict.fromkeys((*self.walk.new.metrics.keys, *old_metrics)):
            for combination in every:
                yield combination, metric

    def _difference(self, metric: str, before: Promise | None, after: Promise | None) -> _Difference | None:
        if before is None or after is None:
            given = before or after
            if given is None or given.kind == "none":
                return None
            text = self._text(given, self.walk.old if after is None else self.walk.new, other=given)
            kind: Kind = "added" if before is None else "removed"
            direction: Direction = "better" if before is None else "worse"
            clause = given.clause
            if before is None:
                return _Difference(metric, kind, "", text, direction, "", "", clause)
            return _Difference(metric, kind, text, "", direction, "", clause, "")
        old, new = self._text(before, self.walk.old, other=after), self._text(after, self.walk.new, other=before)
        hours = (
            coverage_of(self.walk, before.calendar, after.calendar)
            if before.kind == after.kind == "target"
            else "neutral"
        )
        if old == new and hours != "neutral":
            note = "It is counted in other hours that have the same name."
            return _Difference(metric, "changed", old, new, hours, note, before.clause, after.clause)
        if old == new and before.clause == after.clause:
            return None
        if old == new:
            note = "The same is promised; another clause is cited."
            return _Difference(metric, "changed", old, new, "neutral", note, before.clause, after.clause)
        direction = _direction(before, after, hours)
        return _Difference(metric, "changed", old, new, direction, "", before.clause, after.clause)

    def _text(self, promise: Promise, document: AgreementDocument, *, other: Promise) -> str:
        """A promise in words, with the hours it counts in where these differ or are not the usual ones."""
        if promise.duration is None or promise.kind != "target":
            return promise.text + (f" ({promise.note})" if promise.note else "")
        words = promise.text
        if "business day" in words and other.text == words and other.duration != promise.duration:
            count = int(words.split()[0])
            words += f" of {hours_words(promise.duration / count)}"
        moved = promise.calendar != other.calendar and "business" in other.text
        if "business" in words and (moved or promise.calendar != document.targets.calendar):
            name = document.calendars[promise.calendar].name
            words += f", counted in {name[:1].lower()}{name[1:]}"
        return words + (f" ({promise.note})" if promise.note else "")

    def _told(self, difference: _Difference, box: Box) -> Change:
        old, new = self.walk.old, self.walk.new
        metric = new.metrics.get(difference.metric) or old.metrics.get(
            self.back["metrics"].get(difference.metric, difference.metric)
        )
        return Change(
            section=self.section,
            subject=metric.name if metric else difference.metric,
            title=box_text(box, self.new_cells, new, old, self.back),
            kind=difference.kind,
            before=difference.before,
            after=difference.after,
            direction=difference.direction,
            note=difference.note,
            old_clause=difference.old_clause,
            new_clause=difference.new_clause,
        )


def _direction(before: Promise, after: Promise, hours: Direction) -> Direction:
    """`hours` says whether the calendar of `after` is open more (better) or less than that of `before`."""
    ranks = {"none": 0, "best_effort": 1, "target": 2}
    if before.kind != after.kind:
        return "better" if ranks[after.kind] > ranks[before.kind] else "worse"
    if before.duration is None or after.duration is None:
        return "unclear"
    if before.duration == after.duration and hours == "neutral":
        return "unclear" if before.note != after.note else "neutral"
    if before.duration >= after.duration and hours in ("better", "neutral"):
        return "better"
    if before.duration <= after.duration and hours in ("worse", "neutral"):
        return "worse"
    return "unclear"


def _called(combination: Combination, names: Mapping[str, Mapping[str, str]]) -> Combination:
    """The same combination as the other document calls it."""
    product, kind, plan, level = (names[part].get(key, key) for part, key in zip(DIMENSIONS, combination, strict=True))
    return product, kind, plan, level


def _promises(document: AgreementDocument, products: Iterable[str]) -> Iterator[tuple[Combination, dict[str, Promise]]]:
    """What every request that can be is promised."""
    for product in products:
        for kind in document.request_types:
            for plan in document.plans.keys:
                for level in levels_of(document, kind):
                    promised = document.promises(plan=plan, request_type=kind.key, level=level, product=product or None)
                    yield (product, kind.key, plan, level), promised


def levels_of(document: AgreementDocument, kind: RequestType) -> tuple[str, ...]:
    """The levels that requests of a type can have."""
    if kind.forced_level:
        return (kind.forced_level,)
    return tuple(key for key in document.levels.keys if not kind.levels or key in kind.levels)


def boxes(combinations: Iterable[Combination], there: Iterable[Combination]) -> list[Box]:
    """The same combinations as few sets of keys per dimension: those that differ in one dimension only are joined.

    `there` are all that can be. Where a type of request is there at all its levels, `EVERY` stands for them, so that it
    joins with types that have others.
    """
    every: dict[str, set[str]] = {}
    for _, kind, _, level in there:
        every.setdefault(kind, set()).add(level)
    levels: dict[tuple[str, str, str], set[str]] = {}
    for product, kind, plan, level in combinations:
        levels.setdefault((product, kind, plan), set()).add(level)
    found: list[Box] = [
        (
            frozenset((product,)),
            frozenset((kind,)),
            frozenset((plan,)),
            frozenset((EVERY,)) if names == every.get(kind) else frozenset(names),
        )
        for (product, kind, plan), names in levels.items()
    ]
    for dimension in (1, 2, 0, 3):
        joined: dict[Box, frozenset[str]] = {}
        for box in found:
            rest = box[:dimension] + box[dimension + 1 :]
            joined[rest] = joined.get(rest, frozenset()) | box[dimension]
        found = [(*rest[:dimension], keys, *rest[dimension:]) for rest, keys in joined.items()]
    return found


def box_text(
    box: Box,
    there: Iterable[Combination],
    new: AgreementDocument,
    old: AgreementDocument,
    back: Mapping[str, Mapping[str, str]],
) -> str:
    """`Incident · P1 and P2 · Gold`: what a box of all that is `there` is narrowed to; `back` leads to old keys."""
    products, kinds, plans, levels = box

    def is_every(dimension: int, among: frozenset[str] | None = None) -> bool:
        every = {each[dimension] for each in there if among is None or each[1] in among}
        return bool(every) and box[dimension] >= every

    words = []
    if not is_every(1):
        words.append(listed(_names(kinds, new.request_types, old.request_types, back["request_types"])))
    if EVERY not in levels and not is_every(3, among=kinds):
        words.append(listed(_names(levels, new.levels, old.levels, back["levels"])))
    if not is_every(2):
        words.append(listed(_names(plans, new.plans, old.plans, back["plans"])))
    if not is_every(0):
        named = _names(products - {""}, new.products, old.products, back["products"])
        words.append(listed([*named, *(("other products",) if "" in products else ())]))
    return " · ".join(words) or "every request"


def target_lines(document: AgreementDocument) -> Iterator[str]:
    """What is promised, one line for all requests that are promised the same on a metric."""
    products = ["", *sorted({key for rule in document.rules for key in rule.products})]
    cells = dict(_promises(document, products))
    back: dict[str, dict[str, str]] = {part: {} for part in DIMENSIONS}
    for metric in document.metrics:
        groups: dict[str, list[Combination]] = {}
        for combination, promised in cells.items():
            promise = promised[metric.key]
            if promise.kind != "none":
                groups.setdefault(promise.text + (f" ({promise.note})" if promise.note else ""), []).append(combination)
        for text, combinations in groups.items():
            for box in boxes(combinations, cells):
                yield f"{metric.name}, {box_text(box, cells, document, document, back)}: {text}"


def _names(keys: frozenset[str], new: Catalogue[Any], old: Catalogue[Any], back: Mapping[str, str]) -> list[str]:
    """Names in the order of the document."""
    order = [*new.keys, *(key for key in old.keys if key not in new.keys)]
    named = []
    for key in sorted(keys, key=lambda each: order.index(each) if each in order else len(order)):
        part = new.get(key) or old.get(back.get(key, key))
        named.append(part.name if part else key)
    return named
