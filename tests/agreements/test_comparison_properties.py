"""Nothing that differs between two agreements is passed over, and nothing else is told (property tests)."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
import yaml

from agreements.comparison import compare
from agreements.document import BUNDLED, AgreementDocument, DocumentErrors, bundled_text, load
from tests.agreements.documents import SIXTH, bundled, sixth

DOCUMENTS = (*BUNDLED, "kumo")
#: Mappings whose order people see.
ORDERED = {("plans",), ("metrics",), ("addendum", "sections")}


def document_of(key: str) -> AgreementDocument:
    return sixth() if key == "kumo" else bundled(key)


def reloaded(data: Any) -> AgreementDocument | None:
    try:
        return load(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), name="mutated.yaml")
    except DocumentErrors:
        return None


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a file below its root."""
    if path:
        yield path
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from places(value, (*path, key))


def is_ordered(path: tuple[Any, ...]) -> bool:
    return path in ORDERED or (path[:1] == ("schemes",) and path[-1:] == ("levels",))


def as_seen(data: Any, path: tuple[Any, ...] = ()) -> Any:
    """The values of a file; names have an order only where people see it."""
    if isinstance(data, list):
        return [as_seen(value, (*path, place)) for place, value in enumerate(data)]
    if not isinstance(data, dict):
        return data
    found = {key: as_seen(value, (*path, key)) for key, value in data.items()}
    return list(found.items()) if is_ordered(path) else found


def at(data: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


WORDS = ("none", "best effort", "2 business hours", "3 calendar days", "75 %", "99.5 %", "month", "year", "2026-05-06")


def mutate(random: Random, data: Any) -> tuple[Any, ...]:
    """Change one random place of `data`; what comes out need not be a usable agreement."""
    path = random.choice(list(places(data)))
    holder, key = at(data, path[:-1]), path[-1]
    value = holder[key]
    if random.random() < 0.15:
        del holder[key]
    elif isinstance(value, bool):
        holder[key] = not value
    elif isinstance(value, int):
        holder[key] = value + 1
    elif isinstance(value, list):
        if random.random() < 0.5:
            random.shuffle(value)
        else:
            value.append(copy.deepcopy(random.choice(value)) if value else "x")
    elif isinstance(value, dict):
        kept = list(value.items())
        random.shuffle(kept)
        if random.random() < 0.5:
            kept = [(f"{name}_2" if name == kept[0][0] else name, inner) for name, inner in kept]
        holder[key] = dict(kept)
    else:
        others = [at(data, other) for other in places(data) if isinstance(at(data, other), str)]
        holder[key] = random.choice([f"{value} and more", random.choice(WORDS), random.choice(others)])
    return path


def mutations(seed: int, wanted: int) -> Iterator[tuple[AgreementDocument, AgreementDocument, tuple[Any, ...]]]:
    """Real documents beside usable ones that differ from them in a few places."""
    random = Random(seed)
    while wanted:
        original = document_of(random.choice(DOCUMENTS))
        data = copy.deepcopy(dict(original.data))
        path = mutate(random, data)
        for _ in range(random.choice((0, 0, 0, 1, 2))):
            mutate(random, data)
        changed = reloaded(data)
        if changed is not None:
            wanted -= 1
            yield original, changed, path


@pytest.mark.parametrize("seed", range(6))
def test_whatever_differs_is_told_and_nothing_else(seed):
    told = 0
    for old, new, path in mutations(seed, 8):
        differs = as_seen(old.data) != as_seen(new.data)
        for first, second in ((old, new), (new, old)):
            comparison = compare(first, second)
            assert bool(comparison) is differs, path
            for change in comparison.changes:
                assert change.heading or change.section, path
                assert change.before or change.after or change.note, (path, change)
        told += differs
    assert told > 1


@pytest.mark.parametrize("seed", range(3))
def test_each_new_wording_is_shown_whole(seed):
    """A text that changes stands in the comparison on both sides, whatever part of the format it belongs to."""
    random, seen = Random(seed), 0
    while seen < 8:
        original = document_of(random.choice(DOCUMENTS))
        data = copy.deepcopy(dict(original.data))
        path = random.choice([place for place in places(data) if isinstance(at(data, place), str)])
        before = at(data, path)
        at(data, path[:-1])[path[-1]] = after = f"{before} mutatis mutandis"
        changed = reloaded(data)
        if changed is None:
            continue
        seen += 1
        changes = compare(original, changed).changes
        assert any(after in change.after for change in changes), path
        assert any(before in change.before for change in changes), path


@pytest.mark.parametrize("key", DOCUMENTS)
def test_comments_layout_and_the_order_of_names_make_no_difference(key):
    original = document_of(key)

    def shuffled(data: Any, path: tuple[Any, ...] = ()) -> Any:
        if isinstance(data, list):
            return [shuffled(item, (*path, place)) for place, item in enumerate(data)]
        if not isinstance(data, dict):
            return data
        items = [(name, shuffled(value, (*path, name))) for name, value in data.items()]
        if not is_ordered(path):
            Random(len(path)).shuffle(items)
        return dict(items)

    text = "# Another hand wrote this.\n" + yaml.safe_dump(
        shuffled(dict(original.data)), sort_keys=False, allow_unicode=True, width=40, indent=4
    )
    assert not compare(original, load(text, name="another.yaml"))
    assert not compare(original, original)


@pytest.mark.parametrize("name", ["plans", "metrics"])
def test_an_order_that_people_see_makes_a_difference(name):
    original = bundled("officeware")
    data = copy.deepcopy(dict(original.data))
    data[name] = dict(reversed(data[name].items()))
    changed = reloaded(data)
    assert changed is not None
    (change,) = compare(original, changed).changes
    assert (change.title, change.direction) == ("Order", "neutral")


@pytest.mark.parametrize(
    ("first", "second"), [("engage", "identity"), ("managedops", "kumo"), ("seatplan", "officeware")]
)
def test_two_agreements_that_have_nothing_in_common_can_be_compared(first, second):
    there, back = compare(document_of(first), document_of(second)), compare(document_of(second), document_of(first))
    assert there
    assert back
    assert {change.kind for change in there.changes} == {"added", "removed", "changed"}
    # What one way adds, the other takes away; targets are told in lines that may be cut another way.
    added, removed = (
        sum(change.kind == kind and change.section != "targets" for change in side.changes)
        for kind, side in (("added", there), ("removed", back))
    )
    assert added == removed


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        ("kumo", "hours: [10:00-14:00]", "hours: 10:00-14:00"),
        ("officeware", "      mon-fri: 09:00-17:00", "      mon-fri: [09:00-17:00]"),
        ("officeware", "      severity_4:\n          first", "      severity_4: # comment\n          first"),
        ("officeware", "[24 business hours, 24", "[{promise: 24 business hours}, 24"),
        ("managedops", "    - Technical contact\n", "    - {who: Technical contact}\n"),
        ("engage", "percent: 99.90 %", "percent: 99.9%"),
    ],
)  # fmt: skip
def test_another_spelling_of_the_same_is_told_as_having_no_effect(key, old, new):
    original = document_of(key)
    text = SIXTH if key == "kumo" else bundled_text(key)
    assert text.count(old) == 1
    changed = load(text.replace(old, new), name="spelt.yaml")
    comparison = compare(original, changed)
    assert bool(comparison) is (original.data != changed.data)
    assert all(change.direction == "neutral" and change.note for change in comparison.changes)
