"""`make screenshots`: every screen as every audience, wide and narrow, light and dark, into ./screenshots/.

Looks at a demo that serves on PORT. The first workspace is taken whole, the others their main screens. `--readme` takes
the pictures of README instead, as a window shows them.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, sync_playwright

from tests.browser import CHROMIUM
from tests.e2e.screens import (
    AGENT,
    CONTACT,
    DEMO_SCREENS,
    MANAGER,
    NOBODY,
    OWNER,
    PERSONAS,
    SCREENS,
    Screen,
)

WORKSPACES = ("identity", "seatplan", "engage", "managedops", "officeware")
SIZES = {"1440": (1440, 900), "390": (390, 844)}
THEMES = ("light", "dark")
TALLEST = 8000
ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "screenshots"
#: README's pictures: workspace, audience, screen and window.
README = {
    "desk": ("identity", AGENT, "queue", (1440, 900)),
    "ticket": ("identity", AGENT, "ticket", (1280, 860)),
    "portal": ("officeware", CONTACT, "portal-new", (1280, 980)),
    "why": ("engage", CONTACT, "portal-why", (1280, 980)),
    "publish": ("identity", OWNER, "settings-publish", (1280, 980)),
    "reports": ("identity", MANAGER, "reports", (1280, 980)),
    "incident": ("engage", AGENT, "incident", (1440, 900)),
    "status": ("engage", NOBODY, "status", (1280, 980)),
}


def main() -> int:
    asked = _arguments()
    if not CHROMIUM:
        print("Chromium is not installed: apt-get install chromium")
        return 1
    domain, port = os.environ.get("BASE_DOMAIN") or "localhost", os.environ.get("PORT") or "8000"
    began, taken, failed = time.monotonic(), 0, 0
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        if asked.readme:
            return take_for_readme(browser, domain, port)
        for slug in asked.workspace or WORKSPACES:
            whole = bool(asked.workspace) or slug == WORKSPACES[0]
            base = f"http://{slug}.{domain}:{port}/"
            for audience in (NOBODY, *PERSONAS):
                screens = [it for it in _screens(whole, asked.screen) if audience in it.who]
                if not screens or (asked.audience and audience not in asked.audience):
                    continue
                context = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
                page = context.new_page()
                if audience != NOBODY:
                    sign_in(page, base, audience)
                for screen in screens:
                    at = f"http://{domain}:{port}/" if screen.on_bare_host else base
                    try:
                        taken += take(
                            page,
                            screen,
                            at,
                            asked.folder / slug / audience.replace(" ", "-"),
                            asked.size or tuple(SIZES),
                            asked.theme or THEMES,
                        )
                    except Error as problem:
                        failed += 1
                        print(f"  {slug}, {audience}, {screen.name}: {problem.message.splitlines()[0]}")
                context.close()
            print(f"  {slug}: {taken} pictures so far, {time.monotonic() - began:.0f} s", flush=True)
        browser.close()
    print(f"  {taken} pictures in {asked.folder}, {failed} screens failed.")
    return 1 if failed else 0


def take_for_readme(browser: Any, domain: str, port: str) -> int:
    """Write docs/img anew; the number of pictures that could not be taken."""
    screens, failed = {screen.name: screen for screen in SCREENS}, 0
    for name, (slug, audience, screen, (width, height)) in README.items():
        context = browser.new_context(locale="en-GB", viewport={"width": width, "height": height})
        page, base = context.new_page(), f"http://{slug}.{domain}:{port}/"
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        if audience != NOBODY:
            sign_in(page, base, audience)
        if screens[screen].open(page, base):
            page.wait_for_load_state("networkidle")
            page.screenshot(path=ROOT / "docs" / "img" / f"{name}.png", animations="disabled")
        else:
            failed += 1
            print(f"  {slug} has nothing of the kind: {screen}")
        context.close()
    return failed


def sign_in(page: Any, base: str, audience: str) -> None:
    """Become the demo's person of that kind."""
    page.goto(f"{base}demo/")
    page.locator("button.persona").filter(has=page.locator(".persona-role", has_text=PERSONAS[audience])).first.click()
    page.wait_for_url(lambda url: "/demo/" not in url)


def take(page: Any, screen: Screen, base: str, folder: Path, sizes: Sequence[str], themes: Sequence[str]) -> int:
    """One screen in these sizes and themes; the number of pictures, none when the workspace has nothing of the kind."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    if not screen.open(page, base):
        return 0
    # Charts and the description of the API are drawn from what is fetched after the page.
    page.wait_for_load_state("networkidle")
    folder.mkdir(parents=True, exist_ok=True)
    for size in sizes:
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        # A window as tall as the page: in a stitched picture, bars that stick to its edge would float in the middle.
        whole = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": max(height, min(whole, TALLEST))})
        for theme in themes:
            page.emulate_media(color_scheme=theme)
            page.screenshot(path=folder / f"{screen.name}-{size}-{theme}.png", animations="disabled")
    return len(sizes) * len(themes)


def _screens(whole: bool, named: Iterable[str]) -> list[Screen]:
    every = SCREENS + DEMO_SCREENS
    if named:
        return [screen for screen in every if screen.name in named]
    return every if whole else [screen for screen in SCREENS if screen.main]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make screenshots", description="Take every screen as every audience.")
    parser.add_argument("--workspace", action="append", help="only this workspace, the whole of it; may be repeated")
    parser.add_argument("--audience", action="append", choices=(NOBODY, *PERSONAS), help="only as this audience")
    parser.add_argument("--screen", action="append", default=[], help="only the screen of this name")
    parser.add_argument("--size", action="append", choices=SIZES, help="only this width")
    parser.add_argument("--theme", action="append", choices=THEMES, help="only this theme")
    parser.add_argument("--readme", action="store_true", help="only the pictures of README, into docs/img")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
