"""Turns checked plain values into the classes of the model, and follows every reference to its part.

Driven by the declarations, so that a new part of the format is a class, not code here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agreements.document.declaration import Declared, declared
from agreements.document.errors import Path, Problem, listed, meant, shortened
from agreements.document.keys import Catalogue


class Binder:
    """Binds the values of one document, and remembers what they name and where they came from."""

    def __init__(self) -> None:
        self.references: list[tuple[str, str, Path, bool]] = []
        #: Where each part came from, so that later checks can point at it. Identity, because equal cells repeat.
        self.paths: dict[int, Path] = {}

    def bind(self, each: Declared, value: Any, path: Path = (), *, at_key: bool = False) -> Any:
        """The value as the type of its term. The declarations have been asked already whether it has the shape."""
        if each.reference:
            self.references.append((each.reference, value, path, at_key))
        if each.is_list:
            # One value may stand for a list of one: `mon-fri: 09:00-17:00`.
            if not isinstance(value, list):
                return (self.bind(each.item, value, path),)
            return tuple(self.bind(each.item, item, (*path, position)) for position, item in enumerate(value))
        if each.is_catalogue:
            return Catalogue(self._part(each.item.hint, item, (*path, key), key=key) for key, item in value.items())
        if each.is_mapping:
            return {
                self.bind(each.keys, key, (*path, key), at_key=True): self.bind(each.item, item, (*path, key))
                for key, item in value.items()
            }
        if each.is_part:
            return self._part(each.hint, value, path)
        return each.format.parse(value) if each.format and each.format.parse else value

    def lost(self, parts: Mapping[str, Catalogue[Any]]) -> Iterator[Problem]:
        """Every reference whose key is not that of a part of its kind."""
        for kind, key, path, at_key in self.references:
            known = parts[kind].keys
            if key not in known:
                hint = meant(key, known) or f"There are: {listed(known)}."
                yield Problem(path, f"There is no {kind} “{shortened(key)}” in this document. {hint}", at_key)

    def _part(self, cls: Any, value: Any, path: Path, **named: str) -> Any:
        """`named` is the key that a part has in its catalogue."""
        own, in_full = declared(cls), isinstance(value, dict)
        fields = {
            own[name].field: self.bind(own[name], item, (*path, name) if in_full else path)
            for name, item in (value if in_full else {cls.shorthand: value}).items()
        }
        part = cls(**named, **fields)
        self.paths[id(part)] = path
        return part
