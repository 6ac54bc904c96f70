"""What a document says, section by section, as plain lines for people."""

from __future__ import annotations

from collections.abc import Iterator

from agreements.document.binder import field_names
from agreements.document.comparison.targets import COMPUTED, target_lines
from agreements.document.comparison.wording import SECTIONS, label, outline, property_rule, titled
from agreements.document.declaration import hints_of
from agreements.document.document import AgreementDocument
from agreements.document.schema import schema


def section_lines(document: AgreementDocument, key: str) -> Iterator[str]:
    """What one of `SECTIONS` says, line by line; nested lines are indented."""
    hints, names = hints_of(AgreementDocument), field_names(AgreementDocument)
    for name in schema()["properties"]:
        if name not in document.data or (name if name in SECTIONS else "document") != key:
            continue
        rule, hint, data = property_rule(schema(), name), hints[names[name]], document.data[name]
        if name == "targets":
            # The tables and rules as they work out; what is said beside them follows.
            yield from target_lines(document)
            data = {part: value for part, value in data.items() if part not in COMPUTED}
        lines = list(outline(hint, rule, data, getattr(document, names[name]), document))
        yield from lines if key != "document" else titled(label(name, rule), lines)
