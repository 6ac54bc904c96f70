"""Turns checked plain values into the classes of the model, and follows every reference to its part.

Driven by the classes' type hints, so a new part of the format is a class and a schema entry, not code here.
"""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from agreements.document.declaration import declared, hints_of, is_part
from agreements.document.errors import Path, listed, shortened
from agreements.document.keys import Catalogue, Reference
from agreements.document.quantities import parse_date
from agreements.document.source import Source


@cache
def field_names(cls: Any) -> dict[str, str]:
    """A model class's field names by their names in the file; some differ, where a property has the better claim."""
    return {name: each.field for name, each in declared(cls).items()}


class Binder:
    """Binds one source. Errors go to `source.report`; what could not be read is None until the caller raises them."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.references: list[tuple[str, str, Path, bool]] = []
        #: Where each part came from, so that later checks can point at it. Identity, because equal cells repeat.
        self.paths: dict[int, Path] = {}

    def bind(self, hint: Any, value: Any, path: Path, *, key: str | None = None) -> Any:
        """The value of `hint`'s type. The schema has already made sure of the shape."""
        origin = typing.get_origin(hint)
        if origin is typing.Annotated:
            return self.bind(typing.get_args(hint)[0], self._refer(hint, value, path), path)
        if origin in (typing.Union, types.UnionType):
            inner = next(option for option in typing.get_args(hint) if option is not type(None))
            return self.bind(inner, value, path)
        if origin is tuple:
            return self._bind_list(typing.get_args(hint)[0], value, path)
        if origin is Catalogue:
            part = typing.get_args(hint)[0]
            return Catalogue(self.bind(part, item, (*path, name), key=name) for name, item in value.items())
        if origin is dict:
            return self._bind_mapping(hint, value, path)
        if is_part(hint):
            return self._bind_part(hint, value, path, key)
        if hint is date or hasattr(hint, "parse"):
            return self._parse(parse_date if hint is date else hint.parse, value, path)
        return value

    def follow(self, kind_to_keys: Mapping[str, tuple[str, ...]]) -> None:
        """Report every reference whose key is not among the keys of its kind."""
        for kind, key, path, at_key in self.references:
            known = kind_to_keys.get(kind, ())
            if key in known:
                continue
            near = difflib.get_close_matches(key[:60], known, n=1)
            hint = f"Did you mean “{near[0]}”?" if near else f"There are: {listed(known)}."
            self.source.report(path, f"There is no {kind} “{shortened(key)}” in this document. {hint}", at_key=at_key)

    def _refer(self, hint: Any, value: Any, path: Path, *, at_key: bool = False) -> Any:
        reference = next((note for note in hint.__metadata__ if isinstance(note, Reference)), None)
        if reference is not None:
            self.references.append((reference.kind, value, path, at_key))
        return value

    def _bind_list(self, part: Any, value: Any, path: Path) -> tuple[Any, ...]:
        # One value may stand for a list of one: `mon-fri: 09:00-17:00`.
        if not isinstance(value, list):
            return (self.bind(part, value, path),)
        return tuple(self.bind(part, item, (*path, position)) for position, item in enumerate(value))

    def _bind_mapping(self, hint: Any, value: Any, path: Path) -> dict[Any, Any]:
        key_hint, part = typing.get_args(hint)
        bound = {}
        for name, item in value.items():
            here = (*path, name)
            key = name
            if typing.get_origin(key_hint) is typing.Annotated:
                self._refer(key_hint, name, here, at_key=True)
            elif hasattr(key_hint, "parse"):
                key = self._parse(key_hint.parse, name, here, at_key=True)
            bound[key] = self.bind(part, item, here)
        return bound

    def _bind_part(self, cls: Any, value: Any, path: Path, key: str | None) -> Any:
        if not isinstance(value, dict):
            value = {cls.shorthand: value}
            places = dict.fromkeys(value, path)
        else:
            places = {name: (*path, name) for name in value}
        hints, names = hints_of(cls), field_names(cls)
        fields = {names[name]: self.bind(hints[names[name]], item, places[name]) for name, item in value.items()}
        if key is not None:
            fields["key"] = key
        part = cls(**fields)
        self.paths[id(part)] = path
        return part

    def _parse(self, parse: Any, value: Any, path: Path, *, at_key: bool = False) -> Any:
        try:
            return parse(value)
        except ValueError as error:
            self.source.report(path, str(error), at_key=at_key)
            return None
