"""What differs between two versions of an agreement, clause by clause and part by part, in words for people.

Pure. `compare` never passes anything over: two documents whose values differ have at least one change.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from agreements.comparison.changes import Change, Comparison, Section
from agreements.comparison.commitments import commitment_changes
from agreements.comparison.lines import SECTIONS, labelled, lines, section_of, term_lines
from agreements.comparison.opening_hours import holiday_changes, weekly_changes
from agreements.comparison.promise_changes import COMPUTED, target_changes, target_lines
from agreements.comparison.side_by_side import SAME_MEANING, Comparer, Place, Walk
from agreements.document import AgreementDocument
from agreements.document.calendar_terms import CalendarTerms
from agreements.document.declaration import Declared, declared
from agreements.document.model import Version
from agreements.document.service_terms import AvailabilityTerms
from agreements.readable.reader import Reader
from shell.wording import day_words


def _first_day(walk: Walk, place: Place, old: Version, new: Version) -> Iterator[Change]:
    if old.effective_from != new.effective_from:
        was, now = day_words(old.effective_from), day_words(new.effective_from)
        yield walk.told(place, was, now, "neutral", "As the texts say; the day that a version was given counts.")


_SPECIAL: dict[tuple[type, str], Comparer] = {
    (AgreementDocument, "targets"): target_changes,
    (AvailabilityTerms, "commitments"): commitment_changes,
    (CalendarTerms, "weekly"): weekly_changes,
    (CalendarTerms, "holidays"): holiday_changes,
    (Version, "effective_from"): _first_day,
}


def compare(old: AgreementDocument, new: AgreementDocument, *, on: date | None = None) -> Comparison:
    """What `new` says differently from `old`. Comments, layout and the order of names that carry none do not count.

    Holidays are compared by name in the year of `on` and the one after; without it, of the first day of `new`.
    """
    year = (on or new.version.effective_from).year
    on, years = date(year, 1, 1), (year, year + 1)
    before, after = Reader(old, on, old.version.effective_from), Reader(new, on, new.version.effective_from)
    walk = Walk(before, after, years, _SPECIAL)
    sections = []
    for key, title in SECTIONS.items():
        terms = [each for name, each in declared(AgreementDocument).items() if section_of(name) == key]
        data = [[side.data.get(each.name) for each in terms] for side in (old, new)]
        changes = [change for each in terms for change in _changes(walk, key, each)]
        if not changes and data[0] != data[1]:
            changes = [walk.told(Place(key, title="In the file"), "", "", "neutral", SAME_MEANING)]
        if changes or any(each is not None for each in (*data[0], *data[1])):
            said = () if changes else _section_lines(walk, key)
            sections.append(Section(key, title, tuple(changes), tuple(said)))
    return Comparison(tuple(sections))


def _changes(walk: Walk, section: str, each: Declared) -> Iterator[Change]:
    old, new = walk.old.document, walk.new.document
    if each.is_part and section == each.name and (AgreementDocument, section) not in walk.special:
        # A section of its own has its heading; the parts of the document itself are named.
        whole = Place(section, title="The whole section")
        yield from walk.either(whole, getattr(old, each.field), getattr(new, each.field))
    else:
        yield from walk.term(Place(section), each, old, new)


def _section_lines(walk: Walk, key: str) -> Iterator[str]:
    """What one of `SECTIONS` says now, line by line; nested lines are indented."""
    reader, document = walk.new, walk.new.document
    if key == "targets":
        # The tables and rules as they work out; what is said beside them follows.
        yield from target_lines(walk)
        yield from lines(reader, document.targets, but=COMPUTED)
    elif key == "document":
        for name, each in declared(AgreementDocument).items():
            if section_of(name) == key:
                yield from labelled(each.title, term_lines(reader, document, each))
    else:
        yield from term_lines(reader, document, declared(AgreementDocument)[key])
