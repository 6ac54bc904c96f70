"""What a demo conversation is written in: a story, its turns, and the words that make each telling another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

#: Words by slot: `{venue}` in a text takes one of `words["venue"]`, another one in each telling.
Words = Mapping[str, tuple[str, ...]]

#: What a storybook can say.
Kind = Literal[
    "ask", "client", "reply", "wait", "solve", "ack", "note", "hold", "resume", "classify", "scope", "thanks", "reopen",
    "done", "workaround", "fails", "contest", "keep", "strike",
]  # fmt: skip
#: What goes without saying in one: somebody is given the ticket, and closes it in the end.
Routine = Literal["assign", "close"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that somebody says or does. `text` is a message, or the reason of what happens without one."""

    kind: Kind | Routine
    text: str = ""
    level: str = ""
    request_type: str = ""
    scope: str = ""
    reproducibility: str = ""
    #: Whom a ticket on hold waits for, where that is somebody else.
    third_party: str = ""
    #: How long a hold took that ends here.
    days: int = 0
    #: A file that goes with the message: its name and its text.
    file: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A conversation that can happen at several clients. `weight` says how often; `words` are slots of its own."""

    key: str
    request_type: str
    level: str
    product: str
    subjects: tuple[str, ...]
    turns: tuple[Turn, ...]
    words: Words = field(default_factory=dict)
    channel: str = "portal"
    weight: int = 2
