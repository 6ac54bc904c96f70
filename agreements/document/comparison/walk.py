"""Walks two files side by side and says what differs: nothing that differs is passed over, whatever it is.

Driven by the declared terms, so a new part of the format is compared without code here. A place
that deserves better words has a comparer of its own (`SPECIAL`); one that finds nothing to say about a place that
differs is not believed, and the general words are used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agreements.document.comparison.changes import Change, Kind
from agreements.document.comparison.values import ABSENT, as_list, bound, matched, ordered, renamed_keys, same
from agreements.document.comparison.wording import entry_name, outline, part_name, said, spelt_out
from agreements.document.declaration import Declared, declared, direction_of
from agreements.document.directions import Direction, opposite
from agreements.document.document import AgreementDocument

SAME_MEANING = "Only written differently; it means the same."


@dataclass(frozen=True)
class Place:
    """Where the walk is: the term whose value it is, and what people call the place. A list's entry has no `owner`."""

    section: str
    declared: Declared
    owner: type | None = None
    subject: tuple[str, ...] = ()
    title: str = ""
    old_clause: str = ""
    new_clause: str = ""


Comparer = Callable[["Walk", Place, Any, Any], Iterator[Change]]


@dataclass(frozen=True)
class Walk:
    """Two documents, the years whose holidays are spelt out, and the comparers for special places."""

    old: AgreementDocument
    new: AgreementDocument
    years: Sequence[int]
    special: Mapping[tuple[type | None, str], Comparer]

    def changes(self, place: Place, old: Any, new: Any) -> Iterator[Change]:
        """Every change at or below a place; at least one when its values differ."""
        if same(place.declared, old, new):
            return
        comparer = self.special.get((place.owner, place.declared.name))
        found = list(comparer(self, place, old, new)) if comparer else []
        found = found or list(self._general(place, old, new))
        yield from found or [self.change(place, old, new, direction="neutral", note=SAME_MEANING)]

    def _general(self, place: Place, old: Any, new: Any) -> Iterator[Change]:
        each = place.declared
        if old is ABSENT or new is ABSENT:
            yield from self._there_or_not(place, old, new)
        elif each.is_part:
            yield from self.part(place, old, new)
        elif each.is_mapping:
            yield from self._mapping(place, old, new)
        elif each.is_list and each.item.is_part:
            yield from self._list(place, old, new)
        else:
            yield self._value(place, old, new)

    def part(self, place: Place, old: Any, new: Any, *, but: Sequence[str] = ()) -> Iterator[Change]:
        """The changes of a part's fields, in the order of its class; `but` names those that are compared elsewhere."""
        old, new = spelt_out(place.declared, old), spelt_out(place.declared, new)
        clauses = old.get("clause", place.old_clause), new.get("clause", place.new_clause)
        for name, term in declared(place.declared.hint).items():
            if name in but or (name not in old and name not in new):
                continue
            inner = replace(
                place,
                owner=place.declared.hint,
                declared=term,
                title=term.title,
                old_clause=old.get(term.term.cites, clauses[0]),
                new_clause=new.get(term.term.cites, clauses[1]),
            )
            if term.is_part:
                inner = replace(inner, subject=(*place.subject, inner.title), title="")
            yield from self.changes(inner, old.get(name, ABSENT), new.get(name, ABSENT))

    def _there_or_not(self, place: Place, old: Any, new: Any) -> Iterator[Change]:
        each = place.declared
        given = new if old is ABSENT else old
        if place.owner and not each.required and not each.is_part and not isinstance(given, dict):
            meant = bound(each, given)
            if meant == each.default:
                yield self.change(place, old, new, direction="neutral", note=SAME_MEANING)
                return
            if isinstance(each.default, bool) or (isinstance(each.default, str) and each.default):
                # What is not said has a meaning of its own here, and that is what changes.
                before, after = (each.default, meant) if old is ABSENT else (meant, each.default)
                document = self.new if old is ABSENT else self.old
                words = said(each, before, document), said(each, after, document)
                yield self._said(place, "changed", *words, each.direction(before, after))
                return
        if each.is_catalogue:
            yield from self._mapping(place, {} if old is ABSENT else old, {} if new is ABSENT else new)
        elif each.is_list and each.item.is_part:
            yield from self._list(place, [] if old is ABSENT else old, [] if new is ABSENT else new)
        else:
            yield self.change(place, old, new)

    def _mapping(self, place: Place, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
        """Parts by name. One that only got another key, and kept its name, is the same part."""
        each = place.declared
        kind = "" if each.is_catalogue else each.keys.reference
        renamed = renamed_keys(old, new)
        back = {after: before for before, after in renamed.items()}
        for key in (*new, *(key for key in old if key not in new and key not in renamed)):
            before, after = old.get(back.get(key, key), ABSENT), new.get(key, ABSENT)
            name = part_name(
                key, old[key] if after is ABSENT else after, kind, self.old if after is ABSENT else self.new
            )
            inner = replace(place, owner=None, declared=each.item, subject=(*place.subject, name), title="")
            yield from self.changes(inner, before, after)
            if key in back:
                note = "Its short name in the file is another."
                yield self._said(replace(inner, title="Short name"), "changed", back[key], key, "neutral", note)
        if ordered(each):
            kept = [renamed.get(key, key) for key in old if renamed.get(key, key) in new]
            now = [key for key in new if key in kept]
            if kept != now:
                was, is_now = (
                    ", ".join(part_name(key, new[key], kind, self.new) for key in keys) for keys in (kept, now)
                )
                yield self._said(replace(place, title="Order"), "changed", was, is_now, "neutral")

    def _list(self, place: Place, old: Any, new: Any) -> Iterator[Change]:
        """Parts in a list, matched by what they are about; those left over are matched in order."""
        item = place.declared.item
        before, after = as_list(old), as_list(new)
        pairs = matched(item, before, after)
        for first, second in pairs:
            given, document = (first, self.old) if second is ABSENT else (second, self.new)
            name = entry_name(bound(item, given), document)
            subject = (*place.subject, *((name,) if name else ()))
            yield from self.changes(replace(place, owner=None, declared=item, subject=subject), first, second)
        places = [before.index(first) for first, second in pairs if first is not ABSENT and second is not ABSENT]
        if places != sorted(places):
            yield self.change(place, old, new, direction="neutral", note="Only the order is another.")

    def _value(self, place: Place, old: Any, new: Any) -> Change:
        each = place.declared
        before, after = bound(each, old), bound(each, new)
        if before == after:
            return self.change(place, old, new, direction="neutral", note=SAME_MEANING)
        if each.is_list and sorted(map(repr, before)) == sorted(map(repr, after)):
            return self.change(place, old, new, direction="neutral", note="Only the order is another.")
        direction = each.direction(before, after)
        note = ""
        if direction == "unclear" and each.reference and said(each, before, self.old) == said(each, after, self.new):
            direction, note = "neutral", SAME_MEANING
        return self.change(place, old, new, direction=direction, note=note)

    def change(self, place: Place, old: Any, new: Any, *, direction: Direction | None = None, note: str = "") -> Change:
        """One change of everything at a place, told in full on both sides."""
        if place.declared.is_part:
            old_clause, new_clause = (
                value.get("clause", "") if isinstance(value, dict) else "" for value in (old, new)
            )
            place = replace(place, old_clause=old_clause, new_clause=new_clause)
        before, after = self._told(place, old, self.old), self._told(place, new, self.new)
        kind: Kind = "added" if old is ABSENT else "removed" if new is ABSENT else "changed"
        if direction is None:
            direction = self._direction(place.declared, old, new)
        if before == after and isinstance(old, str) and isinstance(new, str):
            before, after = old, new
        return self._said(place, kind, before, after, direction, note)

    def _direction(self, each: Declared, old: Any, new: Any) -> Direction:
        meant = bound(each, new if old is ABSENT else old)
        if each.is_part:
            added = direction_of(meant)
            return added if old is ABSENT else opposite(added)
        return each.direction(None, meant) if old is ABSENT else each.direction(meant, None)

    def _said(self, place: Place, kind: Kind, before: str, after: str, direction: Direction, note: str = "") -> Change:
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

    def _told(self, place: Place, value: Any, document: AgreementDocument) -> str:
        if value is ABSENT:
            return ""
        lines = outline(place.declared, value, bound(place.declared, value), document)
        return "\n".join(lines) or "".join(place.subject[-1:])
