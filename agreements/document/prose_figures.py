"""Whether the figures in a sentence are those of the part that it puts into words: “two weeks” of 14 calendar days.

English only: in another language numbers in digits with a percent sign or a currency are found, and no lengths of time.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from agreements.document.quantities import SIGNS, Figure, Size

#: The sizes that a figure can mean, with all currencies as one kind.
Meanings = frozenset[Size]

_TO_NINETEEN = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_NUMBERS = {word: number for number, word in enumerate(_TO_NINETEEN.split(), 1)}
for _number, _ten in enumerate(_TENS.split(), 2):
    _ones = {f"{_ten}-{one}": 10 * _number + value for one, value in _NUMBERS.items() if value < 10}
    _NUMBERS |= {_ten: 10 * _number, **_ones}
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
_KINDS = {"elapsed", "business", "business days", "percent", "times", "day"}
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
    sizes = [value.size for value in _values(part)]
    known = {(kind if kind in _KINDS else "money", amount) for kind, amount in sizes}
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
        return frozenset({("day", number)})
    found: set[Size] = set()
    calendar, business = ((_SECONDS[unit],), (_SECONDS[unit],)) if unit in _SECONDS else _DAYS[unit]
    if kind not in ("business", "working", "office", "opening"):
        length = 1 if unit in _SECONDS else 86400
        found |= {("elapsed", number * each * length) for each in calendar}
    if kind != "calendar":
        found |= {("business" if unit in _SECONDS else "business days", number * each) for each in business}
    return frozenset(found | ({("day", number)} if unit == "day" and not kind else set()))


def _values(part: Any) -> Iterator[Figure]:
    """Every figure of a part and of what is below it."""
    if isinstance(part, Figure):
        yield part
    elif isinstance(part, dict | tuple | list):
        for each in part.values() if isinstance(part, dict) else part:
            yield from _values(each)
    elif dataclasses.is_dataclass(part):
        for field in dataclasses.fields(part):
            yield from _values(getattr(part, field.name))
