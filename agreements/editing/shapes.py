"""The format as a form: every field, part and list that the classes of the model declare.

A new field of the format appears here, and so on the screen, by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any, Literal

from agreements.document import AgreementDocument
from agreements.document.declaration import Declared, declared, described
from agreements.document.quantities import Zone

#: From this many characters on a text gets several lines.
LONG = 300

Form = Literal[
    "fixed", "text", "paragraph", "number", "switch", "choice", "list", "picks", "part", "catalogue", "sequence",
    "pairs", "table"
]  # fmt: skip
#: Forms that hold a single control.
LEAVES = ("text", "paragraph", "number", "switch", "choice", "list", "picks")


@dataclass(frozen=True)
class Shape:
    """How one value is edited. `fields` are those of a part, `item` is what a list, catalogue or table is made of.

    `reference`: the kind of part that a choice, or the keys of a catalogue, must name. `options`: the values that are
    listed. `key_help`: how the keys of a catalogue are written. `shorthand`: the field that may stand alone for its
    part.
    `lone`: one value may stand for a list of one. `entry`: what kind of control helps to enter a text.
    """

    form: Form
    title: str
    help: str = ""
    required: bool = False
    examples: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    reference: str = ""
    default: Any = None
    pattern: str = ""
    key_help: str = ""
    longest: int | None = None
    fields: Mapping[str, Shape] = field(default_factory=dict)
    item: Shape | None = None
    shorthand: str = ""
    lone: bool = False
    entry: Literal["", "date", "time zone"] = ""

    @property
    def is_leaf(self) -> bool:
        return self.form in LEAVES

    @property
    def is_numbered(self) -> bool:
        """Whether the keys of a catalogue are numbers that people know its parts by, as clauses are."""
        return bool(self.pattern and re.search(self.pattern, "1"))

    @property
    def naming_field(self) -> str:
        """The field of a part that people call it by."""
        return next((name for name in ("name", "title", "label") if name in self.fields), "")


@cache
def document_shape() -> Shape:
    """The shape of a whole agreement."""
    return replace(part_shape(AgreementDocument), title="Agreement", required=True)


def part_shape(cls: Any) -> Shape:
    return Shape("part", "", described(cls), fields={name: _shape(each) for name, each in declared(cls).items()})


def _shape(each: Declared) -> Shape:
    form, is_said = each.format, each.default not in (None, "")
    base = Shape(
        "text", each.title, each.help, each.required, options=each.options, reference=each.reference,
        examples=form.examples if form else (), pattern=form.pattern if form else "",
        default=each.default if is_said and (each.hint is bool or each.options) else None,
        longest=form.longest if form else each.term.longest,
    )  # fmt: skip
    if each.is_part:
        return replace(
            base, form="part", fields=part_shape(each.hint).fields, shorthand=getattr(each.hint, "shorthand", "")
        )
    if each.is_list:
        return _list(base, each)
    if each.is_mapping:
        return _mapping(base, each)
    if each.hint is bool or each.hint is int:
        return replace(base, form="switch" if each.hint is bool else "number")
    if each.options or each.reference:
        return replace(base, form="fixed" if each.is_fixed else "choice")
    if each.hint is date or each.hint is Zone:
        return replace(base, entry="date" if each.hint is date else "time zone")
    return replace(base, form="paragraph" if not base.pattern and (base.longest or 0) >= LONG else "text")


def _list(base: Shape, each: Declared) -> Shape:
    item = replace(_shape(each.item), required=True)
    base = replace(base, lone=each.term.alone)
    if item.form == "choice":
        return replace(base, form="picks", options=item.options, reference=item.reference)
    if item.is_leaf:
        return replace(base, form="list", item=item, examples=item.examples, pattern=item.pattern)
    return replace(base, form="sequence", item=item)


def _mapping(base: Shape, each: Declared) -> Shape:
    """Named parts: a catalogue of them, pairs of a name and a short value, or a table of rows in rows."""
    item, keys = replace(_shape(each.item), required=True), _shape(each.keys)
    named = replace(
        base, reference=keys.reference, options=keys.options, pattern=keys.pattern, key_help=keys.help,
        examples=keys.examples, item=item,
    )  # fmt: skip
    if item.is_leaf:
        return replace(named, form="pairs")
    if item.form == "catalogue" and item.item is not None and item.item.form == "sequence":
        return replace(named, form="table")
    return replace(named, form="catalogue")
