"""What the schema refuses in a file, in words for people instead of in schema terms."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator

from agreements.document.declaration import every_term
from agreements.document.document import AgreementDocument
from agreements.document.errors import MAX_ERRORS, Path, listed, shortened
from agreements.document.quantities import parse_date
from agreements.document.schema import schema
from agreements.document.source import Source

_KINDS = {
    "object": "a mapping of names to values",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
}

#: Readers that explain a mismatch better than a pattern can, by the title of the definition.
READERS: dict[str, Callable[[str], object]] = {
    each.format.title: getattr(each.hint, "parse", parse_date)
    for each in every_term(AgreementDocument)
    if each.format and each.hint is not str
}


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema())


def validate(source: Source) -> None:
    """Raise `DocumentErrors` with a sentence for everything the schema refuses, at most `MAX_ERRORS` of them."""
    explained: set[tuple[Path, str]] = set()
    for error in islice(_validator().iter_errors(source.data), MAX_ERRORS):
        _explain(source, error, explained)
    source.problems.raise_any()


def _explain(source: Source, error: Any, explained: set[tuple[Path, str]]) -> None:
    path: Path = tuple(error.absolute_path)
    kind = str(error.validator)
    if kind == "anyOf":
        for inner in _nearest_branch(error):
            _explain(source, inner, explained)
        if _nearest_branch(error):
            return
    if kind in ("required", "additionalProperties"):
        # The library reports every missing name of one place as an error of its own, without saying which.
        if (path, kind) in explained:
            return
        explained.add((path, kind))
        _explain_names(source, error, path, kind)
    elif "propertyNames" in error.absolute_schema_path:
        source.report((*path, error.instance), _key_sentence(error), at_key=True)
    else:
        source.report(path, _sentence(error))


def _explain_names(source: Source, error: Any, path: Path, kind: str) -> None:
    if kind == "required":
        for name in error.validator_value:
            if name not in error.instance:
                meaning = _meaning(error.schema, name)
                source.report((*path, name), f"“{name}” is missing here. {meaning}".strip())
        return
    allowed = list(error.schema.get("properties", ()))
    for name in islice((name for name in error.instance if name not in allowed), MAX_ERRORS):
        near = difflib.get_close_matches(name[:60], allowed, n=1)
        hint = f"Did you mean “{near[0]}”?" if near else f"Known here: {listed(allowed, 40)}."
        source.report((*path, name), f"“{shortened(name)}” is not known here. {hint}", at_key=True)


def _nearest_branch(error: Any) -> list[Any]:
    """The errors of the alternative that has the right type of value, so that the sentence speaks of what was meant."""
    branches: dict[Any, list[Any]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.relative_schema_path[0], []).append(inner)
    for errors in branches.values():
        if not any(inner.validator == "type" and not inner.relative_path for inner in errors):
            return errors
    return []


def _sentence(error: Any) -> str:
    value, wanted, rule = error.instance, error.validator_value, error.schema
    kind = error.validator
    if value is None:
        return f"There is no value here. {rule.get('description', '')}".strip()
    if kind == "type":
        return _type_sentence(value, wanted)
    if kind == "enum":
        near = difflib.get_close_matches(str(value)[:60], [str(option) for option in wanted], n=1)
        hint = f" Did you mean “{near[0]}”?" if near else ""
        return f"“{_shown(value)}” is not one of the possible values: {listed(map(str, wanted), 40)}.{hint}"
    if kind == "const":
        return f"This must be “{wanted}”, not “{_shown(value)}”."
    if kind == "pattern":
        return _pattern_sentence(value, rule)
    if kind in ("minItems", "minProperties"):
        return "At least one entry is needed here." if wanted == 1 else f"At least {wanted} entries are needed here."
    if kind in ("maxItems", "maxProperties"):
        return f"There are more than {wanted} entries here, which no agreement needs."
    if kind == "minLength":
        return "There is no text here. Write it, or delete the line."
    if kind == "maxLength":
        return f"This text is longer than {wanted} characters. Shorten it."
    if kind in ("minimum", "maximum"):
        bound = "at least" if kind == "minimum" else "at most"
        return f"{_shown(value)} is out of range: it must be {bound} {wanted}."
    expected = str(rule.get("description", "something else"))
    return f"“{_shown(value)}” does not fit here. Expected: {expected}"


def _type_sentence(value: Any, wanted: Any) -> str:
    if wanted == "string" and isinstance(value, bool | int | Decimal):
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        return f'Text is expected here. Put it in quotes: "{shown}".'
    if wanted == "boolean":
        return f"“{_shown(value)}” is neither true nor false. Write true or false."
    return f"{_capital(_KINDS.get(str(wanted), str(wanted)))} is expected here, not {_kind_of(value)}."


def _pattern_sentence(value: Any, rule: Any) -> str:
    reader = READERS.get(rule.get("title", ""))
    if reader is not None:
        try:
            reader(value)
        except ValueError as error:
            return str(error)
    return f"“{_shown(value)}” does not fit here. {rule.get('description', '')}".strip()


def _key_sentence(error: Any) -> str:
    if error.validator == "pattern":
        return _pattern_sentence(error.instance, error.schema)
    return _sentence(error)


def _meaning(rule: Any, name: str) -> str:
    """What the schema says a missing part is for."""
    part = rule.get("properties", {}).get(name, {})
    return str(part.get("description", ""))


def _kind_of(value: Any) -> str:
    if isinstance(value, dict):
        return _KINDS["object"]
    if isinstance(value, list):
        return _KINDS["array"]
    if isinstance(value, bool):
        return f"“{str(value).lower()}”"
    if isinstance(value, int | Decimal):
        return f"the number {value}"
    if value is None:
        return "nothing"
    return f"the text “{_shown(value)}”"


def _shown(value: Any) -> str:
    return shortened(str(value)) if isinstance(value, str | int | Decimal) else _kind_of(value)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
