"""Whatever an address is asked with, it answers: found, refused or not found, but never an error of ours."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.urls import reverse

from notifications.models import OutgoingMessage
from tenants.scope import tenant_scope
from tests.tenants.doors_table import DOORS, IN
from tests.tenants.test_every_url import ADDRESSES, OURS, world  # noqa: F401  (a fixture)

pytestmark = pytest.mark.thorough

#: Every name that some page reads from its query; those that shadow one another, or that a page answers 404, go apart.
NAMES = (
    ("after", "assignee", "client", "contact", "coverage", "cursor", "file", "first_day", "format", "from", "into",
     "last_day",
     "level", "next", "order", "outcome", "page", "page_size", "period", "plan", "product", "q", "request_type", "run",
     "show", "since", "state", "status", "subject", "submission", "type", "version", "view", "whole", "year",
     "received_at"),
    ("before", "metric", "new", "old", "who", "with"),
    ("quarter",),
)  # fmt: skip
#: Percent-encoded, as they come over the wire.
VALUES = {
    "a NUL byte": "a%00b",
    "invalid UTF-8": "%ff%fe%c0%80",
    "half a character": "%ed%a0%80",
    "beyond a bigint": "9" * 30,
    "digits of another script": "%D9%A1%D9%A2%C2%B2",
    "a cursor beyond the calendar": "after~0001-01-01T00%3A00%3A00%2B14%3A00~1",
    "a cursor at the end of time": "before~9999-12-31T23%3A59%3A59-14%3A00~999999999999999999",
    "quotes and wildcards": "%27%22%3B--%25_%5C%5C%28%5B%2A%3A%26%7C%21%3C",
    "a base64 cursor of nonsense": "cD0lMDAlZmY=",
    "beyond what int() reads": "9" * 5000,
}


def _answered(browser: Browser, method: str, path: str, **extra: Any) -> int:
    browser.raise_request_exception = False
    with transaction.atomic():
        answer = browser.generic(method, path, **extra)
        if answer.streaming:
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    return int(answer.status_code)


def _browser(cast: Any, sign_in: Any, who: str) -> Browser:
    return Browser(HTTP_HOST=OURS) if who == "nobody" else sign_in(getattr(cast, who))


@pytest.mark.parametrize("who", ["nobody", "owner", "contact"])
def test_no_query_makes_a_page_fail(cast, world, sign_in, who):  # noqa: F811
    browser = _browser(cast, sign_in, who)
    failed = []
    for name, parameters in ADDRESSES:
        door = DOORS[name]
        if door.method != "GET" or door.outcomes[who] != IN:
            continue
        # What strangers open is asked as a stranger; the API's document takes long to write and reads nothing.
        if name == "api-schema" or (who != "nobody" and door.outcomes["nobody"] == IN):
            continue
        path = reverse(name, kwargs={each: getattr(world, each) for each in parameters})
        for what, value in VALUES.items():
            for names in NAMES if name.startswith("reports:") else NAMES[:2]:
                query = "&".join(f"{each}={value}" for each in names)
                if _answered(browser, "GET", f"{path}?{query}") >= 500:
                    failed.append(f"{name}: {what} in {names[0]} …")
    assert failed == []


#: What a whole request can be made of, as keyword arguments of a test browser's `generic`.
REQUESTS = {
    "a NUL byte in the session's cookie": {"HTTP_COOKIE": r'sessionid="\000abcdefgh"'},
    "a NUL byte in the theme's cookie": {"HTTP_COOKIE": r'theme="\000"; csrftoken="\000"'},
    "a charset that makes half characters": {"CONTENT_TYPE": "text/plain; charset=unicode_escape"},
    "a page that is no address": {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://["},
    "a host with spaces": {"HTTP_HOST": "a b"},
    "a host that is half an address": {"HTTP_HOST": "[::1"},
    "a host with a port beyond ports": {"HTTP_HOST": "acme.localhost:999999999"},
    "no language": {"HTTP_ACCEPT_LANGUAGE": "x" * 5000},
    "nothing acceptable": {"HTTP_ACCEPT": "\x01;q=x"},
    "a token of another alphabet": {"HTTP_AUTHORIZATION": "Bearer \xff\xfe"},
}


@pytest.mark.parametrize("extra", REQUESTS.values(), ids=REQUESTS)
@pytest.mark.parametrize("path", ["/accounts/login/", r"/desk/?q=a\ud800", "/api/v1/tickets/"])
def test_no_header_makes_a_page_fail(cast, path, extra):
    browser = Browser(HTTP_HOST=OURS)
    assert _answered(browser, "GET", path, **extra) < 500


@pytest.mark.parametrize(
    "path",
    [
        "/static/%00", "/static/../../etc/passwd", "/invitation/%00/", "/invitation/%ff/", "/%ff", "/api/v1/%00",
        "/accounts/password/reset/key/zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz-set-password/",
        "/accounts/password/reset/key/0-%00/",
    ],
)  # fmt: skip
def test_no_path_makes_a_page_fail(cast, path):
    assert 400 <= _answered(Browser(HTTP_HOST=OURS), "GET", path) < 500 or path.startswith("/accounts")


def test_no_number_in_a_path_makes_a_page_fail(cast, world, sign_in):  # noqa: F811
    browsers = [sign_in(cast.owner), sign_in(cast.contact)]
    failed = []
    for name, parameters in ADDRESSES:
        numbers = {each for each in parameters if isinstance(getattr(world, each), int)}
        for number in (2**63, 10**30) if numbers else ():
            kwargs = {each: number if each in numbers else getattr(world, each) for each in parameters}
            for browser in browsers:
                if _answered(browser, DOORS[name].method, reverse(name, kwargs=kwargs)) >= 500:
                    failed.append(f"{name}: {number}")
    assert failed == []


@pytest.mark.parametrize("body", [
    r'{"\ud800": 1}', r'{"channel": "\ud800"}', r'{"requester": 1e400}', r'{"requester": NaN}',
    r'{"received_at": "\u0000"}', r'{"product": "a\u0000b", "request_type": "\u0000"}', "[" * 100_000, "\xff",
    r'"\ud800"', '{"received_at": "0001-01-01T00:00:00+14:00"}', '{"requester": ' + "9" * 5000 + "}",
])  # fmt: skip
def test_no_json_makes_the_api_fail(cast, world, sign_in, body):  # noqa: F811
    browser = sign_in(cast.agent)
    for path in (
        "/api/v1/tickets/",
        f"/api/v1/tickets/{world.number}/assignment/",
        f"/api/v1/tickets/{world.number}/status/",
    ):
        assert _answered(browser, "POST", path, data=body.encode("latin-1"), content_type="application/json") < 500


def test_a_field_of_a_form_that_nobody_typed_makes_no_page_fail(cast, world, sign_in):  # noqa: F811
    """What selects and hidden fields hold is read without a form in places; a program can send anything in them."""
    values = {"NUL": "\x00", "huge": "9" * 30, "half": "\ud800".encode("utf-8", "surrogatepass")}
    names = ("assignee", "status", "do", "next", "number", "seen_event", "submission", "received_at", "product",
    "level",
             "request_type", "kind", "then", "body", "reason", "subject", "scope", "email", "name", "role", "timezone",
             "price", "currency", "plan", "version", "starts_on", "ends_on", "source", "effective_from", "products",
             "login", "password", "q", "show")  # fmt: skip
    failed = []
    for who in ("owner", "contact"):
        browser = sign_in(getattr(cast, who))
        for name, parameters in ADDRESSES:
            if DOORS[name].outcomes[who] != IN:
                continue
            path = reverse(name, kwargs={each: getattr(world, each) for each in parameters})
            for what, value in values.items():
                form = "&".join(f"{each}={quote(value)}" for each in names)
                form_type = "application/x-www-form-urlencoded"
                if _answered(browser, "POST", path, data=form.encode(), content_type=form_type) >= 500:
                    failed.append(f"{who}: {name}: {what}")
    assert failed == []


@pytest.fixture
def static_file(settings, tmp_path):
    """A static file on disk, as WhiteNoise serves it where `collectstatic` has run."""
    (tmp_path / "one.css").write_text("a{}")
    settings.STATIC_ROOT = tmp_path


def test_more_than_one_messages_files_is_refused_before_it_is_read(cast):
    browser = Browser(HTTP_HOST=OURS)
    for path in ("/accounts/login/", "/api/v1/tickets/", "/nowhere/"):
        assert browser.post(path, CONTENT_LENGTH=str(10**10)).status_code == 413


def test_every_answer_has_the_policy_static_files_and_refusals_too(cast, static_file):
    browser = Browser(HTTP_HOST=OURS)
    statuses = {
        "/static/one.css": 200,
        "/accounts/login/?%00": 400,
        "/nowhere/": 404,
        "/healthz": 200,
        "/api/v1/me/": 401,
    }
    for path, status in statuses.items():
        answer = browser.get(path)
        assert answer.status_code == status, path
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"], path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
    assert "Content-Security-Policy" in Browser(HTTP_HOST="a b").get("/").headers


def test_a_mailed_link_to_a_new_password_leads_to_the_tenants_own_address(cast):
    Browser(HTTP_HOST=f"{OURS}:6666").post("/accounts/password/reset/", {"email": cast.agent.user.email})
    with tenant_scope(cast.tenant):
        text = OutgoingMessage.objects.get(to=cast.agent.user.email).text
        assert cast.tenant.url("/accounts/password/reset/key/") in text
    assert ":6666" not in text


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///x"]
)
def test_signing_in_leads_nowhere_else(cast, elsewhere):
    with tenant_scope(cast.tenant):
        cast.agent.user.set_password("a long enough one")
        cast.agent.user.save()
    answer = Browser(HTTP_HOST=OURS).post(
        "/accounts/login/", {"login": cast.agent.user.email, "password": "a long enough one", "next": elsewhere}
    )
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/desk/"


def test_behind_a_proxy_attempts_are_counted_by_the_visitor_and_not_by_the_proxy_or_what_a_visitor_claims():
    program = "from slatrack import settings; print(settings.ALLAUTH_TRUSTED_PROXY_COUNT)"
    assert _python(program, BEHIND_PROXY="1").stdout.strip() == "1"


def test_without_a_key_nothing_is_served():
    refused = _python("import slatrack.wsgi", SECRET_KEY="", DEBUG="0", DEMO="0")
    assert refused.returncode != 0
    assert "SECRET_KEY" in refused.stderr


def test_unless_asked_for_there_is_no_debug_and_no_demo():
    shown = _python("from slatrack import settings; print(settings.DEBUG, settings.DEMO)")
    assert shown.stdout.split() == ["False", "False"]


def _python(program: str, **surroundings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DEBUG", "DEMO", "SECRET_KEY"}}
    return subprocess.run(
        [sys.executable, "-c", program],
        env=kept | surroundings,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
