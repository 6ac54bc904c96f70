"""What the declared terms of a part say, as lines. A new term of the format is read by all without a word here."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from agreements.document.declaration import MAIN, Declared, declared
from agreements.document.period import Period
from agreements.document.quantities import Hours, Pledge
from agreements.readable.blocks import Blocks, Line, Text
from agreements.readable.reader import Reader
from shell.wording import day_words, listed, notes, sentence

_OTHER = re.compile(r"\{(\w+)\}")


def said(reader: Reader, part: Any, name: str) -> str:
    """How one term of a part is said; "" where there is nothing to say."""
    each = declared(part.__class__)[name]
    value, text = getattr(part, each.field), value_said(reader, part, name)
    # What frames a length, “Every {}”, frames neither words nor what is said where there is none.
    is_framed = each.term.words and value and not (isinstance(value, Pledge) and value.duration is None)
    # The text of a file may have braces of its own, so it comes last.
    return sentence(_named(reader, part, each.term.words).replace("{}", text) if is_framed and text else text)


def value_said(reader: Reader, part: Any, name: str) -> str:
    """The value alone, without the words around it; what the term says where there is none."""
    each = declared(part.__class__)[name]
    value, says = getattr(part, each.field), {key: _named(reader, part, words) for key, words in each.term.says.items()}
    if not each.is_list:
        text = _value(reader, each, value, says)
    elif each.item.reference == "plan":
        text = reader.of_plans(value)
    else:
        last = reader.voice.said(each.term.last)
        text = listed((_value(reader, each.item, one, says) for one in value), last=last)
    return text or says.get(None, "")


def _named(reader: Reader, part: Any, words: str) -> str:
    """The words with what stands beside the term and with the reader's names for people in the place of `{other}`."""

    def other(match: re.Match[str]) -> str:
        called = match[1].lower()
        is_beside, voice = called in declared(part.__class__), reader.voice
        word = value_said(reader, part, called) if is_beside else voice.said(voice.called[called])
        return word if match[1] == called else sentence(word)

    return _OTHER.sub(other, reader.voice.said(words))


def remarks(reader: Reader, part: Any, *, but: Collection[str] = ()) -> tuple[str, ...]:
    """What a part says about itself: every term that stands neither under a label of its own nor in another's words."""
    terms = declared(part.__class__)
    beside = {name for each in terms.values() for name in _OTHER.findall(each.term.words)}
    return notes(
        *(
            said(reader, part, name)
            for name, each in terms.items()
            if name not in but and name not in beside and not each.term.line and (each.term.words or each.term.says)
        )
    )


def line_of(reader: Reader, part: Any, label: str = "", *, but: Collection[str] = ()) -> Line:
    """A part as one line: its text, then the remarks that it does not make; without a text the first of them is it."""
    found = remarks(reader, part, but=but)
    text = next((text for name in MAIN if (text := getattr(part, name, ""))), "")
    if not text:
        text, found = " ".join(found[:1]), found[1:]
    return Line(sentence(label or part.name), text, getattr(part, "clause", None), beyond(text, *found))


def beyond(text: str, *found: str) -> tuple[str, ...]:
    """Those of the generated words that a part's own text does not have word for word."""
    return tuple(words for words in found if words.rstrip(".").casefold() not in text.casefold())


def opening(reader: Reader, part: Any, name: str) -> Blocks:
    """How a chapter begins: the part's own sentence where it has one, and what its term `name` says beyond it."""
    generated = said(reader, part, name)
    if not part.sentence:
        return (Text(generated, part.clause),)
    return Text(part.sentence, part.clause), *(Text(words, quiet=True) for words in beyond(part.sentence, generated))


def lines(reader: Reader, part: Any, *names: str, but: Collection[str] = ()) -> Iterator[Line]:
    """Every term of a part that stands under a label of its own, or only those of these `names`."""
    for name, each in declared(part.__class__).items():
        if not each.term.line or name in but or (names and name not in names):
            continue
        value = getattr(part, each.field)
        if each.is_part and value is not None:
            yield line_of(reader, value, reader.voice.said(each.term.line))
            yield from lines(reader, value)
        elif not each.is_part and (text := said(reader, part, name)):
            yield Line(reader.voice.said(each.term.line), text, getattr(part, each.term.cites, None))


def _value(reader: Reader, each: Declared, value: Any, says: Mapping[Any, str]) -> str:
    match value:
        case None:
            return ""
        case bool():
            return says.get(value, "")
        case Pledge(duration=None):
            return says.get(value.kind, value.text)
        case Period():
            return value.rate
        case Hours():
            return " to ".join(value)
        case date():
            return day_words(value)
        case str() if each.reference == "calendar":
            return reader.hours(value)
        case str() if each.reference:
            return reader.document.name_of(each.reference, value)
        case str():
            return says.get(value, value.replace("_", " ") if each.options else value)
    return str(getattr(value, "text", value))
