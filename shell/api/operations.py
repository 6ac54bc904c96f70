"""Operations of the API: what the OpenAPI document says of each, and those that do one thing to what they name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from shell.api.shapes import CONFLICT, IDEMPOTENCY_KEY, JSON, PROBLEMS, Body, beside, body_of, idempotency_key


def operation(name: str, answer: Any, *, status: int = 200, media_type: str = JSON, **said: Any) -> Callable[..., Any]:
    """Says an operation in the OpenAPI document; `answer` is what it gives when it succeeds, None for nothing.

    With `IDEMPOTENCY_KEY` among its `parameters` it says what comes of another use of a key too.
    """
    conflict = CONFLICT if IDEMPOTENCY_KEY in said.get("parameters", ()) else {}
    success: Any = {status if answer is None else (status, media_type): answer}
    return extend_schema(operation_id=name, responses={**success, **conflict, **PROBLEMS}, **said)


class Verb(APIView):
    """Does one thing to what its address names, and answers with that as it then is."""

    gives: type[serializers.BaseSerializer[Any]]
    does: Callable[..., Any]
    takes: type[Body] | None = None
    takes_key = False
    answers = 200
    #: What the action gave, once it is done.
    made: Any = None

    def post(self, request: Any, **address: Any) -> Response:
        about = self.about()
        given = self.arguments(body_of(self.takes, request)) if self.takes else {}
        if self.takes_key:
            given["submission"] = idempotency_key(request)
        with beside(self.takes):
            self.made = self.does(**about, now=timezone.now(), **given)
        return Response(self.gives(self.found(), context={"request": request}).data, status=self.answers)

    def about(self) -> dict[str, Any]:
        """What the action is told beside the body: what it is done to, and who asks. Raises Http404."""
        raise NotImplementedError

    def arguments(self, body: dict[str, Any]) -> dict[str, Any]:
        """What the action is told of the body."""
        return body

    def found(self) -> Any:
        """What the address names, for `gives`. Raises Http404."""
        raise NotImplementedError


V = TypeVar("V", bound=Verb)


def verb(
    name: str, action: Callable[..., Any], takes: type[Body] | None = None, *, once: bool = False, **said: Any
) -> Callable[[type[V]], type[V]]:
    """Makes a view the one that does `action` with what `takes` reads; `once` lets it take an Idempotency-Key."""

    def doing(view: type[V]) -> type[V]:
        view.does, view.takes, view.takes_key = staticmethod(action), takes, once
        asked: dict[str, Any] = {"request": takes or OpenApiTypes.NONE, "parameters": [IDEMPOTENCY_KEY] if once else []}
        return extend_schema_view(post=operation(name, view.gives, status=view.answers, **asked, **said))(view)

    return doing
