"""Who may pass which front door. A stranger to it gets 404; a member without the permission 403."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from shell.forms import ActionForm, at_once

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


class Door:
    """A decorator of views that says who may pass: readers by itself, `.post` who do something, `.form` both.

    `person` is as whom somebody stands before it, None for a stranger.
    """

    def __init__(self, person: Callable[[Any], Any], allows: Callable[[Any], bool] = lambda person: True) -> None:
        self._person, self._allows = person, allows

    def __call__(self, view: View) -> View:
        return self._guarded(view, ["GET", "HEAD"])

    def post(self, view: View) -> View:
        return self._guarded(view, ["POST"])

    def form(self, view: View) -> View:
        return self._guarded(view, ["GET", "HEAD", "POST"])

    def verb(
        self,
        action: Callable[..., Any],
        *,
        done: Callable[[Any], str],
        back: str,
        form: type[ActionForm] = ActionForm,
    ) -> View:
        """A view that does one thing to what the address names, shows the page `back` and says what came of it.

        The address calls the id what `action` calls it; `back` is a page of the same id, or one of none. `done` says it
        from what `action` gives.
        """

        @self.post
        def doing(request: Any, **which: int) -> HttpResponse:
            try:
                page = redirect(reverse(back, kwargs=which))
            except NoReverseMatch:
                page = redirect(back)
            return at_once(
                request, form(request.POST), action, done, page, **which, by=request.user, now=timezone.now()
            )

        return doing

    def _guarded(self, view: View, methods: list[str]) -> View:
        @require_http_methods(methods)
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return ask_to_sign_in(request)
            person = self._person(request)
            if person is None:
                raise Http404("No such page.")
            if not self._allows(person):
                raise PermissionDenied("Your role does not open this page.")
            return view(request, *args, **kwargs)

        return guarded


#: For members who work tickets, those who read reports, owners, any member; contacts of a client; either.
desk_view = Door(lambda request: request.member, lambda member: member.works_tickets)
reports_view = Door(lambda request: request.member, lambda member: member.reads_reports)
settings_view = Door(lambda request: request.member, lambda member: member.manages_settings)
member_view = Door(lambda request: request.member)
portal_view = Door(lambda request: request.contact)
person_view = Door(lambda request: request.member or request.contact)
