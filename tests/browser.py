"""The one Chromium of a test process: Playwright runs once in a thread, so every browser test shares this fixture."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

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
