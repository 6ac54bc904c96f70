"""The published schema: valid, described throughout, in step with the classes and with the readers of quantities."""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from agreements.document import AgreementDocument, load
from agreements.document.binder import field_names, hints_of
from agreements.document.keys import Catalogue
from agreements.document.schema import _READERS, schema
from tests.agreements.documents import bundled, sixth

NOT_IN_FILES = {"data"}


def resolved(rule: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in rule:
        rule = schema()["$defs"][rule["$ref"].removeprefix("#/$defs/")]
    return rule


def objects(rule: dict[str, Any]) -> list[dict[str, Any]]:
    """The object with named fields that a rule describes, looking through references, lists, mappings and alternatives."""
    rule = resolved(rule)
    if "properties" in rule:
        return [rule]
    inner = [rule.get("items"), rule.get("additionalProperties"), *rule.get("anyOf", ())]
    return [found for part in inner if isinstance(part, dict) for found in objects(part)]


def part_of(hint: Any) -> Any:
    """The model class inside a type hint, or None."""
    if dataclasses.is_dataclass(hint):
        return None if hasattr(hint, "parse") else hint
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) in (tuple, Catalogue, typing.Union, types.UnionType):
        return next(filter(None, map(part_of, arguments)), None)
    return part_of(arguments[1]) if typing.get_origin(hint) is dict else None


def pairs(cls: Any, rule: dict[str, Any], keyed: bool = False) -> Iterator[tuple[Any, dict[str, Any], bool]]:
    """Every model class with the schema object it mirrors; `keyed` when its key is the name in a mapping."""
    yield cls, rule, keyed
    for name, field in field_names(cls).items():
        hint = hints_of(cls)[field]
        inner = part_of(hint)
        if inner is None or name in NOT_IN_FILES:
            continue
        for found in objects(rule["properties"][name])[:1]:
            yield from pairs(inner, found, keyed=typing.get_origin(hint) is Catalogue)


PAIRS = list({cls: (cls, rule, keyed) for cls, rule, keyed in pairs(AgreementDocument, dict(schema()))}.values())


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize(("cls", "rule", "keyed"), PAIRS, ids=lambda value: getattr(value, "__name__", ""))
def test_each_class_has_exactly_the_fields_of_its_schema(cls, rule, keyed):
    names = field_names(cls)
    ours = set(names) - NOT_IN_FILES - ({"key"} if keyed else set())
    assert ours == set(rule["properties"])
    by_field = {field.name: field for field in dataclasses.fields(cls)}
    needed = {
        name
        for name in ours
        if by_field[names[name]].default is dataclasses.MISSING
        and by_field[names[name]].default_factory is dataclasses.MISSING
    }
    assert needed == set(rule.get("required", ()))


@pytest.mark.parametrize(("cls", "rule", "keyed"), PAIRS, ids=lambda value: getattr(value, "__name__", ""))
def test_each_choice_is_the_same_in_class_and_schema(cls, rule, keyed):
    for name, field in field_names(cls).items():
        options = set(_literals(hints_of(cls)[field]))
        if options:
            part = resolved(rule["properties"][name])
            assert options == set(part.get("enum") or resolved(part["items"])["enum"]), name


def _literals(hint: Any) -> Iterator[str]:
    if typing.get_origin(hint) is typing.Literal:
        yield from typing.get_args(hint)
    elif typing.get_origin(hint) in (tuple, typing.Union, types.UnionType):
        for part in typing.get_args(hint):
            yield from _literals(part)


@pytest.mark.parametrize(("cls", "rule", "keyed"), PAIRS, ids=lambda value: getattr(value, "__name__", ""))
def test_each_default_is_the_same_in_class_and_schema(cls, rule, keyed):
    by_field = {field.name: field for field in dataclasses.fields(cls)}
    for name, field in field_names(cls).items():
        part = rule["properties"].get(name, {})
        if "default" in part:
            assert by_field[field].default == part["default"], name


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


@pytest.mark.parametrize("title", sorted(_READERS))
def test_each_reader_belongs_to_a_pattern(title):
    patterns = [rule["pattern"] for _, rule in walk(dict(schema())) if rule.get("title") == title]
    assert patterns
    reader = _READERS[title]
    for sample in ("", "x", "3 days", "8 hours\n", "１ hour", "99", "25:00-26:00", "2026-13-01", "mon-", "JPY 3"):
        if not any(re.search(pattern, sample) for pattern in patterns) or "\n" in sample:
            with pytest.raises(ValueError, match=r"\S"):
                reader(sample)


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
