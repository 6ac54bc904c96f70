"""Terms of the agreement with one control each: drawn with what they say, and read back; what was not touched stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms

from agreements.document.declaration import Declared
from agreements.document.errors import Path
from agreements.document.quantities import Zone
from agreements.document.source import plain_value
from agreements.forms.pieces import MISSING, Piece, Posted, field_name
from shell.wording import listed, sentence

if TYPE_CHECKING:
    from agreements.forms.sections import SectionForm

Choices = Mapping[str, Sequence[tuple[str, str]]]

#: From this many characters on a text gets several lines.
LONG = 300


def option_label(option: str) -> str:
    """`root_cause` as people read it."""
    return sentence(option.replace("_", " "))


def options_of(term: Declared, choices: Choices) -> list[tuple[str, str]]:
    """What a term can be, with its names: the parts that it can refer to, or the values that are listed."""
    if term.reference:
        return list(choices.get(term.reference, ()))
    return [(option, option_label(option)) for option in term.options]


class Control:
    """A term that is edited in one control: a text."""

    def __init__(self, term: Declared) -> None:
        self.term = term
        #: What is typed in it.
        self.entry = term.item if term.is_list else term
        self.format = self.entry.format
        self.default = term.default if term.hint is bool or term.options else None

    def draw(self, form: SectionForm, path: Path, value: Any) -> Piece | None:
        """Its piece of the form, which shows `value`; None where there is nothing to choose."""
        made = self.field(value, form.choices)
        return made and form.bound(field_name(path), made, form.take(path, below=True))

    def read(self, posted: Posted, path: Path, old: Any) -> Any:
        """The posted value, `MISSING` when it is left out. `old` is what the form showed."""
        typed = posted.text(path)
        if typed is None or typed == self.written(old).replace("\r", "\n"):
            return old
        return self.said(typed)

    def written(self, value: Any) -> str:
        """A value as it stands in the control."""
        return "" if value is MISSING or value is None else str(value)

    def said(self, typed: str) -> Any:
        return (typed.strip() if self.format or self.term.reference else typed) or MISSING

    @property
    def help(self) -> str:
        words, examples = f"{self.term.help}{self.way}", self.format.examples if self.format else ()
        if len(examples) > 1 and "such as" not in words.lower():
            words += f" Such as {listed((f'“{example}”' for example in examples), last='or')}."
        # Every part may cite its clause; saying so under each would drown the others.
        return words.strip() if self.term.reference != "clause" else ""

    @property
    def way(self) -> str:
        """How several are typed."""
        return ""

    @property
    def longest(self) -> int | None:
        return self.format.longest if self.format else self.term.term.longest

    @property
    def is_long(self) -> bool:
        """Whether it takes several lines."""
        is_plain = self.entry.hint is str and not self.format
        return is_plain and (self.longest is None or self.longest >= LONG)

    def field(self, value: Any, choices: Choices) -> Any:
        """The form field that shows `value`, if any. Django's own checks are not used."""
        made = self._field(value, choices)
        if made is not None:
            made.label, made.help_text = self.term.title, self.help
            # Says “optional” beside the others; what is missing the document's own reader says.
            made.required = self.term.required or self.term.hint is bool
        return made

    def _field(self, value: Any, choices: Choices) -> forms.Field | None:
        text = self.written(value)
        if self.is_long or "\n" in text:
            rows = 3 if self.longest is None or self.longest > 2 * LONG else 2
            area = forms.Textarea({"rows": rows})
            return forms.CharField(initial=text, strip=False, max_length=self.longest, widget=area)
        return forms.CharField(initial=text, strip=False, widget=forms.TextInput(self.attributes))

    @property
    def attributes(self) -> dict[str, Any]:
        if self.term.hint is date:
            return {"type": "date"}
        attributes: dict[str, Any] = {"autocomplete": "off"}
        if self.format and self.format.examples:
            attributes["placeholder"] = f"e.g. {self.format.examples[0]}"
        if self.term.hint is Zone:
            attributes["list"] = "time-zones"
        if self.term.hint is int:
            return {**attributes, "inputmode": "numeric", "class": "edit-number"}
        return attributes if self.format else {**attributes, "maxlength": self.longest}


class Number(Control):
    def said(self, typed: str) -> Any:
        number = plain_value(typed.strip())
        return number if type(number) is int else typed.strip() or MISSING


class Switch(Control):
    def read(self, posted: Posted, path: Path, old: Any) -> Any:
        on = posted.text(path) is not None
        before = bool(self.default) if old is MISSING else old
        if on == before and (old is not MISSING or not self.term.required):
            return old
        return on if on or self.term.required or self.default is not None else MISSING

    def _field(self, value: Any, choices: Choices) -> forms.Field:
        return forms.BooleanField(required=False, initial=bool(self.default) if value is MISSING else value is True)


class Choice(Control):
    def _field(self, value: Any, choices: Choices) -> forms.Field:
        options, current = options_of(self.term, choices), self.written(value)
        if current and current not in dict(options):
            options.append((current, f"{current} (not in this agreement)"))
        if self.default is not None:
            options.insert(0, ("", f"{option_label(str(self.default))} (as usual)"))
        elif not self.term.required or not current:
            options.insert(0, ("", "Choose one" if self.term.required else "Not said"))
        return forms.ChoiceField(choices=options, initial=current)


class Picks(Control):
    """Several of what there is."""

    def read(self, posted: Posted, path: Path, old: Any) -> Any:
        return [value for value in posted.texts(path) if value] or ([] if self.term.required else MISSING)

    def _field(self, value: Any, choices: Choices) -> forms.Field | None:
        """What is chosen comes first, in its own order, which is that of a table's columns."""
        chosen = [] if value is MISSING else [str(one) for one in value]
        labels = dict(options_of(self.term.item, choices))
        if not labels and not chosen and not self.term.required:
            return None
        options = [(key, labels.get(key, f"{key} (not in this agreement)")) for key in chosen]
        options += [(key, label) for key, label in labels.items() if key not in chosen]
        return forms.MultipleChoiceField(choices=options, initial=chosen, widget=forms.CheckboxSelectMultiple)


class Listing(Control):
    """Quantities beside each other, or sentences below each other."""

    @property
    def way(self) -> str:
        return " Separate several with commas." if self.format else " One per line."

    @property
    def longest(self) -> int | None:
        return super().longest if self.format else None

    def written(self, value: Any) -> str:
        separator = ", " if self.format else "\n"
        return separator.join(map(str, value)) if isinstance(value, list) else super().written(value)

    def said(self, typed: str) -> Any:
        """One entry after the other; sentences keep every character but empty lines between them."""
        pieces = [piece.strip() for piece in typed.replace("\n", ",").split(",")] if self.format else typed.split("\n")
        values = [piece for piece in pieces if piece.strip()]
        if self.term.term.alone and len(values) == 1:
            return values[0]
        return values or ([] if self.term.required else MISSING)
