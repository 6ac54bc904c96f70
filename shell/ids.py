"""Numbers that name something, as they come from outside."""

from __future__ import annotations

# PostgreSQL's bigint: a larger number cannot be the id of anything.
LARGEST_ID = 2**63 - 1


def id_of(text: str) -> int:
    """The number in `text`; 0, which names nothing, where it is none that could name something."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
