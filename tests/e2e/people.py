"""People at their browsers: what they do on screen, in their words."""

from __future__ import annotations

from typing import Any

from tests.e2e.cast import PASSWORD


class Person:
    """One person's browser window."""

    def __init__(self, base: str, browser: Any, options: dict[str, Any]) -> None:
        self.base = base
        self.complaints: list[str] = []
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        context.set_default_timeout(15_000)
        self.page = context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.on("console", self._hear)

    def _hear(self, message: Any) -> None:
        # A form with mistakes comes back as 422, which Chromium reports as a failed load.
        if message.type == "error" and "422" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def go(self, path: str) -> Any:
        return self.page.goto(f"{self.base}{path}")

    def sign_in(self, email: str) -> Person:
        self.go("/accounts/login/")
        self.page.get_by_label("E-mail").fill(email)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda url: "/accounts/" not in url)
        return self

    @property
    def text(self) -> str:
        """What is on the page, as a reader reads it."""
        return str(self.page.locator("body").inner_text())


class Workspace:
    """A tenant's host."""

    def __init__(self, base: str, browser: Any, opened: list[Person], options: dict[str, Any]) -> None:
        self.base, self.browser, self.opened, self.options = base, browser, opened, options

    def person(self, email: str) -> Person:
        return self.stranger().sign_in(email)

    def stranger(self) -> Person:
        """Somebody who is not signed in."""
        person = Person(self.base, self.browser, self.options)
        self.opened.append(person)
        return person
