"""Reading an agreement as a person does: what a table of a page says cell by cell, what can be seen or read at all."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

#: Fields that are no words for people: what a renderer draws by, and what a program finds a part by.
UNSAID = frozenset({"kind", "key", "language", "intent", "mark", "clause", "days"})


@dataclass
class Node:
    """An element with its attributes and what is inside: elements and texts, in order."""

    tag: str
    attributes: dict[str, str]
    inside: list[Node | str] = field(default_factory=list)

    def all(self, tag: str = "", css: str = "") -> list[Node]:
        """Every element below with this tag, and this class."""
        found = []
        for each in self.inside:
            if isinstance(each, Node):
                if (not tag or each.tag == tag) and (not css or css in each.attributes.get("class", "").split()):
                    found.append(each)
                found += each.all(tag, css)
        return found

    def text(self, *, hidden: bool = False) -> str:
        """What a reader sees, in single spaces; with `hidden` also what only a screen reader says."""
        return " ".join("".join(self._texts(hidden)).split())

    def _texts(self, hidden: bool) -> list[str]:
        found = []
        for each in self.inside:
            if isinstance(each, str):
                found.append(each)
            elif each.tag in ("script", "style", "title") or (
                not hidden and "visually-hidden" in each.attributes.get("class", "")
            ):
                continue
            else:
                space = "" if each.tag in ("a", "strong", "em", "time") else " "
                found += [
                    space,
                    each.attributes.get("aria-label", "") if each.tag == "svg" else "",
                    *each._texts(hidden),
                    space,
                ]
        return found


class _Reader(HTMLParser):
    VOID = frozenset(
        {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "path", "rect"}
    )

    def __init__(self) -> None:
        super().__init__()
        self.root = Node("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(node)
        if tag not in self.VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in {node.tag for node in self.open[1:]}:
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def parsed(html: str) -> Node:
    reader = _Reader()
    reader.feed(html)
    return reader.root


def seen(html: str) -> str:
    """The whole page as a text, with what a screen reader says, every space the same."""
    return parsed(html).text(hidden=True).replace("\N{NO-BREAK SPACE}", " ")


def section(html: str, key: str) -> Node:
    """The chapter with this anchor."""
    return next(node for node in parsed(html).all() if node.attributes.get("id") == key)


def grid(table: Node) -> list[list[str]]:
    """A table as its rows of cells: of a cell with a value the value alone, without citation and remarks."""
    return [[_cell(cell) for cell in row.all() if cell.tag in ("th", "td")] for row in table.all("tr")]


def _cell(cell: Node) -> str:
    values = cell.all(css="cell-value")
    if values:
        return values[0].text().replace("\N{NO-BREAK SPACE}", " ")
    bare = Node(cell.tag, {}, [each for each in cell.inside if isinstance(each, str) or not _aside(each)])
    return re.sub(r"\s+", " ", bare.text())


def _aside(node: Node) -> bool:
    return bool({"clause", "doc-note"} & set(node.attributes.get("class", "").split()))


def texts(part: Any) -> Iterator[str]:
    """Every text that a reader must find, wherever the part is shown."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from texts(each)
    elif dataclasses.is_dataclass(part):
        for field in dataclasses.fields(part):
            if field.name not in UNSAID:
                yield from (text for text in texts(getattr(part, field.name)) if text)
