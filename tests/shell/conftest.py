"""A real server and a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread


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
