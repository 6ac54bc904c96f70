"""What is wrong with an agreement file, and where: sentences for the person who wrote it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from shell import wording

#: A place inside a document: mapping keys and list positions from the root down.
Path = tuple[str | int, ...]

#: After this many the file is not being proof-read any more, it is being attacked or is not an agreement at all.
MAX_ERRORS = 50


class Problem(NamedTuple):
    """A sentence about the value at a path, or about its name there."""

    path: Path
    sentence: str
    at_key: bool = False


@dataclass(frozen=True, order=True)
class DocumentError:
    """One thing to put right. `line` and `column` count from 1; `path` reads `plans.gold.price`."""

    file: str
    line: int
    column: int
    path: str
    sentence: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}, column {self.column}"
        return f"{where}, at {self.path}: {self.sentence}" if self.path else f"{where}: {self.sentence}"


class DocumentErrors(ValueError):  # noqa: N818 (plural: it carries all of them)
    """Raised when a text is not a usable agreement; `errors` lists everything found, in the order of the file."""

    def __init__(self, errors: Iterable[DocumentError]) -> None:
        self.errors: tuple[DocumentError, ...] = tuple(sorted(errors)[:MAX_ERRORS])
        super().__init__("\n".join(str(error) for error in self.errors))


def readable_path(path: Path) -> str:
    """`("targets", "tables", 0, "rows")` as `targets.tables[0].rows`; over-long hostile keys are cut."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{shortened(step)}" for step in path)
    return "".join(steps).removeprefix(".")


def shortened(text: str, limit: int = 60) -> str:
    """A quotation that fits into a sentence: one line, at most `limit` characters."""
    line = " ".join(text[: limit * 4].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def meant(written: str, known: Iterable[str]) -> str:
    """`Did you mean “gold”?`, where one of the names that are known looks like what is written; else nothing."""
    near = difflib.get_close_matches(written[:60], known, n=1)
    return f"Did you mean “{near[0]}”?" if near else ""


def listed(words: Iterable[str], limit: int = 12) -> str:
    """`a, b and c`, for the end of a sentence."""
    shown = [shortened(word, 40) for word in words]
    if len(shown) > limit:
        shown = [*shown[:limit], f"{len(shown) - limit} more"]
    return wording.listed(shown) or "nothing"
