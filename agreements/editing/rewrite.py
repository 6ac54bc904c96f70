"""Changing an agreement's text so that it says new data: only the entries that differ are written, by ruamel.yaml."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping
from decimal import Decimal
from textwrap import dedent, indent
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, FoldedScalarString, LiteralScalarString

from agreements.document import DocumentErrors
from agreements.document.errors import Path
from agreements.document.source import decoded, plain_value, read

#: Longer texts are folded to about this, and a list in brackets is no longer.
WIDTH = 140


def rewritten(text: str, data: Any) -> str:
    """`text` changed so that it reads as exactly `data`; the same text, character by character, when it does already.

    Lines that say nothing new stay as they are. A comment on lines of its own moves and goes with the part below it,
    except above the first part of a group, where it may speak of the whole group. Raises DocumentErrors for a text that
    is none.
    """
    if same(read(text, name="").data, data):
        return text
    lines = _Lines(decoded(text, name="").replace("\r\n", "\n"))
    changed = "".join(lines.of_group((), data, 0, len(lines.text)))
    return changed if _says(changed, data) else _anew(lines.comments, data)


def same(one: Any, other: Any) -> bool:
    """Whether two values are alike to the last bit: `1` is not `True`, and the order of names counts."""
    return type(one) is type(other) and repr(one) == repr(other)


def _says(text: str, data: Any) -> bool:
    try:
        return same(read(text, name="").data, data)
    except DocumentErrors:
        return False


def _anew(comments: Mapping[int, str], data: Any) -> str:
    return "".join((*(f"{comment}\n" for comment in comments.values()), *_written(data)))


class _Lines:
    """The lines of a text, cut by the entries of its groups: each has those from the comments above it to the next."""

    def __init__(self, text: str) -> None:
        self.source = read(text, name="")
        self.text = text.splitlines(keepends=True)
        self.text[-1] = self.text[-1].removesuffix("\n") + "\n"
        self.comments = _comments(text)

    def of_group(self, path: Path, data: Any, begin: int, end: int) -> list[str]:
        """The lines from `begin` to `end`, which hold the group at `path`, changed so that it says `data`.

        None where they cannot be cut: in brackets, in a layout of another hand, or where `data` is of another kind.
        """
        was = _at(self.source.data, path)
        column, starts = self._starts(path, was)
        if type(was) is not type(data) or not data or not starts:
            return []
        # What stands above the first entry may speak of all of them.
        firsts = [starts[0], *(self._above(start, column) for start in starts[1:])]
        spans = dict(zip(_keys(was), zip(firsts, starts, [*firsts[1:], end], strict=True), strict=True))
        origins = {key: key for key in was} if isinstance(was, dict) else _origins(was, data)
        lines = self.text[begin : starts[0]]
        for key in _keys(data):
            entry = {key: data[key]} if isinstance(data, dict) else [data[key]]
            if key not in origins:
                added = _written(entry, column)
                # Sections of the file stand apart from each other.
                lines += ["\n", *added] if not path and lines and len(added) > 1 else added
            elif same(was[origins[key]], data[key]):
                first, _, last = spans[origins[key]]
                lines += self.text[first:last]
            else:
                lines += self._of_entry((*path, origins[key]), entry, column, *spans[origins[key]])
        return lines

    def _starts(self, path: Path, was: Any) -> tuple[int, list[int]]:
        """The column and the lines in which the entries of a group begin; no lines where that is not so."""
        if not isinstance(was, dict | list) or self._is_in_brackets(path):
            return 0, []
        places, mark = (self.source.key_places, "") if isinstance(was, dict) else (self.source.places, "-")
        found = [places[*path, key] for key in _keys(was)]
        before = [self.text[line - 1][: column - 1] for line, column in found]
        columns = {each.find(mark) if mark else len(each) for each in before}
        is_cut = len(columns) == 1 and all(each.strip() == mark for each in before)
        return (columns.pop(), [line - 1 for line, _ in found]) if is_cut else (0, [])

    def _is_in_brackets(self, path: Path) -> bool:
        line, column = self.source.places[path]
        return self.text[line - 1][column - 1 : column] in ("{", "[")

    def _above(self, start: int, column: int) -> int:
        """Where the gap and the comments above an entry begin. What stands further in is of the entry before."""
        while self._is_gap(start - 1) and not self.text[start - 1].startswith(" " * (column + 1)):
            start -= 1
        return start

    def _is_gap(self, line: int) -> bool:
        return self.text[line].strip() in ("", self.comments.get(line))

    def _of_entry(self, path: Path, entry: Any, column: int, first: int, start: int, end: int) -> list[str]:
        """The lines of a changed entry; `start` is the one in which it begins itself."""
        above, head = self.text[first:start], self.text[start]
        if isinstance(entry, list):
            # Without its dash an entry of a list is a group like any other; it is given back below.
            self.text[start] = f"{head[:column]} {head[column + 1 :]}"
        if lines := self.of_group(path, _at(entry, (*_keys(entry),)), start, end):
            at = next(at for at, line in enumerate(lines) if line.strip()[:1] not in ("", "#"))
            lines[at] = head[: column + 1] + lines[at][column + 1 :]
            return [*above, *lines]
        below = end
        while below > start + 1 and self._is_gap(below - 1):
            below -= 1
        lines = _written(entry, column, in_brackets=self._is_in_brackets(path))
        comments = [comment for line, comment in self.comments.items() if start <= line < below]
        if len(lines) == len(comments) == 1:
            lines = [f"{lines[0].rstrip()}  {comments[0]}\n"]
        else:
            lines = [*(f"{' ' * column}{comment}\n" for comment in comments), *lines]
        return [*above, *lines, *self.text[below:end]]


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _keys(group: Any) -> Collection[Any]:
    return group if isinstance(group, dict) else range(len(group))


def _origins(was: list[Any], data: list[Any]) -> dict[int, int]:
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


def _written(group: Any, column: int = 0, *, in_brackets: bool = False) -> list[str]:
    """Fresh lines of a group, in the manner of the agreements that are there; its entries as wished `in_brackets`."""
    tool, out = YAML(), io.StringIO()
    tool.Resolver = _Unresolved
    tool.width = WIDTH
    tool.indent(mapping=2, sequence=4, offset=2)
    node = _node(group)
    node.fa.set_block_style()
    for key in _keys(group) if in_brackets else ():
        node[key] = _node(group[key], in_brackets=True)
    tool.dump(node, out)
    return indent(dedent(out.getvalue()), " " * column).splitlines(keepends=True)


class _Unresolved(VersionedResolver):
    """Every scalar is the text that stands there; what it means is for `agreements.document.source` to say."""

    versioned_resolver: dict[Any, Any] = {}


def _node(value: Any, *, in_brackets: bool = False) -> Any:
    """Plain values as ruamel.yaml writes them: in blocks, and short lists in brackets."""
    if isinstance(value, dict):
        node: Any = CommentedMap((_name(key), _node(item, in_brackets=in_brackets)) for key, item in value.items())
        is_short = not value
    elif isinstance(value, list):
        node = CommentedSeq(_node(item, in_brackets=in_brackets) for item in value)
        is_short = not any(isinstance(item, dict | list) for item in value) and len(str(value)) < WIDTH
    else:
        return _text(value, alone=not in_brackets)
    if is_short or in_brackets:
        node.fa.set_flow_style()
    return node


def _text(value: Any, *, alone: bool) -> Any:
    """A scalar as it is written; over several lines only where it stands `alone`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    lines = value.split("\n")
    is_clean = all(line.isprintable() and line == line.rstrip() for line in lines)
    if alone and (len(lines) > 1 or len(value) > WIDTH) and is_clean and lines[0][:1].strip() and lines[-1]:
        return LiteralScalarString(value) if len(lines) > 1 else FoldedScalarString(value)
    # `1.0`, `true` and nothing at all would be read as something else than text.
    return _name(value) if isinstance(plain_value(value), str) else DoubleQuotedScalarString(value)


def _name(key: str) -> str:
    """The name of a part, which is never more than text, so that `no` and `1` need no quotes."""
    return key if key.isprintable() and not key.startswith("?") else DoubleQuotedScalarString(key)
