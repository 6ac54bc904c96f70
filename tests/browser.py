"""The one Chromium of a test process: Playwright runs once in a thread, so every browser test shares this fixture."""

from __future__ import annotations

import mimetypes
import os
import shutil
from collections.abc import Iterator
from contextvars import copy_context
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from tenants.scope import tenant_scope

CHROMIUM = os.environ.get("CHROMIUM", "") or shutil.which("chromium") or shutil.which("chromium-browser") or ""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests; each takes pages of its own."""
    if not CHROMIUM and os.environ.get("BROWSER_REQUIRED"):
        pytest.fail("Chromium is not installed, and BROWSER_REQUIRED says that it has to be.")
    if not CHROMIUM:
        pytest.skip("Chromium is not installed: browser tests are skipped.")
    playwright = pytest.importorskip("playwright.sync_api").sync_playwright().start()
    # Playwright's event loop runs in this thread, which Django would take for asynchronous code.
    kept = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
    yield browser
    browser.close()
    playwright.stop()
    if kept is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@cache
def _static(path: str) -> bytes:
    return Path(finders.find(path.removeprefix("/static/"))).read_bytes()


class Window:
    """A browser of its own on a tenant's pages, without a server: the test's own thread and transaction answer.

    Redirects and CSRF are those of a browser; `client` is its jar of cookies. Without a line (`online` is False) every
    request fails; where the line goes too late (`deaf`), it was answered and nobody heard.
    """

    def __init__(self, browser: Any, host: str, options: dict[str, Any]) -> None:
        self.base, self.online, self.deaf = f"http://{host}", True, False
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False, HTTP_HOST=host)
        # Playwright calls from a context of its own, whose connection would not see this test's transaction.
        self._here = copy_context()
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.context.set_default_timeout(10_000)
        # The first page of a process compiles all the templates.
        self.context.set_default_navigation_timeout(60_000)
        self.context.route("**/*", self._answer)
        self.page = self.tab()

    def tab(self) -> Any:
        page = self.context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    def go(self, path: str) -> Any:
        self.page.goto(f"{self.base}{path}")
        return self.page

    def become(self, person: Any) -> None:
        """Sign in without the sign-in page."""
        with tenant_scope(person.tenant):
            self.client.force_login(person.user, backend=settings.AUTHENTICATION_BACKENDS[0])

    def lose_session(self) -> None:
        del self.client.cookies[settings.SESSION_COOKIE_NAME]

    def _answer(self, route: Any) -> None:
        path = urlsplit(route.request.url).path
        if not self.online:
            route.abort("internetdisconnected")
        elif path.startswith("/static/"):
            route.fulfill(body=_static(path), content_type=mimetypes.guess_type(path)[0] or "text/plain")
        else:
            got = self._here.copy().run(self._ask, route.request)
            if self.deaf:
                route.abort("connectionreset")
                return
            status, headers, body = got.status_code, dict(got.headers), got.content
            if there := headers.pop("Location", ""):
                # A redirect from here would be followed past us, to where nobody listens.
                status, headers, body = 200, {}, f"<script>location.replace({there!r})</script>"
            if got.cookies:
                # What scripts may read has to be in the browser too.
                headers["Set-Cookie"] = "\n".join(each.OutputString() for each in got.cookies.values())
            route.fulfill(status=status, body=body, headers={"Content-Type": "text/html", **headers})

    def _ask(self, asked: Any) -> Any:
        where = urlsplit(asked.url)
        headers = {name: value for name, value in asked.headers.items() if name != "cookie"}
        return self.client.generic(
            asked.method, f"{where.path}?{where.query}".rstrip("?"), asked.post_data_buffer or b"",
            content_type=headers.pop("content-type", ""), headers=headers,
        )  # fmt: skip


@pytest.fixture
def window(chromium: Any, db: None) -> Iterator[Any]:
    """Opens a browser on the pages of the tenant `acme`, signed in as a person or as nobody."""
    opened: list[Window] = []

    def at(person: Any = None, **options: Any) -> Window:
        opened.append(Window(chromium, f"acme.{settings.BASE_DOMAIN}", options))
        if person is not None:
            opened[-1].become(person)
        return opened[-1]

    yield at
    for each in opened:
        each.context.close()
