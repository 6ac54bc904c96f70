"""The parts of an agreement in words: titles from the declarations, values as people read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from agreements.document import model, service
from agreements.document.declaration import MAIN, Declared, declared
from agreements.document.document import AgreementDocument
from agreements.document.quantities import WEEKDAYS, Hours, Weekdays
from shell.wording import day_words

#: Sections in the order people want to read them: what is promised first, the paper it stands on last.
_ORDER = (
    "targets", "plans", "calendars", "extensions", "schemes", "coverage", "request_types", "tickets", "metrics",
    "channels", "incidents", "maintenance", "availability", "credits", "categories", "products", "topics", "contacts",
    "changes", "access", "links", "addendum", "clauses",
)  # fmt: skip
SECTIONS = {name: declared(AgreementDocument)[name].title for name in _ORDER} | {"document": "The document itself"}


def hours_text(hours: tuple[Hours, ...]) -> str:
    return " and ".join(f"{span.opens}–{span.closes}" for span in hours) or "closed"


def week_text(weekly: Mapping[str, tuple[Hours, ...]]) -> str:
    """`Monday to Friday 08:30–17:00, Saturday 10:00–12:00`; days that are not named are closed."""
    runs: list[tuple[list[str], tuple[Hours, ...]]] = []
    for day in WEEKDAYS:
        hours = tuple(sorted(weekly.get(day, ()), key=lambda span: span.opens))
        if runs and runs[-1][1] == hours:
            runs[-1][0].append(day)
        else:
            runs.append(([day], hours))
    return (
        ", ".join(f"{Weekdays(tuple(days)).text} {hours_text(hours)}" for days, hours in runs if hours)
        or "closed all week"
    )


def said(each: Declared, value: Any, document: AgreementDocument) -> str:
    """A bound value as people read it. Parts with fields of their own go through `outline`."""
    if value is None:
        return ""
    if each.reference:
        return document.name_of(each.reference, value)
    if isinstance(value, tuple):
        if each.item.hint is Hours:
            return hours_text(value)
        return ", ".join(said(each.item, item, document) for item in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return day_words(value)
    if hasattr(value, "text"):
        return str(value.text)
    return str(value).replace("_", " ") if each.options else str(value)


def outline(each: Declared, data: Any, bound: Any, document: AgreementDocument) -> Iterator[str]:
    """A value, line by line: of a part its main text first, then everything else it says with a label."""
    if not each.is_part:
        yield from _entries(each, data, bound, document)
        return
    terms, given = declared(each.hint), spelt_out(each, data)
    for name in sorted(given, key=lambda name: MAIN.index(name) if name in MAIN else len(MAIN)):
        if name in ("name", "title", "clause"):
            continue
        term = terms[name]
        inner = list(outline(term, given[name], getattr(bound, term.field), document))
        if len(inner) == 1:
            yield inner[0] if name in MAIN else f"{term.title}: {inner[0]}"
        else:
            yield f"{term.title}:"
            yield from (f"  {line}" for line in inner)


def spelt_out(part: Declared, data: Any) -> Mapping[str, Any]:
    """A part as the file has it, a short way of writing it in full."""
    return data if isinstance(data, dict) else {part.hint.shorthand: data}


def _entries(each: Declared, data: Any, bound: Any, document: AgreementDocument) -> Iterator[str]:
    """The lines of a list or mapping; one line for a single value."""
    if each.is_mapping:
        by_key = isinstance(bound, dict)
        for (key, inner), part in zip(data.items(), bound.values() if by_key else bound, strict=True):
            title = said(each.keys, _key(each, key), document) if by_key else part_name(key, inner, "", document)
            yield from titled(title, list(outline(each.item, inner, part, document)))
    elif each.is_list and each.item.is_part:
        for part, inner in zip(bound, data if isinstance(data, list) else [data], strict=True):
            yield from titled(part_name("", inner, "", document), list(outline(each.item, inner, part, document)))
    else:
        yield said(each, bound, document)


def _key(each: Declared, key: str) -> Any:
    kind = each.keys.hint
    return kind.parse(key) if hasattr(kind, "parse") else key


def titled(title: str, lines: list[str]) -> Iterator[str]:
    """Lines under a heading, or beside it where there is one."""
    if not title:
        yield "; ".join(line.strip() for line in lines)
    elif len(lines) == 1:
        yield f"{title}: {lines[0]}"
    else:
        yield title
        yield from (f"  {line}" for line in lines)


def part_name(key: str, data: Any, kind: str, document: AgreementDocument) -> str:
    """What people call an entry of a list or mapping, from its own name or the part that its key names."""
    if kind:
        return document.name_of(kind, key)
    if isinstance(data, dict):
        if "name" in data:
            return str(data["name"])
        if "title" in data:
            # Clauses are cited by their number, so it stands before the heading.
            return f"{key} {data['title']}" if key and "text" in data and key[:1].isupper() else str(data["title"])
    return key


def entry_name(part: Any, document: AgreementDocument) -> str:
    """What people call an entry of a list."""
    terms = declared(part.__class__)

    def field(name: str) -> str:
        value = getattr(part, name, None)
        return said(terms[name], value, document) if value else ""

    if isinstance(part, service.Tier):
        return f"below {field('below')}" if part.below else f"from {field('downtime_from')} of downtime"
    if isinstance(part, service.Cap):
        return f"per {part.per}"
    if isinstance(part, model.Attainment):
        return ", ".join(word for word in (field("metric"), field("levels"), field("plans")) if word)
    if isinstance(part, model.OwnHours | model.OwnHoliday):
        return f"{part.name}, {field('date')}"
    return field("name") or field("date") or field("who")
