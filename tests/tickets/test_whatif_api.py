"""What-ifs through the API: HTTP in, state out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tenants.actions import create_api_token
from tenants.scope import tenant_scope
from tests.tickets.desking import MORNING, act, filed, under
from tests.tickets.whatifs import GOLD_RESPONSE, NOW, clock_from, draft
from tickets import actions
from tickets.models import Message, Ticket, WhatIf
from tickets.whatif import job

pytestmark = pytest.mark.django_db

URL = "/api/v1/what-ifs/"
STRICTER = (GOLD_RESPONSE, "[none,              16 business hours, 2 business hours]")


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def stage(cast: Any) -> Any:
    """A ticket that a stricter draft, version 2, would have missed."""
    under("officeware", "gold", cast)
    cast.ticket = filed(cast.contact)
    act(cast.tenant, actions.answer, ticket_id=cast.ticket.pk, author=cast.agent, kind=Message.Kind.REPLY, body="Done.",
        then=Ticket.Status.OPEN, now=MORNING + timedelta(hours=3))  # fmt: skip
    draft(cast, STRICTER)
    return cast


def body(**changes: Any) -> dict[str, Any]:
    return {"agreement": "officeware", "version": 2, "first_day": "2026-03-01", "last_day": "2026-03-31", **changes}


def token(cast: Any, person: Any) -> dict[str, str]:
    with tenant_scope(cast.tenant):
        _, secret = create_api_token(user_id=person.user_id, name="reports", now=NOW)
    return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}


def post(browser: Any, path: str, data: Any = None, **extra: Any) -> Any:
    return browser.post(path, data or {}, content_type="application/json", **extra)


def test_a_program_asks_waits_reads_keeps_and_throws_away(stage: Any, stranger: Any):
    auth = token(stage, stage.account_manager)
    made = post(stranger, URL, body(client=stage.client.pk), **auth)
    assert made.status_code == 202
    assert (made.json()["state"], made.json()["result"], made.json()["version"]) == ("waiting", None, 2)
    assert (made.json()["since"], made.json()["until"]) == ("2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z")
    here = f"{URL}{made.json()['id']}/"
    job.compute_all(clock=clock_from(NOW))
    read = stranger.get(here, **auth).json()
    assert (read["state"], read["done"], read["total"]) == ("finished", 1, 1)
    [row] = [row for row in read["result"]["rows"] if row["metric"] == "first_response"]
    assert (row["plan"], row["level"], row["lost"], row["gained"]) == ("gold", "severity_2", 1, 0)
    assert row["after"] == {"kept": 0, "missed": 1, "running": 0, "measured": 0}
    [flip] = stranger.get(f"{here}tickets/?outcome=lost&metric=first_response", **auth).json()["results"]
    assert (flip["ticket"], flip["was"], flip["would_be"]) == (stage.ticket.number, "kept", "missed")
    assert flip["would_be_due_at"] == "2026-03-03T11:00:00Z"
    assert stranger.get(f"{here}tickets/?outcome=gained", **auth).json()["results"] == []
    kept = post(stranger, f"{here}keep/", {"name": "Stricter"}, **auth)
    assert (kept.status_code, kept.json()["name"], kept.json()["expires_at"]) == (200, "Stricter", None)
    assert [row["name"] for row in stranger.get(URL, **auth).json()["results"]] == ["Stricter"]
    assert stranger.delete(here, **auth).status_code == 204
    assert stranger.get(here, **auth).status_code == 404


def test_a_question_can_be_cancelled_once(stage: Any, sign_in: Any):
    browser = sign_in(stage.lead)
    here = f"{URL}{post(browser, URL, body()).json()['id']}/"
    assert post(browser, f"{here}cancel/").json()["state"] == "cancelled"
    again = post(browser, f"{here}cancel/")
    assert (again.status_code, again.json()["errors"][0]["detail"]) == (
        400,
        "This has an end already; there is nothing to cancel.",
    )


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"version": 9}, "/version"),
        ({"agreement": "nobodys"}, "/version"),
        ({"plan": "platinum"}, "/plan"),
        ({"client": 2**40}, "/client"),
        ({"first_day": "2026-04-01"}, "/last_day"),
        ({"first_day": "0001-01-01"}, "/first_day"),
        ({"first_day": "2026-06-01", "last_day": "2026-06-30"}, "/first_day"),
        ({"last_day": "9999-12-31"}, "/last_day"),
        ({"last_day": "31 March"}, "/last_day"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_question_without_sense_is_refused_at_its_field(stage: Any, sign_in: Any, changes: Any, pointer: str):
    refused = post(sign_in(stage.owner), URL, body(**changes))
    assert refused.status_code == 400
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    with tenant_scope(stage.tenant):
        assert not WhatIf.objects.exists()


def test_another_tenants_question_client_and_version_do_not_exist(stage: Any, sign_in: Any):
    ours = post(sign_in(stage.owner), URL, body()).json()["id"]
    theirs = sign_in(stage.rival.owner)
    assert theirs.get(URL).json()["results"] == []
    for path in ("", "tickets/"):
        assert theirs.get(f"{URL}{ours}/{path}").status_code == 404
    assert theirs.delete(f"{URL}{ours}/").status_code == 404
    assert post(theirs, f"{URL}{ours}/keep/", {"name": "Mine"}).status_code == 404
    assert post(theirs, URL, body()).json()["errors"][0]["pointer"] == "/version"
    assert (
        post(sign_in(stage.owner), URL, body(client=stage.rival.client.pk)).json()["errors"][0]["pointer"] == "/client"
    )
