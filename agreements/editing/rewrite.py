"""Changing an agreement's text so that it says new data: in place, with every other line left as it is."""

from __future__ import annotations

from typing import Any

import yaml

from agreements.document import DocumentErrors
from agreements.document.source import read
from agreements.editing.emit import block
from agreements.editing.nodes import tree_of
from agreements.editing.steps import Edit, next_step, scalar_edits

#: More changes at once than this are not an edit any more, but another document.
MOST_STEPS = 500


def rewritten(text: str, data: Any) -> str:
    """`text` changed so that it reads as exactly `data`; the same text, character by character, when it does already.

    Comments, order and layout of what does not change stay. A comment on lines of its own moves and goes with the part
    below it, except above the first part of a group, where it may speak of the whole group.
    """
    try:
        changed = _in_place(text, data)
    except yaml.YAMLError:
        changed = ""
    # The reader has the last word. What no edit in place can say is written anew, so that it is said at all.
    return changed if _says(changed, data) else _anew(text, data)


def _in_place(text: str, data: Any) -> str:
    """The text after every change of structure, one by one, and then all changes of values at once."""
    for _ in range(MOST_STEPS):
        tree = tree_of(text)
        step = next_step(text, tree, data)
        if step is None:
            return _applied(text, list(scalar_edits(text, tree, data)))
        text = _applied(text, [step])
    return text


def _applied(text: str, edits: list[Edit]) -> str:
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _says(text: str, data: Any) -> bool:
    try:
        return same(read(text, name="").data, data)
    except DocumentErrors:
        return False


def _anew(text: str, data: Any) -> str:
    """Every section that differs in fresh lines, the others as they were."""
    try:
        tree = tree_of(text)
    except yaml.YAMLError:
        return block(data, indent=0) + "\n"
    edits = []
    for key, node in zip(tree.keys, tree.items, strict=True):
        if key.value in data and not same(node.data, data[key.value]):
            edits.append(Edit(key.start, node.end, block({key.value: data[key.value]}, indent=0)))
    changed = _applied(text, edits)
    return changed if _says(changed, data) else block(data, indent=0) + "\n"


def same(one: Any, other: Any) -> bool:
    """Whether two values are alike to the last bit: `1` is not `True`, and the order of names counts."""
    return type(one) is type(other) and repr(one) == repr(other)
