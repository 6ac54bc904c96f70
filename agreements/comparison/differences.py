"""What differs as plain text, for terminals. Pure: takes a comparison, gives lines."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from agreements.comparison.changes import Change, Comparison
from agreements.readable.plaintext import WIDTH

_MEANS = {"better": "better for the client", "worse": "worse for the client", "unclear": "to be judged"}


def differences(comparison: Comparison) -> Iterator[str]:
    """Every change, by section, with what it means for the client."""
    if not comparison:
        yield "Nothing differs."
        return
    counts = comparison.counts.items()
    named = (f"{count} {_MEANS.get(each, 'without effect on the client')}" for each, count in counts if count)
    many = len(comparison.changes)
    yield f"{many} {'change' if many == 1 else 'changes'}: {', '.join(named)}."
    for section in comparison.changed:
        yield from ("", section.title, "-" * len(section.title))
        for change in section.changes:
            yield from _told(change)


def _told(change: Change) -> Iterator[str]:
    means = f" ({_MEANS[change.direction]})" if change.concerns_client else ""
    mark = {"added": "+", "removed": "-", "changed": "*"}[change.kind]
    yield f"{mark} {change.heading}{means}"
    for sign, text, clause in (("-", change.before, change.old_clause), ("+", change.after, change.new_clause)):
        for place, line in enumerate(text.splitlines()):
            cited = f"  [{clause}]" if clause and place == 0 else ""
            yield from textwrap.wrap(
                f"{line}{cited}",
                WIDTH,
                initial_indent=f"    {sign} ",
                subsequent_indent="      ",
                drop_whitespace=False,
            )
    if change.note:
        yield f"    {change.note}"
