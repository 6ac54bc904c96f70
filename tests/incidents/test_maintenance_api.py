"""Maintenance for programs: the same actions, the same refusals, and each person's own view."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from tests.incidents.maintaining import DAY, EARLY, END, HOUR, START, announced, planned, under

pytestmark = pytest.mark.django_db
API = "/api/v1/maintenance/"


@pytest.fixture
def engage(cast: Any) -> Any:
    return under("engage", "standard", cast)


def plan(**said: Any) -> dict[str, Any]:
    return {
        "title": "New routers", "parts": [{"product": "voice", "component": "trunk_a"}],
        "start_at": START.isoformat(), "end_at": END.isoformat(), **said,
    }  # fmt: skip


def send(browser: Any, path: str, body: Any, now: Any = EARLY) -> Any:
    with time_machine.travel(now, tick=False):
        return browser.post(path, body, content_type="application/json")


def test_B16_a_program_plans_announces_and_completes(cast: Any, engage: Any, sign_in: Any):
    agent = sign_in(cast.agent)
    made = send(agent, API, plan(is_risky=True, responsible=cast.lead.pk))
    assert (made.status_code, made["Location"]) == (201, f"{API}1/")
    assert made.json()["parts"] == [{"product": "voice", "component": "trunk_a"}]
    told = send(agent, f"{API}1/announce/", {"text": "New ones."}).json()
    assert (told["status"], told["announcements"][0]["text"]) == ("announced", "New ones.")
    worded = send(agent, f"{API}1/reword/", {"description": ""}).json()
    assert (worded["description"], worded["title"], worded["is_risky"]) == ("", "New routers", True)
    moved = {"start_at": (START + DAY).isoformat(), "end_at": (END + DAY).isoformat(), "reason": "No parts."}
    assert len(send(agent, f"{API}1/reschedule/", moved).json()["announcements"]) == 2
    assert send(agent, f"{API}1/start/", {}, START + DAY).json()["status"] == "in_progress"
    longer = {"end_at": (END + DAY + HOUR).isoformat(), "reason": "A disk."}
    assert send(agent, f"{API}1/extend/", longer, END + DAY).json()["announced_end_at"].startswith("2026-06-15T03:00")
    done = send(agent, f"{API}1/complete/", {}, END + DAY + HOUR).json()
    assert (done["status"], done["overrun_at"][:16]) == ("completed", "2026-06-15T03:00")
    assert [each["number"] for each in agent.get(f"{API}?status=completed").json()["results"]] == [1]
    assert agent.get(f"{API}?status=cancelled").json()["results"] == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (plan(end_at=START.isoformat()), "end_at"),
        (plan(parts=[{"product": "nothing"}]), "parts"),
        (plan(parts=[]), "parts"),
        (plan(responsible=1), "responsible"),
        (plan(nonsense=1), "nonsense"),
    ],
)
def test_bad_input_is_refused_at_its_place(cast: Any, engage: Any, sign_in: Any, body: Any, pointer: str):
    answer = send(sign_in(cast.agent), API, body)
    assert answer.status_code == 400
    assert pointer in answer.json()["errors"][0]["pointer"]


def test_a_client_reads_what_was_announced_about_its_own_products(cast: Any, engage: Any, sign_in: Any):
    announced(cast, "messaging")
    planned(cast, "conversational_ai", title="Secret")
    announced(cast, "conversational_ai")
    contact, other = sign_in(cast.contact), sign_in(cast.other_contact)
    assert [each["number"] for each in contact.get(API).json()["results"]] == [3, 1]
    assert [each["number"] for each in other.get(API).json()["results"]] == [3]
    assert "notes" not in contact.get(f"{API}1/").json()
    assert (contact.get(f"{API}2/").status_code, other.get(f"{API}1/").status_code) == (404, 404)


def test_only_the_desk_changes_anything_and_no_other_tenant_sees_it(cast: Any, engage: Any, sign_in: Any):
    announced(cast)
    assert send(sign_in(cast.contact), API, plan()).status_code == 404
    assert send(sign_in(cast.contact), f"{API}1/start/", {}).status_code == 404
    assert send(sign_in(cast.account_manager), f"{API}1/start/", {}).status_code == 403
    assert send(sign_in(cast.rival.agent), f"{API}1/start/", {}).status_code == 404
    assert sign_in(cast.rival.agent).get(API).json()["results"] == []
