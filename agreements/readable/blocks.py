"""What a document is read as: chapters of a few plain kinds of blocks, each citing the clauses it stands on.

Page, addendum, PDF and plain text render these blocks and know nothing else, so they cannot say different things.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from agreements.businesstime.local_hours import clock

DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Text:
    """A paragraph. `quiet` is a remark on what it is about."""

    text: str
    clause: str | None = None
    quiet: bool = False
    kind: Literal["text"] = "text"


@dataclass(frozen=True)
class Heading:
    """A heading inside a chapter. `key` names what stands below it, for links from elsewhere."""

    text: str
    clause: str | None = None
    key: str = ""
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True)
class Listing:
    """A list below a line, with a few words before it or none."""

    items: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True)
class Line:
    """One thing the agreement says: what it is about, the words, the clause, remarks and lists below.

    `intent` is the colour of the level that the label names; `url` is where the label leads.
    """

    label: str
    text: str
    clause: str | None = None
    notes: tuple[str, ...] = ()
    lists: tuple[Listing, ...] = ()
    intent: str = ""
    url: str = ""


@dataclass(frozen=True)
class Facts:
    """Labels and what they stand for, in two columns."""

    lines: tuple[Line, ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True)
class Column:
    """`share` is how wide it is beside the others where the renderer decides; figures stand to the right."""

    title: str
    share: int = 1
    figures: bool = False


@dataclass(frozen=True)
class Cell:
    """`mark` says how it is drawn: a target, a tick, nothing promised, or not included; the text says it in words."""

    text: str
    notes: tuple[str, ...] = ()
    clause: str | None = None
    items: tuple[str, ...] = ()
    mark: Literal["", "target", "tick", "none", "absent"] = ""
    intent: str = ""


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """The first cell of a row says what the row is about; a row of one cell alone is a heading of those that follow.

    `name` is the caption, and `total` says that the last row is what the others come to.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: bool = False
    kind: Literal["table"] = "table"

    @property
    def lined(self) -> list[list[tuple[Cell, Column]]]:
        """The rows, each cell with its column."""
        return [list(zip(row, self.columns, strict=False)) for row in self.rows]

    @property
    def even(self) -> bool:
        """Whether all columns after the first can be equally wide."""
        return len(self.columns) < 6 and not any(column.figures for column in self.columns)


Minutes = tuple[int, int]


@dataclass(frozen=True)
class Week:
    """When a calendar is open. A page may draw `days`, in minutes of the local day; `text` says the same."""

    name: str
    text: str
    days: tuple[tuple[str, tuple[Minutes, ...]], ...]
    zone: str
    key: str
    kind: Literal["week"] = "week"

    @property
    def drawn(self) -> list[dict[str, Any]]:
        """As `components/_week.html` draws it."""
        return [{"day": day, "spans": [_span(*span) for span in spans]} for day, spans in self.days]


def _span(start: int, end: int) -> dict[str, Any]:
    return {
        "from_percent": 100 * start / DAY_MINUTES,
        "width_percent": 100 * (end - start) / DAY_MINUTES,
        "words": span_words(start, end),
    }


def span_words(start: int, end: int) -> str:
    """`08:30 to 17:00`, from minutes of the local day."""
    return f"{clock(60 * start)} to {clock(60 * end)}"


@dataclass(frozen=True)
class Days:
    """Days of a year that differ from their week, each with why."""

    name: str
    lines: tuple[Line, ...]
    kind: Literal["days"] = "days"


@dataclass(frozen=True)
class Clauses:
    """Paragraphs of the source that others cite, each by its number."""

    lines: tuple[Line, ...]
    kind: Literal["clauses"] = "clauses"


Block = Text | Heading | Facts | Table | Week | Days | Clauses
Blocks = tuple[Block, ...]


@dataclass(frozen=True)
class Chapter:
    """`key` names it within the document; each of its blocks says its kind and the clauses it stands on."""

    key: str
    title: str
    blocks: Blocks


def facts(*lines: Line | None) -> Blocks:
    """The lines that there are, as a block; nothing where there are none."""
    said = tuple(line for line in lines if line is not None)
    return (Facts(said),) if said else ()


def below(title: str, blocks: Blocks, clause: str | None = None) -> Blocks:
    """The blocks with a heading; nothing where there are none."""
    return (Heading(title, clause), *blocks) if blocks else ()


def clauses_of(part: Any) -> Iterator[str]:
    """The ids of all clauses that a part cites, as often as it does."""
    if isinstance(part, tuple):
        for each in part:
            yield from clauses_of(each)
    elif dataclasses.is_dataclass(part):
        if clause := getattr(part, "clause", None):
            yield clause
        for field in dataclasses.fields(part):
            yield from clauses_of(getattr(part, field.name))
