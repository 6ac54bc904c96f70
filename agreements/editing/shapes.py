"""The format as a form: every field, part and list of the schema, with the references that the model's classes know.

A new field of the format appears here, and so on the screen, by itself.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any, Literal

from agreements.document import AgreementDocument
from agreements.document.binder import field_names, hints_of
from agreements.document.keys import Reference
from agreements.document.quantities import Zone
from agreements.document.schema import schema

#: From this many characters on a text gets several lines.
LONG = 300

Form = Literal[
    "fixed", "text", "paragraph", "number", "switch", "choice", "list", "picks", "part", "catalogue", "sequence", "pairs", "table"
]  # fmt: skip
#: Forms that hold a single control.
LEAVES = ("text", "paragraph", "number", "switch", "choice", "list", "picks")


@dataclass(frozen=True)
class Shape:
    """How one value is edited. `fields` are those of a part, `item` is what a list, catalogue or table is made of.

    `reference`: the kind of part that a choice, or the keys of a catalogue, must name. `options`: the values the schema
    lists. `key_help`: how the keys of a catalogue are written. `shorthand`: the field that may stand alone for its part.
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
    return _part(schema(), AgreementDocument, "Agreement", required=True)


def _resolved(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule with what it refers to; its own words win. `title` is only what the place itself calls the value."""
    own = dict(rule)
    while "$ref" in own:
        definition = schema()["$defs"][own.pop("$ref").removeprefix("#/$defs/")]
        own = {**definition, "title": None, **own}
    return own


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _shape(rule: Mapping[str, Any], hint: Any, name: str, *, required: bool) -> Shape:
    whole = _resolved(rule)
    hint, reference = _peeled(hint)
    title = str(whole.get("title") or _words(name))
    base = Shape(
        "text", title[:1].upper() + title[1:], str(whole.get("description", "")), required,
        examples=tuple(whole.get("examples", ())), reference=reference, default=whole.get("default"),
        pattern=str(whole.get("pattern", "")), longest=whole.get("maxLength"),
    )  # fmt: skip
    if "anyOf" in whole:
        return _alternatives(whole, base, hint, name)
    if "const" in whole:
        return replace(base, form="fixed")
    if "enum" in whole:
        return replace(base, form="choice", options=tuple(whole["enum"]))
    match whole["type"]:
        case "boolean":
            return replace(base, form="switch")
        case "integer":
            return replace(base, form="number")
        case "array":
            return _list(whole, base, hint, name)
        case "object" if "properties" in whole:
            return _part(whole, hint, base.title, required=required)
        case "object":
            return _mapping(whole, base, hint, name)
    if reference:
        return replace(base, form="choice")
    if hint is date or hint is Zone:
        return replace(base, entry="date" if hint is date else "time zone")
    return replace(base, form="paragraph" if not base.pattern and (base.longest or 0) >= LONG else "text")


def _peeled(hint: Any) -> tuple[Any, str]:
    """A hint without `| None` and notes, and the kind of part that its value must name ("" for none)."""
    reference = ""
    while True:
        origin = typing.get_origin(hint)
        if origin is typing.Annotated:
            found = next((note for note in hint.__metadata__ if isinstance(note, Reference)), None)
            reference = found.kind if found else reference
            hint = typing.get_args(hint)[0]
        elif origin in (typing.Union, types.UnionType):
            hint = next(option for option in typing.get_args(hint) if option is not type(None))
        else:
            return hint, reference


def _part(rule: Mapping[str, Any], cls: Any, title: str, *, required: bool) -> Shape:
    names, hints = field_names(cls), hints_of(cls)
    wanted = rule.get("required", ())
    fields = {
        name: _shape(inner, hints[names[name]], name, required=name in wanted)
        for name, inner in rule["properties"].items()
    }
    return Shape("part", title, str(rule.get("description", "")), required, fields=fields)


def _list(rule: Mapping[str, Any], base: Shape, hint: Any, name: str) -> Shape:
    item = _shape(rule["items"], typing.get_args(hint)[0], name, required=True)
    if item.form == "choice":
        return replace(base, form="picks", options=item.options, reference=item.reference)
    if item.is_leaf:
        return replace(base, form="list", item=item, examples=item.examples, pattern=item.pattern)
    return replace(base, form="sequence", item=item)


def _mapping(rule: Mapping[str, Any], base: Shape, hint: Any, name: str) -> Shape:
    """Named parts: a catalogue of them, pairs of a name and a short value, or a table of rows in rows."""
    arguments = typing.get_args(hint)
    keys = _resolved(rule["propertyNames"])
    reference = _peeled(arguments[0])[1] if len(arguments) == 2 else ""
    item = _shape(rule["additionalProperties"], arguments[-1], name, required=True)
    named = replace(
        base, reference=reference, options=tuple(keys.get("enum", ())), pattern=str(keys.get("pattern", "")),
        key_help=str(keys.get("description", "")), examples=tuple(keys.get("examples", ())), item=item,
    )  # fmt: skip
    if item.is_leaf:
        return replace(named, form="pairs")
    if item.form == "catalogue" and item.item is not None and item.item.form == "sequence":
        return replace(named, form="table")
    return replace(named, form="catalogue")


def _alternatives(rule: Mapping[str, Any], base: Shape, hint: Any, name: str) -> Shape:
    """A value that can be written in a short and a long way is edited in the long one, and kept short where it was."""
    branches = {str(_resolved(branch).get("type")): branch for branch in rule["anyOf"]}
    if "array" in branches:
        listed = _shape(branches["array"], hint, name, required=base.required)
        return replace(listed, title=base.title, help=base.help, lone=True)
    part = _shape(branches["object"], hint, name, required=base.required)
    return replace(part, title=base.title, help=base.help, shorthand=hint.shorthand)
