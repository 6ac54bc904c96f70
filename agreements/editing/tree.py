"""An agreement's text as ruamel.yaml's tree, which remembers comments and layout, and the changes made in it."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    FoldedScalarString,
    LiteralScalarString,
    SingleQuotedScalarString,
)
from ruamel.yaml.tokens import CommentToken

from agreements.document.source import plain_value

#: Lines of folded text are filled to about this, and a list in brackets is no longer.
WIDTH = 140

#: A space at which a folded line may be broken: a single one, between two words.
_FOLDS = re.compile(r"(?<=\S) (?=\S)")


class _Unresolved(VersionedResolver):
    """Every scalar is the text that stands there; what it means is for `agreements.document.source` to say."""

    versioned_resolver: dict[Any, Any] = {}


def _yaml() -> YAML:
    tool = YAML()
    tool.Resolver = _Unresolved
    tool.preserve_quotes = True
    tool.width = 10**9
    tool.indent(mapping=2, sequence=4, offset=2)
    return tool


def tree_of(text: str) -> Any:
    """The tree of a text that `source.read` accepts, where each comment hangs on the part that it goes with."""
    tree = _yaml().load(text)
    if _is_block(tree):
        _settle(tree)
    return tree


def dumped(tree: Any) -> str:
    """A tree as text."""
    out = io.StringIO()
    _yaml().dump(tree, out)
    return out.getvalue()


def _settle(node: Any, outer: int = -1, depth: int = 0) -> str:
    """Hang the lines between two parts on the one below, where ruamel.yaml has them on the one above.

    Returns those below the last part of the group. The parts of the group around it stand in the column `outer`.
    """
    rest = ""
    for key, value in node.items() if isinstance(node, CommentedMap) else enumerate(node):
        if rest:
            slots = node.ca.items.setdefault(key, [None] * 4)
            slots[1] = [_remark(rest, depth), *(slots[1] or ())]
        rest = _settle(value, node.lc.col, depth + 1) if _is_block(value) else _without_rest(node, key, value)
    rest += "".join(" " * token.start_mark.column + token.value for token in node.ca.end)
    inner = max(node.lc.col, outer + 1)
    # Below the last part there may be lines that are still the group's.
    own = re.match(rf"(?:.*\n)* {{{inner}}} *#.*\n|", rest)
    node.ca.comment = node.ca.comment or [None, None]
    node.ca.end = [_remark(own[0], depth)] if own and own[0] else []
    return rest[own.end() :] if own else rest


def _without_rest(node: Any, key: Any, value: Any) -> str:
    """Take from a value's comment the lines below its own."""
    slots, at = node.ca.items.get(key), _beside(node)
    if not slots or not slots[at]:
        return ""
    written = slots[at].value
    # Below a text over several lines it begins at the comment itself, whose column is told apart.
    below = " " * slots[at].start_mark.column + written
    beside, _, rest = ("", "", below) if _is_block_text(value) else written.partition("\n")
    if beside:
        slots[at].value = f"{beside}\n"
    else:
        slots[at] = None
        if isinstance(value, CommentedMap | CommentedSeq) and value.ca.comment:
            value.ca.comment[0] = None
    return rest


def _beside(node: Any) -> int:
    """The slot of the comment that stands beside a value."""
    return 2 if isinstance(node, CommentedMap) else 0


def _remark(text: str, depth: int = 0) -> CommentToken:
    """Comment lines and gaps, in the column where the parts of that depth are written."""
    lines = (" " * 2 * depth + line.strip() for line in text.splitlines())
    return CommentToken("".join(f"{line.rstrip()}\n" for line in lines), CommentMark(0))


def _is_block(value: Any) -> bool:
    return isinstance(value, CommentedMap | CommentedSeq) and not value.fa.flow_style()


def _is_block_text(value: Any) -> bool:
    return isinstance(value, LiteralScalarString | FoldedScalarString)


def edited(node: Any, was: Any, data: Any) -> Any:
    """The tree of a group that says `was`, saying `data`, which is of the same kind; `node` itself is used up."""
    in_brackets = bool(node.fa.flow_style())
    result = type(node)()
    node.copy_attributes(result)
    slots_of, names = dict(node.ca.items), {key: key for key in node} if isinstance(data, dict) else {}
    result.ca.items.clear()
    origins: dict[Any, Any] = {key: key for key in was} if isinstance(data, dict) else _origins(was, data)
    entries: Iterable[tuple[Any, Any]] = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in entries:
        slots = None
        if key in origins:
            origin = origins[key]
            part, slots = node[origin], slots_of.get(origin)
            if not same(was[origin], value):
                part, slots = _put(part, was[origin], value, slots, beside=_beside(node), in_brackets=in_brackets)
        else:
            part = anew(value, in_brackets=in_brackets)
        if isinstance(data, dict):
            result[names.get(key) or _name(key)] = part
        else:
            result.append(part)
        if slots:
            result.ca.items[key] = slots
    return result


def _put(part: Any, was: Any, value: Any, slots: Any, *, beside: int, in_brackets: bool) -> tuple[Any, Any]:
    """What stands in the place of `part`, and its comments."""
    if was and value and isinstance(was, dict | list) and type(was) is type(value):
        return edited(part, was, value), slots
    alone = not in_brackets and not (slots and slots[beside])
    new = _text(value, part, alone=alone) if isinstance(value, str) else anew(value, in_brackets=in_brackets)
    remark = getattr(part, "comment", None) if _is_block_text(part) else None
    if remark and _is_block_text(new):
        new.comment = remark
    elif slots or remark:
        slots = [*(slots or [None] * 4)]
        above = [token for token in slots[3] or () if isinstance(token, CommentToken)]
        slots[1], slots[3] = [*(slots[1] or ()), *above] or None, None
        if remark:
            slots[beside] = _remark(f"{remark.strip()}\n")
    return new, slots


def _origins(was: list[Any], data: list[Any]) -> dict[int, int]:
    """Which new entry is which of the old ones, by their positions; those in neither are new, or gone."""
    before, after = list(map(repr, was)), list(map(repr, data))
    stretches = list(differences(before, after))
    found = {j1 + at: i1 + at for kind, i1, i2, j1, _ in stretches if kind == "equal" for at in range(i2 - i1)}
    taken, elsewhere = set(found.values()), defaultdict(list)
    for i in reversed(range(len(before))):
        if i not in taken:
            elsewhere[before[i]].append(i)
    found |= {j: elsewhere[each].pop() for j, each in enumerate(after) if j not in found and elsewhere[each]}
    taken = set(found.values())
    for _, i1, i2, j1, j2 in stretches:
        old, new = (i for i in range(i1, i2) if i not in taken), (j for j in range(j1, j2) if j not in found)
        found |= dict(zip(list(new), old, strict=False))
    return found


def differences(before: list[str], after: list[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """The opcodes of SequenceMatcher, which is slow on long lists and so is spared the ends that are alike."""
    shortest = min(len(before), len(after))
    head = next((at for at in range(shortest) if before[at] != after[at]), shortest)
    rest = shortest - head
    tail = next((at for at in range(rest) if before[-1 - at] != after[-1 - at]), rest)
    i2, j2 = len(before) - tail, len(after) - tail
    yield "equal", 0, head, 0, head
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, before[head:i2], after[head:j2]).get_opcodes():
        yield kind, a1 + head, a2 + head, b1 + head, b2 + head
    yield "equal", i2, len(before), j2, len(after)


def anew(value: Any, *, in_brackets: bool = False) -> Any:
    """The tree of plain values, in the manner of the agreements that are there: blocks, and short lists in brackets."""
    if isinstance(value, dict):
        node: Any = CommentedMap((_name(key), anew(item, in_brackets=in_brackets)) for key, item in value.items())
        is_short = not value
    elif isinstance(value, list):
        node = CommentedSeq(anew(item, in_brackets=in_brackets) for item in value)
        is_short = not any(isinstance(item, dict | list) for item in value) and len(str(value)) < WIDTH
    else:
        return _text(value, None, alone=not in_brackets)
    if is_short or in_brackets:
        node.fa.set_flow_style()
    return node


def _text(value: Any, old: Any, *, alone: bool) -> Any:
    """A scalar as it is written, quoted as the `old` one was; over several lines only where it stands `alone`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    lines = value.split("\n")
    is_clean = all(line.isprintable() and line == line.rstrip() for line in lines)
    is_long = len(lines) > 1 or len(value) > WIDTH or _is_block_text(old)
    if alone and is_long and is_clean and lines[0] and lines[-1] and lines[0][0] != " ":
        return LiteralScalarString(value) if len(lines) > 1 or isinstance(old, LiteralScalarString) else _folded(value)
    if isinstance(old, DoubleQuotedScalarString | SingleQuotedScalarString):
        return type(old)(value)
    # `1.0`, `true` and nothing at all would be read as something else than text.
    return _name(value) if isinstance(plain_value(value), str) else DoubleQuotedScalarString(value)


def _name(key: str) -> str:
    """The name of a part, which is never more than text, so that `no` and `1` need no quotes."""
    return key if key.isprintable() and not key.startswith("?") else DoubleQuotedScalarString(key)


def _folded(value: str) -> FoldedScalarString:
    text, start = FoldedScalarString(value), 0
    text.fold_pos = []
    for space, following in pairwise([*(match.start() for match in _FOLDS.finditer(value)), len(value)]):
        if following - start > WIDTH:
            text.fold_pos.append(space)
            start = space + 1
    return text


def same(one: Any, other: Any) -> bool:
    """Whether two values are alike to the last bit: `1` is not `True`, and the order of names counts."""
    return type(one) is type(other) and repr(one) == repr(other)
