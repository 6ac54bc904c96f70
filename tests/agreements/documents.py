"""The agreements that the document tests read, loaded once, and how to write down what is wrong with a changed one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from agreements.document import AgreementDocument, DocumentError, DocumentErrors, load, load_bundled

FIXTURES = Path(__file__).parent / "fixtures"
SIXTH = (FIXTURES / "kumo.yaml").read_text(encoding="utf-8")


@cache
def bundled(key: str) -> AgreementDocument:
    return load_bundled(key)


@cache
def sixth() -> AgreementDocument:
    return load(SIXTH, name="kumo.yaml")


def errors_of(text: str | bytes) -> list[tuple[int, str, str]]:
    """Line, path and sentence of everything that is wrong with a text; empty when it loads."""
    found: tuple[DocumentError, ...] = ()
    try:
        load(text, name="broken.yaml")
    except DocumentErrors as problem:
        found = problem.errors
    return [(error.line, error.path, error.sentence) for error in found]


def cited(data: Any) -> Iterator[str]:
    """Every clause that a file's values cite, outside the list of clauses itself."""
    if isinstance(data, dict):
        for name, value in data.items():
            if name in ("clause", "publish_clause", "update_clause", "measured_clause", "authorised_clause"):
                yield value
            elif name != "clauses":
                yield from cited(value)
    elif isinstance(data, list):
        for value in data:
            yield from cited(value)
