"""One value as YAML, in a way that reads back as exactly that value under the rules of `agreements.document.source`."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import yaml

from agreements.document.source import plain_value
from agreements.editing.nodes import EVENTS

#: Lines of folded text are filled to about this, as in the agreements that came before.
WIDTH = 140

_SHORT_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
#: What may stand in a text as it is; line separators of Unicode would be taken for line ends.
_PRINTABLE = re.compile(r"[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*\Z")
_UNQUOTED = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=~.](?:.*\S)?\Z")
#: A space at which a folded line may be broken: a single one, between two words.
_FOLDS = re.compile(r"(?<=\S) (?=\S)")


def scalar(value: Any, *, flow: bool = False, style: str = "") -> str:
    """A value on one line; `style` is the quoting that stood there before, and is kept where it can be.

    `flow`: it stands inside brackets, where commas and brackets need quotes.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    if style == '"':
        return _double_quoted(value)
    if style == "'" and _PRINTABLE.match(value):
        return "'" + value.replace("'", "''") + "'"
    return value if _is_safe_bare(value, flow) else _double_quoted(value)


def key(name: str, *, flow: bool = False) -> str:
    """The name of an entry. Names are never more than text, so `no` and `1` need no quotes."""
    return name if _is_safe_bare(name, flow, is_key=True) else _double_quoted(name)


def block_scalar(value: str, *, indent: int, folded: bool) -> str | None:
    """Text over several lines, `>-` or `|-` with its lines; None where only quotes can say it."""
    lines = _folded_lines(value) if folded else value.split("\n")
    mark = ">-" if folded else "|-"
    clean = all(_PRINTABLE.match(line) and line == line.rstrip() for line in lines)
    if not clean or not lines[0] or lines[0][0] == " " or not lines[-1]:
        return None
    return mark + "".join(f"\n{' ' * indent}{line}" if line else "\n" for line in lines)


def _folded_lines(value: str) -> list[str]:
    lines = [""]
    for word in _FOLDS.split(value):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > WIDTH:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return lines


def _is_safe_bare(value: str, flow: bool, *, is_key: bool = False) -> bool:
    if (
        not _UNQUOTED.match(value)
        or not _PRINTABLE.match(value)
        or ": " in value
        or " #" in value
        or value.endswith(":")
    ):
        return False
    if flow and set(value) & set(",[]{}"):
        return False
    if not is_key and not isinstance(plain_value(value), str):
        return False
    return _reads_back(value, flow)


def _reads_back(value: str, flow: bool) -> bool:
    """The last word is the parser's: the text, where it would stand, is one scalar with this value."""
    text = f"{{a: {value}, {value}: b}}" if flow else f"a: {value}\n{value}: b"
    try:
        events = [event for event in yaml.parse(text, Loader=EVENTS) if isinstance(event, yaml.NodeEvent)]
    except yaml.YAMLError:
        return False
    return len(events) == 5 and [getattr(event, "value", None) for event in events[1:]] == ["a", value, value, "b"]


def _double_quoted(value: str) -> str:
    return '"' + "".join(_escaped(character) for character in value) + '"'


def _escaped(character: str) -> str:
    if character in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[character]
    if _PRINTABLE.match(character):
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
