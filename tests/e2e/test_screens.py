"""The screens people spend their day with: nothing breaks, nothing sticks out of a phone, everybody can read them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e import cast, screens
from tests.e2e.conftest import ROOT
from tests.e2e.people import Person
from tests.e2e.screens import NOBODY, SCREENS, Screen
from tests.e2e.test_journey import file, usual

pytestmark = pytest.mark.browser

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
FOUND = """async (rules) => {
  const {violations} = await axe.run({resultTypes: ["violations"], ...(rules.length ? {runOnly: rules} : {})});
  return violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) =>
        `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}"""
#: How far the page is wider than the window, and what reaches out of it.
STICKING_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 5).map((one) =>
    `${one.tagName.toLowerCase()}.${one.className} to ${Math.round(one.getBoundingClientRect().right)}`)"""
PEOPLE = {
    screens.AGENT: cast.AGENT[0],
    screens.LEAD: cast.LEAD[0],
    screens.OWNER: cast.OWNER[0],
    screens.CONTACT: cast.CONTACT[0],
}
#: Each main screen once, with the first audience that comes here, so that everybody signs in once.
BY_AUDIENCE: dict[str, list[Screen]] = {}
for each in SCREENS:
    if each.main:
        BY_AUDIENCE.setdefault(next(who for who in each.who if who in (NOBODY, *PEOPLE)), []).append(each)


@pytest.fixture
def visitor(workspace: Any) -> Any:
    """Somebody of the audience; for who works with tickets there is one."""

    def arrives(audience: str) -> Person:
        place = workspace("officeware", reduced_motion="reduce")
        if audience == NOBODY:
            place.opened.append(Person(place.base, place.browser, place.options))
            return place.opened[-1]
        if audience not in (screens.AGENT, screens.CONTACT):
            return place.person(PEOPLE[audience])
        contact = place.person(cast.CONTACT[0])
        kind, level = usual("officeware")
        file(contact, subject="Something to look at", request_type=kind, level=level)
        return contact if audience == screens.CONTACT else place.person(PEOPLE[audience])

    return arrives


def unreadable(person: Person, rules: list[str]) -> Any:
    """What axe finds by these rules, or by all of them."""
    heard = len(person.complaints)
    person.page.evaluate(AXE)
    found = person.page.evaluate(FOUND, rules)
    # axe writes styles into the page while it looks, and the policy complains of them.
    person.complaints[heard:] = [line for line in person.complaints[heard:] if "inline style" not in line]
    return found


@pytest.mark.parametrize("audience", BY_AUDIENCE)
def test_main_screens_fit_a_phone_and_can_be_read_in_light_and_dark(audience: str, visitor: Any) -> None:
    person = visitor(audience)
    page = person.page
    page.set_default_timeout(60_000)
    found: dict[str, Any] = {}
    for screen in BY_AUDIENCE[audience]:
        page.set_viewport_size({"width": 1440, "height": 900})
        page.emulate_media(color_scheme="light")
        assert screen.open(page, person.base), f"No {screen.name} to look at"
        expect(page.locator("h1").first).to_be_visible()
        found[f"{screen.name}, light"] = unreadable(person, [])
        # Loaded anew: for some frames after a change of theme Chromium tells colours of both. Only colours differ.
        page.emulate_media(color_scheme="dark")
        page.reload()
        found[f"{screen.name}, dark"] = unreadable(person, ["color-contrast"])
        page.set_viewport_size({"width": 390, "height": 844})
        found[f"{screen.name}, 390 px"] = page.evaluate(STICKING_OUT)
    assert {where: what for where, what in found.items() if what} == {}


def test_the_main_screens_are_looked_at() -> None:
    assert {screen.name for each in BY_AUDIENCE.values() for screen in each} >= {
        "sign-in",
        "status",
        "queue",
        "ticket",
        "portal",
        "portal-new",
        "portal-ticket",
        "reports",
    }
