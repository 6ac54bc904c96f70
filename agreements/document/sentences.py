"""Whether the figures in a sentence are those of the part that it puts into words: “two weeks” of 14 calendar days.

English only: in another language numbers in digits with a percent sign or a currency are found, and no lengths of time.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from agreements.document.quantities import SIGNS, Compensation, Duration, Money, Percent

#: What a figure can mean: a kind and an amount in its smallest unit, such as ("elapsed", 86400).
Meanings = frozenset[tuple[str, Decimal]]

_SMALL = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = dict(
    zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True)
)
_NUMBERS = {word: number for number, word in enumerate(_SMALL, 1)} | _TENS
_NUMBERS |= {f"{ten}-{one}": value + _NUMBERS[one] for ten, value in _TENS.items() for one in _SMALL[:9]}
_NUMBER = rf"(?P<number>\d+(?:[.,]\d+)?|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
#: The calendar days that the longer units can have, and their business days.
_DAYS = {
    "day": ((1,), (1,)),
    "week": ((7,), (5,)),
    "month": (range(28, 32), ()),
    "quarter": (range(90, 93), ()),
    "year": ((365, 366), ()),
}
_FIGURE = re.compile(
    rf"\b{_NUMBER}(?:"
    r"[ -](?P<kind>business |working |office |opening |calendar |service )?"
    rf"(?P<unit>{'|'.join((*_SECONDS, *_DAYS))})s?\b|(?P<percent> ?%| per ?cent\b)|(?P<times> times\b)"
    r"| (?P<code>(?-i:[A-Z]{3})|euros?)\b)"
    rf"|(?:{'|'.join(map(re.escape, SIGNS.values()))}) ?(?P<sum>\d[\d,]*(?:\.\d+)?)",
    re.IGNORECASE,
)


def disagreeing(sentence: str, part: Any) -> str | None:
    """The first figure of a sentence that its part does not have; None where all are. A part that has no figure of that
    kind at all, a length of time, say, cannot disagree about one."""
    known = {meaning for value in _values(part) for meaning in _of_value(value)}
    kinds = {kind for kind, _ in known}
    for text, meanings in _figures(sentence):
        if kinds & {kind for kind, _ in meanings} and not known & meanings:
            return text
    return None


def figures_of(part: Any) -> list[str]:
    """The figures that a part has, as people read them."""
    return list(dict.fromkeys(value.text for value in _values(part)))


def _figures(sentence: str) -> Iterator[tuple[str, Meanings]]:
    for found in _FIGURE.finditer(sentence):
        if found["sum"]:
            yield found[0], frozenset({("money", Decimal(found["sum"].replace(",", "")))})
            continue
        word = found["number"].lower()
        number = Decimal(_NUMBERS[word] if word in _NUMBERS else word.replace(",", "."))
        if found["percent"]:
            # What is promised to be up may be down for the rest.
            yield found[0], frozenset({("percent", number), ("percent", 100 - number)})
        elif found["times"]:
            yield found[0], frozenset({("times", number)})
        elif found["code"]:
            yield found[0], frozenset({("money", number)})
        else:
            yield found[0], _length(number, (found["kind"] or "").strip().lower(), found["unit"].lower())


def _length(number: Decimal, kind: str, unit: str) -> Meanings:
    """What a length in words can mean: “two days” are 48 hours or two working days, whichever the part has."""
    if kind == "service":
        return frozenset({("service days", number)})
    in_opening_time = kind in ("business", "working", "office", "opening")
    found: set[tuple[str, Decimal]] = set()
    if unit in _SECONDS:
        seconds = number * _SECONDS[unit]
        found |= set() if in_opening_time else {("elapsed", seconds)}
        found |= set() if kind == "calendar" else {("business", seconds)}
        return frozenset(found)
    calendar, business = _DAYS[unit]
    found |= set() if in_opening_time else {("elapsed", number * days * 86400) for days in calendar}
    found |= set() if kind == "calendar" else {("business days", number * days) for days in business}
    return frozenset(found | ({("service days", number)} if unit == "day" and not kind else set()))


def _values(part: Any) -> Iterator[Duration | Percent | Compensation | Money]:
    """Every figure of a part and of what is below it."""
    if isinstance(part, Duration | Percent | Compensation | Money):
        yield part
    elif isinstance(part, dict | tuple | list):
        for each in part.values() if isinstance(part, dict) else part:
            yield from _values(each)
    elif dataclasses.is_dataclass(part):
        for field in dataclasses.fields(part):
            yield from _values(getattr(part, field.name))


def _of_value(value: Duration | Percent | Compensation | Money) -> Iterator[tuple[str, Decimal]]:
    match value:
        case Duration(unit="business day"):
            yield "business days", Decimal(value.count)
        case Duration():
            kind = "business" if value.in_business_time else "elapsed"
            yield kind, Decimal(int(value.length().total_seconds()))
        case Percent():
            yield "percent", value.value
        case Money():
            yield "money", value.amount
        case Compensation():
            kinds = {"day": "service days", "percent": "percent", "times": "times"}
            yield kinds.get(value.unit, "money"), value.amount
