"""Terms of the agreement that hold others: parts, parts in an order, lines of a name and a value, the table of targets.

Each draws itself, reads what was posted back into plain values, and changes its value for a button.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from agreements.document.declaration import Declared, declared
from agreements.document.errors import Path
from agreements.editing.first_draft import key_of
from agreements.forms.controls import Choice, Choices, Control, Listing, Number, Picks, Switch, option_label, options_of
from agreements.forms.pieces import MISSING, Piece, Posted, field_name

if TYPE_CHECKING:
    from agreements.forms.sections import SectionForm

#: Groups with more fields than this begin folded up, so that one sees what there is.
FEW_FIELDS = 48
#: The only column of a table that holds for every plan.
EVERY = "*"
#: The buttons of a form, as `verb:place`.
VERBS = ("add", "remove", "up", "down")


class RefusedChangeError(ValueError):
    """A button that cannot do what it says yet; the sentence is for beside it."""


def editor_of(term: Declared) -> Any:
    """How a term is edited: a `Control`, or a `Group`."""
    if term.is_part:
        return Part(term)
    if term.is_list:
        item = editor_of(term.item)
        several = Picks if isinstance(item, Choice) else Listing
        return ListedParts(term) if isinstance(item, Group) else several(term)
    if term.is_mapping:
        if isinstance(editor_of(term.item), Control):
            return Pairs(term)
        return Table(term) if term.item.is_mapping else NamedParts(term)
    if term.hint is bool or term.hint is int:
        return Switch(term) if term.hint is bool else Number(term)
    return Choice(term) if term.options or term.reference else Control(term)


def in_order(values: Mapping[str, Any], before: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The values in the order they had before, each new one behind its neighbour among the `names` of the format."""
    order = [name for name in before if name in values]
    known = list(names)
    for name in values:
        if name not in order:
            earlier = known[: known.index(name)]
            behind = [position for position, other in enumerate(order) if other in earlier]
            order.insert(behind[-1] + 1 if behind else 0, name)
    return {name: values[name] for name in order}


class Group:
    """A term that holds others, in a mapping or in a list."""

    holds: ClassVar[type] = dict

    def __init__(self, term: Declared) -> None:
        self.term = term

    @property
    def help(self) -> str:
        """What it is for, unless its title says so already."""
        return "" if self.term.help.rstrip(".") == self.term.title else self.term.help

    @cached_property
    def item(self) -> Any:
        """How its entries are edited."""
        return editor_of(self.term.item)

    @property
    def blank(self) -> Any:
        """What a new one begins with; None where it may as well be missing."""
        return None

    def held(self, value: Any) -> Any:
        """Its entries."""
        return self.holds() if value is MISSING else value

    def read(self, posted: Posted, path: Path, old: Any) -> Any:
        """The posted value, `MISSING` when it is left out. `old` is what the form showed."""
        entries = self.posted_in(posted, path, self.held(old))
        return entries if entries or self.term.required else MISSING

    def posted_in(self, posted: Posted, path: Path, before: Any) -> Any:
        """The posted entries; `before` are those that the form showed."""
        return {key: self.item.read(posted, (*path, key), before.get(key, MISSING)) for key in posted.entries(path)}

    def entry(self, held: Any, step: str) -> tuple[Any, Any, Any]:
        """An entry as a button names it: where it is, how it is edited and its value. LookupError, ValueError."""
        at = int(step) if isinstance(held, list) else step
        return at, self.item, held[at]

    def added(self, held: Any, key: str, name: str) -> Any:
        """Its entries with one more; `key` and `name` are what was typed beside “Add”. RefusedChangeError."""
        raise NotImplementedError

    def changed(self, value: Any, verb: str, steps: Sequence[str], *, key: str = "", name: str = "") -> Any:
        """A copy of its value after one of `VERBS` at the place that `steps` name.

        Raises RefusedChangeError; LookupError or ValueError for a place that is not there.
        """
        held = self.held(value)
        if not steps:
            return self.added(held, key, name)
        at, editor, old = self.entry(held, steps[0])
        changed = held.copy()
        if verb == "remove" and len(steps) == 1:
            del changed[at]
        elif verb != "add" and len(steps) == 1:
            changed = _moved(held, at, -1 if verb == "up" else 1)
        elif isinstance(editor, Group):
            changed[at] = editor.changed(old, verb, steps[1:], key=key, name=name)
        else:
            raise LookupError("There is nothing of that kind here.")
        return changed


def _moved(held: Any, at: Any, by: int) -> Any:
    order = list(held) if isinstance(held, dict) else list(range(len(held)))
    here = order.index(at)
    there = min(max(here + by, 0), len(order) - 1)
    order[here], order[there] = order[there], order[here]
    return {key: held[key] for key in order} if isinstance(held, dict) else [held[position] for position in order]


class Part(Group):
    def __init__(self, term: Declared, names: Iterable[str] = ()) -> None:
        super().__init__(term)
        #: All its terms, or those in `names`.
        own = declared(term.hint)
        self.fields = {name: editor_of(own[name]) for name in names or own}
        self.shorthand: str = getattr(term.hint, "shorthand", "")
        #: The field that people call it by.
        self.called = next((name for name in ("name", "title", "label") if name in self.fields), "")

    @property
    def blank(self) -> Any:
        """With the parts that it cannot do without."""
        groups = {name: each for name, each in self.fields.items() if isinstance(each, Group) and each.term.required}
        return {name: each.blank for name, each in groups.items() if each.blank is not None}

    def held(self, value: Any) -> Any:
        """In full, where a single value stands for it."""
        return {self.shorthand: value} if self.is_short(value) and value is not MISSING else super().held(value)

    def is_short(self, value: Any) -> bool:
        return self.shorthand != "" and not isinstance(value, dict)

    def entry(self, held: Any, step: str) -> tuple[Any, Any, Any]:
        return step, self.fields[step], held.get(step, MISSING)

    def added(self, held: Any, key: str, name: str) -> Any:
        return self.blank

    def draw(self, form: SectionForm, path: Path, value: Any) -> Piece:
        held = self.held(value)
        part = Piece("part", self.term.title, self.help, path)
        for name, each in self.fields.items():
            here, is_optional = (*path, name), isinstance(each, Part) and not each.term.required
            if is_optional and name not in held:
                part.offers.append(Piece("offer", each.term.title, each.term.help, here, errors=form.take(here)))
            elif piece := each.draw(form, here, held.get(name, MISSING), *_columns_for(each, held)):
                piece.removable = is_optional
                part.items.append(piece)
        part.errors = form.take(path)
        return part

    def read(self, posted: Posted, path: Path, old: Any) -> Any:
        if not posted.has(path):
            return MISSING
        before = self.held(old)
        read = {
            name: each.read(posted, (*path, name), before.get(name, MISSING), *_columns_for(each, before))
            for name, each in self.fields.items()
        }
        values = {name: value for name, value in read.items() if value is not MISSING}
        if self.is_short(old) and set(values) <= {self.shorthand}:
            return values.get(self.shorthand, "")
        return in_order(values, before, self.fields)

    def summary(self, value: Any, choices: Choices) -> str:
        """The first things that an unnamed part says: `99.9 % · Hosting`."""
        if not isinstance(value, dict):
            return str(value)
        said: list[str] = []
        for name, each in self.fields.items():
            if name in value and self._is_telling(each) and len(said) < 3:
                names = dict(choices.get(each.entry.reference, ()))
                values = value[name] if isinstance(value[name], list) else [value[name]]
                said.append(", ".join(names.get(one, str(one)) for one in values))
        return " · ".join(said)

    def _is_telling(self, each: Any) -> bool:
        is_brief = isinstance(each, Control) and not each.is_long and not isinstance(each, Switch | Listing)
        return is_brief and each.term.name != "clause"


class Parts(Group):
    """Parts in an order: each on a card."""

    @property
    def blank(self) -> Any:
        return self.holds()

    def title(self, at: Any, named: str, summary: str, choices: Choices) -> str:
        """What people call the part that is `at` a place, which may be `named` by itself."""
        return named or summary or f"Number {at + 1}"

    def draw(self, form: SectionForm, path: Path, value: Any) -> Piece:
        group, held = Piece("cards", self.term.title, self.help, path), self.held(value)
        entries = held.items() if isinstance(held, dict) else enumerate(held)
        group.items = [self._card(form, (*path, at), part) for at, part in entries]
        many = sum(piece.bound is not None for piece in group.everything) > FEW_FIELDS
        for card in group.items:
            is_opened = f"{form.opened}/".startswith(f"{card.place}/")
            card.open = not many or len(group.items) == 1 or card.has_errors or is_opened
        if group.items and form.opened == group.place:
            # Its new last card was just added.
            group.items[-1].open = group.items[-1].is_new = True
        group.errors = form.take(path)
        return group

    def _card(self, form: SectionForm, path: Path, value: Any) -> Piece:
        card = self.item.draw(form, path, value)
        card.kind = "card"
        named = value.get(self.item.called) if isinstance(value, dict) else None
        card.title = self.title(path[-1], str(named or ""), self.item.summary(value, form.choices), form.choices)
        card.summary = "" if self.item.called else self.item.summary(value, form.choices)
        return card


class ListedParts(Parts):
    holds = list

    def added(self, held: Any, key: str, name: str) -> Any:
        return [*held, self.item.blank]

    def posted_in(self, posted: Posted, path: Path, before: Any) -> Any:
        known = {str(at): part for at, part in enumerate(before)}
        return [self.item.read(posted, (*path, at), known.get(at, MISSING)) for at in posted.entries(path)]


class NamedParts(Parts):
    @property
    def is_numbered(self) -> bool:
        """Whether its keys are numbers that people know its parts by, as clauses are."""
        return bool(self.term.keys.format and re.match(self.term.keys.format.pattern, "1"))

    def title(self, at: str, named: str, summary: str, choices: Choices) -> str:
        title = dict(choices.get(self.term.keys.reference, ())).get(at) or named or option_label(at)
        return f"{at} {title}" if self.is_numbered else title

    def added(self, held: Any, key: str, name: str) -> Any:
        key, name, keys = key.strip(), name.strip(), self.term.keys
        if not key and not self.is_numbered:
            key = key_of(name)
        if (keys.options and key not in keys.options) or not (key or self.item.called):
            raise RefusedChangeError("Choose which one to add.")
        if not key:
            raise RefusedChangeError("Give the name of what you add.")
        if key in held:
            raise RefusedChangeError(f"There is one with the short name “{key}” already.")
        try:
            if keys.format:
                keys.format.match(key)
        except ValueError as error:
            raise RefusedChangeError(str(error)) from None
        called = {self.item.called: name} if name and self.item.called else {}
        return {**held, key: {**self.item.blank, **called}}

    def draw(self, form: SectionForm, path: Path, value: Any) -> Piece:
        """Beside “Add” it asks which one where there is a choice, else a name and, if one likes, the short name."""
        group, held = super().draw(form, path, value), self.held(value)
        if self.term.keys.options or self.term.keys.reference:
            left = [(key, label) for key, label in options_of(self.term.keys, form.choices) if key not in held]
            group.addable = bool(left)
            form.ask(group, key=choice_field("Which", left))
        elif self.is_numbered:
            form.ask(group, key=forms.CharField(label="Number"), name=forms.CharField(label="Heading"))
        else:
            key_help = "Made from the name when left empty. It stays."
            key = forms.CharField(label="Short name", required=False, help_text=key_help)
            form.ask(group, name=forms.CharField(label="Name"), key=key)
        return group


def choice_field(label: str, options: Iterable[tuple[str, str]]) -> forms.Field:
    return forms.ChoiceField(label=label, choices=[("", "Choose one"), *options])


class Pairs(Group):
    """Lines of a name and a short value."""

    def entry(self, held: Any, step: str) -> tuple[Any, Any, Any]:
        at = list(held)[int(step)]
        return at, self.item, held[at]

    def added(self, held: Any, key: str, name: str) -> Any:
        return {**held, "": []}

    def draw(self, form: SectionForm, path: Path, value: Any) -> Piece:
        group = Piece("pairs", self.term.title, self.help, path)
        for position, (key, said) in enumerate(self.held(value).items()):
            errors, here = form.take((*path, key), below=True), (*path, position)
            if key.endswith(" "):
                errors = [f"“{key.strip()}” is there already. Name each once."]
            name, row = Control(self.term.keys).field(key.strip(), form.choices), Piece("pair", key.strip(), path=here)
            name.label, name.help_text = self.term.title, ""
            row.items = [
                form.bound(field_name((*here, "name")), name, errors),
                form.bound(field_name((*here, "value")), self.item.field(said, form.choices), []),
            ]
            group.items.append(row)
        group.errors = form.take(path)
        return group

    def posted_in(self, posted: Posted, path: Path, before: Any) -> Any:
        pairs: dict[str, Any] = {}
        for entry in posted.entries(path):
            name = (posted.text((*path, entry, "name")) or "").strip()
            value = self.item.read(posted, (*path, entry, "value"), before.get(name, MISSING))
            if not name and value in (MISSING, []):
                continue
            while name in pairs:
                # Said twice: kept with a space behind it, which no name may have, so that it comes back to be put
                # right.
                name += " "
            pairs[name] = [] if value is MISSING else value
        return pairs


class Table(Group):
    """Rows by level and metric, a column per plan; each cell is a part, with its promise first."""

    def added(self, held: Any, key: str, name: str) -> Any:
        """`key` is the level and `name` the metric of the row."""
        if not key or not name:
            raise RefusedChangeError("Choose what the row is for.")
        if name in held.get(key, {}):
            raise RefusedChangeError("The table has this row already.")
        return {**held, key: {**held.get(key, {}), name: ""}}

    @property
    def cell(self) -> Part:
        return self.item.item.item

    def draw(self, form: SectionForm, path: Path, value: Any, columns: Any = None) -> Piece:
        plans = dict(form.choices["plan"])
        levels, metrics = (dict(options_of(each.keys, form.choices)) for each in (self.term, self.term.item))
        table = Piece("table", self.term.title, self.help, path)
        table.columns = [plans.get(key, "Every plan" if key == EVERY else str(key)) for key in columns]
        for level, rows in self.held(value).items():
            group = Piece("level", levels.get(level, level), path=(*path, level))
            for metric, cells in rows.items():
                here, shown = (*path, level, metric), cells_by_column(cells, columns)
                row = Piece("row", f"{group.title} {metrics.get(metric, metric)}", path=here)
                row.summary = metrics.get(metric, metric)
                for number, column in enumerate(columns):
                    # What is said once for every plan is a value of its own, not an entry of a list.
                    errors = form.take(here if columns == [EVERY] else (*here, number), below=True)
                    cell = self.cell.draw(form, (*here, column), shown.get(column, ""))
                    row.items.append(self._with_promise(form, cell, table.columns[number], errors))
                row.errors = form.take(here, below=True)
                group.items.append(row)
            table.items.append(group)
        table.errors = form.take(path)
        form.ask(table, key=choice_field("Level", levels.items()), name=choice_field("Promise", metrics.items()))
        return table

    def _with_promise(self, form: SectionForm, cell: Piece, title: str, errors: list[str]) -> Piece:
        """A cell, with what is said of its place in the document beside its promise."""
        promise, *more = cell.items
        cell.kind, cell.title, cell.errors = "cell", title, errors
        form.mark(promise, errors)
        cell.summary = ", ".join(filter(None, (each.said for each in more)))
        return cell

    def read(self, posted: Posted, path: Path, old: Any, columns: Any = None) -> Any:
        """A cell is found by its plan, so that a new column moves no cell."""
        now = columns_of(posted.texts((*path[:-1], "plans")))
        rows: dict[str, dict[str, Any]] = {}
        for level in posted.entries(path):
            for metric in posted.entries((*path, level)):
                here, row = (*path, level, metric), self.held(old).get(level, {}).get(metric, [])
                shown = cells_by_column(row, columns)
                cells = [self._cell(posted, (*here, column), shown.get(column, MISSING)) for column in now]
                rows.setdefault(level, {})[metric] = _row(cells, row)
        return rows if rows or self.term.required else MISSING

    def _cell(self, posted: Posted, path: Path, old: Any) -> Any:
        """A cell that the page did not have yet: from the one for all plans when these are told apart, or back."""
        shown = posted.entries(path[:-1])
        if not posted.has(path) and shown and (path[-1] == EVERY or shown == [EVERY]):
            path = (*path[:-1], shown[0])
        return self.cell.read(posted, path, old) if posted.has(path) else ""


def columns_of(plans: Any) -> list[str]:
    return [plan for plan in plans if plan] if isinstance(plans, list) and plans else [EVERY]


def _columns_for(each: Any, held: Mapping[str, Any]) -> tuple[list[str], ...]:
    """What a table takes from the part around it."""
    return (columns_of(held.get("plans")),) if isinstance(each, Table) else ()


def cells_by_column(row: Any, columns: Sequence[str]) -> dict[str, Any]:
    """A row's cells by column; one cell stands for the whole row."""
    cells = row if isinstance(row, list) else [row]
    return dict(zip(columns, cells * len(columns) if len(cells) == 1 else cells, strict=False))


def _row(cells: list[Any], old: Any) -> Any:
    """One cell for all stays one while all are alike; a list stays a list. `old` is an empty one for a new row."""
    if len({repr(cell) for cell in cells}) > 1:
        return cells
    if not isinstance(old, list) or (not old and len(cells) == 1):
        return cells[0]
    return cells[:1] if len(old) == 1 else cells
