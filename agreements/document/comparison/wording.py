"""The parts of an agreement in words: names from the schema's descriptions, values as people read them."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from datetime import date
from typing import Any

from agreements.document import model, service
from agreements.document.binder import field_names
from agreements.document.declaration import hints_of
from agreements.document.document import AgreementDocument
from agreements.document.keys import Catalogue, Reference
from agreements.document.quantities import WEEKDAYS, Day, Hours, Weekdays, Zone
from agreements.document.schema import schema

#: Sections in the order people want to read them: what is promised first, the paper it stands on last.
SECTIONS = {
    "targets": "Targets",
    "plans": "Plans and prices",
    "calendars": "Hours",
    "extensions": "Longer hours by agreement",
    "schemes": "Levels and their definitions",
    "coverage": "Who is covered",
    "request_types": "Request types",
    "tickets": "Requests: warnings, mail, reopening",
    "metrics": "What is measured",
    "channels": "Channels",
    "incidents": "Incidents",
    "maintenance": "Maintenance",
    "availability": "Availability",
    "credits": "Credits",
    "categories": "Product categories",
    "products": "Products",
    "topics": "News to subscribe to",
    "contacts": "Contacts",
    "changes": "Change flow",
    "access": "Access",
    "links": "Links",
    "addendum": "Addendum",
    "clauses": "Clauses",
    "document": "The document itself",
}

#: Labels where the schema's sentence says more than a label should. All others are that sentence's beginning.
_LABELS = {
    "name": "Name",
    "title": "Title",
    "text": "Text",
    "description": "Description",
    "definition": "Definition",
    "sentence": "Wording",
    "other_sentence": "Wording for everything else",
    "label": "Label",
    "clause": "Clause cited",
    "publish_clause": "Clause cited about publishing",
    "update_clause": "Clause cited about updates",
    "measured_clause": "Clause cited about measuring",
    "authorised_clause": "Clause cited about who may ask",
    "price": "Price",
    "amount": "Amount",
    "allowance": "Allowance",
    "incidents": "Incidents included a month",
    "channels": "Channels",
    "features": "Features",
    "examples": "Examples",
    "expectations": "What the client can expect",
    "effective_from": "In force from",
    "update_every": "Updates every",
    "escalation": "Escalation",
    "business_day": "Length of a business day",
    "exceptions": "Days with hours of their own",
    "pauses": "What stops its clock",
    "stopped_by": "What ends it",
    "warnings": "Warnings before a due time",
    "reopening": "A reopened request's resolution clock",
    "percent": "Promised availability",
    "commitments": "Promised availability",
    "within": "Claims accepted for",
    "at_least": "Notice of at least",
    "caps": "Upper limit",
    "tiers": "Credit",
    "credit": "Credit",
    "at_most": "At most",
    "outcome": "What such a request gets",
    "format": "Format",
    "key": "Short name of the agreement",
    "changes": "How the agreement changes",
    "levels": "Levels",
    "plans": "Plans",
    "categories": "Categories",
    "request_types": "Request types",
    "calendar": "Hours",
    "timezone": "Time zone",
    "summary": "Summary",
    "provider": "Provider",
    "language": "Language",
    "attainment": "Share within target",
    "version": "Version",
    "liability": "Liability",
    "rank": "Rank",
    "subject_names_level": "Whether the subject of a mail sets the level it names",
    "country": "Public holidays of",
    "subdivision": "Region",
    "weekly": "Opening hours",
    "holidays": "Closed days",
    "below": "Availability below",
    "downtime_from": "Downtime from",
    "for_each": "For each",
    "outside": "Outside the agreement",
    "forced_level": "Level every such request gets",
    "contacts_may_choose": "Whether contacts may choose it",
    "needs_permission": "Whether contacts need a permission to choose it",
}
_DAYS = dict(zip(WEEKDAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))
#: What makes the first line of a part that was added or removed.
_MAIN = ("definition", "text", "description", "sentence")


def resolved(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema node with its reference followed; its own description stays."""
    while "$ref" in rule:
        name = rule["$ref"].rpartition("/")[2]
        rule = {**schema()["$defs"][name], **{key: value for key, value in rule.items() if key != "$ref"}}
    return rule


def property_rule(rule: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The schema node of a named part of an object, whichever of its alternatives the object is."""
    rule = resolved(rule)
    for option in (rule, *map(resolved, rule.get("anyOf", ()))):
        if name in option.get("properties", {}):
            return resolved(option["properties"][name])
    return {}


def entry_rule(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema node of the entries of a list or of a mapping by name."""
    rule = resolved(rule)
    for option in (rule, *map(resolved, rule.get("anyOf", ()))):
        entry = option.get("items") or option.get("additionalProperties")
        if entry:
            return resolved(entry)
    return {}


def label(name: str, rule: Mapping[str, Any]) -> str:
    """What people call a part: ours, else the beginning of the schema's description of it."""
    if name in _LABELS:
        return _LABELS[name]
    sentence = re.split(r"(?:\.|:|;)(?:\s|$)", str(rule.get("description", "")), maxsplit=1)[0]
    return sentence or name.replace("_", " ").capitalize()


def name_of(kind: str, key: str, document: AgreementDocument) -> str:
    """The name of the part that a reference of this kind leads to; a clause is known by its number."""
    holders: dict[str, Any] = {
        "calendar": document.calendars,
        "scheme": document.schemes,
        "level": document.levels,
        "incident level": document.incident_levels,
        "request type": document.request_types,
        "plan": document.plans,
        "metric": document.metrics,
        "category": document.categories,
        "product": document.products,
        "channel": document.channels,
        "topic": document.topics,
        "contact role": document.contacts.roles if document.contacts else {},
    }
    part = holders.get(kind, {}).get(key)
    return part.name if part else key


def reference_of(hint: Any) -> str:
    """Which kind of part a value of this hint names; "" for none."""
    if typing.get_origin(hint) is typing.Annotated:
        return next((note.kind for note in hint.__metadata__ if isinstance(note, Reference)), "")
    return ""


def bare(hint: Any) -> Any:
    """The hint without its “or None”."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return next(option for option in typing.get_args(hint) if option is not type(None))
    return hint


def is_part(hint: Any) -> bool:
    """Whether values of the hint are made of named fields."""
    return is_dataclass(hint) and not hasattr(hint, "parse")


def day_text(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


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
    return ", ".join(f"{_run(days)} {hours_text(hours)}" for days, hours in runs if hours) or "closed all week"


def _run(days: list[str]) -> str:
    first, last = _DAYS[days[0]], _DAYS[days[-1]]
    return first if len(days) == 1 else f"{first} {'and' if len(days) == 2 else 'to'} {last}"


def said(hint: Any, value: Any, document: AgreementDocument) -> str:
    """A bound value as people read it. Parts with fields of their own go through `outline`."""
    hint = bare(hint)
    if value is None:
        return ""
    if kind := reference_of(hint):
        return name_of(kind, value, document)
    if isinstance(value, tuple):
        inner = typing.get_args(hint)[0]
        if inner is Hours:
            return hours_text(value)
        return ", ".join(said(inner, item, document) for item in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, Zone):
        return value.name.replace("_", " ")
    if isinstance(value, Day):
        return f"{value.day} {date(2000, value.month, 1):%B}" + (f" {value.year}" if value.year else " of every year")
    if isinstance(value, Weekdays):
        return _run(list(value.days))
    if hasattr(value, "text"):
        return str(value.text)
    if typing.get_origin(hint) is typing.Literal:
        return str(value).replace("_", " ")
    return str(value)


def outline(hint: Any, rule: Mapping[str, Any], data: Any, bound: Any, document: AgreementDocument) -> Iterator[str]:
    """A part, line by line: its main text first, then everything else it says with a label."""
    hint = bare(hint)
    if not is_part(hint):
        yield from _entries(hint, rule, data, bound, document)
        return
    names, hints = field_names(hint), hints_of(hint)
    given = data if isinstance(data, dict) else {hint.shorthand: data}
    ordered = sorted(given, key=lambda name: _MAIN.index(name) if name in _MAIN else len(_MAIN))
    for name in ordered:
        if name in ("name", "title", "clause"):
            continue
        field, here = names[name], property_rule(rule, name)
        inner = list(outline(hints[field], here, given[name], getattr(bound, field), document))
        if name in _MAIN and len(inner) == 1:
            yield inner[0]
        elif len(inner) == 1:
            yield f"{label(name, here)}: {inner[0]}"
        else:
            yield f"{label(name, here)}:"
            yield from (f"  {line}" for line in inner)


def _entries(hint: Any, rule: Mapping[str, Any], data: Any, bound: Any, document: AgreementDocument) -> Iterator[str]:
    """The lines of a list or mapping; one line for a single value."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Catalogue:
        for part, (key, inner) in zip(bound, data.items(), strict=True):
            lines = list(outline(arguments[0], entry_rule(rule), inner, part, document))
            yield from titled(part_name(key, inner, "", document), lines)
    elif origin is dict:
        for (key, part), inner in zip(bound.items(), data.values(), strict=True):
            lines = list(outline(arguments[1], entry_rule(rule), inner, part, document))
            yield from titled(said(arguments[0], key, document), lines)
    elif origin is tuple and is_part(bare(arguments[0])):
        rows = data if isinstance(data, list) else [data]
        for part, inner in zip(bound, rows, strict=True):
            lines = list(outline(arguments[0], entry_rule(rule), inner, part, document))
            yield from titled(part_name("", inner, "", document), lines)
    else:
        yield said(hint, bound, document)


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
        return name_of(kind, key, document)
    if isinstance(data, dict):
        if "name" in data:
            return str(data["name"])
        if "title" in data:
            # Clauses are cited by their number, so it stands before the heading.
            return f"{key} {data['title']}" if key and "text" in data and key[:1].isupper() else str(data["title"])
    return key


def entry_name(cls: Any, part: Any, document: AgreementDocument) -> str:
    """What people call an entry of a list."""
    hints, names = hints_of(cls), field_names(cls)

    def field(name: str) -> str:
        value = getattr(part, names[name], None) if name in names else None
        return said(hints[names[name]], value, document) if value else ""

    if isinstance(part, service.Tier):
        return f"below {field('below')}" if part.below else f"from {field('downtime_from')} of downtime"
    if isinstance(part, service.Cap):
        return f"per {part.per}"
    if isinstance(part, model.Attainment):
        return ", ".join(word for word in (field("metric"), field("levels"), field("plans")) if word)
    if isinstance(part, model.OwnHours | model.OwnHoliday):
        return f"{part.name}, {field('date')}"
    return field("name") or field("date") or field("who")
