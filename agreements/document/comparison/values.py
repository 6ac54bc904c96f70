"""Values of two files beside each other: whether they are the same, which entries belong together, what they stand for."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from typing import Any

from agreements.document import model, service
from agreements.document.binder import Binder, field_names
from agreements.document.comparison.wording import bare, is_part
from agreements.document.declaration import hints_of
from agreements.document.errors import Problems
from agreements.document.keys import Catalogue
from agreements.document.source import Source

#: Stands for what a file does not say.
ABSENT: Any = type("Absent", (), {"__repr__": lambda self: "ABSENT", "__bool__": lambda self: False})()

#: Mappings whose order people see and rely on: from the smallest plan to the largest, chapter after chapter.
_ORDERED = (model.Plan, model.Metric, model.Level, service.AddendumSection)


def bound(hint: Any, value: Any) -> Any:
    """A value of a loaded file as the class it stands for; None for what is not said."""
    if value is ABSENT or value is None:
        return None
    # A catalogue's parts carry their key; alone they do without.
    key = "" if is_part(bare(hint)) and any(field.name == "key" for field in dataclasses.fields(bare(hint))) else None
    return Binder(Source("", value, {}, {}, Problems(""))).bind(hint, value, (), key=key)


def same(hint: Any, old: Any, new: Any) -> bool:
    """Whether two values of a file are the same; the order of names counts only where it is one people see."""
    if old is ABSENT or new is ABSENT:
        return old is new
    if type(old) is not type(new):
        return False
    hint = bare(hint)
    if isinstance(old, dict):
        if old.keys() != new.keys():
            return False
        if typing.get_origin(hint) is Catalogue and ordered(typing.get_args(hint)[0]) and list(old) != list(new):
            return False
        return all(same(_inner(hint, name), old[name], new[name]) for name in old)
    if isinstance(old, list):
        return len(old) == len(new) and all(same(_inner(hint, ""), *pair) for pair in zip(old, new, strict=True))
    return bool(old == new) and str(old) == str(new)


def _inner(hint: Any, name: str) -> Any:
    if is_part(hint):
        return hints_of(hint).get(field_names(hint).get(name, ""))
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) in (Catalogue, dict):
        return arguments[-1]
    return arguments[0] if arguments else None


def ordered(part: Any) -> bool:
    return bare(part) in _ORDERED


def renamed_keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """Old keys to new ones, of parts that went and came under the same name."""
    names = {key: part.get("name") for key, part in new.items() if key not in old and isinstance(part, dict)}
    found: dict[str, str] = {}
    for key, part in old.items():
        if key in new or not isinstance(part, dict) or not part.get("name"):
            continue
        match = next((other for other, name in names.items() if name == part["name"]), None)
        if match is not None:
            found[key] = match
            del names[match]
    return found


def default(owner: type, field: str) -> Any:
    name = field_names(owner).get(field) if field and dataclasses.is_dataclass(owner) else None
    return next((each.default for each in dataclasses.fields(owner) if each.name == name), dataclasses.MISSING)


def spelt_out(cls: Any, value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {cls.shorthand: value}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


#: What the entries of a list are about, so that one that moved or changed is still the same entry.
_ABOUT: dict[type, tuple[str, ...]] = {
    service.Tier: ("below", "downtime_from"),
    service.Cap: ("per",),
    service.Commitment: ("categories", "plans"),
    service.Expectation: ("name",),
    service.EscalationStep: ("who",),
    model.Attainment: ("metric", "plans", "levels"),
    model.OwnHours: ("date",),
    model.OwnHoliday: ("date",),
    model.RemovedHoliday: ("name", "date"),
}
#: Entries about different days are different entries, however alike.
_DATED = (model.OwnHours, model.OwnHoliday, model.RemovedHoliday)


def _about(cls: Any, data: Any) -> list[str]:
    given = spelt_out(cls, data)
    return [repr(given.get(name)) for name in _ABOUT.get(cls, tuple(given))]


def matched(cls: Any, old: list[Any], new: list[Any]) -> list[tuple[Any, Any]]:
    """Pairs in the order of `new`, then what is gone. Entries about the same thing belong together, others by place."""
    left = list(range(len(old)))
    partner: dict[int, int] = {}
    for position, entry in enumerate(new):
        match = next((other for other in left if old[other] == entry), None)
        if match is None:
            match = next((other for other in left if _about(cls, old[other]) == _about(cls, entry)), None)
        if match is not None:
            partner[position] = match
            left.remove(match)
    for position in range(len(new)):
        if position not in partner and left and cls not in _DATED:
            partner[position] = left.pop(0)
    pairs = [(old[partner[n]] if n in partner else ABSENT, entry) for n, entry in enumerate(new)]
    return [*pairs, *((old[n], ABSENT) for n in left)]
