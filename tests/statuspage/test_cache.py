"""One page for everybody who comes at once: made by one of them, never old, the same for all, and there in trouble."""

from __future__ import annotations

import threading
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from incidents import actions
from statuspage import middleware
from statuspage.middleware import PublicPageMiddleware, same_for_everybody
from tenants.scope import tenant_scope
from tests import factories
from tests.incidents import mending
from tests.statuspage.public import voice_is_down

SECONDS = 2.0


class Clock:
    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Clock:
    settings.PUBLIC_PAGE_SECONDS = SECONDS
    clock = Clock()
    monkeypatch.setattr(middleware, "time", clock)
    return clock


class Site:
    """What stands behind the cache. Counts who is let through to it, and may keep them waiting."""

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()
        self.status, self.says, self.is_public = 200, "1", True
        self.gate = threading.Event()
        self.gate.set()
        self.cached = PublicPageMiddleware(self)

    def __call__(self, request: Any) -> HttpResponse:
        self.made[request.path] += 1
        self.gate.wait(10)
        response = HttpResponse(self.says, status=self.status, headers={"Vary": "Cookie", "X-Frame-Options": "DENY"})
        response.set_cookie("sessionid", "somebody's")
        return same_for_everybody(response) if self.is_public else response

    def get(self, path: str = "/status/", **said: Any) -> HttpResponse:
        return self.cached(RequestFactory().get(path, **said))


def test_a_page_is_made_once_and_never_given_older_than_it_may_be(clock):
    site = Site()
    assert site.get().content == b"1"
    site.says = "2"
    clock.now += SECONDS - 0.1
    assert site.get().content == b"1"
    clock.now += 0.2
    assert site.get().content == b"2"
    assert site.made["/status/"] == 2


def test_while_one_makes_it_anew_the_others_have_the_old_one_at_once(clock):
    site = Site()
    site.get()
    site.says = "2"
    clock.now += SECONDS + 0.1
    site.gate.clear()
    answers: list[bytes] = []
    maker = threading.Thread(target=lambda: answers.append(site.get().content))
    maker.start()
    while site.made["/status/"] < 2 and maker.is_alive():
        pass
    assert [site.get().content for _ in range(50)] == [b"1"] * 50
    # Beyond twice its time it is too old for anybody: they wait for the new one, and make none of their own.
    clock.now += SECONDS
    waiting = [threading.Thread(target=lambda: answers.append(site.get().content)) for _ in range(20)]
    for each in waiting:
        each.start()
    site.gate.set()
    for each in (maker, *waiting):
        each.join(10)
    assert answers == [b"2"] * 21
    assert site.made["/status/"] == 2


def test_nothing_of_whoever_made_it_is_in_it(clock):
    site = Site()
    for answer in (site.get(HTTP_COOKIE="sessionid=mine"), site.get()):
        assert not answer.cookies
        assert "Vary" not in answer.headers
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == "public, no-cache"


def test_who_has_it_already_is_told_so_in_no_words(clock):
    site = Site()
    etag = site.get().headers["ETag"]
    again = site.get(HTTP_IF_NONE_MATCH=etag)
    assert (again.status_code, again.content) == (304, b"")


def test_when_the_site_fails_the_last_page_stands(clock):
    site = Site()
    site.get()
    clock.now += 600
    site.status = 500
    assert site.get().content == b"1"
    assert site.get("/status/history/").status_code == 500, "Where there was none, there is none."


def test_a_page_that_is_closed_is_closed_for_everybody(clock):
    site = Site()
    site.get()
    site.is_public = False
    clock.now += SECONDS
    site.says = "personal"
    assert site.get().headers["Vary"] == "Cookie"
    assert site.get().cookies
    assert site.made["/status/"] == 3


def test_what_is_not_the_same_for_everybody_is_not_kept(clock):
    site = Site()
    site.is_public = False
    site.get()
    site.get()
    assert site.made["/status/"] == 2


def test_only_so_many_pages_are_kept(clock, monkeypatch):
    monkeypatch.setattr(middleware, "KEPT", 3)
    site = Site()
    for number in range(5):
        site.get(f"/status/{number}/")
    site.get("/status/4/")
    site.get("/status/0/")
    assert site.made == {"/status/0/": 2, "/status/1/": 1, "/status/2/": 1, "/status/3/": 1, "/status/4/": 1}


def test_tenants_and_addresses_have_pages_of_their_own(clock):
    site = Site()
    site.get(HTTP_HOST="acme.localhost")
    site.says = "theirs"
    assert site.get(HTTP_HOST="rival.localhost").content == b"theirs"


def test_the_whole_page_out_of_memory_costs_no_query_and_sees_the_update_within_two_lives(
    cast: SimpleNamespace, stranger: Any, clock: Clock, django_assert_num_queries: Any
) -> None:
    mending.workspace(cast, "engage")
    with tenant_scope(cast.tenant):
        incident = voice_is_down(cast)
    assert b"Identified" in stranger.get("/status/").content
    with django_assert_num_queries(0):
        answer = stranger.get("/status/")
    assert "csrftoken" not in answer.cookies
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    with tenant_scope(cast.tenant):
        actions.resolve_incident(
            incident_id=incident.pk, by=cast.agent, body="Over.", now=mending.START + mending.MINUTE * 9
        )
    clock.now += 2 * SECONDS
    assert b"Identified" not in stranger.get("/status/").content


@pytest.mark.parametrize("path", ["/status/", "/status/status.json", "/api/v1/status/", "/status/feeds/all.atom"])
def test_what_the_tenants_people_alone_may_read_is_never_kept(cast, sign_in, stranger, clock, path):
    factories.change(cast.tenant, status_is_public=False)
    assert sign_in(cast.agent).get(path).status_code == 200
    browser = sign_in(cast.agent)
    browser.get(path)
    browser.logout()
    assert browser.get(path).status_code in {302, 401}
