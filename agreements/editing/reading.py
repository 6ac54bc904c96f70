"""From what a form posted back to plain values: structure from the names of its fields, and nothing typed is lost.

A field is named `f/` and its place, `f/plans/gold/name`; `m/plans/gold` says that the part is there, with its old
position for an entry of a list. Values that were not touched come out exactly as they were, in the way they were
written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from agreements.document.errors import Path
from agreements.document.source import plain_value
from agreements.editing.sections import in_order
from agreements.editing.shapes import Shape

#: What a value is that the document leaves out.
MISSING: Final[Any] = object()
#: The only column of a table that holds for every plan.
EVERY = "*"


def field_name(path: Path) -> str:
    return "f/" + "/".join(map(str, path))


def marker_name(path: Path) -> str:
    return "m/" + "/".join(map(str, path))


def written(shape: Shape, value: Any) -> str:
    """A value of a field with one control, as it stands in that control."""
    if value is MISSING or value is None:
        return ""
    if shape.form == "list":
        return _separator(shape).join(map(str, value if isinstance(value, list) else [value]))
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _separator(shape: Shape) -> str:
    """Quantities stand beside each other, sentences below each other."""
    return ", " if shape.pattern else "\n"


class Reading:
    """Reads one posted form. `posted` maps names to all their values, in the order of the page."""

    def __init__(self, posted: Mapping[str, Sequence[str]]) -> None:
        self.posted = posted
        self._children: dict[str, list[str]] = {}
        for name in posted:
            kind, _, path = name.partition("/")
            parent, _, last = path.rpartition("/")
            if kind == "m":
                self._children.setdefault(parent, []).append(last)

    def read(self, shape: Shape, path: Path, old: Any = MISSING) -> Any:
        """The posted value, `MISSING` when it is left out. `old` is what the form showed."""
        match shape.form:
            case "switch":
                return self._switch(shape, path, old)
            case "picks":
                return self._picks(shape, path, old)
            case "part":
                return self._part(shape, path, old)
            case "catalogue":
                return self._catalogue(shape, path, old)
            case "sequence":
                return self._sequence(shape, path, old)
            case "pairs":
                return self._pairs(shape, path, old)
            case "fixed":
                return old
        return self._text(shape, path, old)

    def is_there(self, path: Path) -> bool:
        return marker_name(path) in self.posted

    def _first(self, path: Path) -> str | None:
        values = self.posted.get(field_name(path))
        return values[0].replace("\r\n", "\n").replace("\r", "\n") if values else None

    def _entries(self, path: Path) -> list[str]:
        return self._children.get("/".join(map(str, path)), [])

    def _text(self, shape: Shape, path: Path, old: Any) -> Any:
        typed = self._first(path)
        if typed is None or typed == written(shape, old).replace("\r", "\n"):
            return old
        if shape.form == "list":
            return _listed(shape, typed)
        if shape.form == "number" or shape.pattern or shape.reference:
            typed = typed.strip()
        if typed == "":
            return MISSING
        number = plain_value(typed) if shape.form == "number" else typed
        return number if isinstance(number, int) and not isinstance(number, bool) else typed

    def _switch(self, shape: Shape, path: Path, old: Any) -> Any:
        on = field_name(path) in self.posted
        before = bool(shape.default) if old is MISSING else old
        if on == before and (old is not MISSING or not shape.required):
            return old
        return on if on or shape.required or shape.default is not None else MISSING

    def _picks(self, shape: Shape, path: Path, old: Any) -> Any:
        chosen = [value for value in self.posted.get(field_name(path), ()) if value]
        if not chosen:
            return [] if shape.required else MISSING
        return chosen

    def _part(self, shape: Shape, path: Path, old: Any) -> Any:
        if not self.is_there(path):
            return MISSING
        was_short = shape.shorthand != "" and not isinstance(old, dict)
        before = {} if old is MISSING else {shape.shorthand: old} if was_short else old
        values: dict[str, Any] = {}
        for name, inner in shape.fields.items():
            if inner.form == "table":
                value = self._table(inner, (*path, name), before.get(name, MISSING), before, values)
            else:
                value = self.read(inner, (*path, name), before.get(name, MISSING))
            if value is not MISSING:
                values[name] = value
        if was_short and set(values) <= {shape.shorthand}:
            return values.get(shape.shorthand, "")
        return in_order(values, before, shape)

    def _catalogue(self, shape: Shape, path: Path, old: Any) -> Any:
        before = {} if old is MISSING else old
        parts = {key: self.read(_item(shape), (*path, key), before.get(key, MISSING)) for key in self._entries(path)}
        return parts if parts or shape.required else MISSING

    def _sequence(self, shape: Shape, path: Path, old: Any) -> Any:
        before = [] if old is MISSING else old
        parts = []
        for entry in self._entries(path):
            origin = self.posted[marker_name((*path, entry))][0]
            known = origin.isdecimal() and len(origin) < 5 and int(origin) < len(before)
            parts.append(self.read(_item(shape), (*path, entry), before[int(origin)] if known else MISSING))
        return parts if parts or shape.required else MISSING

    def _pairs(self, shape: Shape, path: Path, old: Any) -> Any:
        before = {} if old is MISSING else old
        pairs: dict[str, Any] = {}
        for entry in self._entries(path):
            name = (self._first((*path, entry, "name")) or "").strip()
            value = self._text(_item(shape), (*path, entry, "value"), before.get(name, MISSING))
            if not name and value in (MISSING, []):
                continue
            while name in pairs:
                # Said twice: kept with a space behind it, which no name may have, so that it comes back to be put
                # right.
                name += " "
            pairs[name] = [] if value is MISSING else value
        return pairs if pairs or shape.required else MISSING

    def _table(self, shape: Shape, path: Path, old: Any, before: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
        """Rows by level and metric; a cell is found by its plan, so that a new column moves no cell."""
        cell = _item(_item(_item(shape)))
        columns_before, columns = before.get("plans", [EVERY]), values.get("plans", [EVERY])
        rows: dict[str, dict[str, Any]] = {}
        for level in self._entries(path):
            known = {} if old is MISSING else old.get(level, {})
            for metric in self._entries((*path, level)):
                row = known.get(metric, MISSING)
                shown = cells_by_column(row, columns_before)
                here = (*path, level, metric)
                cells = [self._cell(cell, (*here, column), shown.get(column, MISSING)) for column in columns]
                rows.setdefault(level, {})[metric] = _row(cells, row, columns)
        return rows if rows or shape.required else MISSING

    def _cell(self, shape: Shape, path: Path, old: Any) -> Any:
        """A cell that the page did not have yet: from the one for all plans when these are told apart, or back."""
        if self.is_there(path):
            return self._part(shape, path, old)
        shown = self._entries(path[:-1])
        if shown and (path[-1] == EVERY or shown == [EVERY]):
            return self._part(shape, (*path[:-1], shown[0]), old)
        return ""


def cells_by_column(row: Any, columns: Sequence[str]) -> dict[str, Any]:
    """A row's cells by column; one cell stands for the whole row."""
    if row is MISSING:
        return {}
    cells = row if isinstance(row, list) else [row]
    return dict(zip(columns, cells * len(columns) if len(cells) == 1 else cells, strict=False))


def _row(cells: list[Any], old: Any, columns: Sequence[str]) -> Any:
    """One cell for all stays one while all are alike; a list stays a list."""
    was_alone = old is not MISSING and not isinstance(old, list)
    was_one_of_many = isinstance(old, list) and len(old) == 1 and len(columns) > 1
    alike = all(repr(cell) == repr(cells[0]) for cell in cells)
    if alike and was_one_of_many:
        return cells[:1]
    if alike and (was_alone or (old is MISSING and len(columns) == 1)):
        return cells[0]
    return cells


def _item(shape: Shape) -> Shape:
    if shape.item is None:
        raise ValueError(f"A {shape.form} is made of nothing.")
    return shape.item


def _listed(shape: Shape, typed: str) -> Any:
    """What was typed, one entry after the other; sentences keep every character but empty lines between them."""
    pieces = [piece.strip() for piece in typed.replace("\n", ",").split(",")] if shape.pattern else typed.split("\n")
    values: list[str] = [piece for piece in pieces if piece.strip()]
    if shape.lone and len(values) == 1:
        return values[0]
    return values if values or shape.required else MISSING
