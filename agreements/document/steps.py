"""Arithmetic that shows itself: a result comes with its steps."""

from __future__ import annotations

from typing import NamedTuple


class Step(NamedTuple):
    """What it is, how it was reckoned and what it came to: `Time that counts`, `2,592,000 − 7,200`, `2,584,800 s`."""

    label: str
    how: str
    value: str


def in_seconds(seconds: int) -> str:
    """`13,500 s`: as arithmetic writes it."""
    return f"{seconds:,} s"
