"""YAML text to plain values, each remembered with its line and column. Safe for hostile input.

Only the part of YAML that an agreement needs is read: mappings, lists and scalars, as YAML 1.2 reads them. So `08:30`,
`2024-07-01`, `NO` and `yes` are text, and numbers are exact. Tags, anchors and aliases are refused, and the size, the
depth and the count of values are bounded while the events stream in, which bounds the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any, NoReturn

import yaml

from agreements.document.errors import (
    MAX_ERRORS,
    DocumentError,
    DocumentErrors,
    Path,
    Problem,
    readable_path,
    shortened,
)

MAX_BYTES = 1_000_000
MAX_DEPTH = 24
MAX_VALUES = 20_000
MAX_KEY_LENGTH = 200

# libyaml where the wheel brings it (it does on all common machines), PyYAML's own scanner otherwise.
_EVENTS: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})\Z")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,11})\.[0-9]{1,9}\Z")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}


@dataclass
class Source:
    """A text that was read: `data` as dicts, lists, str, int, Decimal, bool and None, where each value and key stood,
    and the problems that were found in it, so that a person sees all of them at once."""

    name: str
    data: Any = None
    places: dict[Path, tuple[int, int]] = field(default_factory=dict, repr=False)
    key_places: dict[Path, tuple[int, int]] = field(default_factory=dict, repr=False)
    problems: list[DocumentError] = field(default_factory=list, repr=False)

    def report(self, path: Path, sentence: str, *, at_key: bool = False) -> None:
        """Note an error at the value of `path` (or its key); what is not there is reported at its nearest parent."""
        first, second = (self.key_places, self.places) if at_key else (self.places, self.key_places)
        known = path
        while known and known not in first and known not in second:
            known = known[:-1]
        line, column = first.get(known) or second.get(known) or (1, 1)
        self.problems.append(DocumentError(self.name, line, column, readable_path(path), sentence))

    def refuse(self, problems: Iterable[Problem] = ()) -> None:
        """Raise `DocumentErrors` where there are problems. No more of them are looked for than anyone reads."""
        for path, sentence, at_key in islice(problems, MAX_ERRORS):
            self.report(path, sentence, at_key=at_key)
        if self.problems:
            raise DocumentErrors(self.problems)


def read(text: str | bytes, *, name: str) -> Source:
    """Read one YAML document. `name` is the file name that errors show. Raises `DocumentErrors`."""
    return _Reader(name).read(decoded(text, name=name))


def too_large(name: str) -> DocumentErrors:
    """The refusal of a text over `MAX_BYTES`, for whoever sees that before reading it."""
    return _one_error(
        name,
        f"This file, {shortened(name, 100)}, is larger than {MAX_BYTES // 1_000_000} MB. An agreement is a few dozen "
        "kilobytes.",
    )


def decoded(text: str | bytes, *, name: str) -> str:
    """The text itself, without a byte order mark. Raises `DocumentErrors` where it is too large or no UTF-8."""
    if len(text) > MAX_BYTES:
        raise too_large(name)
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = bytes(error.object[: error.start])
            line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
            sentence = "This file is not UTF-8 text. Save it with the encoding UTF-8."
            raise _one_error(name, sentence, line=line, column=column) from None
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise _one_error(name, "This text holds half a character and cannot be UTF-8.",
                         line=text.count("\n", 0, error.start) + 1) from None  # fmt: skip
    if size > MAX_BYTES:
        raise too_large(name)
    return text.removeprefix("\ufeff")


def _one_error(name: str, sentence: str, *, line: int = 1, column: int = 1, path: Path = ()) -> DocumentErrors:
    return DocumentErrors([DocumentError(name, line, column, readable_path(path), sentence)])


@dataclass
class _Frame:
    """A mapping or list that is still open. `key` is the mapping key whose value comes next."""

    path: Path
    container: dict[str, Any] | list[Any]
    key: str | None = None


class _Reader:
    """Builds values from the event stream with its own stack, so that nesting cannot exhaust Python's or C's."""

    def __init__(self, name: str) -> None:
        self.source = Source(name)
        self.stack: list[_Frame] = []
        self.documents = 0
        self.values = 0

    def read(self, text: str) -> Source:
        try:
            for event in yaml.parse(text, Loader=_EVENTS):
                self._take(event)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            detail = shortened(error.problem or error.context or "unknown reason", 120)
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            sentence = (
                f"The YAML cannot be read here: {detail}. Look at the indentation, colons and quotes around this line."
            )
            raise _one_error(self.source.name, sentence, line=line, column=column) from None
        except yaml.reader.ReaderError as error:
            before = text[: error.position] if isinstance(error.position, int) else ""
            sentence = "There is a control character here that text may not contain. Delete it."
            raise _one_error(self.source.name, sentence, line=before.count("\n") + 1) from None
        if self.source.data is None:
            raise _one_error(self.source.name, "This file is empty.")
        self.source.refuse()
        return self.source

    def _take(self, event: Any) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._refuse(event, "A second document starts here. One file holds one agreement.")
            if event.version or event.tags:
                self._refuse(event, "Lines that start with % are not used in agreements. Delete them.")
        elif isinstance(event, yaml.AliasEvent):
            self._refuse(event, "Aliases (*name) are not allowed. Write the value out here.")
        elif isinstance(event, yaml.NodeEvent):
            self._take_node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()

    def _take_node(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event, "Anchors (&name) are not allowed. Write the value out where it is needed.")
        if event.tag is not None:
            self._refuse(event, "Tags (!name) are not allowed in agreements. Delete the tag.")
        self.values += 1
        if self.values > MAX_VALUES:
            self._refuse(event, f"This file holds more than {MAX_VALUES:,} values, which no agreement needs.")
        if len(self.stack) >= MAX_DEPTH:
            self._refuse(event, f"This is nested more than {MAX_DEPTH} levels deep, which no agreement needs.")
        frame = self.stack[-1] if self.stack else None
        if frame is not None and isinstance(frame.container, dict) and frame.key is None:
            self._take_key(frame, event)
            return
        path = self._next_path()
        self.source.places[path] = _place(event)
        value: Any
        if isinstance(event, yaml.ScalarEvent):
            value = plain_value(event.value) if event.implicit[0] else event.value
        else:
            value = {} if isinstance(event, yaml.MappingStartEvent) else []
            self.stack.append(_Frame(path, value))
        if frame is None:
            self.source.data = value
        elif isinstance(frame.container, list):
            frame.container.append(value)
        else:
            frame.container[frame.key or ""] = value
            frame.key = None

    def _take_key(self, frame: _Frame, event: Any) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            self._refuse(event, "A name is expected here, not a list or a mapping.")
        key = event.value
        if len(key) > MAX_KEY_LENGTH:
            self._refuse(event, f"This name is longer than {MAX_KEY_LENGTH} characters.")
        path = (*frame.path, key)
        first = self.source.key_places.get(path)
        self.source.key_places[path] = _place(event)
        if first:
            sentence = f"“{shortened(key)}” is given twice; the first is in line {first[0]}. Keep one."
            self.source.report(path, sentence, at_key=True)
        frame.key = key

    def _next_path(self) -> Path:
        if not self.stack:
            return ()
        frame = self.stack[-1]
        return (*frame.path, len(frame.container) if isinstance(frame.container, list) else frame.key or "")

    def _refuse(self, event: Any, sentence: str) -> NoReturn:
        """Stop at once: what follows is either hostile or would only repeat this error."""
        line, column = _place(event)
        raise _one_error(self.source.name, sentence, line=line, column=column, path=self._next_path())


def _place(event: Any) -> tuple[int, int]:
    """Line and column of an event, counted from 1."""
    return event.start_mark.line + 1, event.start_mark.column + 1


def plain_value(text: str) -> str | int | Decimal | bool | None:
    """What an unquoted scalar means: true, false, null or an exact decimal number; everything else is the text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return Decimal(text)
    return text
