"""Request bodies from outside: unknown names, NUL bytes and impossible numbers are refused with the place they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

# PostgreSQL's bigint: a larger number cannot be the id of anything.
LARGEST_ID = 2**63 - 1


class Body(serializers.Serializer):
    """A request body that takes the fields it names and no others."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(str(name) for name in data if name not in self.fields)
            if unknown:
                raise serializers.ValidationError({name: ["There is no such field."] for name in unknown})
        return super().to_internal_value(data)


class IdField(serializers.IntegerField):
    """The id of something, in the range that ids have."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **kwargs)
