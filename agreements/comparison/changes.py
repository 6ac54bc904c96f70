"""What a comparison consists of: single changes, in sections, each with what it means for the client."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from itertools import takewhile
from typing import Any, Literal

from agreements.document.directions import Direction

Kind = Literal["added", "removed", "changed"]

_WORDS = re.compile(r"\d[\d.,:]*\d|\w+|\s+|[^\w\s]")

#: Texts that share less than this part of their words are told one after the other.
_ALIKE = 0.35
_MOST_PAIRS = 60_000


@dataclass(frozen=True)
class Words:
    """A stretch of text that both sides share (`same`), that went (`del`) or that came (`ins`)."""

    kind: Literal["same", "del", "ins"]
    text: str


@dataclass(frozen=True)
class Change:
    """One difference. `subject` is the part it is about (“Gold”), `title` what of it (“Price”), in words for people.

    `before` is empty for what was added, `after` for what was removed. The clauses are those that each side cites.
    `direction` is what it means for the client.
    """

    section: str
    subject: str
    title: str
    kind: Kind
    before: str
    after: str
    direction: Direction
    note: str = ""
    old_clause: str = ""
    new_clause: str = ""

    @property
    def heading(self) -> str:
        return ": ".join(part for part in (self.subject, self.title) if part)

    @property
    def concerns_client(self) -> bool:
        return self.direction != "neutral"

    @cached_property
    def words(self) -> tuple[Words, ...]:
        """Both sides as one text with what went and what came marked, word by word."""
        return tuple(_word_by_word(self.before, self.after))

    @property
    def words_before(self) -> tuple[Words, ...]:
        return tuple(words for words in self.words if words.kind != "ins")

    @property
    def words_after(self) -> tuple[Words, ...]:
        return tuple(words for words in self.words if words.kind != "del")

    def as_data(self) -> dict[str, Any]:
        """For programs."""
        said = asdict(self)
        clauses = {"old": said.pop("old_clause"), "new": said.pop("new_clause")}
        return {**said, "clauses": clauses}


@dataclass(frozen=True)
class Section:
    """A part of the agreement with its changes; without any it is unchanged, and `lines` are what it says."""

    key: str
    title: str
    changes: tuple[Change, ...]
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """Everything that differs between two versions. False when nothing does."""

    sections: tuple[Section, ...]

    def __bool__(self) -> bool:
        return any(section.changes for section in self.sections)

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(change for section in self.sections for change in section.changes)

    @property
    def changed(self) -> tuple[Section, ...]:
        return tuple(section for section in self.sections if section.changes)

    @property
    def unchanged(self) -> tuple[Section, ...]:
        return tuple(section for section in self.sections if not section.changes)

    @property
    def counts(self) -> dict[str, int]:
        """How many changes go in each direction, all four named."""
        found = Counter(change.direction for change in self.changes)
        return {direction: found[direction] for direction in ("better", "worse", "unclear", "neutral")}

    def for_client(self) -> Comparison:
        """Only what changes for the client."""
        return Comparison(
            tuple(
                replace(section, changes=tuple(each for each in section.changes if each.concerns_client))
                for section in self.sections
            )
        )

    def as_data(self) -> dict[str, Any]:
        """For programs."""
        return {"counts": self.counts, "changes": [change.as_data() for change in self.changes]}


def _word_by_word(before: str, after: str) -> Iterator[Words]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    old_middle, new_middle = old[head : len(old) - tail], new[head : len(new) - tail]
    # Matching takes the time of the product; beyond this the whole middle counts as exchanged.
    is_long = len(old_middle) * len(new_middle) > _MOST_PAIRS
    matcher = difflib.SequenceMatcher(None, *(([], []) if is_long else (old_middle, new_middle)), autojunk=False)
    codes = matcher.get_opcodes() or [("replace", 0, len(old_middle), 0, len(new_middle))]
    kept = head + tail + sum(last - first for kind, first, last, _, _ in codes if kind == "equal")
    found: list[tuple[Literal["same", "del", "ins"], Iterable[str]]] = [("same", old[:head])]
    for kind, first, last, start, end in codes:
        if kind == "equal":
            found.append(("same", old_middle[first:last]))
        else:
            found += [("del", old_middle[first:last]), ("ins", new_middle[start:end])]
    found.append(("same", old[len(old) - tail :]))
    if 2 * kept < _ALIKE * (len(old) + len(new)):
        # Two different texts: picking out the words they happen to share would only make them hard to read.
        found = [("del", before), ("ins", after)]
    for side, words in found:
        if text := "".join(words):
            yield Words(side, text)


def _shared(old: list[str], new: list[str]) -> int:
    """How many words both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
