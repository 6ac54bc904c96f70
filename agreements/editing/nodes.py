"""A YAML text as a tree of values that know which characters they came from, so that a change can be made in place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from agreements.document.source import plain_value

#: The parser that `agreements.document.source` reads with.
EVENTS: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Node:
    """A scalar, list or mapping at `text[start:end]`. `end` leaves out the line end and anything after it.

    `style` is that of a scalar: "" plain, `'`, `"`, `|` or `>`. `flow` says that a collection is written in brackets.
    """

    kind: str
    start: int
    end: int
    value: Any = None
    style: str = ""
    flow: bool = False
    keys: list[Node] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)

    @property
    def data(self) -> Any:
        """The plain value, as `agreements.document.source` reads it."""
        if self.kind == "mapping":
            return {key.value: item.data for key, item in zip(self.keys, self.items, strict=True)}
        if self.kind == "list":
            return [item.data for item in self.items]
        return self.value

    def position(self, key: str) -> int:
        return next(number for number, node in enumerate(self.keys) if node.value == key)


def tree_of(text: str) -> Node:
    """The tree of a text that `agreements.document.load` accepts. Raises yaml.YAMLError for one that is no YAML."""
    root: Node | None = None
    open_nodes: list[Node] = []
    for event in yaml.parse(text, Loader=EVENTS):
        if isinstance(event, yaml.CollectionEndEvent):
            _close(open_nodes.pop(), event)
        elif isinstance(event, yaml.NodeEvent):
            node = _node(event, text, is_key=_wants_key(open_nodes))
            if open_nodes:
                parent = open_nodes[-1]
                (parent.keys if _wants_key(open_nodes) else parent.items).append(node)
            else:
                root = node
            if node.kind != "scalar":
                open_nodes.append(node)
    if root is None:
        raise yaml.YAMLError("There is nothing in this text.")
    return root


def _wants_key(open_nodes: list[Node]) -> bool:
    """Whether what comes next is the name of an entry of the innermost mapping."""
    return (
        bool(open_nodes) and open_nodes[-1].kind == "mapping" and len(open_nodes[-1].keys) == len(open_nodes[-1].items)
    )


def _node(event: Any, text: str, *, is_key: bool) -> Node:
    start, event_end = event.start_mark.index, event.end_mark.index
    if event.__class__ is yaml.ScalarEvent:
        style = event.style or ""
        value = plain_value(event.value) if event.implicit[0] and not is_key else event.value
        # A block scalar's end lies behind the blank lines after it, which belong to nobody.
        end = start + len(text[start:event_end].rstrip())
        return Node("scalar", start, end, value, style)
    kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "list"
    return Node(kind, start, start, flow=bool(event.flow_style))


def _close(node: Node, event: Any) -> None:
    if node.flow:
        node.end = event.end_mark.index
    elif node.items:
        node.end = max(node.items[-1].end, node.keys[-1].end if node.keys else 0)
