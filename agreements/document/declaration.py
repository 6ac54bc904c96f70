"""A term of the agreement is declared once, on the field of the class that holds it.

What it is, its bounds, what people call it, how it is said and what a change of it means: JSON Schema, binder, form,
page, contract and comparison read it from here, so that a new term is one declaration.
"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field
from functools import cache, cached_property
from typing import Annotated, Any, Literal, TypeVar, Union

from agreements.document.directions import NO, YES, Direction, Rule, judged, neutral
from agreements.document.keys import Catalogue, ClauseId, Format, Key, Reference

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Term:
    """What is said about a term, in whole English sentences where people read it as one.

    `help`: what it is; a part may leave that to its class. `title`: what people call it, where its name does not say
    it.
    `longest`: the characters of a text. `least`, `most`: bounds of a number, of the entries of a list or of a mapping.
    `each`: what one entry is. `alone`: one entry may stand for a list of one. `name`: what the file calls it.
    `better`: what a change means for the client, by a rule of `directions`, or the value that is better of a switch;
    without one a person has to judge it. `cites`: the field with a clause of its own, instead of that of the part.

    How it is read, in whole sentences: `line` is the label under which it stands by itself; without one it is a remark
    on its part. `words` are those around a value `{}`; `{other}` is a term beside it, and `{team}`, `{client}` and
    `{contacts}` are called as the reader calls them. `says` are the words of a choice or of a switch, and under None
    those of what is not said. `last` joins the last of several. `restates`: it says its part in other words.
    A term with none of these has its reason in a reader.
    """

    help: str = ""
    title: str = ""
    longest: int = 600
    least: int = 1
    most: int = 60
    each: str = ""
    alone: bool = False
    name: str = ""
    better: Rule | bool | None = None
    cites: str = "clause"
    line: str = ""
    words: str = ""
    says: Mapping[Any, str] = field(default_factory=dict)
    last: str = "and"
    restates: bool = False


@dataclass(frozen=True, kw_only=True)
class Part:
    """What is said about a part as a whole.

    `added`: what it means that there is one; a removal means the opposite. `about`: the fields by which an entry of a
    list is still the same when it moved or changed. `ordered`: people see the order of such parts and rely on it.
    """

    added: Direction | Callable[[Any], Direction] = "unclear"
    about: tuple[str, ...] = ()
    ordered: bool = False


_NOTHING = Term()
#: The fields whose text says what a part is; all else that it says is a remark on that.
MAIN = ("definition", "text", "description", "sentence")
#: Names, remarks, and longer texts; any other text may have 600 characters. Names and descriptions promise nothing.
Name = Annotated[str, Term(longest=120, better=neutral)]
Remark = Annotated[str, Term(longest=300)]
Text = Annotated[str, Term(longest=2000)]
Description = Annotated[str, Term(longest=2000, better=neutral)]
#: Says a part in other words, beside the words that its terms have; its figures must be the part's.
Sentence = Annotated[str, Term(title="Wording", restates=True)]


def term(help: str = "", *, default: Any = MISSING, **said: Any) -> Any:  # noqa: A002 (as in argparse)
    """A field of a class of `terms`; see `Term` for what can be said. Without a default it is required."""
    return field(default=default, metadata={"term": Term(help=help, **said)})


@typing.dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(term, field))
def terms(cls: Any = None, /, *, eq: bool = True, **said: Any) -> Any:
    """A part of the agreement; see `Part` for what can be said. Its docstring says what it is, to people."""
    if cls is None:
        return functools.partial(terms, eq=eq, **said)
    cls.part = Part(**said)
    return dataclass(cls, frozen=True, kw_only=True, eq=eq)


@terms
class Cited:
    """A part that can cite the paragraph of the source document that it stands on."""

    clause: ClauseId | None = term(
        "The clause of the source document that this stands on.", default=None, better=neutral
    )


@terms
class Named:
    """A part that others name by its key."""

    key: Key
    name: Name = term("Its name.")


@dataclass(frozen=True)
class Declared:
    """A term as its class declares it, or an entry of one. `field` is its name in the class, `name` that in the file.

    `hint` is its type without “or None” and without notes; `reference` the kind of part that it must name.
    """

    hint: Any
    term: Term
    name: str = ""
    field: str = ""
    required: bool = True
    default: Any = None
    reference: str = ""
    format: Format | None = None

    @property
    def help(self) -> str:
        own = described(self.hint) if self.is_part else self.format.help if self.format else ""
        return self.term.help or own

    @cached_property
    def title(self) -> str:
        words = self.term.title or self.name.replace("_", " ")
        return words[:1].upper() + words[1:]

    @property
    def direction(self) -> Rule:
        """What a change of it means for the client."""
        rule = self.term.better
        return (YES if rule else NO) if isinstance(rule, bool) else rule or judged

    @property
    def options(self) -> tuple[str, ...]:
        """The values that it can have, where they are listed."""
        return typing.get_args(self.hint) if typing.get_origin(self.hint) is Literal else ()

    @property
    def is_fixed(self) -> bool:
        """Whether it can have no other value."""
        return len(self.options) == 1 and self.required

    @property
    def is_part(self) -> bool:
        """Whether it has terms of its own; a quantity has none."""
        return dataclasses.is_dataclass(self.hint) and not hasattr(self.hint, "parse")

    @property
    def is_list(self) -> bool:
        return typing.get_origin(self.hint) is tuple

    @property
    def is_catalogue(self) -> bool:
        """Whether it is a mapping of parts that carry their names as keys."""
        return typing.get_origin(self.hint) is Catalogue

    @property
    def is_mapping(self) -> bool:
        return typing.get_origin(self.hint) in (Catalogue, dict)

    @property
    def most(self) -> int | None:
        """How many entries it can have; None for a mapping whose possible names are listed."""
        if self.is_mapping:
            return None if self.keys.options else self.term.most
        return len(self.item.options) or self.term.most

    @cached_property
    def item(self) -> Declared:
        """What its entries are, of a list or of a mapping."""
        hint = typing.get_args(self.hint)[-1 if self.is_mapping else 0]
        return declare(hint, Term(help=self.term.each, longest=self.term.longest), name=self.name)

    @cached_property
    def keys(self) -> Declared:
        """What the names in a mapping are: those of a catalogue are the keys of its parts."""
        hints = typing.get_args(self.hint)
        return declare(hints[0], Term()) if len(hints) == 2 else declare(hints_of(hints[0])["key"], Term())


def direction_of(part: Any) -> Direction:
    """What it means for the client that this part is there now and was not before."""
    added = type(part).part.added
    return added(part) if callable(added) else added


def described(cls: Any) -> str:
    """What a class says of itself to people."""
    return " ".join(cls.__doc__.split())


def declare(hint: Any, said: Term, **place: Any) -> Declared:
    """A type hint with its notes taken apart. What is said at the place wins over what its type says."""
    found: dict[str, Any] = {}
    while (origin := typing.get_origin(hint)) in (Union, types.UnionType, Annotated):
        arguments = typing.get_args(hint)
        for note in reversed(hint.__metadata__) if origin is Annotated else ():
            if isinstance(note, Reference):
                found["reference"] = note.kind
            elif isinstance(note, Format):
                found["format"] = note
            else:
                said = _joined(note, said)
        hint = next(option for option in arguments if option is not types.NoneType)
    if hasattr(hint, "parse"):
        found["format"] = dataclasses.replace(hint.format, help=described(hint), parse=hint.parse)
    return Declared(hint, said, **place, **found)


def _joined(general: Term, own: Term) -> Term:
    said = {name: value for name, value in vars(own).items() if value != getattr(_NOTHING, name)}
    return dataclasses.replace(general, **said)


@cache
def hints_of(cls: type) -> dict[str, Any]:
    """The type hints of a class of the model, with their notes kept."""
    return typing.get_type_hints(cls, include_extras=True)


@cache
def declared(cls: Any) -> Mapping[str, Declared]:
    """The terms of a class by their names in the file, the cited clause last.

    The key of a part is none: it is the part's name in its mapping.
    """
    found = {}
    for each in sorted(dataclasses.fields(cls), key=lambda one: one.name == "clause"):
        if said := each.metadata.get("term"):
            name = said.name or each.name
            given = {"required": True} if each.default is MISSING else {"required": False, "default": each.default}
            found[name] = declare(hints_of(cls)[each.name], said, name=name, field=each.name, **given)
    return found


def every_term(cls: Any, known: set[Any] | None = None) -> Iterator[Declared]:
    """Everything that is declared of a class and below it, entries and names in mappings too; each class once."""
    known = set() if known is None else known
    known.add(cls)
    for each in declared(cls).values():
        inner = each
        yield inner
        while inner.is_list or inner.is_mapping:
            if inner.is_mapping:
                yield inner.keys
            inner = inner.item
            yield inner
        if inner.is_part and inner.hint not in known:
            yield from every_term(inner.hint, known)


def marked(cls: Any) -> Iterator[str]:
    """Every text that the declarations say to people: what a catalogue of another language has to translate."""
    for each in every_term(cls):
        said = each.term
        yield from filter(None, (each.title, each.help, said.line, said.words, *said.says.values(), said.last))


def parts_of(part: Any) -> Iterator[Any]:
    """A part of a document and every part below it."""
    yield part
    for each in declared(part.__class__).values():
        yield from _parts_in(each, getattr(part, each.field))


def _parts_in(each: Declared, value: Any) -> Iterator[Any]:
    if each.is_mapping or each.is_list:
        for inner in (value.values() if isinstance(value, dict) else value) or ():
            yield from _parts_in(each.item, inner)
    elif each.is_part and value is not None:
        yield from parts_of(value)
