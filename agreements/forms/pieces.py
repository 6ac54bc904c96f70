"""What a section's form is made of on the page, and what comes back of it.

Structure is in the names: `f/` and a place is a field, `f/plans/gold/name`; `m/plans/gold` says that the part is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField

from agreements.document.errors import Path

#: What a value is that the document leaves out.
MISSING: Final[Any] = object()


def place_of(path: Path) -> str:
    """What buttons call a place: `plans/gold`."""
    return "/".join(map(str, path))


def field_name(path: Path) -> str:
    return f"f/{place_of(path)}"


def marker_name(path: Path) -> str:
    return f"m/{place_of(path)}"


class Posted:
    """What a form sent: its names with all their values, in the order of the page."""

    def __init__(self, fields: Iterable[tuple[str, Sequence[str]]]) -> None:
        self._fields = dict(fields)
        self._entries: dict[str, list[str]] = {}
        for name in self._fields:
            kind, _, place = name.partition("/")
            holder, _, last = place.rpartition("/")
            if kind == "m":
                self._entries.setdefault(holder, []).append(last)

    def text(self, path: Path) -> str | None:
        """What stands in a field, with line ends as in a file; None where there was no such field."""
        values = self.texts(path)
        return values[0].replace("\r\n", "\n").replace("\r", "\n") if values else None

    def texts(self, path: Path) -> Sequence[str]:
        return self._fields.get(field_name(path), ())

    def has(self, path: Path) -> bool:
        """Whether the page had a part there."""
        return marker_name(path) in self._fields

    def entries(self, path: Path) -> list[str]:
        """The parts that the page had in a group."""
        return self._entries.get(place_of(path), [])


@dataclass
class Piece:
    """A piece of the form, drawn by `agreements/edit/_<kind>.html`."""

    kind: str
    title: str
    help: str = ""
    path: Path = ()
    errors: list[str] = field(default_factory=list)
    items: list[Piece] = field(default_factory=list)
    bound: BoundField | None = None
    #: Optional parts that are not there, to be added.
    offers: list[Piece] = field(default_factory=list)
    removable: bool = False
    summary: str = ""
    open: bool = True
    columns: list[str] = field(default_factory=list)
    #: The controls beside “Add”.
    adding: list[Piece] = field(default_factory=list)
    addable: bool = True
    is_new: bool = False

    @property
    def place(self) -> str:
        return place_of(self.path)

    @property
    def marker(self) -> str:
        return marker_name(self.path)

    @property
    def is_wide(self) -> bool:
        """Whether its control needs the whole width."""
        widget = self.bound.field.widget if self.bound is not None else None
        return isinstance(widget, forms.Textarea | forms.CheckboxSelectMultiple)

    @property
    def said(self) -> str:
        """What a filled-in field says, in a few words; nothing for an empty one."""
        if self.bound is None or not self.bound.value():
            return ""
        options = dict(getattr(self.bound.field, "choices", ()))
        return str(options.get(self.bound.value(), self.bound.value()))

    @property
    def template(self) -> str:
        return f"agreements/edit/_{self.kind}.html"

    @property
    def ident(self) -> str:
        """Where a link to it leads."""
        return self.bound.auto_id if self.bound is not None else f"at/{self.place}"

    @property
    def everything(self) -> Iterator[Piece]:
        """It and all its pieces, however deep."""
        yield self
        for item in (*self.items, *self.offers):
            yield from item.everything

    @property
    def has_errors(self) -> bool:
        return any(piece.errors for piece in self.everything)

    def wrong(self, trail: tuple[str, ...] = ()) -> Iterator[tuple[str, Piece]]:
        """The pieces with something wrong, in the order of the page, and what to call each: `Gold, Price, Amount`."""
        if self.kind not in ("cards", "pairs", "table", "level"):
            trail = (*trail, self.title)
        # A cell speaks through its promise.
        if self.errors and self.kind != "cell":
            yield ", ".join(filter(None, trail)), self
        for inner in (*self.items, *self.offers):
            yield from inner.wrong(trail)
