"""The single changes that lead from one text to another: an entry taken out, put in, moved, or a value replaced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from agreements.editing import emit
from agreements.editing.nodes import Node
from agreements.editing.places import after_line, column_of, dash_before, entry_places, take_out
from agreements.editing.scalars import block_scalar, scalar


@dataclass(frozen=True)
class Edit:
    """`text[start:end]` becomes `text`."""

    start: int
    end: int
    text: str


def next_step(text: str, node: Node, wanted: Any) -> Edit | None:
    """The next change of structure that brings `node` nearer to `wanted`; None when only scalars differ."""
    if node.kind == "mapping" and isinstance(wanted, dict):
        return _mapping_step(text, node, wanted)
    if node.kind == "list" and isinstance(wanted, list):
        return _list_step(text, node, wanted)
    return None


def scalar_edits(text: str, node: Node, wanted: Any, indent: int | None = 0) -> Iterator[Edit]:
    """All scalars that differ, once the structure is the same. `indent` is where the part stands, None inside brackets."""
    if node.kind == "scalar":
        if repr(node.value) != repr(wanted):
            yield _scalar_edit(text, node, wanted, indent)
        return
    values = [wanted[key.value] for key in node.keys] if node.kind == "mapping" else wanted
    starts = node.keys or node.items
    for start, item, value in zip(starts, node.items, values, strict=True):
        at = start.start if node.kind == "mapping" else dash_before(text, start.start) if not node.flow else 0
        inner = None if node.flow or indent is None else column_of(text, at)
        yield from scalar_edits(text, item, value, inner)


def _mapping_step(text: str, node: Node, wanted: dict[str, Any]) -> Edit | None:
    present = [key.value for key in node.keys]
    if not present or not wanted:
        return _replace_collection(text, node, wanted)
    gone = next((position for position, key in enumerate(present) if key not in wanted), None)
    if gone is not None:
        if len(present) == 1:
            # Nothing of the group stays, so its new entries take the place of the old one.
            return _replace_collection(text, node, wanted)
        return Edit(*take_out(text, node, gone), "")
    order = [key for key in wanted if key in present]
    if order != present:
        return _reorder(text, node, [present.index(key) for key in order])
    for position, key in enumerate(wanted):
        if key not in present:
            return _put_in(text, node, position, {key: wanted[key]})
    for name, item in zip(node.keys, node.items, strict=True):
        step = _value_step(text, node, name, item, wanted[name.value])
        if step is not None:
            return step
    return None


def _list_step(text: str, node: Node, wanted: list[Any]) -> Edit | None:
    if not node.items or not wanted:
        return _replace_collection(text, node, wanted)
    before, after = [repr(item.data) for item in node.items], [repr(value) for value in wanted]
    if before != after and sorted(before) == sorted(after):
        return _reorder(text, node, _permutation(before, after))
    pairs: list[tuple[int, int]] = []
    for tag, i1, i2, j1, j2 in _differences(before, after):
        paired = min(i2 - i1, j2 - j1)
        if i2 - i1 > paired:
            if len(before) == 1:
                return _replace_collection(text, node, wanted)
            return Edit(*take_out(text, node, i1 + paired), "")
        if j2 - j1 > paired:
            return _put_in(text, node, i1 + paired, [wanted[j1 + paired]])
        if tag == "replace":
            pairs += [(i1 + step, j1 + step) for step in range(paired)]
    for position, target in pairs:
        step = _value_step(text, node, None, node.items[position], wanted[target])
        if step is not None:
            return step
    return None


def _differences(before: list[str], after: list[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """What differs between two lists, as SequenceMatcher says it; what is alike at both ends is left aside, lest one of
    several equal items be taken out and put in again for ever."""
    shortest = min(len(before), len(after))
    head = next((at for at in range(shortest) if before[at] != after[at]), shortest)
    rest = shortest - head
    tail = next((at for at in range(rest) if before[-1 - at] != after[-1 - at]), rest)
    matcher = SequenceMatcher(None, before[head : len(before) - tail], after[head : len(after) - tail], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        yield tag, i1 + head, i2 + head, j1 + head, j2 + head


def _permutation(before: list[str], after: list[str]) -> list[int]:
    """Which old position comes where; equal items keep their order."""
    free = list(range(len(before)))
    order = []
    for value in after:
        found = next(position for position in free if before[position] == value)
        free.remove(found)
        order.append(found)
    return order


def _value_step(text: str, parent: Node, key: Node | None, item: Node, value: Any) -> Edit | None:
    kind = "mapping" if isinstance(value, dict) else "list" if isinstance(value, list) else "scalar"
    if kind == item.kind:
        return next_step(text, item, value)
    if parent.flow:
        return Edit(item.start, item.end, emit.in_brackets(value))
    if key is None:
        indent = column_of(text, dash_before(text, item.start))
        return Edit(item.start, item.end, emit.item_text(value, indent=indent))
    # From the name on, because a block begins on the line below it and a scalar beside it.
    return Edit(key.start, item.end, emit.entry(key.value, value, indent=column_of(text, key.start)))


def _replace_collection(text: str, node: Node, wanted: Any) -> Edit | None:
    if not node.items and not wanted:
        return None
    if node.flow or not wanted:
        return Edit(node.start, node.end, emit.in_brackets(wanted))
    return Edit(node.start, node.end, emit.block(wanted, indent=column_of(text, entry_places(text, node)[0].start)))


def _put_in(text: str, node: Node, position: int, part: dict[str, Any] | list[Any]) -> Edit:
    """One new entry before the `position`th of the old ones, or behind the last."""
    if node.flow:
        written = emit.in_brackets(part)[1:-1]
        if position == 0:
            start = (node.keys or node.items)[0].start
            return Edit(start, start, f"{written}, ")
        end = node.items[position - 1].end
        return Edit(end, end, f", {written}")
    places = entry_places(text, node)
    indent = column_of(text, places[0].start)
    written = emit.block(part, indent=indent)
    if position == 0:
        # Below the comment above the first entry, which may speak of the whole group.
        start = places[0].start
        return Edit(start, start, f"{written}\n{' ' * indent}")
    end = places[position - 1].end
    # Sections of the file stand apart from each other.
    gap = "\n\n" if indent == 0 and "\n" in written and node.kind == "mapping" else "\n"
    return Edit(end, end, f"{gap}{' ' * indent}{written}")


def _reorder(text: str, node: Node, order: list[int]) -> Edit:
    """The same entries in another order; what stands between them keeps its place."""
    if node.flow:
        starts = [start.start for start in node.keys or node.items]
        ends = [item.end for item in node.items]
    else:
        places = entry_places(text, node)
        starts, ends = [place.with_comment for place in places], [place.end for place in places]
    pieces = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    gaps = [text[end:start] for end, start in zip(ends[:-1], starts[1:], strict=True)]
    moved = [pieces[position] for position in order]
    written = moved[0] + "".join(gap + piece for gap, piece in zip(gaps, moved[1:], strict=True))
    return Edit(starts[0], ends[-1], written)


def _scalar_edit(text: str, node: Node, wanted: Any, indent: int | None) -> Edit:
    if indent is None or not isinstance(wanted, str):
        return _aligned(text, node, scalar(wanted, flow=indent is None, style=node.style))
    was_block = node.style in ("|", ">")
    if (was_block or "\n" in wanted) and after_line(text, node.end).strip() == "":
        written = block_scalar(wanted, indent=indent + 2, folded=node.style != "|" and "\n" not in wanted)
        if written is not None:
            return Edit(node.start, node.end, written)
    return Edit(node.start, node.end, scalar(wanted, style="" if was_block else node.style))


def _aligned(text: str, node: Node, written: str) -> Edit:
    """In a list that is laid out in columns, the columns stay where they were."""
    rest = text[node.end :]
    spaces = len(rest) - len(rest[1:].lstrip(" ")) - 1 if rest[:1] == "," else 0
    grown = len(written) - (node.end - node.start)
    if spaces < 2 or grown == 0:
        return Edit(node.start, node.end, written)
    return Edit(node.start, node.end + 1 + spaces, f"{written},{' ' * max(1, spaces - grown)}")
