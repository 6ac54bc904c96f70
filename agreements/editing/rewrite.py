"""Changing an agreement's text so that it says new data. ruamel.yaml edits; the document's reader has the last word."""

from __future__ import annotations

import logging
import re
from collections import Counter
from functools import partial
from typing import Any

import yaml

from agreements.document import DocumentErrors
from agreements.document.source import Source, decoded, read
from agreements.editing.tree import anew, differences, dumped, edited, same, tree_of

logger = logging.getLogger(__name__)


def rewritten(text: str, data: Any) -> str:
    """`text` changed so that it reads as exactly `data`; the same text, character by character, when it does already.

    Lines that say nothing new stay as they are. A comment on lines of its own moves and goes with the part below it,
    except above the first part of a group, where it may speak of the whole group. Raises DocumentErrors for a text that
    is none.
    """
    source = read(text, name="")
    if same(source.data, data):
        return text
    text = decoded(text, name="").replace("\r\n", "\n")
    for attempt in (partial(_by_sections, text, source, data), partial(_in_place, text, source.data, data)):
        try:
            written = attempt()
        except Exception:
            # ruamel.yaml meets a layout it did not expect with whatever goes wrong first.
            logger.info("A text could not be changed in place.", exc_info=True)
            continue
        if _says(written, data):
            return written
    return _anew(text, data)


def _says(text: str, data: Any) -> bool:
    try:
        return same(read(text, name="").data, data)
    except DocumentErrors:
        return False


def _by_sections(text: str, source: Source, data: Any) -> str:
    """Only the sections that differ are edited, which spares the others, and time."""
    written, sections = _sections(text, source)
    if not all(_says(section, {key: source.data[key]}) for key, section in sections.items()):
        return ""
    for key, value in data.items():
        if key not in sections:
            section = dumped(anew({key: value}))
            # Sections of the file stand apart from each other.
            section = f"\n{section}" if section.count("\n") > 1 and written else section
        elif same(source.data[key], value):
            section = sections[key]
        else:
            section = _in_place(sections[key], {key: source.data[key]}, {key: value})
        written += section if section.endswith("\n") else f"{section}\n"
    return written


def _sections(text: str, source: Source) -> tuple[str, dict[str, str]]:
    """What stands above the first section, and each section by its key, with the comments and the gap above it."""
    lines = text.splitlines(keepends=True)
    begins = {str(path[0]): line - 1 for path, (line, _) in source.key_places.items() if len(path) == 1}
    first, end, sections = min(begins.values()), len(lines), {}
    for key, begin in reversed(begins.items()):
        while begin > first and lines[begin - 1].startswith(("#", "\n")):
            begin -= 1
        sections[key], end = "".join(lines[begin:end]), begin
    return "".join(lines[:end]), sections


def _in_place(text: str, was: Any, data: Any) -> str:
    """`text`, which says `was`, with all its comments. Raises what it cannot be changed in place for."""
    tree = tree_of(text)
    before, after = dumped(tree), dumped(edited(tree, was, data))
    kept = _with_own_lines(text, before, after)
    if not _says(kept, data) or _comments(after) - _comments(kept):
        kept = after
    # Inside brackets ruamel.yaml has no place for comments.
    lost = _comments(text) - _comments(before)
    return _with_comments(kept, lost - (_comments(kept) - _comments(before)))


def _anew(text: str, data: Any) -> str:
    """`data` in fresh lines, below all comments of `text`."""
    return _with_comments(dumped(anew(data)), _comments(text))


def _with_comments(text: str, comments: Counter[str]) -> str:
    return "".join(f"{comment}\n" for comment in comments.elements()) + text


def _comments(text: str) -> Counter[str]:
    """The comments of a text: what stands behind a # between its tokens."""
    found: Counter[str] = Counter()
    end = 0
    for token in yaml.scan(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        found.update(re.findall(r"#.*", text[end : token.start_mark.index]))
        if getattr(token, "style", None) in ("|", ">"):
            found.update(re.findall(r"\A[|>][^\n]*?(#.*)", text[token.start_mark.index : token.end_mark.index]))
        end = token.end_mark.index
    return found


def _with_own_lines(text: str, before: str, after: str) -> str:
    """`after`, where it is as `before`, in the very lines of `text`, of which `before` is the plain layout."""
    own, plain = text.splitlines(), before.splitlines()
    stretches = []
    for kind, i1, i2, j1, j2 in differences([" ".join(x.split()) for x in own], [" ".join(x.split()) for x in plain]):
        if kind == "equal":
            stretches += [(j, j + 1, own[i : i + 1]) for i, j in zip(range(i1, i2), range(j1, j2), strict=True)]
        else:
            stretches.append((j1, j2, own[i1:i2]))
    new, lines = after.splitlines(), []
    for kind, i1, i2, j1, j2 in differences(plain, new):
        if kind != "equal":
            lines += new[j1:j2]
            continue
        for start, stop, written in stretches:
            if i1 <= start < i2 or start == stop == i2 == len(plain):
                lines += written if stop <= i2 else plain[start:i2]
            elif start < i1 < stop:
                lines += plain[i1 : min(stop, i2)]
    return "\n".join(lines) + "\n"
