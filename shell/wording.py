"""How lists, sentences and dates are written everywhere. Pure: no Django, no tenant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date


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


def day_words(day: date) -> str:
    """`30 November 2017`."""
    return f"{day.day} {day:%B %Y}"
