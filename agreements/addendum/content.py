"""What an addendum is made of: chapters of a few plain kinds of blocks, each citing the clauses it stands on."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Text:
    """A paragraph. `quiet` is a remark below what it is about."""

    text: str
    clause: str = ""
    quiet: bool = False
    kind: Literal["text"] = "text"


@dataclass(frozen=True)
class Heading:
    """A heading inside a chapter."""

    text: str
    clause: str = ""
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True)
class Item:
    """A line with a label before it, `Planned maintenance. Within its announced window.`, and a remark."""

    text: str
    label: str = ""
    note: str = ""
    clause: str = ""


@dataclass(frozen=True)
class Facts:
    """Labels and what they stand for, in two columns."""

    items: tuple[Item, ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True)
class Bullets:
    items: tuple[Item, ...]
    kind: Literal["bullets"] = "bullets"


@dataclass(frozen=True)
class Column:
    """`share` is how wide it is beside the others; figures stand to the right."""

    title: str
    share: int = 1
    figures: bool = False


@dataclass(frozen=True)
class Cell:
    """`rows` is how many rows it spans; a row leaves the cells out that the one above spans. `items` are listed below the text."""

    text: str
    note: str = ""
    items: tuple[str, ...] = ()
    clause: str = ""
    strong: bool = False
    rows: int = 1


@dataclass(frozen=True)
class Table:
    """A table; `name` is its caption, and `total` says that the last row is what the others come to."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    clause: str = ""
    total: bool = False
    kind: Literal["table"] = "table"

    @property
    def placed(self) -> list[list[tuple[Cell, Column]]]:
        """The rows with each cell's column, which a cell above that spans rows moves to the right."""
        taken = [0] * len(self.columns)
        found = []
        for row in self.rows:
            free = [place for place, rows in enumerate(taken) if rows == 0]
            taken = [max(rows - 1, 0) for rows in taken]
            for place, cell in zip(free, row, strict=True):
                taken[place] = cell.rows - 1
            found.append([(cell, self.columns[place]) for place, cell in zip(free, row, strict=True)])
        return found


Block = Text | Heading | Facts | Bullets | Table


@dataclass(frozen=True)
class Chapter:
    """One numbered chapter; `key` names it within the document."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Party:
    """`role` is what the text calls it: Provider, Client."""

    role: str
    name: str


@dataclass(frozen=True)
class Addendum:
    """The whole document. `about` is what stands in the title block, `marks` at the foot of each page.

    `cited` explains every clause that the chapters cite, by its id. `language` is that of the agreement (ISO 639-1).
    """

    title: str
    subtitle: str
    language: str
    parties: tuple[Party, ...]
    about: tuple[Item, ...]
    preamble: tuple[Block, ...]
    chapters: tuple[Chapter, ...]
    cited: tuple[Item, ...]
    marks: tuple[str, ...]
    closing: str
    signatures: tuple[str, ...]


def as_data(addendum: Addendum) -> dict[str, Any]:
    """The content as plain values: what the templates of page and PDF and the API get."""
    return dataclasses.asdict(addendum)


def texts(addendum: Addendum) -> Iterator[str]:
    """Every text that a reader must find, wherever the addendum is shown."""

    def walk(part: Any) -> Iterator[str]:
        if isinstance(part, str):
            yield part
        elif isinstance(part, tuple):
            for each in part:
                yield from walk(each)
        elif dataclasses.is_dataclass(part):
            for field in dataclasses.fields(part):
                if field.name not in {"kind", "key", "language"}:
                    yield from walk(getattr(part, field.name))

    return (text for text in walk(addendum) if text)


def clauses_of(part: Any) -> set[str]:
    """The ids of all clauses that blocks cite."""
    if isinstance(part, tuple):
        return {clause for each in part for clause in clauses_of(each)}
    if not dataclasses.is_dataclass(part):
        return set()
    found = {clause for field in dataclasses.fields(part) for clause in clauses_of(getattr(part, field.name))}
    own = getattr(part, "clause", "")
    return found | {own} if own else found
