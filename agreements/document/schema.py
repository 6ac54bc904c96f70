"""The published JSON Schema, made from the declarations. `manage.py agreement schema` prints it anew."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from agreements.document.declaration import Declared, declared, described
from agreements.document.document import AgreementDocument
from agreements.document.keys import Format


@cache
def schema() -> Mapping[str, Any]:
    """The JSON Schema (draft 2020-12) as values. Shared: do not change it."""
    found: dict[str, Any] = {}
    root = _part(AgreementDocument, found)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:slatrack:agreement:1",
        "title": "Service level agreement",
        **root,
        "$defs": dict(sorted(found.items())),
    }


@cache
def schema_text() -> str:
    """The JSON Schema as published: the file that `schema` was written to."""
    return (files("agreements.document") / "schema.json").read_text(encoding="utf-8")


def _part(cls: Any, found: dict[str, Any]) -> dict[str, Any]:
    own = declared(cls)
    needed = [name for name, each in own.items() if each.required]
    return {
        "description": described(cls),
        "type": "object",
        **({"required": needed} if needed else {}),
        "additionalProperties": False,
        "properties": {name: _rule(each, found) for name, each in own.items()},
    }


def _rule(each: Declared, found: dict[str, Any]) -> dict[str, Any]:
    """One term; what it refers to is put among the definitions `found`."""
    said = each.term
    head = {"title": said.title, "description": said.help}
    default = each.default if isinstance(each.default, str | bool) else ""
    tail = {"default": default} if default != "" else {}
    rule: dict[str, Any]
    if each.format:
        rule = _format(each.format, found)
    elif each.is_part:
        if each.hint.__name__ not in found:
            found[each.hint.__name__] = {}  # of a part within itself
            found[each.hint.__name__] = _part(each.hint, found)
        rule = _reference(each.hint.__name__)
        if short := getattr(each.hint, "shorthand", ""):
            alone = declared(each.hint)[short]
            rule = {"anyOf": [_format(alone.format, found) if alone.format else _rule(alone, found), rule]}
    elif each.is_fixed:
        rule = {"const": each.options[0]}
    elif each.options:
        rule = {"enum": list(each.options)}
    elif each.is_list:
        item = _rule(each.item, found)
        rule = {"type": "array", "items": item, "minItems": said.least, "maxItems": each.most}
        if said.alone:
            rule = {"anyOf": [*item.get("anyOf", [item]), {"description": said.help, **rule}]}
    elif each.is_mapping:
        names = _rule(each.keys, found)
        most_names = {"maxProperties": each.most} if each.most else {}
        rule = {"type": "object", "propertyNames": names, "additionalProperties": _rule(each.item, found)}
        rule |= {"minProperties": said.least, **most_names}
    elif each.hint is bool:
        rule = {"type": "boolean"}
    elif each.hint is int:
        rule = {"type": "integer", "minimum": said.least, "maximum": said.most}
    else:
        rule = {"type": "string", "minLength": 1, "maxLength": said.longest}
    return {**{name: words for name, words in head.items() if words}, **rule, **tail}


def _format(form: Format, found: dict[str, Any]) -> dict[str, Any]:
    name = form.title.replace(" ", "_")
    examples = {"examples": list(form.examples)} if form.examples else {}
    bounds = {"type": "string", "pattern": form.pattern, "maxLength": form.longest}
    found[name] = {"title": form.title, "description": form.help, **bounds, **examples}
    return _reference(name)


def _reference(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}


def written(whole: Mapping[str, Any]) -> str:
    """The schema as a text with a line for every section and every definition."""
    head = _text({name: value for name, value in whole.items() if name not in ("properties", "$defs")})
    sections, definitions = (
        ",\n".join(f"{_text(name)}: {_text(rule)}" for name, rule in whole[group].items())
        for group in ("properties", "$defs")
    )
    return f'{head[:-1]}, "properties": {{\n{sections}\n}}, "$defs": {{\n{definitions}\n}}}}\n'


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
