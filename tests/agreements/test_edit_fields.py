"""The form is made from the format: every field of the schema has its place, and a new one needs no code."""

from __future__ import annotations

from typing import Any

import pytest

from agreements.document import BUNDLED, bundled_text
from agreements.document.declaration import Name, Term, declare, term, terms
from agreements.document.source import read
from agreements.editing import same
from agreements.forms.controls import Control
from agreements.forms.groups import Part, editor_of
from agreements.forms.pieces import Posted
from agreements.forms.sections import SectionForm, choices, sections, whole
from tests.agreements.documents import SIXTH, bundled


def controls(editor: Any, path: str = "") -> dict[str, Control]:
    if isinstance(editor, Control):
        return {path: editor}
    inner = editor.fields if isinstance(editor, Part) else {"*": editor.item}
    return {place: found for name, each in inner.items() for place, found in controls(each, f"{path}/{name}").items()}


def test_every_field_has_a_label_and_words_about_it():
    for path, control in controls(whole()).items():
        assert control.term.title, path
        assert control.term.help, path
        assert "_" not in control.term.title, path


def test_every_section_of_the_format_is_edited_somewhere():
    edited = {name for one in sections() for name in (one.path or one.editor.fields)}
    assert edited == set(whole().fields) - {"format", "key"}


@pytest.mark.parametrize(
    ("path", "kind", "reference"),
    [
        ("/plans/*/channels", "Picks", "channel"),
        ("/tickets/default_level", "Choice", "level"),
        ("/incidents/publish_from", "Choice", "incident level"),
        ("/targets/rules/*/plans", "Picks", "plan"),
        ("/targets/calendar", "Choice", "calendar"),
        ("/calendars/*/weekly/*", "Listing", ""),
        ("/liability/kind", "Choice", ""),
        ("/plans/*/allowance/incidents", "Number", ""),
        ("/credits/offered", "Switch", ""),
        ("/schemes/*/levels/*/definition", "Control", ""),
        ("/schemes/*/levels/*/examples", "Listing", ""),
    ],
)
def test_each_field_is_edited_as_what_it_is(path, kind, reference):
    control = controls(whole())[path]
    assert (type(control).__name__, control.entry.reference) == (kind, reference)


def test_choices_are_named_as_the_agreement_names_them():
    named = choices(bundled("managedops").data)
    assert ("p1", "P1") in named["level"]
    assert ("always", "Around the clock") in named["calendar"]
    assert ("C4", "C4 P1 response and cadence") in named["clause"]


def test_choices_bear_a_document_that_is_half_written():
    assert choices({"plans": "not yet", "schemes": {"x": None}, "tickets": [], "clauses": {"1": {}}})["clause"] == [
        ("1", "1")
    ]


def test_a_new_term_of_the_format_is_in_the_form_by_itself():
    @terms
    class Motto:
        """What a plan is known for."""

        words: Name = term("As people say them.")

    motto = editor_of(declare(Motto, Term()))
    assert (motto.help, motto.fields["words"].term.title, type(motto.fields["words"])) == (
        "What a plan is known for.", "Words", Control,
    )  # fmt: skip


def as_sent(form: SectionForm) -> Posted:
    """What a browser sends of a form that nobody touched."""
    sent = [(piece.marker, [""]) for piece in form.root.everything if piece.bound is None and piece.kind != "offer"]
    for bound in form:
        value = bound.value()
        if isinstance(value, bool):
            sent += [(bound.name, ["on"])] if value else []
        else:
            sent.append((bound.name, value if isinstance(value, list) else [value]))
    return Posted(sent)


@pytest.mark.parametrize("text", [*map(bundled_text, BUNDLED), SIXTH], ids=[*BUNDLED, "kumo"])
def test_what_nobody_touched_is_read_back_as_it_is_written(text):
    data = read(text, name="x.yaml").data
    for one in filter(lambda each: each.is_in(data), sections()):
        value = one.editor.read(as_sent(SectionForm(one, data)), one.path, one.value_in(data))
        assert same(one.put_into(data, value), data), one.key
