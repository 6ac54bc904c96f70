"""What the buttons of the form do to its values before anything is saved: add, take out, move."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from agreements.document.errors import Path
from agreements.editing.shapes import Shape

#: The buttons of a form, as `verb:place`.
VERBS = ("add", "remove", "up", "down")


class RefusedChangeError(ValueError):
    """A button that cannot do what it says yet; the sentence is for beside it."""


def place_of(shape: Shape, value: Any, path: Path, steps: tuple[str, ...]) -> tuple[Path, Shape]:
    """The place that a button names by `steps` below `path`, with list positions as numbers. Raises LookupError."""
    for step in steps:
        here: int | str = step
        if shape.form == "part":
            shape = shape.fields[step]
            value = value.get(step) if isinstance(value, dict) else None
        elif shape.item is None or value is None:
            raise LookupError(f"There is nothing at {path}.")
        else:
            if shape.form == "pairs" and step.isdecimal():
                here = list(value)[int(step)]
            elif isinstance(value, list):
                here = int(step)
            value, shape = value[here], shape.item
        path = (*path, here)
    return path, shape


def changed(shape: Shape, value: Any, verb: str, steps: tuple[str, ...], *, key: str = "", name: str = "") -> Any:
    """A copy of a section's value after one button. RefusedChangeError; LookupError for a place that is not there.

    `key` and `name` are what was typed beside an “Add” button of named parts.
    """
    value = deepcopy(value)
    if not steps:
        return _added(shape, value, key, name) if verb == "add" else value
    place, found = place_of(shape, value, (), steps if verb != "add" else steps[:-1])
    if verb == "add":
        holder = _at(value, place)
        if not isinstance(holder, dict | list):
            raise LookupError("Nothing can be added here.")
        _add_below(found, holder, steps[-1], key, name)
        return value
    holder, last = _at(value, place[:-1]), place[-1]
    if verb == "remove":
        del holder[last]
    else:
        _move(holder, last, -1 if verb == "up" else 1)
    return value


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _add_below(shape: Shape, holder: Any, step: str, key: str, name: str) -> None:
    inner = shape.fields[step] if shape.form == "part" else shape.item
    if inner is None:
        raise LookupError("Nothing can be added here.")
    at: Any = int(step) if isinstance(holder, list) else step
    if inner.form == "part":
        holder[at] = blank(inner)
        return
    present = holder.get(at) if isinstance(holder, dict) else holder[at]
    holder[at] = _added(inner, present, key, name)


def _added(shape: Shape, present: Any, key: str, name: str) -> Any:
    item = shape.item
    if item is None:
        return blank(shape)
    if shape.form == "sequence":
        return [*(present or []), blank(item)]
    if shape.form == "pairs":
        return {**(present or {}), "": []}
    if shape.form == "table":
        return _with_row(present or {}, level=key, metric=name)
    return _with_part(shape, present or {}, key, name)


def _with_part(shape: Shape, present: Mapping[str, Any], key: str, name: str) -> dict[str, Any]:
    key, name, item = key.strip(), name.strip(), shape.item or shape
    if not key and not shape.is_numbered:
        key = key_from(name)
    if shape.options and key not in shape.options:
        raise RefusedChangeError("Choose which one to add.")
    if not key:
        raise RefusedChangeError("Give the name of what you add." if item.naming_field else "Choose which one to add.")
    if shape.pattern and not re.search(shape.pattern.replace("$", r"\Z"), key):
        raise RefusedChangeError(f"“{key[:60]}” cannot be a short name. {shape.key_help}")
    if key in present:
        raise RefusedChangeError(f"There is one with the short name “{key}” already.")
    part = blank(item)
    if name and item.naming_field:
        part[item.naming_field] = name
    return {**present, key: part}


def _with_row(present: Mapping[str, Any], *, level: str, metric: str) -> dict[str, Any]:
    if not level or not metric:
        raise RefusedChangeError("Choose what the row is for.")
    if metric in present.get(level, {}):
        raise RefusedChangeError("The table has this row already.")
    return {**present, level: {**present.get(level, {}), metric: ""}}


def blank(shape: Shape) -> dict[str, Any]:
    """A new part with the parts it cannot do without."""
    makers: dict[str, Callable[[Shape], Any]] = {"part": blank, "catalogue": lambda _: {}, "sequence": lambda _: []}
    return {
        name: makers[inner.form](inner)
        for name, inner in shape.fields.items()
        if inner.required and inner.form in makers
    }


def key_from(name: str) -> str:
    """`Gold Plus` as gold_plus."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_").lstrip("0123456789_")[:40]


def _move(holder: Any, last: Any, by: int) -> None:
    order = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    here = order.index(last)
    there = min(max(here + by, 0), len(order) - 1)
    order[here], order[there] = order[there], order[here]
    if isinstance(holder, dict):
        parts = {key: holder[key] for key in order}
        holder.clear()
        holder.update(parts)
    else:
        holder[:] = [holder[position] for position in order]
