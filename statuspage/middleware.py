"""Public pages out of memory: when everybody comes at once, one reader in a process makes the page for all others.

Kept in the process and not in Redis: it holds when Redis and the database are away, and costs no way to them. Nobody
has to say that something changed: what the page says changes with the clock too (“Update overdue”), so it is simply
never older than `AT_MOST` times `PUBLIC_PAGE_SECONDS`. docs/decisions/status-page.md says why.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

#: Pages a process keeps: a few of each of the busiest tenants.
KEPT = 500
#: A page this many times too old is given to nobody any more, even while somebody makes a new one.
AT_MOST = 2
#: What a view says of a page that is the same for everybody.
MARK = "is_same_for_everybody"
#: Personal, or made anew for each answer.
_LEFT_OUT = {"vary", "date"}


def same_for_everybody(response: HttpResponse) -> HttpResponse:
    """Mark a page that says the same to everybody who asks for its address, whoever they are."""
    setattr(response, MARK, True)
    return response


@dataclass
class Page:
    """A page as it was made at `at` (of the clock that only goes forward). Whoever makes the next holds `making`."""

    content: bytes
    headers: dict[str, str]
    making: threading.Lock
    at: float = field(default_factory=lambda: time.monotonic())

    def is_younger(self, times: int) -> bool:
        return time.monotonic() - self.at < times * settings.PUBLIC_PAGE_SECONDS

    def answer(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponse(self.content, headers=self.headers)
        answer = get_conditional_response(request, etag=self.headers["ETag"], response=response)
        assert isinstance(answer, HttpResponse)  # made from one
        return answer


class PublicPageMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._pages: OrderedDict[tuple[str, str], Page] = OrderedDict()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        address = (request.get_host().lower(), request.path)
        page = self._pages.get(address)
        if page is None or page.is_younger(1):
            return page.answer(request) if page else self._make(address, request, None)
        # One makes it anew. The others take the old one, or wait where that is too old.
        if not page.making.acquire(blocking=not page.is_younger(AT_MOST)):
            return page.answer(request)
        try:
            newest = self._pages.get(address)
            if newest is not None and newest.is_younger(1):
                return newest.answer(request)
            return self._make(address, request, page)
        finally:
            page.making.release()

    def _make(self, address: tuple[str, str], request: HttpRequest, old: Page | None) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code >= 500 and old is not None:
            # While we are in trouble the last page, which says of when it is, tells people more than an error.
            return old.answer(request)
        if not getattr(response, MARK, False) or response.status_code != 200:
            self._pages.pop(address, None)
            return response
        kept = {name: value for name, value in response.headers.items() if name.lower() not in _LEFT_OUT}
        # A shared cache may keep it, and asks each time whether it is still so.
        kept["Cache-Control"] = "public, no-cache"
        kept["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        kept["Content-Length"] = str(len(response.content))
        page = Page(response.content, kept, old.making if old else threading.Lock())
        if settings.PUBLIC_PAGE_SECONDS:
            self._pages[address] = page
            self._pages.move_to_end(address)
            while len(self._pages) > KEPT:
                self._pages.popitem(last=False)
        return page.answer(request)
