"""What targets really change: every promise of both documents, whichever default or rule it comes from.

Cells that change alike are told in one line, so that one changed rule reads as one change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from agreements.comparison.changes import Change
from agreements.comparison.opening_hours import opening
from agreements.comparison.side_by_side import Place, Walk, renamed_keys
from agreements.document.directions import PROMISED, Direction, both, less
from agreements.document.document import AgreementDocument
from agreements.document.errors import listed
from agreements.document.promises import Promise
from shell.wording import hours_words

#: Product, request type, plan and level by their keys in the new document; "" for a request about no product.
Combination = tuple[str, str, str, str]
#: One set of keys for each of the four.
Box = tuple[frozenset[str], ...]
#: What requests of each combination are promised on each metric.
Cells = Mapping[Combination, Mapping[str, Promise]]
#: The keys of the old document by its catalogues, as the new one calls the same parts.
Renamed = Mapping[str, Mapping[str, str]]

#: The catalogues of the document that the keys of a combination name.
DIMENSIONS = ("products", "request_types", "plans", "levels")
#: Stands for all levels that requests of a type can have; not a key, because keys have no star.
EVERY = "*"

#: The parts of `targets` that promises are computed from.
COMPUTED = ("calendar", "tables", "rules", "clause")


def target_changes(walk: Walk, place: Place, old: AgreementDocument, new: AgreementDocument) -> Iterator[Change]:
    """Every change of a promise, and of the promised shares. One line says that targets are only arranged anew.

    They are compared also when their text is the same: a new plan or another level is promised something by it.
    """
    renamed = {name: renamed_keys(getattr(old, name), getattr(new, name)) for name in DIMENSIONS}
    named = sorted({*(renamed["products"].get(key, key) for key in _products(old)), *_products(new)})
    found = list(_differing(walk, place, _promises(old, named, renamed), _promises(new, named)))
    if not found and any(getattr(old.targets, name) != getattr(new.targets, name) for name in COMPUTED):
        note = "The targets are only written in another way; every request is promised the same."
        found = [walk.told(replace(place, title="Arrangement"), "", "", "neutral", note)]
    yield from found
    yield from walk.part(place, old.targets, new.targets, but=COMPUTED)


def target_lines(walk: Walk) -> Iterator[str]:
    """What is promised now, one line for all requests that are promised the same on a metric."""
    document = walk.new.document
    promises = _promises(document, _products(document)).items()
    # Which clause says it matters for a change alone.
    cells = {key: {metric: replace(each, clause="") for metric, each in its.items()} for key, its in promises}
    for change in _differing(walk, Place("targets"), {}, cells):
        yield f"{change.subject}, {change.title}: {change.after}"


def _differing(walk: Walk, place: Place, before: Cells, after: Cells) -> Iterator[Change]:
    """What differs by metric; what the new document no longer has comes last."""
    old, new = walk.old.document, walk.new.document
    for metric in dict.fromkeys((*new.metrics.keys, *old.metrics.keys)):
        groups: dict[Change, list[Combination]] = {}
        for combination in {**after, **before}:
            was, now = (cells.get(combination, {}).get(metric) for cells in (before, after))
            change = _difference(walk, place, was, now)
            if change is not None:
                groups.setdefault(change, []).append(combination)
        subject = (new.metrics.get(metric) or old.metrics[metric]).name
        for change, combinations in groups.items():
            for box in boxes(combinations, after):
                yield replace(change, subject=subject, title=box_text(box, after, new, old))


def _difference(walk: Walk, place: Place, before: Promise | None, after: Promise | None) -> Change | None:
    """What one cell says on both sides, None where it says the same."""
    given = before or after
    if given is None or (not (before and after) and given.kind == "none"):
        return None
    place = replace(
        place,
        old_clause=before.clause if before else "",
        new_clause=after.clause if after else "",
    )
    old, new = _text(before, walk.old.document, after), _text(after, walk.new.document, before)
    hours = _hours(walk, before, after) if before and after else "neutral"
    if old != new:
        return walk.told(place, old, new, _direction(before, after, hours))
    if hours != "neutral":
        return walk.told(place, old, new, hours, "It is counted in other hours that have the same name.")
    if place.old_clause != place.new_clause:
        return walk.told(place, old, new, "neutral", "The same is promised; another clause is cited.")
    return None


def _hours(walk: Walk, before: Promise, after: Promise) -> Direction:
    """Whether the calendar that counts is open more (better) or less than the one that counted.

    The same calendar counts as neutral, whatever its own changes: those are told once, with the calendar.
    """
    old, new = walk.old.document, walk.new.document
    names = old.calendars[before.calendar].name, new.calendars[after.calendar].name
    is_renamed = names[0] == names[1] and after.calendar not in old.calendars
    if not before.kind == after.kind == "target" or before.calendar == after.calendar or is_renamed:
        return "neutral"
    return opening(old.calendar(before.calendar), new.calendar(after.calendar), years=walk.years)


def _text(promise: Promise | None, document: AgreementDocument, other: Promise | None) -> str:
    """A promise in words, with the hours it counts in where these differ or are not the usual ones."""
    if promise is None:
        return ""
    words, other = promise.text, other or promise
    is_longer = other.text == words and other.duration != promise.duration
    if is_longer and promise.duration is not None and "business day" in words:
        words += f" of {hours_words(promise.duration / int(words.split()[0]))}"
    moved = promise.calendar != other.calendar and "business" in other.text
    if "business" in words and (moved or promise.calendar != document.targets.calendar):
        name = document.calendars[promise.calendar].name
        words += f", counted in {name[:1].lower()}{name[1:]}"
    return words + (f" ({promise.note})" if promise.note else "")


def _direction(before: Promise | None, after: Promise | None, hours: Direction) -> Direction:
    """`hours` says whether the calendar of `after` is open more (better) or less than that of `before`."""
    if before is None or after is None:
        return "better" if after else "worse"
    if before.kind != after.kind:
        return PROMISED(before.kind, after.kind)
    if before.duration is None or after.duration is None:
        return "unclear"
    direction = both(less(before.duration, after.duration), hours)
    return "unclear" if direction == "neutral" and before.note != after.note else direction


def _products(document: AgreementDocument) -> list[str]:
    """Products that a target names, and "" for all others."""
    return ["", *sorted({key for rule in document.rules for key in rule.products})]


def _promises(document: AgreementDocument, products: Iterable[str], renamed: Renamed | None = None) -> Cells:
    """What every request that can be is promised, by the common keys; `products` are such keys too."""
    names = renamed or {}
    own_products = {after: before for before, after in names.get("products", {}).items()}

    def common(catalogue: str, key: str) -> str:
        return names.get(catalogue, {}).get(key, key)

    return {
        (product, common("request_types", kind), common("plans", plan), common("levels", level.key)): document.promises(
            plan=plan, request_type=kind, level=level.key, product=own_products.get(product, product) or None
        )
        for product in products
        for kind in document.request_types.keys
        for plan in document.plans.keys
        for level in document.levels_of(kind)
    }


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
        (*(frozenset((key,)) for key in others), frozenset((EVERY,) if names == every.get(others[1]) else names))
        for others, names in levels.items()
    ]
    for dimension in (1, 2, 0, 3):
        joined: dict[Box, frozenset[str]] = {}
        for box in found:
            rest = box[:dimension] + box[dimension + 1 :]
            joined[rest] = joined.get(rest, frozenset()) | box[dimension]
        found = [(*rest[:dimension], keys, *rest[dimension:]) for rest, keys in joined.items()]
    return found


def box_text(box: Box, there: Iterable[Combination], *documents: AgreementDocument) -> str:
    """`Incident · P1 and P2 · Gold`: what a box of all that is `there` is narrowed to, as the `documents` call it."""
    words = []
    for dimension in (1, 3, 2, 0):
        keys = box[dimension]
        every = {each[dimension] for each in there if dimension != 3 or each[1] in box[1]}
        if EVERY in keys or (every and keys >= every):
            continue
        names: dict[str, str] = {}
        for part in (part for document in documents for part in getattr(document, DIMENSIONS[dimension])):
            names.setdefault(part.key, part.name)
        named = {**names, "": "other products"}
        words.append(listed(name for key, name in named.items() if key in keys))
    return " · ".join(words) or "every request"
