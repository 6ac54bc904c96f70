"""The small pieces a document is read in: a line with its label, and lists as people say them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One thing the agreement says: what it is about, the words, remarks below them, and the clause it stands on."""

    label: str
    text: str
    clause: str | None = None
    notes: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


def listed(words: Iterable[str], *, last: str = "and") -> str:
    """`a, b and c`."""
    said = [word for word in words if word]
    return f" {last} ".join([", ".join(said[:-1]), said[-1]] if len(said) > 2 else said)


def sentence(words: str) -> str:
    """With a capital at its start, whatever it was made of."""
    return words[:1].upper() + words[1:]


def notes(*said: str) -> tuple[str, ...]:
    """The remarks that say something."""
    return tuple(each for each in said if each)
