"""What differs between two versions of an agreement, clause by clause and part by part, in words for people.

Pure. `compare` never passes anything over: two documents whose values differ have at least one change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agreements.document import model, service
from agreements.document.comparison.changes import Change, Comparison, Section, Words
from agreements.document.comparison.commitments import commitment_changes
from agreements.document.comparison.hours import holiday_changes, respelt_holiday_changes, weekly_changes
from agreements.document.comparison.targets import target_changes
from agreements.document.comparison.unchanged import section_lines
from agreements.document.comparison.values import ABSENT
from agreements.document.comparison.walk import Comparer, Place, Walk
from agreements.document.comparison.wording import SECTIONS
from agreements.document.declaration import declared
from agreements.document.directions import Direction
from agreements.document.document import AgreementDocument

__all__ = ["SECTIONS", "Change", "Comparison", "Direction", "Section", "Words", "compare", "section_lines"]

_SPECIAL: dict[tuple[type | None, str], Comparer] = {
    (model.CalendarTerms, "weekly"): weekly_changes,
    (model.CalendarTerms, "holidays"): holiday_changes,
    (service.AvailabilityTerms, "commitments"): commitment_changes,
}


def compare(old: AgreementDocument, new: AgreementDocument, *, years: Sequence[int] = ()) -> Comparison:
    """What `new` says differently from `old`. Comments, layout and the order of names that carry none do not count.

    `years` are those whose holidays are compared by name; without any, the first year of `new` and the one after.
    """
    first = new.version.effective_from.year
    walk = Walk(old, new, tuple(years) or (first, first + 1), _SPECIAL)
    found: dict[str, list[Change]] = {key: [] for key in SECTIONS}
    for change in _changes(walk):
        found[change.section].append(change)
    return Comparison(
        tuple(
            Section(key, SECTIONS[key], tuple(found[key]), () if found[key] else tuple(section_lines(new, key)))
            for key in SECTIONS
            if key == "document" or key in old.data or key in new.data or found[key]
        )
    )


def _changes(walk: Walk) -> Iterator[Change]:
    for name, each in declared(AgreementDocument).items():
        section = name if name in SECTIONS else "document"
        place = Place(section, each, AgreementDocument, title=each.title)
        if each.is_part:
            # A section of its own has its heading; the parts of the document itself are named.
            place = replace(place, title="", subject=(each.title,) if section == "document" else ())
            if name not in walk.old.data or name not in walk.new.data:
                place = replace(place, title="The whole section")
        if name == "targets":
            # Also when its text is the same: a new plan or another level is promised something by it.
            yield from target_changes(walk, place)
        else:
            yield from walk.changes(place, walk.old.data.get(name, ABSENT), walk.new.data.get(name, ABSENT))
        if name == "calendars":
            yield from respelt_holiday_changes(walk, place)
