"""Headers every response carries, and what no request may carry."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.views.defaults import bad_request

from slatrack.bodies import largest_body
from tenants.doors import page_above

# Tabler draws ticks and chevrons with data: images; nothing else comes from elsewhere, and nothing is inline.
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src "
    "'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
# Swagger UI writes styles into the page; the API's documentation shows nobody's data.
DOCS_POLICY = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'").replace(
    "script-src 'self'", "script-src 'self' 'unsafe-inline'"
)


class ContentSecurityPolicyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = DOCS_POLICY if request.path == "/api/v1/docs/" else POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        return response


class NotAllowedPageMiddleware:
    """Where only a form is taken, or only reading: our page says so and leads on. The API has words of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or request.path.startswith("/api/"):
            return response
        page = render(request, "405.html", {"page": page_above(request)}, status=response.status_code)
        page.headers["Allow"] = response.headers["Allow"]
        return page


class ReadableRequestMiddleware:
    """Refuses what no browser sends: NUL bytes, which PostgreSQL cannot store or look for, text in an encoding of the
    sender's choice, and more than the files of one message, before any of it is read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        status = _refused(request)
        if status is None:
            return self.get_response(request)
        if request.path.startswith("/api/"):
            problem = {"type": "about:blank", "title": status.phrase, "status": status, "detail": status.description}
            return JsonResponse(problem, status=status, content_type="application/problem+json")
        if status == HTTPStatus.BAD_REQUEST:
            return bad_request(request, ValueError("unreadable"))
        return HttpResponse("This is more than can be sent at once.", status=status, content_type="text/plain")


def _refused(request: HttpRequest) -> HTTPStatus | None:
    query = request.META.get("QUERY_STRING", "")
    texts = (request.path, query, *request.COOKIES.values())
    charset = (request.content_params or {}).get("charset", "utf-8")
    if "%00" in query or any("\x00" in text for text in texts) or charset.lower() not in {"utf-8", "utf8", "us-ascii"}:
        return HTTPStatus.BAD_REQUEST
    most = largest_body(signed_in=not {"HTTP_COOKIE", "HTTP_AUTHORIZATION"}.isdisjoint(request.META))
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and (len(length) > 18 or int(length) > most):
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return None
