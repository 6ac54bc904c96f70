"""Changing an agreement's text so that it says new data: ruamel.yaml edits, the document's reader has the last word."""

from __future__ import annotations

import io
from contextlib import suppress
from decimal import Decimal
from functools import cached_property, reduce
from operator import getitem
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark, YAMLError
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, FoldedScalarString, LiteralScalarString
from ruamel.yaml.tokens import CommentToken

from agreements.document import DocumentErrors
from agreements.document.errors import Path
from agreements.document.source import Source, decoded, plain_value, read

#: A longer text is folded over several lines, and a longer list is not in brackets.
LONG = 140


def rewritten(text: str, data: Any) -> str:
    """`text` changed so that it reads as exactly `data`; the same text, character by character, when it does already.

    A comment on lines of its own moves and goes with the part below it, except above the first part of a group, where
    it may speak of the whole group. Raises DocumentErrors for a text that is none.
    """
    source = read(text, name="")
    if same(source.data, data):
        return text
    tree = _Tree(decoded(text, name="").replace("\r\n", "\n"), source)
    # The two readers differ about tabs, say.
    with suppress(DocumentErrors, YAMLError):
        changed = tree.dumped(data, ())
        if same(read(changed, name="").data, data):
            return changed
    return tree.anew(data)


def same(one: Any, other: Any) -> bool:
    """Whether two values are alike to the last bit: `1` is not `True`, and the order of names counts."""
    return type(one) is type(other) and repr(one) == repr(other)


class _Unresolved(VersionedResolver):
    """Every scalar is the text that stands there; what it means is for `agreements.document.source` to say."""

    versioned_resolver: dict[Any, Any] = {}


class _Tree:
    """A text as ruamel.yaml's tree, and its comments by the parts that they stand above or beside.

    ruamel.yaml hangs a comment on the part above it and drops those in brackets, so we say where each belongs.
    """

    def __init__(self, text: str, source: Source) -> None:
        self.lines, self.source, self.comments = text.splitlines(), source, _comments(text)
        #: Lines above the parts, by their paths; above the first part of a group they are the group's, (*path, None).
        self.above: dict[Any, list[str]] = {}
        self.beside: dict[Any, CommentToken] = {}
        self.end = self._place_comments()

    @cached_property
    def tree(self) -> Any:
        return self._yaml().load("".join(f"{line}\n" for line in self.lines))

    def _yaml(self) -> YAML:
        tool = YAML()
        tool.Resolver = _Unresolved
        tool.preserve_quotes = True
        tool.brace_single_entry_mapping_in_flow_sequence = True
        # What stands in one line stays there.
        tool.width = max(LONG, *map(len, self.lines))
        tool.indent(mapping=2, sequence=4, offset=2)
        return tool

    def dumped(self, data: Any, origin: Path | None) -> str:
        """A text that says `data`, made from what stands at `origin`."""
        out = io.StringIO()
        self._yaml().dump(self.node(data, origin), out)
        return out.getvalue() + "".join(f"{line}\n" for line in self.end)

    def anew(self, data: Any) -> str:
        """In fresh lines, below all comments."""
        self.end = []
        return "".join(f"{comment}\n" for comment in self.comments.values()) + self.dumped(data, None)

    def _place_comments(self) -> list[str]:
        """Find the parts of all comments and gaps. Gives what stands below the last part."""
        begins, part, waiting = self._begins(), Path(), list[str]()
        for line, text in enumerate(self.lines):
            comment = self.comments.get(line, "")
            if line in begins:
                for each in begins[line]:
                    group = (*each[:-1], None)
                    self.above[each if group in self.above else group] = waiting
                    waiting = []
                if comment:
                    self.beside[each] = CommentToken(f"{comment}\n", CommentMark(text.rindex(comment)))
                part = begins[line][0]
            elif text.strip() in ("", comment):
                waiting.append(comment)
            else:
                kept = [each for each in (*waiting, comment) if each]
                waiting = [] if part else kept
                self.above.setdefault(part, []).extend(kept)
        return waiting

    def _begins(self) -> dict[int, list[Path]]:
        """The parts that begin in a line, outside of brackets and the outermost first, by their lines from 0."""
        found: dict[int, list[Path]] = {}
        in_brackets: set[Path] = set()
        for path, (line, column) in self.source.places.items():
            if path[:-1] in in_brackets or self.lines[line - 1][column - 1 : column] in ("{", "["):
                in_brackets.add(path)
            if path and path[:-1] not in in_brackets:
                found.setdefault(self.source.key_places.get(path, (line, 0))[0] - 1, []).append(path)
        return found

    def node(self, value: Any, origin: Path | None, *, depth: int = 0, in_brackets: bool = False) -> Any:
        """The tree of a value; `origin` is where the text has what it was, None for a new one."""
        old, was = (
            (None, None)
            if origin is None
            else (reduce(getitem, origin, each) for each in (self.tree, self.source.data))
        )
        if not isinstance(value, dict | list):
            return old if old is not None and same(was, value) else _scalar(value, alone=not in_brackets)
        if type(was) is not type(value) or not was:
            old, was = None, type(value)()
        node: Any = CommentedMap() if isinstance(value, dict) else CommentedSeq()
        is_short = (
            isinstance(value, list)
            and len(str(value)) < LONG
            and not any(isinstance(each, dict | list) for each in value)
        )
        if in_brackets := in_brackets or not value or (old.fa.flow_style() if old else is_short):
            node.fa.set_flow_style()
        names: dict[Any, Any] = {key: key for key in old or ()} if isinstance(value, dict) else {}
        origins = {key: key for key in was} if isinstance(value, dict) else _origins(was, value)
        entries: Any = value.items() if isinstance(value, dict) else enumerate(value)
        for at, (key, item) in enumerate(entries):
            place = (*(origin or ()), origins[key]) if key in origins else None
            part = self.node(item, place, depth=depth + 1, in_brackets=in_brackets)
            if isinstance(value, dict):
                node[names.get(key) or _name(key)] = part
            else:
                node.append(part)
            above = self.above.get((*(origin or ()), None), []) if old and not at else []
            # Sections of the file stand apart from each other.
            above = above + ([""] if place is None and at and not depth and isinstance(part, dict | list) else [])
            above, beside = above + self.above.get(place, []), self.beside.get(place)
            if isinstance(part, FoldedScalarString | LiteralScalarString):
                # It has brought what stood below it along, and has no room for a comment beside it.
                part.comment = None  # type: ignore[union-attr]  # both kinds have one
                above, beside = above + ([beside.value.strip()] if beside else []), None
            lines = "".join(f"{'  ' * depth}{line}".rstrip() + "\n" for line in above)
            slots = [[CommentToken(lines, CommentMark(0))] if lines else None, beside]
            if not in_brackets:
                node.ca.items[key] = [None, *slots, None] if isinstance(value, dict) else [*slots[::-1], None, None]
        return node


def _origins(was: Any, data: list[Any]) -> dict[int, int]:
    """Which new entry is which of the old ones, by their positions: the same, or that behind the same neighbour."""
    alike: dict[str, list[int]] = {}
    for origin in reversed(range(len(was))):
        alike.setdefault(repr(was[origin]), []).append(origin)
    found = {at: alike[repr(each)].pop() for at, each in enumerate(data) if alike.get(repr(each))}
    left, behind = set(range(len(was))) - set(found.values()), -1
    for at in range(len(data)):
        if at not in found and behind + 1 in left:
            found[at] = behind + 1
        behind = found.get(at, behind)
    return found


def _comments(text: str) -> dict[int, str]:
    """The comments of a text by their lines, counted from 0: what stands behind a # between its tokens."""
    found, end, line = {}, 0, 0
    for token in yaml.scan(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        between = text[end : token.start_mark.index]
        if getattr(token, "style", None) in ("|", ">"):
            # One may stand beside the sign that a text over several lines begins with.
            between += text[token.start_mark.index :].partition("\n")[0]
        for below, words in enumerate(between.splitlines()):
            if "#" in words:
                found[line + below] = words[words.index("#") :].rstrip()
        end, line = token.end_mark.index, token.end_mark.line
    return found


def _scalar(value: Any, *, alone: bool) -> Any:
    """A new value as it is written; over several lines only where it stands `alone`."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    lines = value.split("\n")
    is_clean = all(line.isprintable() and line == line.rstrip() for line in lines)
    if alone and (len(lines) > 1 or len(value) > LONG) and is_clean and lines[0][:1].strip() and lines[-1]:
        return LiteralScalarString(value) if len(lines) > 1 else FoldedScalarString(value)
    # `1.0`, `true` and nothing at all would be read as something else than text.
    return _name(value) if isinstance(plain_value(value), str) else DoubleQuotedScalarString(value)


def _name(key: str) -> str:
    """The name of a part, which is never more than text, so that `no` and `1` need no quotes."""
    return key if key.isprintable() and not key.startswith("?") else DoubleQuotedScalarString(key)
