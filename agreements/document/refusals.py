"""What the declarations refuse in a file, in words for people: names, kinds of values, sizes and how texts are written.

The published schema refuses the same; it comes from the same declarations.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from agreements.document.declaration import Declared, Term, declared
from agreements.document.errors import Path, Problem, listed, meant, shortened

_MAPPING, _LIST, _TEXT = "a mapping of names to values", "a list", "text"


def refused(each: Declared, value: Any, path: Path = (), *, at_key: bool = False) -> Iterator[Problem]:
    """What is wrong with a value, and with everything below it. Lazily: a hostile file has more than anyone reads."""
    shorthand = getattr(each.hint, "shorthand", "")
    if value is None:
        yield Problem(path, f"There is no value here. {each.help}".strip())
    elif each.is_part and shorthand and not isinstance(value, dict):
        yield from refused(declared(each.hint)[shorthand], value, path)
    elif each.is_part or each.is_mapping:
        if not isinstance(value, dict):
            yield Problem(path, _expected(_MAPPING, value))
        elif each.is_part:
            yield from _in_part(each.hint, value, path)
        else:
            yield from _count(each, value, path)
            for name, item in value.items():
                yield from refused(each.keys, name, (*path, name), at_key=True)
                yield from refused(each.item, item, (*path, name))
    elif each.is_list:
        if isinstance(value, list):
            yield from _count(each, value, path)
            for position, item in enumerate(value):
                yield from refused(each.item, item, (*path, position))
        elif each.term.alone:
            yield from refused(each.item, value, path)
        else:
            yield Problem(path, _expected(_LIST, value))
    elif wrong := _wrong(each, value):
        yield Problem(path, wrong, at_key)


def _in_part(cls: Any, value: dict[str, Any], path: Path) -> Iterator[Problem]:
    own = declared(cls)
    for name, each in own.items():
        if name in value:
            yield from refused(each, value[name], (*path, name))
        elif each.required:
            yield Problem((*path, name), f"“{name}” is missing here. {each.help}".strip())
    for name in value:
        if name not in own:
            hint = meant(name, own) or f"Known here: {listed(own, 40)}."
            yield Problem((*path, name), f"“{shortened(name)}” is not known here. {hint}", at_key=True)


def _count(each: Declared, value: Any, path: Path) -> Iterator[Problem]:
    least, most = each.term.least, each.most
    if len(value) < least:
        few = "At least one entry is" if least == 1 else f"At least {least} entries are"
        yield Problem(path, f"{few} needed here.")
    elif most is not None and len(value) > most:
        yield Problem(path, f"There are more than {most} entries here, which no agreement needs.")


def _wrong(each: Declared, value: Any) -> str:
    """What is wrong with a single value; empty when nothing is."""
    if each.options:
        return "" if isinstance(value, str) and value in each.options else _no_option(each, value)
    if each.hint is bool:
        return "" if isinstance(value, bool) else f"“{_shown(value)}” is neither true nor false. Write true or false."
    if each.hint is int:
        return _wrong_number(each.term, value)
    if not isinstance(value, str):
        if isinstance(value, int | Decimal):
            return f'Text is expected here. Put it in quotes: "{_shown(value)}".'
        return _expected(_TEXT, value)
    if not value and not each.format:
        return "There is no text here. Write it, or delete the line."
    if len(value) > (most := each.format.longest if each.format else each.term.longest):
        return f"This text is longer than {most} characters. Shorten it."
    try:
        # A quantity's own reader is stricter than its pattern.
        if each.format:
            (each.format.parse or each.format.match)(value)
    except ValueError as error:
        return str(error)
    return ""


def _no_option(each: Declared, value: Any) -> str:
    if each.is_fixed:
        return f"This must be “{each.options[0]}”, not “{_shown(value)}”."
    sentence = f"“{_shown(value)}” is not one of the possible values: {listed(each.options, 40)}."
    return f"{sentence} {meant(str(value), each.options)}".rstrip()


def _wrong_number(term: Term, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return _expected("a whole number", value)
    if term.least <= value <= term.most:
        return ""
    bound = f"at least {term.least}" if value < term.least else f"at most {term.most}"
    return f"{value} is out of range: it must be {bound}."


def _expected(kind: str, value: Any) -> str:
    return f"{kind[:1].upper()}{kind[1:]} is expected here, not {_kind_of(value)}."


def _kind_of(value: Any) -> str:
    if isinstance(value, dict | list):
        return _MAPPING if isinstance(value, dict) else _LIST
    if isinstance(value, bool):
        return f"“{_shown(value)}”"
    return f"the number {value}" if isinstance(value, int | Decimal) else f"the text “{_shown(value)}”"


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return _kind_of(value)
    return str(value).lower() if isinstance(value, bool) else shortened(str(value))
