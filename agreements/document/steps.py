"""Arithmetic that shows itself: a result comes with its steps."""

from __future__ import annotations

from typing import NamedTuple


class Step(NamedTuple):
    """What it is, how it was reckoned and what it came to: `Time that counts`, `2,592,000 − 7,200`, `2,584,800 s`."""

    label: str
    how: str
    value: str


def time_words(seconds: int) -> str:
    """`3 h 35 m 1 s`, exact, without the parts that are nought. Hours are never gathered into days."""
    hours, rest = divmod(seconds, 3600)
    parts = ((hours, "h"), (rest // 60, "m"), (rest % 60, "s"))
    return " ".join(f"{count:,} {unit}" for count, unit in parts if count) or "0 s"


def in_seconds(seconds: int) -> str:
    """`13,500 s`: as arithmetic writes it."""
    return f"{seconds:,} s"
