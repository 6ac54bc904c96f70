"""The texts that a new agreement can start from: one of the bundled examples, or the least that is useful."""

from __future__ import annotations

import re
from datetime import date
from importlib.resources import files
from typing import Any

from agreements.document import BUNDLED, bundled_text, load
from agreements.document.source import read
from agreements.editing.rewrite import rewritten

#: The smallest useful agreement, with words to be replaced.
SKELETON = files("agreements.editing") / "skeleton.yaml"


def examples() -> list[tuple[str, str, str]]:
    """The bundled agreements: key, what each is called and whose it is, and what it is like."""
    documents = [load(bundled_text(key), name=key) for key in BUNDLED]
    return [(document.key, f"{document.title} of {document.provider}", document.summary) for document in documents]


def key_of(name: str) -> str:
    """`Gold Plus` as gold_plus; "" when no letter is in it."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_").lstrip("0123456789_")[:40]


def starting_text(origin: str, *, key: str, title: str, provider: str, timezone: str, effective_from: date) -> str:
    """The text of a bundled agreement, or of the skeleton for "", as this provider's own first version.

    Raises KeyError for an `origin` that is not bundled.
    """
    text = _without_remarks(bundled_text(origin)) if origin else SKELETON.read_text(encoding="utf-8")
    data: dict[str, Any] = read(text, name=origin).data
    label = {"label": "Version 1", "effective_from": effective_from.isoformat()}
    # The date that was printed on somebody else's document is not this one's.
    version = {name: label.get(name, value) for name, value in data["version"].items() if name != "date"}
    own = {"key": key, "title": title, "provider": provider, "version": version}
    if not origin:
        own["timezone"] = timezone
    return rewritten(text, {name: own.get(name, value) for name, value in data.items()})


def _without_remarks(text: str) -> str:
    """An example without its comment lines, which speak of the document it was written from."""
    plain = re.sub(r"(?m)^ *#.*\n", "", text).lstrip()
    return plain if read(plain, name="").data == read(text, name="").data else text
