"""One field of the agreement format as a control of a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from agreements.editing.reading import MISSING, written
from agreements.editing.shapes import LONG, Shape
from shell.wording import listed

Choices = Mapping[str, Sequence[tuple[str, str]]]


def control(shape: Shape, value: Any, choices: Choices) -> forms.Field | None:
    """The form field that shows `value`; None where there is nothing to choose. Django's own checks are not used."""
    made = _made(shape, value, choices)
    if made is not None:
        made.label, made.help_text = shape.title, _help(shape)
        # Says “optional” beside the others; what is missing the document's own reader says.
        made.required = shape.required or shape.form == "switch"
    return made


def option_label(option: str) -> str:
    """`root_cause` as people read it."""
    words = option.replace("_", " ")
    return words[:1].upper() + words[1:]


def _made(shape: Shape, value: Any, choices: Choices) -> forms.Field | None:
    if shape.form == "switch":
        on = bool(shape.default) if value is MISSING else value is True
        return forms.BooleanField(required=False, initial=on)
    if shape.form == "choice":
        return _choice(shape, value, choices)
    if shape.form == "picks":
        return _picks(shape, value, choices)
    text = written(shape, value)
    free_list = shape.form == "list" and not shape.pattern
    if shape.form == "paragraph" or free_list or "\n" in text:
        longest = None if free_list else shape.longest
        rows = 3 if free_list or (longest or 0) > 2 * LONG else 2
        return forms.CharField(initial=text, strip=False, max_length=longest, widget=forms.Textarea({"rows": rows}))
    return forms.CharField(initial=text, strip=False, widget=_text_input(shape))


def _text_input(shape: Shape) -> forms.Widget:
    if shape.entry == "date":
        return forms.TextInput({"type": "date"})
    attributes: dict[str, Any] = {"autocomplete": "off"}
    if shape.entry == "time zone":
        attributes["list"] = "time-zones"
    if shape.form == "number":
        attributes |= {"inputmode": "numeric", "class": "edit-number"}
    if shape.examples:
        attributes["placeholder"] = f"e.g. {shape.examples[0]}"
    if shape.longest and not shape.pattern and shape.form == "text":
        attributes["maxlength"] = shape.longest
    return forms.TextInput(attributes)


def _options(shape: Shape, choices: Choices) -> list[tuple[str, str]]:
    if shape.reference:
        return list(choices.get(shape.reference, ()))
    return [(option, option_label(option)) for option in shape.options]


def _choice(shape: Shape, value: Any, choices: Choices) -> forms.Field:
    options = _options(shape, choices)
    current = written(shape, value)
    if current and current not in dict(options):
        options.append((current, f"{current} (not in this agreement)"))
    if shape.default is not None:
        options.insert(0, ("", f"{option_label(str(shape.default))} (as usual)"))
    elif not shape.required or not current:
        options.insert(0, ("", "Choose one" if shape.required else "Not said"))
    return forms.ChoiceField(choices=options, initial=current)


def _picks(shape: Shape, value: Any, choices: Choices) -> forms.Field | None:
    """What is chosen comes first, in its own order, which is that of a table's columns."""
    chosen = [] if value is MISSING else [str(one) for one in value]
    labels = dict(_options(shape, choices))
    if not labels and not chosen and not shape.required:
        return None
    options = [(key, labels.get(key, f"{key} (not in this agreement)")) for key in chosen]
    options += [(key, label) for key, label in labels.items() if key not in chosen]
    return forms.MultipleChoiceField(choices=options, initial=chosen, widget=forms.CheckboxSelectMultiple)


def _help(shape: Shape) -> str:
    if shape.reference == "clause":
        # Every part may cite its clause; saying so under each would drown the others.
        return ""
    words = shape.help
    if shape.form == "list":
        words += " Separate several with commas." if shape.pattern else " One per line."
    if len(shape.examples) > 1 and "such as" not in words.lower():
        words += f" Such as {listed((f'“{example}”' for example in shape.examples), last='or')}."
    return words.strip()
