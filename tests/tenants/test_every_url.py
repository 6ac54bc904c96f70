"""Every address of the application as every kind of person, and as another tenant's: who passes, who is refused how."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client as Browser
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from tenants.scope import tenant_scope
from tests.tenants.doors_table import AUDIENCES, DEMO_ONLY, DOORS, IN, SIGN_IN
from tests.world import MARK, furnish

#: What each tenant has one of: a month, a kind of feed and its form.
EVERYBODYS = {"year", "month", "kind", "form"}
OURS, THEIRS = "acme.localhost", "rival.localhost"


def addresses() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The name and parameters of every pattern of a tenant's host, demo pages aside."""

    def walk(patterns: Any, namespace: str, above: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
        for pattern in patterns:
            parameters = (*above, *pattern.pattern.regex.groupindex)
            if isinstance(pattern, URLResolver):
                inner = namespace + (f"{pattern.namespace}:" if pattern.namespace else "")
                yield from walk(pattern.url_patterns, inner, parameters)
            elif isinstance(pattern, URLPattern):
                name = f"{namespace}{pattern.name}"
                if not any(name == demo or (demo.endswith(":") and name.startswith(demo)) for demo in DEMO_ONLY):
                    yield name, parameters

    yield from walk(get_resolver(settings.ROOT_URLCONF).url_patterns, "", ())


EVERY = sorted(set(addresses()))
#: One that is missing in the table fails the test that says so, and not all of them.
ADDRESSES = [(name, parameters) for name, parameters in EVERY if name in DOORS]


@pytest.fixture
def world(cast: Any) -> Any:
    return furnish(cast)


@pytest.fixture
def asked(world: Any) -> Any:
    """Ask for an address with `browser` as if nobody had before: what it changes is undone."""

    def ask(browser: Browser, name: str, parameters: tuple[str, ...], method: str) -> Any:
        path = reverse(name, kwargs={parameter: getattr(world, parameter) for parameter in parameters})
        if query := DOORS[name].query:
            path += "?" + query.format_map(vars(world))
        cookies = dict(browser.cookies)
        with transaction.atomic():
            answer = browser.generic(method, path)
            answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            transaction.set_rollback(True)
        browser.cookies.clear()
        browser.cookies.update(cookies)
        return answer

    return ask


def outcome(answer: Any) -> str | int:
    # Signing out leads to the sign-in page too, but asks for nothing to come back to.
    if answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/?next="):
        return SIGN_IN
    if answer.status_code in {401, 403, 404} or answer.status_code >= 500:
        return int(answer.status_code)
    # A method that the address does not take says nothing about its door.
    return "not this method" if answer.status_code == 405 else IN


def test_every_address_has_a_name_and_a_row_in_the_table():
    names = {name for name, _ in EVERY}
    assert not [name for name in names if name.endswith("None")], "Give every address a name."
    assert names - DOORS.keys() == set(), "Say in doors_table.py who may pass these."
    assert DOORS.keys() - names == set(), "These addresses are gone."


def test_every_parameter_stands_for_something_real(world):
    used = {parameter for _, parameters in EVERY for parameter in parameters}
    assert {parameter for parameter in used if not hasattr(world, parameter)} == set(), (
        "Say in tests/world.py what it is."
    )


@pytest.mark.thorough
@pytest.mark.parametrize("audience", AUDIENCES)
def test_each_audience_passes_its_own_doors_and_no_other(cast, asked, sign_in, audience):
    browser = Browser(HTTP_HOST=OURS) if audience == "nobody" else sign_in(getattr(cast, audience))
    surprises = {}
    for name, parameters in ADDRESSES:
        door = DOORS[name]
        got = outcome(asked(browser, name, parameters, door.method))
        if got != door.outcomes[audience]:
            surprises[f"{door.method} {name}"] = f"{got}, not {door.outcomes[audience]}"
    assert surprises == {}


@pytest.mark.thorough
@pytest.mark.parametrize("person", ["owner", "contact"])
def test_another_tenants_people_find_nothing_of_ours_on_their_own_host(cast, asked, sign_in, person):
    browser = sign_in(getattr(cast.rival, person))
    for name, parameters in ADDRESSES:
        door = DOORS[name]
        answer = asked(browser, name, parameters, door.method)
        if set(parameters) - {"key", "uidb36", "rest", "token", *EVERYBODYS}:
            assert answer.status_code in {403, 404}, name
            assert answer.status_code == 404 or door.outcomes[person] == 403, name
        assert MARK.encode() not in answer.body, name


@pytest.mark.thorough
def test_another_tenants_session_is_nobodys_on_our_host(cast, asked, sign_in):
    browser = sign_in(cast.rival.owner)
    browser.defaults["HTTP_HOST"] = OURS
    for name, parameters in ADDRESSES:
        door = DOORS[name]
        assert outcome(asked(browser, name, parameters, door.method)) == door.outcomes["nobody"], name


@pytest.mark.thorough
def test_whoever_sent_something_without_a_session_signs_in_and_goes_on_at_a_page(cast, world, asked, sign_in):
    """Where they sent it to may take forms alone: coming back there would be an error in the place of a page."""
    stranger, readers = Browser(HTTP_HOST=OURS), [sign_in(cast.owner), sign_in(cast.contact)]
    pages = {}
    for name, parameters in ADDRESSES:
        answer = asked(stranger, name, parameters, "POST")
        if outcome(answer) == SIGN_IN:
            pages[name] = parse_qs(urlsplit(answer.url).query)["next"][0]
            assert all(reader.get(pages[name]).status_code != 405 for reader in readers), name
    assert pages["portal:reply"] == f"/portal/tickets/{world.number}/"
    assert pages["desk:bulk"] == "/desk/"


@pytest.mark.thorough
def test_a_contact_of_another_client_reads_nothing_of_the_ticket_anywhere(cast, asked, sign_in):
    browser = sign_in(cast.other_contact)
    for name, parameters in ADDRESSES:
        # Products are offered to every client.
        body = asked(browser, name, parameters, "GET").body.replace(f"{MARK} product".encode(), b"")
        # Whoever has the address of somebody's invitation or calendar reads it, and the status page is everybody's.
        public = {"invitation", "portal-maintenance-calendar", "on-call-calendar", "api-status-page", "api-news"}
        if name not in public and not name.startswith("statuspage:"):
            assert MARK.encode() not in body, name


def test_an_unknown_host_and_the_bare_one_have_no_tenants_pages(cast):
    with tenant_scope(cast.tenant):
        pass
    for path in ("/desk/", "/portal/", "/settings/", "/api/v1/tickets/", "/accounts/login/"):
        assert Browser(HTTP_HOST="localhost").get(path).status_code == 404
        assert Browser(HTTP_HOST="nobody.localhost").get(path).status_code == 404


@pytest.mark.thorough
def test_our_pages_do_carry_the_mark(cast, asked, sign_in):
    """Otherwise the tests above would find nothing because there is nothing to find."""
    browser = sign_in(cast.owner)
    seen = {name for name, parameters in ADDRESSES if MARK.encode() in asked(browser, name, parameters, "GET").body}
    assert {
        "settings-clients",
        "settings-people",
        "settings-product",
        "desk:queue",
        "desk:ticket",
        "api-ticket",
    } <= seen
