"""Values of two files side by side: whether they are the same, which entries belong together, what they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agreements.document import model
from agreements.document.binder import Binder
from agreements.document.comparison.wording import spelt_out
from agreements.document.declaration import Declared, declared

#: Stands for what a file does not say.
ABSENT: Any = type("Absent", (), {"__repr__": lambda self: "ABSENT", "__bool__": lambda self: False})()


def bound(each: Declared, value: Any) -> Any:
    """A value of a loaded file as the class it stands for; None for what is not said."""
    if value is ABSENT or value is None:
        return None
    return Binder().bind(each, value)


def same(each: Declared | None, old: Any, new: Any) -> bool:
    """Whether two values of a file are the same; the order of names counts only where it is one people see."""
    if old is ABSENT or new is ABSENT:
        return old is new
    if type(old) is not type(new):
        return False
    if isinstance(old, dict):
        if old.keys() != new.keys() or (each and ordered(each) and list(old) != list(new)):
            return False
        return all(same(_inner(each, name), old[name], new[name]) for name in old)
    if isinstance(old, list):
        return len(old) == len(new) and all(same(_inner(each, ""), *pair) for pair in zip(old, new, strict=True))
    return bool(old == new) and str(old) == str(new)


def _inner(each: Declared | None, name: str) -> Declared | None:
    if each is None:
        return None
    if each.is_part:
        return declared(each.hint).get(name)
    return each.item if each.is_list or each.is_mapping else None


def ordered(each: Declared) -> bool:
    """Whether it is a mapping whose order people see and rely on: from the smallest plan to the largest."""
    return each.is_catalogue and each.item.hint.part.ordered


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


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


#: Entries about different days are different entries, however alike.
_DATED = (model.OwnHours, model.OwnHoliday, model.RemovedHoliday)


def _about(each: Declared, data: Any) -> list[str]:
    given = spelt_out(each, data)
    return [repr(given.get(name)) for name in each.hint.part.about or given]


def matched(each: Declared, old: list[Any], new: list[Any]) -> list[tuple[Any, Any]]:
    """Pairs in the order of `new`, then what is gone. Entries about the same thing belong together, others by place."""
    left = list(range(len(old)))
    partner: dict[int, int] = {}
    for position, entry in enumerate(new):
        match = next((other for other in left if old[other] == entry), None)
        if match is None:
            match = next((other for other in left if _about(each, old[other]) == _about(each, entry)), None)
        if match is not None:
            partner[position] = match
            left.remove(match)
    for position in range(len(new)):
        if position not in partner and left and each.hint not in _DATED:
            partner[position] = left.pop(0)
    pairs = [(old[partner[n]] if n in partner else ABSENT, entry) for n, entry in enumerate(new)]
    return [*pairs, *((old[n], ABSENT) for n in left)]
