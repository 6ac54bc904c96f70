"""API errors as RFC 9457 problem details."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """Render what DRF understands as `application/problem+json`; `errors` names the field of each mistake."""
    response = exception_handler(error, context)
    if response is None:
        return None
    set_rollback()
    status = HTTPStatus(response.status_code)
    problem: dict[str, Any] = {"type": "about:blank", "title": status.phrase, "status": status.value}
    if isinstance(error, ValidationError):
        problem["detail"] = "Something in the request cannot be accepted."
        problem["errors"] = list(_mistakes(error.detail, ""))
    else:
        problem["detail"] = str(getattr(error, "detail", "")) or status.description
    response.data = problem
    response.content_type = "application/problem+json"
    return response


def _mistakes(detail: Any, path: str) -> Any:
    if isinstance(detail, dict):
        for field, inner in detail.items():
            yield from _mistakes(inner, f"{path}/{field}" if field != "non_field_errors" else path)
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            yield from _mistakes(inner, path if isinstance(inner, ErrorDetail) else f"{path}/{index}")
    else:
        yield {"pointer": path or "/", "detail": str(detail)}
