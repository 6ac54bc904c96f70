"""The sections in which an agreement is edited, each as a form made from the declared terms: no field is named here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django import forms
from django.forms.utils import ErrorDict, ErrorList

from agreements.document import DocumentError
from agreements.document.calendars import ALWAYS, ROUND_THE_CLOCK
from agreements.document.document import DOCUMENT
from agreements.document.errors import Path, readable_path
from agreements.document.keys import SECTION_OF
from agreements.forms.controls import Control
from agreements.forms.groups import Part, RefusedChangeError, in_order
from agreements.forms.pieces import MISSING, Piece

#: An agreement keeps its key for life, and the format is not for people to choose.
_SETTLED = ("format", "key")


@dataclass(frozen=True)
class Section:
    """`path` is where its value lies in the document; `editor` is how it is edited."""

    key: str
    title: str
    help: str
    path: tuple[str, ...]
    editor: Any

    @property
    def is_optional(self) -> bool:
        return not self.editor.term.required

    def value_in(self, data: Mapping[str, Any]) -> Any:
        """The section's value in the plain values of a document; MISSING when it is left out."""
        if self.path:
            return data.get(self.key, MISSING)
        return {name: data[name] for name in self.editor.fields if name in data}

    def is_in(self, data: Mapping[str, Any]) -> bool:
        return self.value_in(data) is not MISSING

    def put_into(self, data: Mapping[str, Any], value: Any) -> dict[str, Any]:
        """The document with this section replaced; MISSING takes an optional section out."""
        own = (self.key,) if self.path else self.editor.fields
        rest = {name: item for name, item in data.items() if name not in own}
        said = {} if value is MISSING else {self.key: value} if self.path else value
        return in_order({**rest, **said}, data, whole().fields)

    def holds(self, place: str) -> bool:
        """Whether a place such as `plans.gold.price` lies in this section."""
        first = place.partition(".")[0].partition("[")[0]
        return first == self.key if self.path else first in self.editor.fields


@cache
def whole() -> Part:
    return Part(DOCUMENT)


@cache
def sections() -> tuple[Section, ...]:
    """In the order of the format; what stands by itself in the file comes first."""
    fields = {name: each for name, each in whole().fields.items() if name not in _SETTLED}
    basics = Part(DOCUMENT, [name for name, each in fields.items() if isinstance(each, Control)])
    basics_help = "What the agreement is called, who makes the promises, and the zone they are read in."
    return (
        Section("basics", "The agreement", basics_help, (), basics),
        *(
            Section(name, each.term.title, each.term.help, (name,), each)
            for name, each in fields.items()
            if name not in basics.fields
        ),
    )


def section(key: str) -> Section | None:
    return next((one for one in sections() if one.key == key), None)


def choices(data: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Every part that something can refer to, by kind: its key and its name. Bears half-finished documents."""
    schemes = _mapping(data.get("schemes"))

    def levels_of(name: str) -> list[tuple[str, str]]:
        scheme = _mapping(schemes.get(str(_mapping(data.get(name)).get("scheme"))))
        return list(_named(scheme.get("levels")))

    calendars = list(_named(data.get("calendars")))
    if ALWAYS not in dict(calendars):
        calendars.append((ALWAYS, ROUND_THE_CLOCK.name))
    named = {kind: list(_named(data.get(section))) for kind, section in SECTION_OF.items()}
    return {
        **named,
        "clause": [(key, f"{key} {name}" if name != key else key) for key, name in named["clause"]],
        "calendar": calendars,
        "level": levels_of("tickets"),
        "incident level": levels_of("incidents"),
        "contact role": list(_named(_mapping(data.get("contacts")).get("roles"))),
    }


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _named(catalogue: Any) -> Iterator[tuple[str, str]]:
    for key, part in _mapping(catalogue).items():
        part = _mapping(part)
        yield key, str(part.get("name") or part.get("title") or key)


class SectionForm(forms.Form):
    """The fields of one section over `data`, the whole document with what was typed in it.

    `errors_found` are the document's; those of this section stand beside their fields, the rest in `elsewhere`.
    `refused` is an “Add” that did not work, with its place and what was typed for it; `opened` a card to keep open.
    """

    use_required_attribute = False

    def __init__(
        self,
        section: Section,
        data: Mapping[str, Any],
        *,
        errors_found: Iterable[DocumentError] = (),
        refused: tuple[str, RefusedChangeError, Mapping[str, str]] | None = None,
        opened: str = "",
    ) -> None:
        super().__init__()
        self.choices, self.opened, self.refused = choices(data), opened, refused
        self.elsewhere = []
        self._sentences: dict[str, list[str]] = {}
        for error in errors_found:
            if section.holds(error.path):
                self._sentences.setdefault(error.path, []).append(error.sentence)
            else:
                self.elsewhere.append(error)
        self._errors = ErrorDict()
        self.root: Piece = section.editor.draw(self, section.path, section.value_in(data))
        if isinstance(section.editor, Part):
            # The page itself is called by the section's name.
            self.root.title = ""
        #: What has something wrong with it, in the order of the page, and what to call it: `Gold, Price, Amount`.
        self.wrong = [(label or section.title, piece) for label, piece in self.root.wrong()]
        #: What is wrong in this section and has no field to stand beside.
        self.loose = [sentence for sentences in self._sentences.values() for sentence in sentences]

    def take(self, path: Path, *, below: bool = False) -> list[str]:
        """The sentences about a place, each told once; `below` takes those about entries of its list too."""
        place = readable_path(path)
        keys = [
            key for key in self._sentences if key == place or (below and key.startswith((f"{place}[", f"{place}.")))
        ]
        sentences = [sentence for key in keys for sentence in self._sentences.pop(key)]
        missing = f"“{path[-1]}” is missing here." if path else ""
        # Beside its field nobody needs the name that the file has for it.
        return ["This is needed." if missing and sentence.startswith(missing) else sentence for sentence in sentences]

    def bound(self, name: str, made: forms.Field, errors: list[str]) -> Piece:
        """A field as a piece of the form."""
        self.fields[name] = made
        piece = Piece("field", str(made.label), bound=self[name])
        self.mark(piece, errors)
        return piece

    def mark(self, piece: Piece, errors: list[str]) -> None:
        """Say what is wrong with a field beside it."""
        if errors and piece.bound is not None:
            piece.errors = errors
            self._errors[piece.bound.name] = ErrorList(errors)

    def ask(self, group: Piece, **asked: forms.Field) -> None:
        """Put fields beside the “Add” of a group; after a refusal with what was typed, and why beside the first."""
        place, refusal, typed = self.refused or ("", "", {})
        errors = [str(refusal)] if place == group.place else []
        for name, made in asked.items():
            made.initial = typed.get(name, "") if place == group.place else ""
            group.adding.append(self.bound(f"new/{group.place}/{name}", made, errors))
            errors = []
