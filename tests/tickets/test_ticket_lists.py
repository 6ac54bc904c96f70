"""Long lists walked from end to end and back, on the desk and by the API: rows that tie are seen once each."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tenants.scope import tenant_scope
from tests.tickets.desking import MORNING, filed, under
from tickets.models import Ticket
from tickets.models.ticket import NOTHING_DUE

pytestmark = pytest.mark.django_db
NOTHING, TIED, APART = 1230, 230, 40


@pytest.fixture
def crowd(cast: Any) -> list[int]:
    """Numbers of tickets with nothing due, with one due time for all, with one each; active at five instants only."""
    under("officeware", "gold", cast)
    first = filed(cast.contact)
    like = {f.attname: getattr(first, f.attname) for f in Ticket._meta.fields if not f.primary_key}
    with tenant_scope(cast.tenant):
        due = [NOTHING_DUE] * NOTHING + [MORNING] * TIED + [MORNING - timedelta(minutes=n) for n in range(APART)]
        random.Random(7).shuffle(due)
        Ticket.objects.bulk_create(
            Ticket(**like | {"number": n, "queue_at": at, "last_activity_at": MORNING + timedelta(minutes=n % 5)})
            for n, at in enumerate(due, start=2)
        )
        return list(Ticket.objects.values_list("number", flat=True))


def by_api(browser: Any, url: str) -> tuple[list[int], str, str]:
    page = browser.get(url).json()
    return [row["number"] for row in page["results"]], page["previous"] or "", page["next"] or ""


def on_the_desk(browser: Any, url: str) -> tuple[list[int], str, str]:
    page = browser.get(url).context["page"]
    there = [f"/desk/{link}" if link else "" for link in (page.previous_url, page.next_url)]
    return [row.ticket.number for row in page.rows], there[0], there[1]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("read", "url"),
    [
        (by_api, "/api/v1/tickets/?order=due_first&page_size=200"),
        (by_api, "/api/v1/tickets/?order=newest&page_size=200"),
        (on_the_desk, "/desk/?view=open"),
    ],
    ids=["API, due first", "API, newest", "desk, due first"],
)
def test_every_ticket_of_a_long_list_is_seen_once_on_the_way_there_and_back(
    cast: Any, crowd: list[int], sign_in: Any, read: Callable[[Any, str], tuple[list[int], str, str]], url: str
) -> None:
    browser = sign_in(cast.agent)
    rows, before, after = read(browser, url)
    assert before == ""
    pages = [rows]
    while after:
        rows, before, after = read(browser, after)
        assert rows not in pages
        pages.append(rows)
    assert sorted(number for page in pages for number in page) == sorted(crowd)
    back = [rows]
    while before:
        rows, before, _ = read(browser, before)
        back.append(rows)
    assert back == pages[::-1]


def test_the_api_refuses_a_cursor_that_it_cannot_read(cast: Any, sign_in: Any) -> None:
    browser = sign_in(cast.agent)
    assert browser.get("/api/v1/tickets/?cursor=").status_code == 200
    for cursor in ("cD0y", "after~17", "after~yesterday~17", "past~2026-03-03T09:00:00Z~17"):
        assert browser.get("/api/v1/tickets/", {"cursor": cursor}).status_code == 404, cursor


@pytest.mark.parametrize(
    "stamp", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-03-03T09:00:00+23:59"]
)
def test_a_cursor_of_an_offset_that_the_database_does_not_know_breaks_no_list(
    cast: Any, sign_in: Any, stamp: str
) -> None:
    agent, owner, cursor = sign_in(cast.agent), sign_in(cast.owner), {"cursor": f"after~{stamp}~1"}
    assert agent.get("/api/v1/tickets/", cursor).status_code in (200, 404)
    assert agent.get("/desk/?view=open", cursor).status_code == 200
    assert owner.get("/settings/history/", cursor).status_code == 200
