"""Arithmetic that shows itself: a result comes as steps, each with what it is, how it was reckoned and what it came to."""

from __future__ import annotations

from typing import NamedTuple


class Step(NamedTuple):
    """One line of a calculation: `Downtime`, `2,592,000 − 7,200`, `2,584,800 s`. Plain text, the same for every reader."""

    label: str
    how: str
    value: str


def time_words(seconds: int) -> str:
    """`3 h 35 m 1 s`, exact, without the parts that are nought. Hours are not gathered into days, which can be shorter."""
    hours, rest = divmod(seconds, 3600)
    parts = ((hours, "h"), (rest // 60, "m"), (rest % 60, "s"))
    return " ".join(f"{count:,} {unit}" for count, unit in parts if count) or "0 s"


def in_seconds(seconds: int) -> str:
    """`13,500 s`: as arithmetic writes it."""
    return f"{seconds:,} s"
