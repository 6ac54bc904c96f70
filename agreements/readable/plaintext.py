"""Agreements as plain text, for terminals. Pure: takes a reading, gives lines."""

from __future__ import annotations

import dataclasses
import itertools
import textwrap
from collections.abc import Iterator
from typing import Any

from agreements.readable import Reading
from agreements.readable.blocks import Blocks, Cell, Clauses, Days, Facts, Heading, Line, Table, Text, Week
from shell.wording import day_words

WIDTH = 100
#: Wider words of a cell are broken.
CELL_WIDTH = 40


def shown(reading: Reading) -> Iterator[str]:
    """The whole document, as its page reads it."""
    document = reading.document
    yield document.title
    yield "=" * len(document.title)
    yield f"{document.provider}, {document.version.label}, in force from {day_words(reading.effective_from)}"
    yield from _blocks(reading.about)
    for chapter in reading.chapters:
        yield from ("", chapter.title, "-" * len(chapter.title))
        yield from _blocks(chapter.blocks)


def _blocks(blocks: Blocks) -> Iterator[str]:
    for block in blocks:
        yield ""
        match block:
            case Text() | Heading():
                yield from _wrapped(block.text, block.clause, hanging="")
            case Week():
                yield from _wrapped(f"{block.name}: {block.text}")
            case Days():
                yield f"{block.name}:"
                yield from (f"    {line.label}: {line.text}" for line in block.lines)
            case Facts():
                for line in block.lines:
                    yield from _line(line)
            case Clauses():
                for line in block.lines:
                    yield from _wrapped(f"{line.label} {', '.join(line.notes)}: {line.text}")
            case Table():
                yield from _table(block)


def _line(line: Line) -> Iterator[str]:
    yield from _wrapped(f"{line.label}: {line.text}", line.clause)
    for said in (line.url, *line.notes):
        if said:
            yield from _wrapped(said, indent="    ")
    for listing in line.lists:
        if listing.name:
            yield f"    {listing.name}:"
        for item in listing.items:
            yield from _wrapped(f"- {item}", indent="    ")


def _wrapped(text: str, clause: str | None = None, *, indent: str = "", hanging: str = "    ") -> list[str]:
    cited = f"{text} [{clause}]" if clause else text
    return textwrap.wrap(cited, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}{hanging}")


def _table(table: Table) -> Iterator[str]:
    """Columns of even width; remarks below the words of their cell, and headings of rows across."""
    yield from _wrapped(table.name)
    head = [[column.title] for column in table.columns]
    rows = [[_cell(cell) for cell in row] for row in table.rows]
    whole = [row for row in (head, *rows) if len(row) > 1]
    widths = [max(len(line) for row in whole for line in row[place]) for place in range(len(table.columns))]
    for row in (head, *rows):
        if len(row) == 1:
            yield from row[0]
            continue
        for lines in itertools.zip_longest(*row, fillvalue=""):
            yield "  ".join(line.ljust(width) for line, width in zip(lines, widths, strict=True)).rstrip()
        if row is head:
            yield "  ".join("-" * width for width in widths)


def _cell(cell: Cell) -> list[str]:
    words = f"{cell.text} [{cell.clause}]" if cell.clause else cell.text
    said = (*((words,) if words else ()), *cell.items, *cell.notes)
    return [line for text in said for line in textwrap.wrap(text, CELL_WIDTH)] or [""]


def as_data(reading: Reading) -> dict[str, Any]:
    """What `shown` says, for programs: the chapters as lists of blocks, and the file's own values."""
    chapters = [dataclasses.asdict(chapter) for chapter in reading.chapters]
    return {"title": reading.document.title, "chapters": chapters, "document": dict(reading.document.data)}
