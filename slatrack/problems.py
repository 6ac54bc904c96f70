"""API errors as RFC 9457 problem details."""

from __future__ import annotations

import dataclasses
from http import HTTPStatus
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.core.exceptions import ValidationError as Refusal
from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import APIException, ErrorDetail, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from agreements.document import DocumentError
from shell.drafts import SENT_ALREADY
from tenants.scope import current_scope


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """Render an error as `application/problem+json`; `errors` names the field of each mistake.

    What an action refuses (Django's ValidationError) is a mistake in the request like any other.
    """
    located: list[dict[str, Any]] = []
    if isinstance(error, Refusal) and getattr(error, "code", None) == SENT_ALREADY:
        error = KeyUsedBefore()
    elif isinstance(error, Refusal):
        located = [_located(each) for each in getattr(error, "problems", ())]
        error = ValidationError(_refused(error))
    response = exception_handler(error, context)
    if response is None:
        return None
    if current_scope() is not None:
        transaction.set_rollback(True)
    status = HTTPStatus(response.status_code)
    problem: dict[str, Any] = {"type": "about:blank", "title": status.phrase, "status": status.value}
    if isinstance(error, ValidationError):
        problem["detail"] = "Something in the request cannot be accepted."
        problem["errors"] = located or list(_mistakes(error.detail, ""))
    else:
        problem["detail"] = str(getattr(error, "detail", "")) or status.description
    response.data = problem
    response.content_type = "application/problem+json"
    return response


class KeyUsedBefore(APIException):
    status_code = HTTPStatus.CONFLICT
    default_detail = (
        "This Idempotency-Key was used before, for something else. Nothing was done; take a new one for this."
    )


@extend_schema(exclude=True)
class NoSuchAddress(APIView):
    """Every other address below the API."""

    permission_classes = [AllowAny]

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        raise Http404("There is nothing at this address.")


def _located(problem: DocumentError) -> dict[str, Any]:
    """What is wrong with an agreement's text, with its place there."""
    return {"pointer": "/source", "detail": str(problem), **dataclasses.asdict(problem)}


def _refused(refusal: Refusal) -> dict[str, list[str]]:
    if hasattr(refusal, "error_dict"):
        return {
            "non_field_errors" if field == NON_FIELD_ERRORS else field: messages
            for field, messages in refusal.message_dict.items()
        }
    return {"non_field_errors": list(refusal.messages)}


def _mistakes(detail: Any, path: str) -> Any:
    if isinstance(detail, dict):
        for field, inner in detail.items():
            yield from _mistakes(inner, f"{path}/{field}" if field != "non_field_errors" else path)
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            yield from _mistakes(inner, path if isinstance(inner, ErrorDetail) else f"{path}/{index}")
    else:
        yield {"pointer": path or "/", "detail": str(detail)}
