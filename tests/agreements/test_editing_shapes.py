"""The form is made from the format: every field of the schema has its place, and a new one needs no code."""

from __future__ import annotations

import pytest

from agreements.document.declaration import Name, term, terms
from agreements.editing import shapes
from agreements.editing.sections import choices, sections
from agreements.editing.shapes import Shape, document_shape
from tests.agreements.documents import bundled


def leaves(shape: Shape, path: str = "") -> dict[str, Shape]:
    inner = {**shape.fields, **({"*": shape.item} if shape.item else {})}
    found = {} if inner and not shape.is_leaf else {path: shape}
    for name, one in inner.items() if not shape.is_leaf else ():
        found |= leaves(one, f"{path}/{name}")
    return found


def test_every_field_has_a_label_and_words_about_it():
    for path, shape in leaves(document_shape()).items():
        assert shape.title, path
        assert shape.help, path
        assert "_" not in shape.title, path


def test_every_section_of_the_format_is_edited_somewhere():
    edited = {name for one in sections() for name in (one.path or one.shape.fields)}
    assert edited == set(document_shape().fields) - {"format", "key"}


@pytest.mark.parametrize(
    ("path", "form", "reference"),
    [
        ("/plans/*/channels", "picks", "channel"),
        ("/tickets/default_level", "choice", "level"),
        ("/incidents/publish_from", "choice", "incident level"),
        ("/targets/rules/*/plans", "picks", "plan"),
        ("/targets/calendar", "choice", "calendar"),
        ("/calendars/*/weekly/*", "list", ""),
        ("/liability/kind", "choice", ""),
        ("/plans/*/allowance/incidents", "number", ""),
        ("/credits/offered", "switch", ""),
        ("/schemes/*/levels/*/definition", "paragraph", ""),
        ("/schemes/*/levels/*/examples", "list", ""),
    ],
)
def test_each_field_is_edited_as_what_it_is(path, form, reference):
    shape = leaves(document_shape())[path]
    assert (shape.form, shape.reference) == (form, reference)


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

    motto = shapes.part_shape(Motto)
    assert (motto.help, motto.fields["words"].title, motto.fields["words"].form) == (
        "What a plan is known for.",
        "Words",
        "text",
    )
