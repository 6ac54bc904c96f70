"""What every endpoint has in common: bodies from outside that are read strictly, problems, media types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.fields import empty

from shell.entry import LARGEST_ID

JSON = "application/json"


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


class FoundField(serializers.Field):
    """A field that gives on what is `found` by what was sent, once that is checked."""

    def run_validation(self, data: Any = empty) -> Any:
        sent = super().run_validation(data)
        return None if sent is None else self.found(sent)

    def found(self, sent: Any) -> Any:
        """Raises the framework's ValidationError where there is none."""
        raise NotImplementedError


class RowField(FoundField, IdField):
    """The id of a row of `model`, or what else it is called `by`; given on as the row, or as what it has at `gives`."""

    def __init__(self, model: type[models.Model], *, by: str = "pk", gives: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.model, self.by, self.gives = model, by, gives

    def found(self, sent: int) -> Any:
        row = self.model._default_manager.filter(**{self.by: sent}).first()
        if row is None:
            raise serializers.ValidationError(f"There is no such {self.model._meta.verbose_name}.")
        return getattr(row, self.gives) if self.gives else row


class EnumField(serializers.ChoiceField):
    """One of an enumeration's values, given on as its member."""

    def __init__(self, enumeration: type[models.TextChoices], **kwargs: Any) -> None:
        super().__init__(choices=enumeration.choices, **kwargs)
        self.enumeration = enumeration

    def to_internal_value(self, data: Any) -> models.TextChoices:
        return self.enumeration(super().to_internal_value(data))


class MistakeOut(serializers.Serializer):
    """One mistake in the request. What is wrong with a text says its place too; `path` is the place in the document."""

    pointer = serializers.CharField()
    detail = serializers.CharField()
    file = serializers.CharField(required=False)
    line = serializers.IntegerField(required=False)
    column = serializers.IntegerField(required=False)
    path = serializers.CharField(required=False, allow_blank=True)
    sentence = serializers.CharField(required=False)


class ProblemOut(serializers.Serializer):
    """RFC 9457 problem details."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = MistakeOut(many=True, required=False)  # type: ignore[assignment]  # called what RFC 9457 calls it


#: What every operation may answer with beside its success, for the OpenAPI document.
PROBLEMS = {(code, "application/problem+json"): ProblemOut for code in (400, 401, 403, 404, 405, 406, 413, 415, 429)}
#: Where an Idempotency-Key is taken, and came before with something else.
CONFLICT = {(409, "application/problem+json"): ProblemOut}


def body_of(serializer: type[Body], request: Any) -> dict[str, Any]:
    """The request's body, read by `serializer`. Raises DRF's ValidationError with a sentence for each field."""
    filled = serializer(data=request.data)
    filled.is_valid(raise_exception=True)
    return filled.validated_data


@contextmanager
def beside(takes: type[Body] | None) -> Iterator[None]:
    """What an action refuses, beside what `takes` calls its arguments."""
    try:
        yield
    except ValidationError as refusal:
        if takes is None or not hasattr(refusal, "error_dict"):
            raise
        called = {field.source: name for name, field in takes().fields.items()}
        told = {called.get(argument, argument): said for argument, said in refusal.message_dict.items()}
        raise ValidationError(told) from None


IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.UUID,
    OpenApiParameter.HEADER,
    description="A UUID of yours. The same key twice does the thing once and answers with what the first call made; "
    "with something else it is a 409.",
)


def idempotency_key(request: Any) -> UUID | None:
    text = request.headers.get("Idempotency-Key", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise ValidationError("Idempotency-Key has to be a UUID.") from None
