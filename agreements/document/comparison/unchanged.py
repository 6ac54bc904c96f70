"""What a document says, section by section, as plain lines for people."""

from __future__ import annotations

from collections.abc import Iterator

from agreements.document.comparison.targets import COMPUTED, target_lines
from agreements.document.comparison.wording import SECTIONS, outline, titled
from agreements.document.declaration import declared
from agreements.document.document import AgreementDocument


def section_lines(document: AgreementDocument, key: str) -> Iterator[str]:
    """What one of `SECTIONS` says, line by line; nested lines are indented."""
    for name, each in declared(AgreementDocument).items():
        if name not in document.data or (name if name in SECTIONS else "document") != key:
            continue
        data = document.data[name]
        if name == "targets":
            # The tables and rules as they work out; what is said beside them follows.
            yield from target_lines(document)
            data = {part: value for part, value in data.items() if part not in COMPUTED}
        lines = list(outline(each, data, getattr(document, each.field), document))
        yield from lines if key != "document" else titled(each.title, lines)
