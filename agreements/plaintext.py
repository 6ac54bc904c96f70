"""Agreements and what differs between them as plain text, for terminals and mails. Pure: takes documents, gives lines."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from agreements.document import AgreementDocument
from agreements.document.comparison import SECTIONS, Change, Comparison, section_lines
from agreements.document.model import Plan
from agreements.readable import PromiseTable, promise_tables

WIDTH = 100
_MEANS = {"better": "better for the client", "worse": "worse for the client", "unclear": "to be judged", "neutral": ""}


def shown(document: AgreementDocument, plan: Plan | None = None) -> Iterator[str]:
    """The whole document, its targets as tables; with `plan`, only that plan's column and particulars."""
    yield document.title
    yield "=" * len(document.title)
    yield f"{document.provider}, {document.version.label}, in force from {document.version.effective_from:%-d %B %Y}"
    for table in promise_tables(document, plans=(plan,) if plan else ()):
        yield from ("", f"Targets: {table.name}", "")
        yield from _table(table, document.scheme.name)
    for key, title in SECTIONS.items():
        lines = list(section_lines(document, key)) if key != "targets" else []
        if key == "plans" and plan:
            lines = _of_plan(lines, plan.name)
        if lines:
            yield from ("", title, "-" * len(title))
            yield from _wrapped(lines)


def _of_plan(lines: Sequence[str], name: str) -> list[str]:
    """The lines below one plan's name."""
    kept, inside = [], False
    for line in lines:
        if not line.startswith(" "):
            inside = line == name or line.startswith(f"{name}: ")
        if inside:
            kept.append(line)
    return kept


def _table(table: PromiseTable, scheme: str) -> Iterator[str]:
    """Columns of even width: level, metric, and one per plan."""
    rows = [[scheme, "Promise", *(plan.name for plan in table.plans)]]
    for group in table.levels:
        for place, row in enumerate(group.rows):
            rows.append([group.level.name if place == 0 else "", row.label, *(cell.text for cell in row.cells)])
    if len(rows) == 1:
        yield "Nothing is promised on these."
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for number, cells in enumerate(rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
        if number == 0:
            yield "  ".join("-" * width for width in widths)


def _wrapped(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()))
        yield from textwrap.wrap(line, WIDTH, subsequent_indent=f"{indent}    ", drop_whitespace=True) or [""]


def differences(comparison: Comparison) -> Iterator[str]:
    """Every change, by section, with what it means for the client."""
    if not comparison:
        yield "Nothing differs."
        return
    counts = comparison.counts
    named = [f"{counts[each]} {words}" for each, words in _MEANS.items() if words and counts[each]]
    if counts["neutral"]:
        named.append(f"{counts['neutral']} without effect on the client")
    many = len(comparison.changes)
    yield f"{many} {'change' if many == 1 else 'changes'}: {', '.join(named)}."
    for section in comparison.changed:
        yield from ("", section.title, "-" * len(section.title))
        for change in section.changes:
            yield from _told(change)


def _told(change: Change) -> Iterator[str]:
    means = f" ({_MEANS[change.direction]})" if _MEANS[change.direction] else ""
    mark = {"added": "+", "removed": "-", "changed": "*"}[change.kind]
    yield f"{mark} {change.heading}{means}"
    for sign, text, clause in (("-", change.before, change.old_clause), ("+", change.after, change.new_clause)):
        for place, line in enumerate(text.splitlines()):
            cited = f"  [{clause}]" if clause and place == 0 else ""
            yield from textwrap.wrap(
                f"{line}{cited}",
                WIDTH,
                initial_indent=f"    {sign} ",
                subsequent_indent="      ",
                drop_whitespace=False,
            )
    if change.note:
        yield f"    {change.note}"


def as_data(document: AgreementDocument, plan: Plan | None = None) -> dict[str, Any]:
    """What `shown` says, for programs: the tables as lists, and the file's own values."""
    tables = [
        {
            "requests": table.name,
            "plans": [each.name for each in table.plans],
            "rows": [
                {"level": group.level.name, "promise": row.label, "cells": [cell.text for cell in row.cells]}
                for group in table.levels
                for row in group.rows
            ],
        }
        for table in promise_tables(document, plans=(plan,) if plan else ())
    ]
    return {"title": document.title, "targets": tables, "document": dict(document.data)}
