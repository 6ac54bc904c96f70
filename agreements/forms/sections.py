"""A section of an agreement as a form, made from the schema: no field is named here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict, ErrorList

from agreements.document import DocumentError
from agreements.document.errors import Path, readable_path
from agreements.editing.changes import RefusedChangeError
from agreements.editing.reading import EVERY, MISSING, cells_by_column, field_name, marker_name
from agreements.editing.sections import Section, choices
from agreements.editing.shapes import Shape
from agreements.forms.controls import control, option_label

#: Groups with more fields than this begin folded up, so that one sees what there is.
FEW_FIELDS = 48


@dataclass
class Shown:
    """A piece of the form, drawn by `agreements/edit/_<kind>.html`. `place` is what buttons call it."""

    kind: str
    title: str
    help: str = ""
    place: str = ""
    marker: tuple[str, str] | None = None
    errors: list[str] = field(default_factory=list)
    items: list[Shown] = field(default_factory=list)
    bound: BoundField | None = None
    #: Optional parts that are not there, to be added.
    offers: list[Shown] = field(default_factory=list)
    removable: bool = False
    summary: str = ""
    open: bool = True
    columns: list[str] = field(default_factory=list)
    #: The controls beside “Add”.
    adding: list[BoundField] = field(default_factory=list)
    addable: bool = True
    is_new: bool = False
    #: How many rows of a table the first of a level heads.
    span: int = 1
    level: str = ""
    level_marker: str = ""

    @property
    def is_wide(self) -> bool:
        """Whether its control needs the whole width."""
        widget = self.bound.field.widget if self.bound is not None else None
        return isinstance(widget, forms.Textarea | forms.CheckboxSelectMultiple)

    @property
    def template(self) -> str:
        return f"agreements/edit/_{self.kind}.html"

    @property
    def ident(self) -> str:
        """Where a link to it leads."""
        return self.bound.auto_id if self.bound is not None else f"at/{self.place}"

    @property
    def everything(self) -> Iterator[Shown]:
        """It and all its pieces, however deep."""
        yield self
        for item in (*self.items, *self.offers):
            yield from item.everything

    @property
    def has_errors(self) -> bool:
        return any(piece.errors for piece in self.everything)


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
        self.section, self.choices, self.opened, self.refused = section, choices(data), opened, refused
        errors_found = list(errors_found)
        self._sentences: dict[str, list[str]] = {}
        for error in errors_found:
            if section.holds(error.path):
                self._sentences.setdefault(error.path, []).append(error.sentence)
        self.elsewhere = [error for error in errors_found if not section.holds(error.path)]
        self._errors = ErrorDict()
        value = section.value_in(data)
        self.root = self._root(section, MISSING if value is None else value)
        #: What is wrong in this section and has no field to stand beside.
        self.loose = [sentence for sentences in self._sentences.values() for sentence in sentences]

    def _root(self, section: Section, value: Any) -> Shown:
        if section.shape.form == "part":
            whole = self._part(section.shape, section.path, {} if value is MISSING else value)
            # The page itself is called by the section's name.
            whole.title = ""
            return whole
        return self._cards(section.shape, section.path, [] if value is MISSING else value)

    @property
    def wrong(self) -> list[tuple[str, Shown]]:
        """What has something wrong with it, in the order of the page, and what to call it: `Gold, Price, Amount`."""
        return [(", ".join(filter(None, trail)) or self.section.title, piece) for trail, piece in _wrong(self.root, ())]

    def _take(self, path: Path, *, below: bool = False) -> list[str]:
        """The sentences about a place, each told once; `below` takes those about entries of its list too."""
        place = readable_path(path)
        keys = [
            key for key in self._sentences if key == place or (below and key.startswith((f"{place}[", f"{place}.")))
        ]
        sentences = [sentence for key in keys for sentence in self._sentences.pop(key)]
        missing = f"“{path[-1]}” is missing here." if path else ""
        # Beside its field nobody needs the name that the file has for it.
        return ["This is needed." if missing and sentence.startswith(missing) else sentence for sentence in sentences]

    def _field(self, shape: Shape, path: Path, value: Any, *, label: str = "") -> Shown | None:
        made = control(shape, value, self.choices)
        if made is None:
            return None
        made.label = label or made.label
        return self._bound(field_name(path), made, self._take(path, below=True))

    def _bound(self, name: str, made: forms.Field, errors: list[str]) -> Shown:
        self.fields[name] = made
        if errors:
            self._errors[name] = ErrorList(errors)
        return Shown("field", str(made.label), bound=self[name], errors=errors)

    def _shown(self, shape: Shape, path: Path, value: Any, beside: Mapping[str, Any]) -> Shown | None:
        """`beside` are the other values of the part, which a table takes its columns from."""
        if shape.form == "part":
            return self._part(shape, path, value)
        if shape.form in ("catalogue", "sequence"):
            return self._cards(shape, path, [] if value is MISSING else value)
        if shape.form == "pairs":
            return self._pairs(shape, path, {} if value is MISSING else value)
        if shape.form == "table":
            return self._table(shape, path, {} if value is MISSING else value, beside.get("plans"))
        return self._field(shape, path, value)

    def _part(self, shape: Shape, path: Path, value: Any) -> Shown:
        if shape.shorthand and not isinstance(value, dict):
            value = {} if value is MISSING else {shape.shorthand: value}
        part = Shown("part", shape.title, _help(shape), _place(path), (marker_name(path), ""))
        for name, inner in shape.fields.items():
            here = (*path, name)
            if inner.form == "part" and name not in value and not inner.required:
                sentences = self._take(here)
                offer = Shown("offer", inner.title, inner.help, _place(here), errors=sentences)
                part.offers.append(offer)
                continue
            shown = self._shown(inner, here, value.get(name, MISSING), value)
            if shown is not None:
                shown.removable = inner.form == "part" and not inner.required
                part.items.append(shown)
        part.errors = self._take(path)
        return part

    def _cards(self, shape: Shape, path: Path, parts: Any) -> Shown:
        group = Shown("cards", shape.title, _help(shape), _place(path))
        item = shape.item or shape
        names = dict(self.choices.get(shape.reference, ()))
        entries = list(parts.items()) if isinstance(parts, dict) else list(enumerate(parts))
        for key, value in entries:
            card = self._part(item, (*path, key), value)
            card.kind, card.marker = "card", (marker_name((*path, key)), str(key))
            card.title = names.get(str(key)) or _title(item, key, value, self.choices)
            if shape.is_numbered:
                card.title = f"{key} {card.title}"
            card.summary = "" if item.naming_field else _summary(item, value, self.choices)
            group.items.append(card)
        many = sum(piece.bound is not None for piece in group.everything) > FEW_FIELDS
        for card in group.items:
            card.open = (
                not many or len(group.items) == 1 or card.has_errors or f"{self.opened}/".startswith(f"{card.place}/")
            )
        if group.items and self.opened == group.place:
            # Its new last card was just added.
            group.items[-1].open = group.items[-1].is_new = True
        group.errors = self._take(path)
        self._offer_adding(group, shape, path, [key for key, _ in entries])
        return group

    def _offer_adding(self, group: Shown, shape: Shape, path: Path, present: list[Any]) -> None:
        """What “Add” asks: which one where there is a choice, else a name and, if one likes, the short name."""
        if shape.form == "sequence":
            return
        place = _place(path)
        typed: Mapping[str, str] = {}
        errors: list[str] = []
        if self.refused and self.refused[0] == place:
            errors, typed = [str(self.refused[1])], self.refused[2]
        open_options = shape.options or tuple(key for key, _ in self.choices.get(shape.reference, ()))
        if shape.reference or shape.options:
            names = dict(self.choices.get(shape.reference, ()))
            left = [(key, names.get(key, option_label(key))) for key in open_options if key not in present]
            group.addable = bool(left)
            made: forms.Field = forms.ChoiceField(
                label="Which", choices=[("", "Choose one"), *left], initial=typed.get("key", "")
            )
            group.adding.append(self._adding(f"new/{place}/key", made, errors))
            return
        name = forms.CharField(label="Heading" if shape.is_numbered else "Name", initial=typed.get("name", ""))
        key = forms.CharField(label="Number" if shape.is_numbered else "Short name", initial=typed.get("key", ""))
        key.required, key.help_text = (
            shape.is_numbered,
            "" if shape.is_numbered else "Made from the name when left empty. It stays.",
        )
        both = [(f"new/{place}/name", name, errors), (f"new/{place}/key", key, [])]
        for ident, made, found in reversed(both) if shape.is_numbered else both:
            group.adding.append(self._adding(ident, made, found))

    def _adding(self, name: str, made: forms.Field, errors: list[str]) -> BoundField:
        bound = self._bound(name, made, errors).bound
        assert bound is not None
        return bound

    def _pairs(self, shape: Shape, path: Path, pairs: Mapping[str, Any]) -> Shown:
        group = Shown("pairs", shape.title, _help(shape), _place(path))
        item = shape.item or shape
        for position, (key, value) in enumerate(pairs.items()):
            errors = self._take((*path, key), below=True)
            if key.endswith(" "):
                errors = [f"“{key.strip()}” is there already. Name each once."]
            name = forms.CharField(
                label=shape.title, initial=key.strip(), widget=forms.TextInput({"autocomplete": "off"})
            )
            if shape.examples:
                name.widget.attrs["placeholder"] = f"e.g. {shape.examples[0]}"
            made = control(item, value, self.choices)
            if made is None:
                continue
            here = (*path, position)
            row = Shown("pair", key.strip(), place=_place(here), marker=(marker_name(here), ""))
            row.items = [
                self._bound(field_name((*here, "name")), name, errors),
                self._bound(field_name((*here, "value")), made, []),
            ]
            group.items.append(row)
        group.errors = self._take(path)
        return group

    def _table(self, shape: Shape, path: Path, rows: Mapping[str, Any], plans: Any) -> Shown:
        """A row per level and metric, a column per plan; each cell with what it carries besides its promise."""
        columns = plans if isinstance(plans, list) and plans else [EVERY]
        names, metrics = self._names(shape), self._names(shape.item or shape)
        plan_names = dict(self.choices["plan"])
        cell = _cell_shape(shape)
        table = Shown("table", shape.title, shape.help, _place(path))
        table.columns = [plan_names.get(key, "Every plan" if key == EVERY else str(key)) for key in columns]
        for level, cells_by_metric in rows.items():
            for position, (metric, cells) in enumerate(cells_by_metric.items()):
                here = (*path, level, metric)
                row = Shown("row", metrics.get(metric, metric), place=_place(here), marker=(marker_name(here), ""))
                # The first row of a level spans the others.
                row.summary = "" if position else names.get(level, level)
                row.level = names.get(level, level)
                row.span, row.level_marker = len(cells_by_metric), marker_name((*path, level))
                shown = cells_by_column(cells, columns)
                for number, column in enumerate(columns):
                    # What is said once for every plan is a value of its own, not an entry of a list.
                    place = here if columns == [EVERY] else (*here, number)
                    value = shown.get(column, "")
                    row.items.append(self._cell(cell, (*here, column), place, value, table.columns[number]))
                row.errors = self._take(here, below=True)
                table.items.append(row)
        table.errors = self._take(path)
        which = {"key": names, "name": metrics}
        errors = [str(self.refused[1])] if self.refused and self.refused[0] == table.place else []
        for part, options in which.items():
            label = "Level" if part == "key" else "Promise"
            made = forms.ChoiceField(label=label, choices=[("", "Choose one"), *options.items()])
            table.adding.append(self._adding(f"new/{table.place}/{part}", made, errors if part == "key" else []))
        return table

    def _cell(self, shape: Shape, path: Path, place: Path, value: Any, column_name: str) -> Shown:
        """One promise; `place` is where the document has it, and what is said of that place stands beside it."""
        errors = self._take(place, below=True)
        shown = self._part(shape, path, value)
        shown.kind, shown.title, shown.errors = "cell", column_name, errors
        promise, *more = shown.items
        if errors and promise.bound is not None:
            promise.errors = errors
            self._errors[promise.bound.name] = ErrorList(errors)
        shown.summary = ", ".join(filter(None, (_said(item) for item in more)))
        return shown

    def _names(self, shape: Shape) -> dict[str, str]:
        return dict(self.choices.get(shape.reference, ()))


def _wrong(piece: Shown, trail: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Shown]]:
    if piece.kind in ("card", "cell", "pair"):
        trail = (*trail, piece.title)
    elif piece.kind == "row":
        trail = (*trail, f"{piece.level} {piece.title}")
    elif piece.kind in ("field", "part", "offer"):
        trail = (*trail, piece.title)
    # A cell speaks through its promise.
    if piece.errors and piece.kind != "cell":
        yield trail, piece
    for inner in (*piece.items, *piece.offers):
        yield from _wrong(inner, trail)


def _cell_shape(table: Shape) -> Shape:
    """A table is rows of rows of cells."""
    inner: Shape | None = table
    for _ in range(3):
        inner = inner.item if inner else None
    if inner is None:
        raise ValueError("This table has no cells.")
    return inner


def _help(shape: Shape) -> str:
    """What a group is for, unless its title says so already."""
    return "" if shape.help.rstrip(".") == shape.title else shape.help


def _place(path: Path) -> str:
    return "/".join(map(str, path))


def _said(item: Shown) -> str:
    """What a filled-in field says, in a few words; nothing for an empty one."""
    if item.bound is None or not item.bound.value():
        return ""
    options = dict(getattr(item.bound.field, "choices", ()))
    return str(options.get(item.bound.value(), item.bound.value()))


def _title(shape: Shape, key: Any, value: Any, choices: Mapping[str, Any]) -> str:
    named = value.get(shape.naming_field) if isinstance(value, dict) else None
    if isinstance(key, int):
        return str(named or _summary(shape, value, choices) or f"Number {key + 1}")
    return str(named or option_label(key))


def _summary(shape: Shape, value: Any, choices: Mapping[str, Any]) -> str:
    """The first things that an unnamed part says: `99.9 % · Hosting`."""
    if not isinstance(value, dict):
        return str(value)
    said: list[str] = []
    for name, inner in shape.fields.items():
        if name in value and inner.form in ("text", "number", "choice", "picks") and len(said) < 3 and name != "clause":
            names = dict(choices.get(inner.reference, ()))
            values = value[name] if isinstance(value[name], list) else [value[name]]
            said.append(", ".join(names.get(one, str(one)) for one in values))
    return " · ".join(said)
