"""What a demo conversation is written in: a story, its turns, and the words that make each telling another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

#: Words by slot: `{venue}` in a text takes one of `words["venue"]`, another one in each telling.
Words = Mapping[str, tuple[str, ...]]

Kind = Literal[
    "ask",
    "client",
    "reply",
    "wait",
    "solve",
    "ack",
    "note",
    "hold",
    "resume",
    "classify",
    "scope",
    "thanks",
    "reopen",
    "done",
]


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that somebody says or does. `text` is a message, or the reason of a hold, classification or reopening."""

    kind: Kind
    text: str = ""
    level: str = ""
    request_type: str = ""
    scope: str = ""
    reproducibility: str = ""


def ask(text: str) -> Turn:
    """The request itself."""
    return Turn("ask", text)


def client(text: str) -> Turn:
    return Turn("client", text)


def reply(text: str) -> Turn:
    return Turn("reply", text)


def wait(text: str) -> Turn:
    """An answer that leaves the ticket waiting for the client."""
    return Turn("wait", text)


def solve(text: str) -> Turn:
    """An answer that solves it."""
    return Turn("solve", text)


def ack(text: str) -> Turn:
    """“We got it”: stops no clock (C1)."""
    return Turn("ack", text)


def note(text: str) -> Turn:
    return Turn("note", text)


def hold(reason: str) -> Turn:
    return Turn("hold", reason)


def resume() -> Turn:
    return Turn("resume")


def classify(level: str, request_type: str, reason: str) -> Turn:
    """Another level or type, with the reason that the client sees (B10)."""
    return Turn("classify", reason, level=level, request_type=request_type)


def scope(scope: str, reproducibility: str) -> Turn:
    """Whose side it is on, and whether it can be reproduced (A6)."""
    return Turn("scope", scope=scope, reproducibility=reproducibility)


def thanks(text: str) -> Turn:
    """What a client writes on a solved ticket; it starts nothing."""
    return Turn("thanks", text)


def reopen(reason: str) -> Turn:
    return Turn("reopen", reason)


def done() -> Turn:
    """The client says that it is solved."""
    return Turn("done")


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
