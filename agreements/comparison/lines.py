"""Everything that a part of an agreement says, line by line: for what came, what went, and what is the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agreements.document.calendar_terms import CalendarTerms
from agreements.document.calendars import CalendarSpec
from agreements.document.declaration import MAIN, Declared, declared
from agreements.document.document import AgreementDocument
from agreements.document.model import Clause
from agreements.document.quantities import Day, Hours
from agreements.readable.hours import open_words, usual_week
from agreements.readable.reader import Reader
from agreements.readable.term_lines import value_said

#: Sections in the order people want to read them: what is promised first, the paper it stands on last.
_ORDER = (
    "targets", "plans", "calendars", "extensions", "schemes", "coverage", "request_types", "tickets", "metrics",
    "channels", "incidents", "maintenance", "availability", "credits", "categories", "products", "topics", "contacts",
    "changes", "access", "links", "addendum", "clauses",
)  # fmt: skip
SECTIONS = {name: declared(AgreementDocument)[name].title for name in _ORDER} | {"document": "The document itself"}


def section_of(name: str) -> str:
    """The section that tells of a term of the document."""
    return name if name in SECTIONS else "document"


def words(reader: Reader, part: Any, each: Declared) -> str:
    """A value beside its title; "" for what is not said. Several texts have a line each."""
    value = getattr(part, each.field)
    if isinstance(value, bool) and len(each.term.says) < 2:
        return "yes" if value else "no"
    if each.is_mapping and isinstance(part, CalendarTerms):
        return week_words(reader.document.calendars[part.key]) if value else ""
    if each.is_list and each.item.hint is str and not each.item.reference:
        return "\n".join(value)
    if each.is_list and each.item.hint is Hours and not value:
        return "closed"
    said = value_said(reader, part, each.name)
    return said or (value.replace("_", " ") if value and each.options else "")


def week_words(spec: CalendarSpec) -> str:
    return open_words(usual_week(spec)) or "closed all week"


def name_of(part: Any, reader: Reader) -> str:
    """What people call a part: by its name, or by what it is about."""
    if isinstance(part, Clause):
        return f"{part.key} {part.title}"
    if name := getattr(part, "title", ""):
        return str(name)
    terms = declared(part.__class__)
    about = dict.fromkeys(name for name in ("name", *type(part).part.about) if name in terms)
    return ", ".join(filter(None, (_about(reader, part, terms[name]) for name in about)))


def _about(reader: Reader, part: Any, each: Declared) -> str:
    """A figure does not say by itself what it is of."""
    said = words(reader, part, each)
    is_figure = bool(each.options) or (hasattr(each.hint, "parse") and each.hint is not Day)
    return f"{each.title} {said}" if said and is_figure else said


def lines(reader: Reader, part: Any, *, but: tuple[str, ...] = ()) -> Iterator[str]:
    """What a part says besides its name: its main text first, then everything else with a label."""
    unsaid = {"name", "title", "clause", *type(part).part.about, *but}
    terms = [each for name, each in declared(part.__class__).items() if name not in unsaid]
    for each in sorted(terms, key=lambda each: MAIN.index(each.name) if each.name in MAIN else len(MAIN)):
        said = term_lines(reader, part, each)
        if said and (each.required or getattr(part, each.field) != each.default):
            is_sentence = each.name in MAIN or ((each.options or each.hint is bool) and said[-1].endswith("."))
            yield from labelled("" if is_sentence else each.title, said)


def term_lines(reader: Reader, part: Any, each: Declared) -> list[str]:
    """What a part says by one of its terms."""
    value = getattr(part, each.field)
    if each.is_part:
        return [] if value is None else list(lines(reader, value))
    if not holds_parts(each):
        return words(reader, part, each).splitlines()
    named = named_parts(each, value, reader)
    return [line for name, inner in named for line in labelled(name, list(lines(reader, inner)))]


def holds_parts(each: Declared) -> bool:
    """Whether it is a list, a catalogue or a mapping of parts."""
    return (each.is_list or each.is_mapping) and each.item.is_part


def named_parts(each: Declared, value: Any, reader: Reader) -> list[tuple[str, Any]]:
    """Its parts with what people call them."""
    if isinstance(value, dict):
        return [(reader.document.name_of(each.keys.reference, key), part) for key, part in value.items()]
    return [(name_of(part, reader), part) for part in value]


def labelled(title: str, said: list[str]) -> Iterator[str]:
    """Lines under a heading, or beside it where there is one."""
    if not title or not said:
        yield from said or (title,)
    elif len(said) == 1:
        yield f"{title}: {said[0]}"
    else:
        yield title
        yield from (f"  {line}" for line in said)
