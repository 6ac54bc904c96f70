"""Everything that a file can say is read by every reader: every word, and every choice.

The readers are the page of a version, the contract that a client signs, and `manage.py agreement show`. What one of
them leaves out stands in `LEFT_OUT` with the reason why, and nowhere else.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string

from agreements.addendum import write
from agreements.document import BUNDLED, AgreementDocument, load
from agreements.document.declaration import Declared, declared
from agreements.document.period import Period
from agreements.document.quantities import (
    Compensation,
    Day,
    Duration,
    Hours,
    Money,
    Percent,
    Pledge,
    WarningPoint,
    Zone,
)
from agreements.readable import Reading
from agreements.readable.blocks import clauses_of
from agreements.readable.plaintext import shown
from tests import factories
from tests.agreements.contracts import contract as contract_of
from tests.agreements.documents import SIXTH, bundled
from tests.agreements.reading import seen, texts

#: The sixth agreement with what it and the five do not say yet.
FULLER = (
    SIXTH.replace("removed: [{name: Culture Day}]", "removed: [{name: Culture Day}, {date: 2026-11-23}]")
    .replace("levels: [annoying], sentence:", "levels: [annoying], plans: [studio], clause: K-7, sentence:")
    .replace("period: rolling 30 calendar days", "period: rolling 30 calendar days\n  timezone: Asia/Seoul")
    .replace("error_rate: 2.5 %}", 'error_rate: 2.5 %, clause: "4.1"}')
    .replace("{duration: 8 hours, per: month}", '{duration: 8 hours, per: month, clause: "2.1"}')
    .replace("    - products: [vault]\n", "    - products: [vault]\n      calendar: market\n")
    .replace("promise: 90 minutes", "promise: 90 business minutes")
    .replace("  attainment:", "    - {metric: resolution, promise: 9 business days, products: [drive]}\n  attainment:")
)  # fmt: skip
DOCUMENTS = {**{key: bundled(key) for key in BUNDLED}, "kumo": load(FULLER, name="fuller.yaml")}
ON = date(2026, 6, 15)

#: Fields whose words are not on the page as they are written, and why.
NOT_AS_WRITTEN = {
    ("CalendarTerms", "business_day"): "is said in hours and minutes: 450 minutes are 7 hours 30 minutes",
    ("CalendarTerms", "weekly"): "weekdays are rows of the picture, not words",
    ("HolidayTerms", "country"): "the country's name, not its code",
    ("HolidayTerms", "subdivision"): "the region's name, not its code",
    ("OwnHoliday", "date"): "stands in the list of the year it is in, with its weekday",
    ("OwnHours", "date"): "stands in the list of the year it is in, with its weekday",
    ("RemovedHoliday", "date"): "is said as a day, not as digits",
    ("AgreementDocument", "language"): "the language's name, not its code",
    ("AgreementDocument", "format"): "is for programs: which schema the file follows",
    ("Version", "effective_from"): "the version's own date counts, which an owner can set",
    ("Link", "url"): "is where the link leads",
}

PAGE, CONTRACT, SHOW = "page", "contract", "show"
EVERY = (PAGE, CONTRACT, SHOW)
#: Choices that change nothing of what a reader says, and why.
LEFT_OUT: dict[tuple[str, str], tuple[tuple[str, ...], str]] = {
    ("AgreementDocument", "format"): (EVERY, "is for programs: which schema the file follows"),
    ("AgreementDocument", "title"): ((PAGE,), "is the heading of the page around the document"),
    ("Version", "effective_from"): (EVERY, "the version's own date counts, which an owner can set"),
    ("Scheme", "kind"): (EVERY, "says what is ranked; the scheme's name says it to people"),
    ("Level", "intent"): ((CONTRACT, SHOW), "is the colour on a screen; the definition says how bad a level is"),
    ("Level", "rank"): (EVERY, "is the order, in which the levels are already listed"),
    ("AddendumSection", "shows"): ((PAGE, SHOW), "steers what the addendum prints below the title"),
    ("Allowance", "per"): (EVERY, "has one choice only"),
    ("TicketTerms", "scheme"): (EVERY, "another scheme has other levels, which the rest of the file would not fit"),
}


@dataclasses.dataclass(frozen=True)
class Leaf:
    """A value of a document with its place, and how its class declares it."""

    owner: str
    name: str
    declared: Declared
    value: Any
    path: tuple[Any, ...]

    @property
    def field(self) -> tuple[str, str]:
        return self.owner, self.name


def leaves(part: Any, path: tuple[Any, ...] = ()) -> Iterator[Leaf]:
    """Every value below a part of the model that a file states."""
    for each in declared(type(part)).values():
        yield from _below(type(part).__name__, each.field, each, getattr(part, each.field), (*path, each.field))


def _below(owner: str, name: str, each: Declared, value: Any, path: tuple[Any, ...]) -> Iterator[Leaf]:
    if value is None:
        return
    if each.is_mapping or each.is_list:
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _below(owner, name, each.item, inner, (*path, key))
    elif each.is_part:
        yield from leaves(value, path)
    else:
        yield Leaf(owner, name, each, value, path)


def with_value(part: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The part with another value at that place."""
    if not path:
        return new
    first, rest = path[0], path[1:]
    if isinstance(part, dict):
        return {**part, first: with_value(part[first], rest, new)}
    if isinstance(part, tuple) and not dataclasses.is_dataclass(part):
        changed = [with_value(each, rest, new) if place == first else each for place, each in enumerate(part)]
        return type(part)(changed)
    return dataclasses.replace(part, **{first: with_value(getattr(part, first), rest, new)})


def words_of(leaf: Leaf) -> list[str]:
    """What the page must have of a value; nothing of switches, references and choices, which others words stand for."""
    value = leaf.value
    match value:
        case Pledge(kind="none") if leaf.name == "update_every":
            return ["No fixed cadence"]
        case Pledge() | Duration() | Percent() | Money() | Compensation() | WarningPoint():
            return [value.text.replace("\N{NO-BREAK SPACE}", " ")]
        case Period():
            return [value.rolling.text if value.rolling else value.kind]
        case Hours():
            return [f"{value.opens} to {value.closes}"]
        case Zone():
            return [value.name.replace("_", " ")]
        case date():
            return [f"{value.day} {value:%B %Y}"]
        case str() if not leaf.declared.options and not leaf.declared.reference and leaf.name != "key":
            # The numbers of a month stand in some sentences; the document says them in words.
            return [" ".join(each.split()) for each in re.split(r"\(?\{\w+\}\)?", value) if each.strip()]
        case _:
            return []


@pytest.mark.parametrize("key", DOCUMENTS)
def test_every_word_and_figure_of_the_file_is_on_the_owners_page(key: str, written: dict[str, str]) -> None:
    page = seen(written[key])
    missing = [
        f"{leaf.owner}.{leaf.name}: {words}"
        for leaf in leaves(DOCUMENTS[key])
        if leaf.field not in NOT_AS_WRITTEN
        for words in words_of(leaf)
        if words not in page
    ]
    assert not missing


@pytest.fixture
def written(request: pytest.FixtureRequest, cast: Any, in_tenant: Any, sign_in: Any) -> dict[str, str]:
    """The page of the version that is made of the agreement this test is about."""
    key = request.node.callspec.params["key"]
    version = factories.agreement(key, source=FULLER if key == "kumo" else None)
    return {key: sign_in(cast.owner).get(f"/settings/agreements/versions/{version.pk}/").text}


def others(leaf: Leaf, document: AgreementDocument) -> Iterator[Any]:
    """Other values that could stand in a leaf's place."""
    value = leaf.value
    reference = leaf.declared.reference
    if listed := leaf.declared.options or (document.parts[reference].keys if reference else ()):
        yield from (each for each in listed if each != value)
        return
    match value:
        case bool():
            yield not value
        case int():
            yield value + 1
        case Pledge():
            yield Pledge("target", Duration(7, "hour"))
        case Duration():
            yield Duration(value.count + 1, value.unit)
        case Percent():
            yield Percent.parse("12.5 %")
        case Money():
            yield Money(value.amount + 1, value.currency)
        case Compensation():
            yield Compensation.parse("3 service days")
        case WarningPoint():
            yield WarningPoint.parse("33 %")
        case Period():
            yield from (Period(kind) for kind in ("year", "month") if kind != value.kind)
        case Hours():
            yield Hours("03:00", "04:00")
        case Day():
            yield from (Day(value.year, value.month, value.day - 1), Day(value.year, 2, 11))
        case Zone():
            yield Zone("America/Lima")
        case date():
            yield value + timedelta(days=1)
        case str() if leaf.name in ("country", "subdivision"):
            yield from ("US", "BY", "BW")
        case str() if leaf.name == "language":
            yield "nl"
        case str() if leaf.name == "name" and leaf.owner == "RemovedHoliday":
            yield "Mountain Day"
        case str():
            yield f"{value} zebracorn"


def page(document: AgreementDocument) -> str:
    reading = Reading(document, on=ON, effective_from=date(2025, 1, 1))
    return render_to_string("agreements/document/_document.html", {"reading": reading})


def contract(document: AgreementDocument) -> str:
    """What the clients of all plans sign, the first on trial, with everything that can be agreed with them."""
    agreed = tuple(each.key for each in document.extensions)
    signed = [
        write(
            contract_of(
                "",
                plan.key,
                document=document,
                extension_keys=tuple(key for key in agreed if plan.key in (document.extensions[key].plans or plan.key)),
                is_trial=place == 0,
                price=None,
                produced_on=ON,
            )
        )
        for place, plan in enumerate(document.plans)
    ]
    return "\n".join(
        words for addendum in signed for words in (*texts(addendum), *clauses_of(addendum), addendum.language)
    )


def show(document: AgreementDocument) -> str:
    return "\n".join(shown(Reading(document, on=ON, effective_from=date(2025, 1, 1))))


READERS: dict[str, Callable[[AgreementDocument], str]] = {PAGE: page, CONTRACT: contract, SHOW: show}


def is_read(leaf: Leaf, document: AgreementDocument, reader: str, before: str) -> bool:
    """Whether another value in the leaf's place is read as something else."""
    for other in others(leaf, document):
        changed = with_value(document, leaf.path, other)
        try:
            if READERS[reader](changed) != before:
                return True
        except (KeyError, ValueError, NotImplementedError):
            continue  # No file could say that: the loader refuses it.
    return False


def left_out_by(reader: str) -> set[tuple[str, str]]:
    """The kinds of value whose change this reader swallows, in all six agreements."""
    silent: set[tuple[str, str]] = set()
    read: set[tuple[str, str]] = set()
    for document in DOCUMENTS.values():
        before = READERS[reader](document)
        for leaf in leaves(document):
            if leaf.name != "key" and leaf.field not in read:
                (read if is_read(leaf, document, reader, before) else silent).add(leaf.field)
    return silent - read


@pytest.mark.thorough
@pytest.mark.parametrize("reader", READERS)
def test_whatever_a_file_says_otherwise_is_read_otherwise(reader: str) -> None:
    """A switch, a choice, a reference, a figure, a word."""
    expected = {field for field, (readers, _) in LEFT_OUT.items() if reader in readers}
    assert left_out_by(reader) == expected


def test_the_six_agreements_say_everything_that_the_format_can_say() -> None:
    """Else the tests above would prove less than they claim."""
    said = {leaf.field for document in DOCUMENTS.values() for leaf in leaves(document)}
    assert set(_terms(AgreementDocument)) == said


def _terms(kind: type) -> Iterator[tuple[str, str]]:
    """Every term that has no terms of its own, with its class."""
    for each in declared(kind).values():
        inner = each
        while inner.is_list or inner.is_mapping:
            inner = inner.item
        if inner.is_part:
            yield from _terms(inner.hint)
        else:
            yield kind.__name__, each.field
