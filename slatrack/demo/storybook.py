"""Reading the stories of a workspace from `stories/<slug>.txt`: prose stays prose, and its structure is a line each.

word hall: Main Hall; Studio 2                   a slot, for all stories or for the one it follows
== slow-plan: bug, ordinary, seating, x3         key, request type, level, product; then a channel or a weight, if any
subject: The plan of {hall} takes ages           one of them is chosen
@ask                                             a turn; what follows until the next one is its text
@classify serious bug                            level and type; its text is the reason
@scope in_scope reproducible
@hold for {carrier}                              waits for a third party; its text is the reason
@workaround                                      its text explains it; `@fails`: the client says it does not hold
@contest                                         the client contests the last pause; `@keep` or `@strike` answers
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import get_args

from slatrack.demo.story import Kind, Story, Turn, Words

_STORY = re.compile(r"== ([a-z0-9-]+): ([^,]+), ([^,]+), ([^,]+)((?:, [^,]+)*)")
_WORD = re.compile(r"word (\w+): (.+)")
_TURN = re.compile(r"@([a-z]+)((?: [\w{}]+)*)")
_FILE = re.compile(r"@file ([\w.-]+)")
#: What the words behind a turn mean.
_DETAILS = {"classify": ("level", "request_type"), "scope": ("scope", "reproducibility")}


class StorybookError(ValueError):
    """A line that is not part of a story; the message says which."""


@lru_cache
def read(slug: str) -> tuple[Words, tuple[Story, ...]]:
    """The words and stories of a workspace. Raises StorybookError with file and line."""
    path = Path(__file__).parent / "stories" / f"{slug}.txt"
    return parse(path.read_text(), name=path.name)


def parse(text: str, *, name: str) -> tuple[Words, tuple[Story, ...]]:
    """`read` without the file."""
    words: dict[str, tuple[str, ...]] = {}
    drafts: list[_Draft] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("# ") and not drafts:
            continue
        if match := _STORY.fullmatch(line):
            drafts.append(_Draft(*match.groups()))
        elif match := _WORD.fullmatch(line):
            own = drafts[-1].words if drafts else words
            own[match[1]] = tuple(word.strip() for word in match[2].split(";"))
        elif drafts and line.startswith("subject: "):
            drafts[-1].subjects.append(line.removeprefix("subject: "))
        elif drafts and drafts[-1].turns and (match := _FILE.fullmatch(line)):
            drafts[-1].turns[-1].file_name = match[1]
        elif drafts and (match := _TURN.fullmatch(line)) and match[1] in get_args(Kind):
            drafts[-1].turns.append(_DraftTurn(match[1], match[2].split()))
        elif drafts and drafts[-1].turns and not line.startswith(("@", "== ")):
            drafts[-1].turns[-1].add(line)
        elif line.strip():
            raise StorybookError(
                f"{name}, line {number}: this is neither a story, a word, a subject nor a turn: {line[:60]}"
            )
    return words, tuple(draft.story() for draft in drafts)


class _DraftTurn:
    def __init__(self, kind: str, details: list[str]) -> None:
        self.kind, self.details = kind, details
        self.file_name = ""
        self._text: list[str] = []
        self._file: list[str] = []

    def add(self, line: str) -> None:
        (self._file if self.file_name else self._text).append(line)

    def turn(self) -> Turn:
        return Turn(
            self.kind,  # type: ignore[arg-type]  # matched against the literal's values
            "\n".join(self._text).strip(),
            days=int(self.details[0]) if self.kind == "resume" and self.details else 0,
            third_party=" ".join(self.details[1:]) if self.kind == "hold" else "",
            file=(self.file_name, "\n".join(self._file).strip() + "\n") if self.file_name else None,
            **dict(zip(_DETAILS.get(self.kind, ()), self.details, strict=False)),
        )


class _Draft:
    def __init__(self, key: str, request_type: str, level: str, product: str, rest: str) -> None:
        self.head = (key, request_type, level, product)
        self.rest = [word for word in rest.split(", ") if word]
        self.words: dict[str, tuple[str, ...]] = {}
        self.subjects: list[str] = []
        self.turns: list[_DraftTurn] = []

    def story(self) -> Story:
        weight = next((int(word[1:]) for word in self.rest if re.fullmatch(r"x\d", word)), 2)
        channel = next((word for word in self.rest if not re.fullmatch(r"x\d", word)), "portal")
        turns = tuple(turn.turn() for turn in self.turns)
        return Story(*self.head, tuple(self.subjects), turns, self.words, channel, weight)
