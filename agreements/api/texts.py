"""Agreement texts from outside: YAML as it is, or in JSON. No more of one is read than an agreement may be long."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.parsers import BaseParser

from agreements.actions import UnusableDocumentError
from agreements.document import DocumentErrors
from agreements.document.source import MAX_BYTES, decoded, too_large
from shell.api.parsers import ReadableJSONParser
from shell.api.shapes import JSON, Body, body_of

YAML = "application/yaml"
FILE = OpenApiParameter(
    "file", OpenApiTypes.STR, description="The file name that problems show; agreement.yaml if left out."
)
DATE = OpenApiParameter("effective_from", OpenApiTypes.DATE, description="Beside YAML: if left out, as the text says.")
#: In JSON, quotes and line ends take two characters.
_MOST_JSON = 2 * MAX_BYTES


class YamlParser(BaseParser):
    """The body is the text, and decoded later, where what is wrong with it can be said."""

    media_type = YAML

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, bytes]:
        return {"source": stream.read(MAX_BYTES + 1)}


PARSERS = [YamlParser, ReadableJSONParser]


class TextIn(Body):
    source = serializers.CharField(  # type: ignore[assignment]  # the field is called what it is
        trim_whitespace=False, help_text="The agreement as YAML."
    )


class DraftIn(TextIn):
    effective_from = serializers.DateField(required=False, allow_null=True, help_text="If left out, as the text says.")


def requests(shape: type[Body]) -> dict[str, Any]:
    """Both ways of sending a text, for the OpenAPI document."""
    return {YAML: OpenApiTypes.STR, JSON: shape}


def text_of(request: Any, shape: type[Body]) -> dict[str, Any]:
    """`source`, `name` and what else `shape` takes. UnusableDocumentError for what cannot be an agreement's text."""
    name = " ".join(request.query_params.get("file", "").split())[:100] or "agreement.yaml"
    is_yaml = str(request.content_type).split(";")[0].strip().lower() == YAML
    try:
        if _announced(request) > (MAX_BYTES if is_yaml else _MOST_JSON):
            raise too_large(name)
        if is_yaml:
            body = _dated(request, shape)
            body["source"] = decoded(request.data["source"], name=name)
        else:
            body = body_of(shape, request)
            body["source"] = decoded(body["source"], name=name)
    except DocumentErrors as errors:
        raise UnusableDocumentError(errors) from None
    return {**body, "name": name}


def _announced(request: Any) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if str(length).isascii() and str(length).isdecimal() else 0


def _dated(request: Any, shape: type[Body]) -> dict[str, Any]:
    """What stands beside a text that is the body itself: in the address."""
    beside = {name: said for name, said in request.query_params.items() if name in shape().fields and name != "source"}
    filled = shape(data=beside, partial=True)
    filled.is_valid(raise_exception=True)
    return dict(filled.validated_data)
