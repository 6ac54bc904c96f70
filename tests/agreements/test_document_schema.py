"""The published schema: valid, described throughout, in step with the declarations and the readers of quantities."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from agreements.document import AgreementDocument, load
from agreements.document.declaration import declared, every_term
from agreements.document.document import DOCUMENT
from agreements.document.refusals import refused
from agreements.document.schema import schema, schema_text, written
from agreements.readable.voice import TEAM
from tests.agreements.documents import bundled, sixth

READERS = {
    each.format.title: each.format.parse for each in every_term(AgreementDocument) if each.format and each.format.parse
}


def resolved(rule: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in rule:
        rule = schema()["$defs"][rule["$ref"].removeprefix("#/$defs/")]
    return rule


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_published_file_is_what_the_declarations_say():
    """Write it anew with `python manage.py agreement schema > agreements/document/schema.json`."""
    assert schema_text() == written(schema())


def walk(rule: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(rule, dict):
        if {"type", "enum", "const", "anyOf", "$ref"} & rule.keys():
            yield path, rule
        for name in ("properties", "$defs"):
            for key, part in rule.get(name, {}).items():
                yield from walk(part, f"{path}.{key}")
        for name in ("items", "additionalProperties"):
            yield from walk(rule.get(name), f"{path}.{name}")
        for position, part in enumerate(rule.get("anyOf", ())):
            yield from walk(part, f"{path}.anyOf{position}")


def test_everything_is_described_and_bounded():
    for path, rule in walk(dict(schema())):
        described = rule.get("description") or resolved(rule).get("description")
        assert described, path
        assert described.endswith((".", "?")), f"{path}: {described}"
        if rule.get("type") == "object":
            assert (
                rule["additionalProperties"] is False
                or "maxProperties" in rule
                or "enum" in resolved(rule["propertyNames"])
            )
        if rule.get("type") == "array":
            assert "maxItems" in rule, path
        if rule.get("type") == "string":
            assert "maxLength" in rule, path


@pytest.mark.parametrize("key", ["seatplan", "engage", "managedops", "identity", "officeware", "kumo"])
def test_an_editor_with_the_schema_alone_finds_nothing_wrong_with_the_files(key):
    document = sixth() if key == "kumo" else bundled(key)
    assert not list(Draft202012Validator(schema()).iter_errors(document.data))


@pytest.mark.parametrize("title", sorted(READERS))
def test_each_reader_belongs_to_a_pattern(title):
    patterns = [rule["pattern"] for _, rule in walk(dict(schema())) if rule.get("title") == title]
    assert patterns
    reader = READERS[title]
    for sample in ("", "x", "3 days", "8 hours\n", "１ hour", "99", "25:00-26:00", "2026-13-01", "mon-", "JPY 3"):
        if not any(re.search(pattern, sample) for pattern in patterns) or "\n" in sample:
            with pytest.raises(ValueError, match=r"\S"):
                reader(sample)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in inner:
        yield from places(each, (*path, step))


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = changed(value[path[0]], path[1:], new)
    return copy


ODD = [
    "",
    "x",
    "x" * 2_001,
    None,
    [],
    {},
    [[]],
    {"a": "b"},
    True,
    -1,
    10**6,
    Decimal("1.5"),
    "9 hours",
    "none",
    "always",
]


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(10))
def test_the_loader_refuses_what_the_schema_refuses_and_beyond_it_only_quantities(seed):
    """Both come from the declarations, on ways of their own."""
    random, validator = Random(seed), Draft202012Validator(schema())
    every = list(places(sixth().data))
    for _ in range(40):
        path, new = random.choice(every), random.choice(ODD)
        data = changed(sixth().data, path, new)
        reasons = {problem.sentence for problem in refused(DOCUMENT, data)}
        if validator.is_valid(data):
            assert reasons <= {sentence_of(reader, new) for reader in READERS.values()}, (path, new)
        else:
            assert reasons, (path, new)


def sentence_of(reader: Any, text: Any) -> str:
    try:
        reader(text)
    except (TypeError, ValueError) as error:
        return str(error)
    return ""


def test_the_example_of_the_format_page_loads():
    page = (Path(__file__).parents[2] / "docs" / "agreement-format.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(format: .*?)```", page, re.DOTALL)
    assert len(examples) == 1
    document = load(examples[0], name="agreement-format.md")
    assert (
        document.promises(plan="standard", request_type="question", level="high")["first_response"].text
        == "4 business hours"
    )


def test_the_format_page_names_every_section():
    page = (Path(__file__).parents[2] / "docs" / "agreement-format.md").read_text(encoding="utf-8")
    for section in schema()["properties"]:
        assert f"`{section}`" in page, section


def test_words_name_only_terms_beside_them_and_those_of_whom_they_speak():
    spoken = {"", *TEAM.called}
    classes = {AgreementDocument, *(each.hint for each in every_term(AgreementDocument) if each.is_part)}
    for cls in classes:
        beside = declared(cls)
        for name, each in beside.items():
            said = [each.term.words, *each.term.says.values()]
            named = {word.lower() for words in said for word in re.findall(r"\{(\w*)\}", words)}
            assert named <= spoken | beside.keys(), (cls, name)
            options = each.item.options if each.is_list else each.options
            if options and each.term.says:
                assert set(options) <= each.term.says.keys(), (cls, name)
