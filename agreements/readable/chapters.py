"""An agreement read from beginning to end: its chapters in order, for everybody or for one client.

Page, contract, PDF and plain text all show these chapters; what they say is said here once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property

from agreements.readable import hours, incidents, measures, people, requests, service, targets
from agreements.readable.blocks import Blocks, Chapter, Clauses, Facts, Line, Listing, Text, facts
from agreements.readable.reader import Reader
from agreements.readable.term_lines import beyond, opening, remarks, said
from shell.languages import language_name
from shell.wording import day_words, notes


@dataclass(frozen=True, eq=False)
class Reading(Reader):
    """What this reader reads."""

    @property
    def about(self) -> Blocks:
        """What the agreement is, and how binding as a whole."""
        return Text(self.document.summary), *opening(self, self.document.liability, "kind")

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """What there is to read, in order; a chapter the agreement says nothing on is left out."""
        every: tuple[tuple[str, str, Callable[[Reader], Blocks]], ...] = (
            ("plans", "Plans and targets" if len(self.plans) > 1 else "Targets", targets.plans),
            ("levels", f"{self.document.scheme.name} levels", requests.levels),
            ("requests", "What can be asked for", requests.requests),
            ("coverage", "Who is covered", requests.coverage),
            ("measures", "How times are counted", measures.measures),
            ("channels", "How to reach support", people.channels),
            ("hours", "Hours", hours.hours),
            ("products", "Products", people.products),
            ("incidents", "Incidents", incidents.incidents),
            ("maintenance", "Maintenance", service.maintenance),
            ("availability", "Availability", service.availability),
            ("exclusions", "What is not downtime", service.exclusions),
            ("credits", "Credits", service.credit),
            ("contacts", "Contacts", people.contacts),
            ("changes", "Changes and access", people.changes),
            ("news", "News and links", people.news),
            ("version", "Version", _version),
            ("addendum", "Addendum", _addendum),
            ("clauses", "Clauses", clauses),
        )
        return tuple(Chapter(key, title, blocks) for key, title, read in every if (blocks := read(self)))


def _version(reader: Reader) -> Blocks:
    """Which version this is and how the next one comes (A11, B17)."""
    document, version = reader.document, reader.document.version
    changes = said(reader, version, "changes")
    return facts(
        Line("Version", version.label, version.clause),
        Line("Of", day_words(version.date), version.clause) if version.date else None,
        Line("In force from", day_words(reader.effective_from), version.clause),
        Line("Provider", document.provider),
        Line("Times", f"Read in {document.timezone.text}."),
        Line("Language", language_name(document.language)),
        Line("Changes", changes, version.clause, beyond(changes, *remarks(reader, version, but=("changes",)))),
    )


def _addendum(reader: Reader) -> Blocks:
    """What the contract that is written from it has (C13)."""
    terms = reader.document.addendum
    if terms is None:
        return ()
    sections = tuple(f"{each.title}: {each.text}" if each.text else each.title for each in terms.sections)
    return (Facts((Line("Its chapters", terms.text, terms.clause, lists=(Listing(sections),)),)),)


def clauses(reader: Reader, *, among: Collection[str] | None = None) -> Blocks:
    """The paragraphs of the source that everything cites, or only those `among` these."""
    lines = tuple(
        Line(each.key, each.text, notes=notes(each.title, each.where))
        for each in reader.document.clauses
        if among is None or each.key in among
    )
    return (Clauses(lines),) if lines else ()
