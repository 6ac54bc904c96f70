"""Shapes of plain values: what a program gets of a dataclass is what the dataclass says it has."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from django.db.models import TextChoices
from rest_framework import serializers

from shell.api.shapes import EnumField

_SIMPLE: dict[Any, Any] = {
    str: serializers.CharField,
    int: serializers.IntegerField,
    bool: serializers.BooleanField,
    date: serializers.DateField,
    datetime: serializers.DateTimeField,
}


def shape_of(kind: Any, name: str, **instead: Any) -> Any:
    """A serializer called `name` with the fields of a dataclass; `instead` are other ones, None for one left out."""
    return _shape_of(kind, name, **instead) if instead else _plain_shape_of(kind, name)


@cache
def _plain_shape_of(kind: Any, name: str) -> Any:
    # What two shapes hold is one shape: the OpenAPI document names each once.
    return _shape_of(kind, name)


def _shape_of(kind: Any, name: str, **instead: Any) -> Any:
    hints = get_type_hints(kind)
    own = {each.name: instead.get(each.name, hints[each.name]) for each in dataclasses.fields(kind)}
    fields = {each: field_of(value) for each, value in {**own, **instead}.items() if value is not None}
    return type(name, (serializers.Serializer,), {"__doc__": kind.__doc__, **fields})


def field_of(hint: Any, **said: Any) -> Any:
    """The field that holds a value of this type."""
    options = get_args(hint)
    if isinstance(hint, serializers.Field):
        return hint
    if NoneType in options:
        return field_of(options[0], **{**said, "allow_null": True})
    if isinstance(hint, type) and issubclass(hint, TextChoices):
        return EnumField(hint, **said)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return serializers.ChoiceField(choices=[member.value for member in hint], **said)
    if get_origin(hint) is Literal:
        return serializers.ChoiceField(choices=list(options), **said)
    if get_origin(hint) is tuple:
        item = field_of(options[0])
        return type(item)(many=True) if isinstance(item, serializers.Serializer) else serializers.ListField(child=item)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return shape_of(hint, f"{hint.__name__}Out")(**said)
    if options and all(map(dataclasses.is_dataclass, options)):
        # One of several says itself which it is.
        return serializers.DictField(**said)
    return _SIMPLE[hint](**said)
