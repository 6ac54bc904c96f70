"""A real server and a real Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread

CHROMIUM = os.environ.get("CHROMIUM", "") or shutil.which("chromium") or shutil.which("chromium-browser") or ""


@pytest.fixture
def gallery(settings: Any) -> Iterator[str]:
    """The address of the gallery, served from another thread as in demo mode."""
    # The gallery shows samples: with nobody to ask who is looking, it needs no database.
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("tenants.")]
    settings.ROOT_URLCONF = "tests.shell.gallery_urls"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    server = LiveServerThread("localhost", StaticFilesHandler, connections_override={}, port=0)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None
    yield f"http://localhost:{server.port}/gallery/"
    server.terminate()


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


@pytest.fixture
def page(chromium: Any, request: Any) -> Iterator[Any]:
    """A page that collects what the browser complains about; a test fails on any complaint."""
    options = {"viewport": {"width": 1440, "height": 900}, **getattr(request, "param", {})}
    context = chromium.new_context(**options)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield opened
    context.close()
    assert complaints == []
