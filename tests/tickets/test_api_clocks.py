"""Explanations and contested pauses through the API: HTTP in, JSON and state out."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tenants.scope import tenant_scope
from tests.tickets.desking import MORNING, act, clock, events, filed, under
from tests.tickets.portalling import at
from tickets import actions
from tickets.models import Message, PauseContest, Ticket

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JSON = "application/json"


@pytest.fixture
def ticket(cast: Any) -> Ticket:
    """Severity 2 on Gold: resolution within 3 business days from Tuesday 10:00; paused from 11:00, an internal note."""
    under("officeware", "gold", cast)
    ticket = filed(cast.contact)
    act(
        cast.tenant, actions.answer, ticket_id=ticket.pk, author=cast.agent, kind=Message.Kind.INTERNAL_NOTE,
        body="They never pay, let them wait", then=Ticket.Status.WAITING, now=MORNING + HOUR,
    )  # fmt: skip
    return ticket


def address(ticket: Ticket, metric: str = "resolution", cycle: int = 0) -> str:
    return f"/api/v1/tickets/{ticket.number}/clocks/{metric}/{cycle}/explanation/"


def contest_address(ticket: Ticket, pause: int | None = None) -> str:
    return f"/api/v1/tickets/{ticket.number}/pauses/{pause or events(ticket, 'waiting')[0].pk}/contest/"


def contest(ticket: Ticket, cast: Any, sign_in: Any) -> dict[str, Any]:
    with at(MORNING + 2 * HOUR):
        response = sign_in(cast.contact).post(contest_address(ticket), {"reason": "We had told you."}, JSON)
    assert response.status_code == 201, response.content
    return response.json()


def explanation(browser: Any, ticket: Ticket, moment: Any, metric: str = "resolution") -> dict[str, Any]:
    with at(moment):
        response = browser.get(address(ticket, metric))
    assert response.status_code == 200, response.content
    return response.json()


def test_the_segments_hold_every_instant_once_and_add_up_to_the_target(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    act(
        cast.tenant,
        actions.write_as_client,
        ticket_id=ticket.pk,
        author=cast.contact,
        body="Firefox.",
        now=MORNING + DAY,
    )
    told = explanation(sign_in(cast.agent), ticket, MORNING + DAY + HOUR)
    segments = told["segments"]
    assert all(one["end"] == other["start"] for one, other in pairwise(segments))
    assert datetime.fromisoformat(segments[0]["start"]) == MORNING
    assert segments[-1]["end"] == told["due_at"]
    assert sum(segment["counted_seconds"] for segment in segments) == told["target_seconds"] == 24 * 3600
    assert told["counted_seconds"] == 2 * 3600
    assert {segment["name"] for segment in segments if segment["kind"] == "closed"} == {"night"}
    assert told["sum"].endswith("→ due Fri 6 Mar, 17:00")
    assert (told["promise"]["text"], told["clause"]["key"], told["calendar"]["timezone"]) == (
        "3 business days", "E4", "Europe/Berlin",
    )  # fmt: skip
    assert told["agreement"]["version"] == "Undated, as published"


def test_a_pause_is_there_with_what_it_cost_and_nothing_of_an_internal_note(
    cast: Any, sign_in: Any, ticket: Ticket
) -> None:
    for who, words, may in ((cast.contact, "Waiting for you", True), (cast.agent, "Waiting for the client", False)):
        told = explanation(sign_in(who), ticket, MORNING + 3 * HOUR)
        (pause,) = told["pauses"]
        assert (pause["words"], pause["lost_seconds"], pause["can_be_contested"]) == (words, 2 * 3600, may)
        assert (pause["by"], pause["asked"], pause["reason"]) == ("Adam Agent", "", "")
        assert "never pay" not in str(told)
        assert (told["outcome"], told["due_at"]) == ("paused", None)


def test_best_effort_is_explained_too(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    told = explanation(sign_in(cast.contact), ticket, MORNING + HOUR, "next_response")
    assert (told["outcome"], told["target_seconds"], told["promise"]["kind"]) == ("best_effort", None, "best_effort")
    assert told["sum"] == "1 h counted = 1 h on Tuesday → nothing falls due"


@pytest.mark.parametrize(
    ("metric", "cycle"), [("resolution", 1), ("resolution", 2**40), ("update", 0), ("nonsense", 0)]
)
def test_a_clock_that_is_not_there_is_not_found(
    cast: Any, sign_in: Any, ticket: Ticket, metric: str, cycle: int
) -> None:
    assert sign_in(cast.agent).get(address(ticket, metric, cycle)).status_code == 404


@pytest.mark.parametrize("person", ["other_contact", "colleague", "rival.agent", "rival.contact"])
def test_strangers_find_nothing(cast: Any, sign_in: Any, ticket: Ticket, person: str) -> None:
    who = cast
    for name in person.split("."):
        who = getattr(who, name)
    browser = sign_in(who)
    assert browser.get(address(ticket)).status_code == 404
    if "contact" in person or "colleague" in person:
        assert browser.post(contest_address(ticket), {"reason": "Mine."}, JSON).status_code == 404
    it = contest(ticket, cast, sign_in)
    assert (
        browser.post(f"/api/v1/contests/{it['id']}/answer/", {"outcome": "kept", "answer": "No."}, JSON).status_code
        == 404
    )
    with tenant_scope(cast.tenant):
        assert PauseContest.objects.get().outcome == ""


def test_a_contact_contests_and_a_member_answers(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    it = contest(ticket, cast, sign_in)
    assert (it["contact"], it["reason"], it["outcome"], it["answered_by"]) == (
        "Carla Contact",
        "We had told you.",
        "",
        None,
    )
    with at(MORNING + 3 * HOUR):
        response = sign_in(cast.agent).post(
            f"/api/v1/contests/{it['id']}/answer/", {"outcome": "struck", "answer": "You are right."}, JSON
        )
    assert (response.status_code, response.json()["outcome"], response.json()["answered_by"]) == (
        200,
        "struck",
        "Adam Agent",
    )
    assert clock(ticket, "resolution").elapsed_seconds == 3 * 3600
    told = explanation(sign_in(cast.contact), ticket, MORNING + 3 * HOUR)
    assert [(pause["struck"], pause["contest"]["answer"]) for pause in told["pauses"]] == [(True, "You are right.")]
    assert any(segment["struck"] and segment["counted_seconds"] == 2 * 3600 for segment in told["segments"])


def test_members_do_not_contest_and_contacts_do_not_answer(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    assert sign_in(cast.agent).post(contest_address(ticket), {"reason": "x"}, JSON).status_code == 403
    it = contest(ticket, cast, sign_in)
    answer = {"outcome": "struck", "answer": "Of course."}
    assert sign_in(cast.contact).post(f"/api/v1/contests/{it['id']}/answer/", answer, JSON).status_code == 404
    assert sign_in(cast.account_manager).post(f"/api/v1/contests/{it['id']}/answer/", answer, JSON).status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "reason"),
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 2001}, "reason"),
        ({"reason": "a", "why": "b"}, "why"),
    ],
)
def test_a_bad_contest_names_its_field(cast: Any, sign_in: Any, ticket: Ticket, body: dict, field: str) -> None:
    response = sign_in(cast.contact).post(contest_address(ticket), body, JSON)
    assert response.status_code == 400
    assert f"/{field}" in {error["pointer"] for error in response.json()["errors"]}


def test_what_stopped_no_clock_is_refused_with_a_sentence(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    for pause in (events(ticket, "created")[0].pk, 2**62):
        response = sign_in(cast.contact).post(contest_address(ticket, pause), {"reason": "Why?"}, JSON)
        assert response.status_code == 400
        assert "stopped no clock" in response.json()["errors"][0]["detail"]


def test_a_second_answer_is_refused_with_who_gave_the_first(cast: Any, sign_in: Any, ticket: Ticket) -> None:
    it = contest(ticket, cast, sign_in)
    there = f"/api/v1/contests/{it['id']}/answer/"
    assert sign_in(cast.agent).post(there, {"outcome": "kept", "answer": "It stands."}, JSON).status_code == 200
    response = sign_in(cast.lead).post(there, {"outcome": "struck", "answer": "It does not."}, JSON)
    assert response.status_code == 400
    assert "Adam Agent has answered this: the pause stands." in response.json()["errors"][0]["detail"]


def test_the_document_describes_it(cast: Any, sign_in: Any) -> None:
    schema = sign_in(cast.agent).get("/api/v1/schema/?format=json").json()
    path = "/api/v1/tickets/{number}/clocks/{metric}/{cycle}/explanation/"
    assert schema["paths"][path]["get"]["operationId"] == "clocks_explain"
    parts = schema["components"]["schemas"]
    explained = parts["ExplanationOut"]["properties"]
    assert explained["segments"]["items"]["$ref"].endswith("SegmentOut")
    assert {"start", "end", "kind", "counted_seconds", "total_seconds"} <= set(parts["SegmentOut"]["properties"])
    assert {"/api/v1/tickets/{number}/pauses/{pause}/contest/", "/api/v1/contests/{contest_id}/answer/"} <= set(
        schema["paths"]
    )
