"""Who may pass which front door. A stranger to it gets 404; a member without the permission 403."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase

View = Callable[..., HttpResponseBase]


def ask_to_sign_in(request: Any) -> HttpResponse:
    """To the sign-in page, and back here afterwards.

    A part of a page that asks after the session ended takes the whole page there: followed by htmx, a redirect would
    put the sign-in page where the part was.
    """
    if not request.headers.get("HX-Request"):
        return redirect_to_login(request.get_full_path())
    try:
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
    except ValueError:
        page = urlsplit("/")
    there = redirect_to_login(f"{page.path}?{page.query}".rstrip("?") or "/").url
    return HttpResponse(status=401, headers={"HX-Redirect": there})


def _member_view(view: View, allowed: Callable[[Any], bool]) -> View:
    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        if request.member is None:
            raise Http404("No such page.")
        if not allowed(request.member):
            raise PermissionDenied("Your role does not open this page.")
        return view(request, *args, **kwargs)

    return guarded


def desk_view(view: View) -> View:
    """For members who work tickets."""
    return _member_view(view, lambda member: member.works_tickets)


def reports_view(view: View) -> View:
    """For members who read reports."""
    return _member_view(view, lambda member: member.reads_reports)


def settings_view(view: View) -> View:
    """For owners."""
    return _member_view(view, lambda member: member.manages_settings)


def member_view(view: View) -> View:
    """For any member."""
    return _member_view(view, lambda member: True)


def portal_view(view: View) -> View:
    """For contacts of a client."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        if request.contact is None:
            raise Http404("No such page.")
        return view(request, *args, **kwargs)

    return guarded


def person_view(view: View) -> View:
    """For anybody who is somebody here, member or contact."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        if request.member is None and request.contact is None:
            raise Http404("No such page.")
        return view(request, *args, **kwargs)

    return guarded
