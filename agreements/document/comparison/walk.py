"""Walks two files side by side and says what differs: nothing that differs is passed over, whatever it is.

Driven by the classes of the model and the schema, so a new part of the format is compared without code here. A place
that deserves better words has a comparer of its own (`SPECIAL`); one that finds nothing to say about a place that
differs is not believed, and the general words are used.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agreements.document.binder import field_names
from agreements.document.comparison import directions
from agreements.document.comparison.changes import Change, Direction, Kind
from agreements.document.comparison.values import (
    ABSENT,
    as_list,
    bound,
    default,
    matched,
    ordered,
    renamed_keys,
    same,
    spelt_out,
)
from agreements.document.comparison.wording import (
    bare,
    entry_name,
    entry_rule,
    is_part,
    label,
    outline,
    part_name,
    property_rule,
    reference_of,
    said,
)
from agreements.document.declaration import hints_of
from agreements.document.document import AgreementDocument
from agreements.document.keys import Catalogue

SAME_MEANING = "Only written differently; it means the same."
#: Fields that cite a clause of their own instead of that of their part.
_CITED_BY = {
    "update_every": "update_clause",
    "publish_from": "publish_clause",
    "measured_by": "measured_clause",
    "authorised_only": "authorised_clause",
}


@dataclass(frozen=True)
class Place:
    """Where the walk is: the class and field that hold the value, how it is typed, and what people call the place."""

    section: str
    owner: type
    field: str
    hint: Any
    rule: Mapping[str, Any]
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
    special: Mapping[tuple[type, str], Comparer]

    def changes(self, place: Place, old: Any, new: Any) -> Iterator[Change]:
        """Every change at or below a place; at least one when its values differ."""
        if same(place.hint, old, new):
            return
        comparer = self.special.get((place.owner, place.field))
        found = list(comparer(self, place, old, new)) if comparer else []
        found = found or list(self._general(place, old, new))
        yield from found or [self.change(place, old, new, direction="neutral", note=SAME_MEANING)]

    def _general(self, place: Place, old: Any, new: Any) -> Iterator[Change]:
        hint = bare(place.hint)
        if old is ABSENT or new is ABSENT:
            yield from self._there_or_not(place, old, new)
        elif is_part(hint):
            yield from self.part(place, old, new)
        elif typing.get_origin(hint) in (Catalogue, dict):
            yield from self._mapping(place, old, new)
        elif typing.get_origin(hint) is tuple and is_part(bare(typing.get_args(hint)[0])):
            yield from self._list(place, old, new)
        else:
            yield self._value(place, old, new)

    def part(self, place: Place, old: Any, new: Any, *, but: Sequence[str] = ()) -> Iterator[Change]:
        """The changes of a part's fields, in the order of its class; `but` names those that are compared elsewhere."""
        cls = bare(place.hint)
        old, new = spelt_out(cls, old), spelt_out(cls, new)
        names, hints = field_names(cls), hints_of(cls)
        place = replace(
            place, old_clause=old.get("clause", place.old_clause), new_clause=new.get("clause", place.new_clause)
        )
        for name, field in names.items():
            if name in but or (name not in old and name not in new):
                continue
            rule, cited = property_rule(place.rule, name), _CITED_BY.get(name, "")
            inner = replace(
                place,
                owner=cls,
                field=name,
                hint=hints[field],
                rule=rule,
                title=label(name, rule),
                old_clause=old.get(cited, place.old_clause),
                new_clause=new.get(cited, place.new_clause),
            )
            if is_part(bare(inner.hint)):
                inner = replace(inner, subject=(*place.subject, inner.title), title="")
            yield from self.changes(inner, old.get(name, ABSENT), new.get(name, ABSENT))

    def _there_or_not(self, place: Place, old: Any, new: Any) -> Iterator[Change]:
        fallback = default(place.owner, place.field)
        given = new if old is ABSENT else old
        if fallback is not dataclasses.MISSING and not is_part(bare(place.hint)) and not isinstance(given, dict):
            meant = bound(place.hint, given)
            if meant == fallback:
                yield self.change(place, old, new, direction="neutral", note=SAME_MEANING)
                return
            if isinstance(fallback, bool) or (isinstance(fallback, str) and fallback):
                # What is not said has a meaning of its own here, and that is what changes.
                before, after = (fallback, meant) if old is ABSENT else (meant, fallback)
                document = self.new if old is ABSENT else self.old
                yield self._said(
                    place,
                    "changed",
                    said(place.hint, before, document),
                    said(place.hint, after, document),
                    directions.of_field(place.owner, place.field, before, after),
                )
                return
        inner = bare(place.hint)
        if typing.get_origin(inner) is Catalogue:
            yield from self._mapping(place, {} if old is ABSENT else old, {} if new is ABSENT else new)
        elif typing.get_origin(inner) is tuple and is_part(bare(typing.get_args(inner)[0])):
            yield from self._list(place, [] if old is ABSENT else old, [] if new is ABSENT else new)
        else:
            yield self.change(place, old, new)

    def _mapping(self, place: Place, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
        """Parts by name. One that only got another key, and kept its name, is the same part."""
        arguments, rule = typing.get_args(bare(place.hint)), entry_rule(place.rule)
        part, kind = arguments[-1], reference_of(arguments[0]) if len(arguments) > 1 else ""
        renamed = renamed_keys(old, new)
        back = {after: before for before, after in renamed.items()}
        for key in (*new, *(key for key in old if key not in new and key not in renamed)):
            before, after = old.get(back.get(key, key), ABSENT), new.get(key, ABSENT)
            name = part_name(
                key, old[key] if after is ABSENT else after, kind, self.old if after is ABSENT else self.new
            )
            inner = replace(
                place, owner=bare(part) if is_part(bare(part)) else place.owner, field="", hint=part, rule=rule,
                subject=(*place.subject, name), title="",
            )  # fmt: skip
            yield from self.changes(inner, before, after)
            if key in back:
                note = "Its short name in the file is another."
                yield self._said(replace(inner, title="Short name"), "changed", back[key], key, "neutral", note)
        if ordered(part):
            kept = [renamed.get(key, key) for key in old if renamed.get(key, key) in new]
            now = [key for key in new if key in kept]
            if kept != now:
                was, is_now = (
                    ", ".join(part_name(key, new[key], kind, self.new) for key in keys) for keys in (kept, now)
                )
                yield self._said(replace(place, title="Order"), "changed", was, is_now, "neutral")

    def _list(self, place: Place, old: Any, new: Any) -> Iterator[Change]:
        """Parts in a list, matched by what they are about; those left over are matched in order."""
        part, rule = typing.get_args(bare(place.hint))[0], entry_rule(place.rule)
        before, after = as_list(old), as_list(new)
        pairs = matched(bare(part), before, after)
        for first, second in pairs:
            given, document = (first, self.old) if second is ABSENT else (second, self.new)
            name = entry_name(bare(part), bound(part, given), document)
            inner = replace(
                place, owner=bare(part), field="", hint=part, rule=rule,
                subject=(*place.subject, *((name,) if name else ())), title=place.title,
            )  # fmt: skip
            yield from self.changes(inner, first, second)
        places = [before.index(first) for first, second in pairs if first is not ABSENT and second is not ABSENT]
        if places != sorted(places):
            yield self.change(place, old, new, direction="neutral", note="Only the order is another.")

    def _value(self, place: Place, old: Any, new: Any) -> Change:
        before, after = bound(place.hint, old), bound(place.hint, new)
        if before == after:
            return self.change(place, old, new, direction="neutral", note=SAME_MEANING)
        if (
            isinstance(before, tuple)
            and isinstance(after, tuple)
            and sorted(map(repr, before)) == sorted(map(repr, after))
        ):
            return self.change(place, old, new, direction="neutral", note="Only the order is another.")
        direction = directions.of_field(place.owner, place.field, before, after)
        note = ""
        if direction == "unclear" and reference_of(bare(place.hint)):
            names = [said(place.hint, before, self.old), said(place.hint, after, self.new)]
            if names[0] == names[1]:
                direction, note = "neutral", SAME_MEANING
        return self.change(place, old, new, direction=direction, note=note)

    def change(self, place: Place, old: Any, new: Any, *, direction: Direction | None = None, note: str = "") -> Change:
        """One change of everything at a place, told in full on both sides."""
        if is_part(bare(place.hint)):
            old_clause, new_clause = (
                value.get("clause", "") if isinstance(value, dict) else "" for value in (old, new)
            )
            place = replace(place, old_clause=old_clause, new_clause=new_clause)
        before, after = self._told(place, old, self.old), self._told(place, new, self.new)
        kind: Kind = "added" if old is ABSENT else "removed" if new is ABSENT else "changed"
        if direction is None:
            direction = self._direction(place, old, new)
        if before == after and isinstance(old, str) and isinstance(new, str):
            before, after = old, new
        return self._said(place, kind, before, after, direction, note)

    def _direction(self, place: Place, old: Any, new: Any) -> Direction:
        given = new if old is ABSENT else old
        meant = bound(place.hint, given)
        if is_part(bare(place.hint)):
            added = directions.of_part(meant)
            return added if old is ABSENT else directions.opposite(added)
        before, after = (None, meant) if old is ABSENT else (meant, None)
        return directions.of_field(place.owner, place.field, before, after)

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
        lines = outline(place.hint, place.rule, value, bound(place.hint, value), document)
        return "\n".join(lines) or "".join(place.subject[-1:])
