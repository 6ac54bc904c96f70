"""Who may pass which front door. A stranger to it gets 404; a member without the permission 403."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.http import require_POST

from shell.forms import ActionForm

View = Callable[..., HttpResponseBase]


def ask_to_sign_in(request: Any) -> HttpResponse:
    """To the sign-in page, and back afterwards: here, or to the page on which stood what was sent from it.

    A part of a page that asks after the session ended takes the whole page there: followed by htmx, a redirect would
    put the sign-in page where the part was.
    """
    part = request.headers.get("HX-Request")
    if request.method in {"GET", "HEAD", "OPTIONS"} and not part:
        return redirect_to_login(request.get_full_path())
    # Whoever had a page open was signed in, and is told that this is over.
    there = f"{redirect_to_login(page_of(request)).url}&ended"
    return HttpResponse(status=401, headers={"HX-Redirect": there}) if part else redirect(there)


def page_of(request: Any) -> str:
    """The address to go on at, of the page that `request` was sent from."""
    try:
        page = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    except ValueError:
        page = urlsplit("")
    if page.netloc == request.get_host() and _can_be_read(request, page.path):
        return f"{page.path}?{page.query}".rstrip("?")
    return page_above(request)


def page_above(request: Any) -> str:
    """The page at the request's own address, else the nearest above it: a form's address need not be a page."""
    path = request.path
    while path != "/" and not _can_be_read(request, path):
        path = path.rstrip("/").rpartition("/")[0] + "/"
    return str(path)


def _can_be_read(request: Any, path: str) -> bool:
    """Whether there is something to GET. An address tells which methods it takes without doing anything."""
    try:
        found = resolve(path)
    except Resolver404:
        return False
    asked = copy(request)
    asked.method = "OPTIONS"
    return "GET" in found.func(asked, *found.args, **found.kwargs).headers.get("Allow", "")


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


def settings_verb(
    action: Callable[..., Any],
    *,
    of: Callable[[int], Any],
    done: Callable[[Any], str],
    back: str,
    form: type[ActionForm] = ActionForm,
) -> View:
    """A view for owners that does one thing to what the address names, then shows its page and says what came of it.

    The address calls the id what `action` calls it; `of` finds what has it, and `back` names the page that takes it.
    """

    @require_POST
    @settings_view
    def verb(request: Any, **which: int) -> HttpResponse:
        found, asked = of(*which.values()), form(request.POST)
        if asked.carry_out(action, **which, by=request.user, now=timezone.now()):
            messages.success(request, done(found))
        else:
            messages.error(request, asked.refusal)
        return redirect(back, *which.values())

    return verb


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
