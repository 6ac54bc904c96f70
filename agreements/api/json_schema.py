"""The JSON Schema of agreement files, for everybody: editors fetch it by its address."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.views.decorators.http import condition
from drf_spectacular.types import OpenApiTypes
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from agreements.document import schema_text
from shell.api.operations import operation

SCHEMA_JSON = "application/schema+json"
KEPT_SECONDS = 3600


@cache
def _etag() -> str:
    return f'"{hashlib.sha256(schema_text().encode()).hexdigest()[:32]}"'


class AgreementSchema(APIView):
    """The JSON Schema (draft 2020-12) that agreement files are checked by; its `$id` is the same at every address."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @operation("agreement_schema", OpenApiTypes.OBJECT, media_type=SCHEMA_JSON, auth=[])
    @method_decorator(condition(etag_func=lambda request: _etag()))
    def get(self, request: Any) -> HttpResponse:
        response = HttpResponse(schema_text(), content_type=SCHEMA_JSON)
        response["Access-Control-Allow-Origin"] = "*"
        patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
        return response
