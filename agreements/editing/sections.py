"""The sections in which an agreement is edited, in the order of the format, and the names its parts have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from agreements.document.calendars import ALWAYS, ROUND_THE_CLOCK
from agreements.document.keys import SECTION_OF
from agreements.editing.shapes import Shape, document_shape

#: What the fields that stand by themselves in the file are edited under.
BASICS = "basics"
#: An agreement keeps its key for life, and the format is not for people to choose.
_SETTLED = ("format", "key")


@dataclass(frozen=True)
class Section:
    """`path` is where its value lies in the document; `shape` is how it is edited."""

    key: str
    title: str
    help: str
    shape: Shape

    @property
    def path(self) -> tuple[str, ...]:
        return () if self.key == BASICS else (self.key,)

    @property
    def is_optional(self) -> bool:
        return not self.shape.required

    def value_in(self, data: Mapping[str, Any]) -> Any:
        """The section's value in the plain values of a document; None when it is left out."""
        if self.key == BASICS:
            return {name: data[name] for name in self.shape.fields if name in data}
        return data.get(self.key)

    def put_into(self, data: Mapping[str, Any], value: Any) -> dict[str, Any]:
        """The document with this section replaced; None takes an optional section out."""
        if self.key == BASICS:
            settled = {name: data[name] for name in data if name not in self.shape.fields}
            return in_order({**settled, **value}, data, document_shape())
        rest = {name: item for name, item in data.items() if name != self.key}
        return in_order(rest if value is None else {**rest, self.key: value}, data, document_shape())

    def holds(self, place: str) -> bool:
        """Whether a place such as `plans.gold.price` lies in this section."""
        first = place.partition(".")[0].partition("[")[0]
        return first in self.shape.fields if self.key == BASICS else first == self.key


@cache
def sections() -> tuple[Section, ...]:
    whole = document_shape()
    alone = {name: shape for name, shape in whole.fields.items() if shape.is_leaf and name not in _SETTLED}
    basics = replace(whole, title="The agreement", fields=alone)
    help_text = "What the agreement is called, who makes the promises, and the zone they are read in."
    return (
        Section(BASICS, basics.title, help_text, basics),
        *(
            Section(name, shape.title, shape.help, shape)
            for name, shape in whole.fields.items()
            if not shape.is_leaf and name not in _SETTLED
        ),
    )


def section(key: str) -> Section | None:
    return next((one for one in sections() if one.key == key), None)


def in_order(values: Mapping[str, Any], before: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    """The values in the order they had before, each new one behind its neighbour in the schema."""
    order = [name for name in before if name in values]
    schema_order = list(shape.fields)
    for name in values:
        if name not in order:
            earlier = schema_order[: schema_order.index(name)]
            behind = [position for position, known in enumerate(order) if known in earlier]
            order.insert(behind[-1] + 1 if behind else 0, name)
    return {name: values[name] for name in order}


def choices(data: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Every part that something can refer to, by kind: its key and its name. Bears half-finished documents."""
    schemes = _mapping(data.get("schemes"))

    def levels_of(name: str) -> list[tuple[str, str]]:
        scheme = _mapping(schemes.get(str(_mapping(data.get(name)).get("scheme"))))
        return list(_named(scheme.get("levels")))

    calendars = list(_named(data.get("calendars")))
    if ALWAYS not in dict(calendars):
        calendars.append((ALWAYS, ROUND_THE_CLOCK.name))
    named = {kind: list(_named(data.get(section))) for kind, section in SECTION_OF.items()}
    return {
        **named,
        "clause": [(key, f"{key} {name}" if name != key else key) for key, name in named["clause"]],
        "calendar": calendars,
        "level": levels_of("tickets"),
        "incident level": levels_of("incidents"),
        "contact role": list(_named(_mapping(data.get("contacts")).get("roles"))),
    }


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _named(catalogue: Any) -> Iterator[tuple[str, str]]:
    for key, part in _mapping(catalogue).items():
        part = _mapping(part)
        yield key, str(part.get("name") or part.get("title") or key)
