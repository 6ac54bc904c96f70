"""Incidents for programs: HTTP in, state out; contacts read what is public about their products, strangers nothing."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from incidents.models import Affected, Duty, Impact, Incident
from incidents.models.kinds import Kind
from tenants.scope import tenant_scope
from tests.incidents.desking import at, facts, fresh, only
from tests.incidents.mending import MINUTE, START, declared, latest, workspace

pytestmark = pytest.mark.django_db

API = "/api/v1/incidents/"


@pytest.fixture
def api(cast: Any, sign_in: Any) -> Any:
    workspace(cast)
    return sign_in(cast.agent)


def begun(cast: Any, **fields: Any) -> Incident:
    with tenant_scope(cast.tenant):
        return declared(cast.agent, **fields)


def send(browser: Any, address: str, body: Any, when: Any = START, key: str = "") -> Any:
    import time_machine

    headers = {"Idempotency-Key": key} if key else {}
    with time_machine.travel(when, tick=False):
        return browser.post(address, body, content_type="application/json", headers=headers)


def test_one_is_declared_with_what_it_affects_once_for_a_key(cast: Any, api: Any) -> None:
    body = {
        "title": "Messages are late", "level": "p1", "body": "We look.",
        "affected": [{"product": "messaging", "impact": "down"}],
    }  # fmt: skip
    key = str(uuid.uuid4())
    made = send(api, API, body, key=key)
    assert made.status_code == 201, made.content
    again = send(api, API, body, key=key)
    assert again.json()["number"] == made.json()["number"]
    assert made["Location"] == "/api/v1/incidents/1/"
    told = made.json()
    assert told["next_update_due_at"] == told["clock"]["due_at"] == "2026-03-02T09:15:00Z"
    assert [(each["product"], each["impact"]) for each in told["affected"]] == [("messaging", "down")]
    assert [each["role"] for each in told["duties"]] == ["coordinator"]
    assert send(api, API, {**body, "title": "Another"}, key=key).status_code == 409


@pytest.mark.parametrize("place", ["", "1/updates/", "1/resolve/"])
@pytest.mark.parametrize(
    ("braces", "why"), [("{bogus}", "Nothing stands for {bogus}."), ("{status}", "write it out")]
)  # fmt: skip
def test_what_stands_in_braces_does_not_go_out(cast: Any, api: Any, place: str, braces: str, why: str) -> None:
    incident = begun(cast)
    more = {} if place else {"title": "x", "level": "p1"}
    refused = send(api, f"{API}{place}", {"body": f"It works again. {braces}", **more}, START + MINUTE)
    assert (refused.status_code, why in refused.content.decode()) == (400, True)
    assert not facts(incident, Kind.PUBLIC_UPDATE)
    assert only(cast.tenant).is_open


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"title": "x", "level": "p9"}, "level"),
        ({"title": "x", "level": "p1", "agreement": "none"}, "agreement"),
        ({"title": "x", "level": "p1", "affected": [{"product": "none", "impact": "down"}]}, "affected"),
        ({"title": "x", "level": "p1", "tickets": [99]}, "tickets"),
        ({"title": "x", "level": "p1", "started_at": "2026-03-02T11:00:00Z"}, "started_at"),
        ({"title": "x", "level": "p1", "colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_named(cast: Any, api: Any, body: dict[str, Any], pointer: str) -> None:
    refused = send(api, API, body)
    assert refused.status_code == 400
    assert pointer in refused.json()["errors"][0]["pointer"]


def test_the_list_is_narrowed_as_the_page_is(cast: Any, api: Any) -> None:
    one, two = begun(cast), begun(cast, level="p3", hurts=[])
    send(api, f"{API}{two.number}/resolve/", {"body": "Over."}, START + MINUTE)
    for query, found in (
        ("", [2, 1]), ("open=true", [1]), ("open=false", [2]), ("level=p3", [2]), ("product=messaging", [1]),
        ("product=none", []),
    ):  # fmt: skip
        assert [each["number"] for each in api.get(f"{API}?{query}").json()["results"]] == found, query
    assert one.number == 1


def test_B15_an_update_tells_everybody_and_one_of_a_program_keeps_no_promise(cast: Any, api: Any) -> None:
    incident = begun(cast)
    address = f"{API}{incident.number}/updates/"
    send(api, address, {"body": "Automatic: 40 % of requests fail.", "automated": True}, START + 5 * MINUTE)
    with tenant_scope(cast.tenant):
        assert latest(incident).due_at == START + 15 * MINUTE
    told = send(api, address, {"body": "It is the disk.", "status": "identified"}, START + 10 * MINUTE)
    assert told.json()["status"] == "identified"
    assert told.json()["next_update_due_at"] == "2026-03-02T09:25:00Z"
    assert [each.by for each in facts(incident, Kind.PUBLIC_UPDATE)] == ["system", "agent"]


def test_an_update_that_did_not_see_another_is_refused(cast: Any, api: Any, sign_in: Any) -> None:
    incident = begun(cast)
    address = f"{API}{incident.number}/"
    seen = at(api, f"{address}events/").json()[-1]["id"]
    send(sign_in(cast.lead), f"{address}updates/", {"body": "Network."}, START + MINUTE)
    refused = send(api, f"{address}updates/", {"body": "Disk.", "seen_event": seen}, START + 2 * MINUTE)
    assert refused.status_code == 400
    assert "told everybody while you wrote" in refused.content.decode()


def test_the_verbs_do_what_the_pages_do(cast: Any, api: Any) -> None:
    incident, other = begun(cast), begun(cast, title="Voice")
    address = f"{API}{incident.number}/"
    for verb, body in (
        ("notes", {"body": "Disk?"}), ("level", {"level": "p2", "reason": "One product."}),
        ("affected", {"affected": [{"product": "voice", "impact": "degraded"}]}),
        ("duties", {"role": "engineer", "member": cast.lead.pk}), ("title", {"title": "Late messages"}),
        ("publish", {}), ("resolve", {"body": "Over.", "solve_tickets": False}), ("reopen", {"reason": "Again."}),
        ("merge", {"into": other.number, "reason": "One switch."}),
    ):  # fmt: skip
        done = send(api, f"{address}{verb}/", body, START + 2 * MINUTE)
        assert done.status_code == 200, (verb, done.content)
    now = fresh(incident)
    assert (now.title, now.level, now.merged_into) == ("Late messages", "p2", other)
    with tenant_scope(cast.tenant):
        assert Affected.objects.get(incident=incident).impact == Impact.DEGRADED
        assert Duty.objects.filter(incident=incident, role="engineer", member=cast.lead).exists()


def test_C5_steps_are_recorded_with_their_time(cast: Any, sign_in: Any) -> None:
    workspace(cast, "managedops", "business")
    api, incident = sign_in(cast.agent), begun(cast, started_at=START - 10 * MINUTE)
    address = f"{API}{incident.number}/steps/"
    for step, early in (("triage", 5), ("stabilised", 0)):
        reached = (START + timedelta(minutes=20 - early)).isoformat()
        done = send(api, address, {"step": step, "reached_at": reached}, START + 20 * MINUTE)
        assert done.status_code == 200, done.content
    assert [each.data["step"] for each in facts(incident, Kind.STEP)] == ["triage", "stabilised"]
    wrong = send(api, address, {"step": "triage2"}, START + 20 * MINUTE)
    assert "records no such step" in wrong.content.decode()


def test_the_countdown_explains_itself(cast: Any, api: Any) -> None:
    incident = begun(cast)
    told = at(api, f"{API}{incident.number}/clocks/0/explanation/", START + 5 * MINUTE).json()
    assert (told["metric"], told["target_seconds"], told["counted_seconds"]) == ("update", 900, 300)
    assert told["agreement"]["level"] == "P1"
    assert at(api, f"{API}{incident.number}/clocks/3/explanation/").status_code == 404


def test_contacts_read_what_is_public_about_their_products_and_write_nothing(cast: Any, api: Any, sign_in: Any) -> None:
    public, inside = begun(cast), begun(cast, level="p5")
    send(api, f"{API}{public.number}/notes/", {"body": "A secret."}, START + MINUTE)
    send(api, f"{API}{public.number}/updates/", {"body": "Known."}, START + 2 * MINUTE)
    send(api, f"{API}{public.number}/level/", {"level": "p2", "reason": "A secret reason."}, START + 2 * MINUTE)
    contact = sign_in(cast.contact)
    assert [each["number"] for each in contact.get(API).json()["results"]] == [public.number]
    told = contact.get(f"{API}{public.number}/").json()
    assert (told["clock"], told["duties"], told["tickets"], told["acknowledged_at"]) == (None, [], [], None)
    assert told["next_update_due_at"] == "2026-03-02T09:32:00Z"
    events = contact.get(f"{API}{public.number}/events/").content.decode()
    assert "Known." in events
    assert "secret" not in events
    assert "Adam Agent" not in events
    assert contact.get(f"{API}{inside.number}/").status_code == 404
    assert send(contact, API, {"title": "x", "level": "p1"}).status_code == 404
    assert send(contact, f"{API}{public.number}/updates/", {"body": "x"}).status_code == 404


def test_who_reads_only_reads_and_a_stranger_finds_nothing(cast: Any, api: Any, sign_in: Any, stranger: Any) -> None:
    incident = begun(cast)
    manager = sign_in(cast.account_manager)
    assert manager.get(f"{API}{incident.number}/").status_code == 200
    assert send(manager, f"{API}{incident.number}/updates/", {"body": "x"}).status_code == 403
    assert sign_in(cast.rival.agent).get(f"{API}{incident.number}/").status_code == 404
    assert stranger.get(API).status_code == 401
    assert only(cast.tenant).pk == incident.pk
