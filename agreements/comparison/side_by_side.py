"""Walks two agreements side by side and says what differs: nothing that differs is passed over, whatever it is.

Driven by the declared terms, so a new part of the format is compared without code here. A term that deserves better
words has a comparer of its own; one that finds nothing to say about values that differ is not believed, and the
general words are used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import eq
from typing import Any

from agreements.comparison.changes import Change, Kind
from agreements.comparison.lines import holds_parts, lines, named_parts, words
from agreements.document.calendar_terms import OwnHoliday, OwnHours, RemovedHoliday
from agreements.document.declaration import Declared, declared, direction_of
from agreements.document.directions import Direction, opposite
from agreements.document.keys import Catalogue
from agreements.readable.reader import Reader

SAME_MEANING = "Only written differently; it means the same."
OTHER_ORDER = "Only the order is another."
OTHER_OF_THAT_NAME = "It is another one of the same name."
#: Entries about different days are different entries, however alike.
_DATED = (OwnHours, OwnHoliday, RemovedHoliday)


@dataclass(frozen=True)
class Place:
    """What people call the place where the walk is, and the clauses that count there."""

    section: str
    subject: tuple[str, ...] = ()
    title: str = ""
    old_clause: str = ""
    new_clause: str = ""


#: Gets the two parts that have the term.
Comparer = Callable[["Walk", Place, Any, Any], Iterator[Change]]


@dataclass(frozen=True)
class Walk:
    """Two readers, the years whose holidays are spelt out, and the comparers for special terms by class and name."""

    old: Reader
    new: Reader
    years: Sequence[int]
    special: Mapping[tuple[type, str], Comparer]

    def part(self, place: Place, old: Any, new: Any, *, but: Sequence[str] = ()) -> Iterator[Change]:
        """The changes of a part's terms, in the order of its class; `but` names those that are compared elsewhere."""
        for name, each in declared(new.__class__).items():
            if name not in but:
                yield from self.term(place, each, old, new)

    def term(self, place: Place, each: Declared, old: Any, new: Any) -> Iterator[Change]:
        """Every change of one term of both parts; at least one when its values differ."""
        here = replace(
            place,
            title=each.title,
            old_clause=getattr(old, each.term.cites, None) or _clause(old, place.old_clause),
            new_clause=getattr(new, each.term.cites, None) or _clause(new, place.new_clause),
        )
        comparer = self.special.get((type(new), each.name))
        found = list(comparer(self, here, old, new)) if comparer else []
        yield from found or self._general(here, each, old, new)

    def _general(self, place: Place, each: Declared, old: Any, new: Any) -> Iterator[Change]:
        before, after = getattr(old, each.field), getattr(new, each.field)
        if each.is_part:
            yield from self.either(replace(place, subject=(*place.subject, place.title), title=""), before, after)
        elif holds_parts(each):
            yield from self.parts(place, each, before, after)
        elif before != after or getattr(before, "text", "") != getattr(after, "text", ""):
            yield self._value(place, each, old, new)

    def either(self, place: Place, old: Any, new: Any) -> Iterator[Change]:
        """The changes of a part that may have come or gone as a whole."""
        if old is not None and new is not None:
            yield from self.part(place, old, new)
        elif old is not None or new is not None:
            was, now = (
                "" if part is None else "\n".join(lines(reader, part)) or "".join(place.subject[-1:])
                for reader, part in ((self.old, old), (self.new, new))
            )
            direction = opposite(direction_of(old)) if new is None else direction_of(new)
            inner = replace(
                place,
                old_clause="" if old is None else _clause(old, place.old_clause),
                new_clause="" if new is None else _clause(new, place.new_clause),
            )
            yield self.told(inner, was, now, direction)

    def parts(self, place: Place, each: Declared, old: Any, new: Any) -> Iterator[Change]:
        """Parts in a list or by key: those that belong together, those that came, those that went."""
        pairs = _paired(each, old, new)
        named = (*named_parts(each, old, self.old), *named_parts(each, new, self.new))
        names = {id(part): name for name, part in named}
        for before, after in pairs:
            name = names[id(before if after is None else after)]
            title = "" if each.is_mapping else place.title
            inner = replace(place, subject=(*place.subject, *((name,) if name else ())), title=title)
            yield from self.either(inner, before, after)
            if each.is_catalogue and before and after and before.key != after.key:
                note = "Its short name in the file is another."
                yield self.told(replace(inner, title="Short name"), before.key, after.key, "neutral", note)
        if each.is_mapping and not (each.is_catalogue and each.item.hint.part.ordered):
            return
        places = {id(part): place for place, part in enumerate(old)}
        now = [pair for pair in pairs if None not in pair]
        was = sorted(now, key=lambda pair: places[id(pair[0])])
        if was != now:
            before, after = (", ".join(names[id(part)] for _, part in side) for side in (was, now))
            yield self.told(replace(place, title="Order"), before, after, "neutral", OTHER_ORDER)

    def _value(self, place: Place, each: Declared, old: Any, new: Any) -> Change:
        before, after = getattr(old, each.field), getattr(new, each.field)
        was, now = words(self.old, old, each), words(self.new, new, each)
        if before == after or (was == now and not self._is_there(each, before)):
            return self.told(place, was, now, "neutral", SAME_MEANING)
        if was == now:
            return self.told(place, was, now, each.direction(before, after), OTHER_OF_THAT_NAME)
        if each.is_list and sorted(map(repr, before)) == sorted(map(repr, after)):
            return self.told(place, was, now, "neutral", OTHER_ORDER)
        return self.told(place, was, now, each.direction(before, after))

    def _is_there(self, each: Declared, key: Any) -> bool:
        """Whether the new document still has the part that the old one named; else it has another key there."""
        return bool(each.reference) and key in self.new.document.parts[each.reference].keys

    def told(self, place: Place, before: str, after: str, direction: Direction, note: str = "") -> Change:
        """One change at a place; what has no words before came, what has none after went."""
        kind: Kind = "changed" if bool(before) == bool(after) else "added" if after else "removed"
        return Change(
            section=place.section,
            subject=" · ".join(place.subject),
            title=place.title,
            kind=kind,
            before=before,
            after=after,
            direction=direction,
            note=note,
            old_clause=place.old_clause,
            new_clause=place.new_clause,
        )


def _clause(part: Any, inherited: str) -> str:
    return getattr(part, "clause", None) or inherited


def _paired(each: Declared, old: Any, new: Any) -> list[tuple[Any, Any]]:
    """Parts that belong together in the order of `new`, then what is gone; None for what is not there."""
    if each.is_catalogue:
        back = {after: before for before, after in renamed_keys(old, new).items()}
        pairs = [(old.get(back.get(part.key, part.key)), part) for part in new]
    elif each.is_mapping:
        pairs = [(old.get(key), part) for key, part in new.items()]
        old = old.values()
    else:
        pairs = _matched(old, new)
    there = {id(before) for before, _ in pairs}
    return [*pairs, *((part, None) for part in old if id(part) not in there)]


def renamed_keys(old: Catalogue[Any], new: Catalogue[Any]) -> dict[str, str]:
    """Old keys to new ones, of parts that went and came under the same name."""
    came = {getattr(part, "name", ""): part.key for part in reversed(new) if part.key not in old.keys}
    went = {getattr(part, "name", ""): part.key for part in reversed(old) if part.key not in new.keys}
    return {key: came[name] for name, key in went.items() if name and name in came}


def _matched(old: Sequence[Any], new: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Entries about the same thing belong together, others by place."""
    left, partner = list(old), {}
    for is_same in (eq, _about_the_same, _undated):
        for place, entry in enumerate(new):
            match = next((other for other in left if place not in partner and is_same(other, entry)), None)
            if match is not None:
                partner[place] = match
                left = [other for other in left if other is not match]
    return [(partner.get(place), entry) for place, entry in enumerate(new)]


def _about_the_same(old: Any, new: Any) -> bool:
    about = type(new).part.about
    return bool(about) and all(getattr(old, name) == getattr(new, name) for name in about)


def _undated(old: Any, new: Any) -> bool:
    return not isinstance(new, _DATED)
