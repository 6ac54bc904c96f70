"""Postmortems and update templates for programs: HTTP in, state out; who may, and whose they are."""

from __future__ import annotations

from typing import Any

import pytest

from incidents.models import PostmortemAction, UpdateTemplate
from tenants.scope import tenant_scope
from tests.incidents.mending import MINUTE, START, declared, workspace
from tests.incidents.test_api_incidents import API, send

pytestmark = pytest.mark.django_db

TEMPLATES = "/api/v1/update-templates/"
TO_DO = "/api/v1/postmortem-actions/"


@pytest.fixture
def address(cast: Any) -> str:
    workspace(cast)
    with tenant_scope(cast.tenant):
        return f"{API}{declared(cast.agent).number}/"


def test_a_postmortem_is_written_published_and_read_by_whom_it_is_for(cast: Any, sign_in: Any, address: str) -> None:
    api, contact = sign_in(cast.agent), sign_in(cast.contact)
    its = f"{address}postmortem/"
    assert api.get(its).status_code == 404
    wrong = send(api, its, {"summary": " ", "blame": "Bob"})
    assert [each["pointer"] for each in wrong.json()["errors"]] == ["/blame"]
    assert "/summary" in send(api, its, {"summary": " "}).content.decode()
    assert send(api, its, {"summary": "A full disk.", "causes": "No alarm."}).json()["causes"] == "No alarm."
    assert send(api, its, {"summary": "A full disk."}).json()["causes"] == ""
    assert contact.get(its).status_code == 404
    early = send(api, f"{its}publish/", {})
    assert (early.status_code, "Resolve it first." in early.content.decode()) == (400, True)
    send(api, f"{address}resolve/", {"body": "Over."}, START + MINUTE)
    send(api, f"{its}actions/", {"title": "An alarm", "owner": cast.lead.pk, "due_on": "2026-03-09"})
    assert send(api, f"{its}publish/", {}).json()["published_at"]
    told = contact.get(its).json()
    assert (told["summary"], told["actions"]) == ("A full disk.", [])
    assert [each["title"] for each in api.get(its).json()["actions"]] == ["An alarm"]


def test_an_action_has_an_owner_and_a_day_and_is_finished_and_resumed(cast: Any, sign_in: Any, address: str) -> None:
    api = sign_in(cast.agent)
    its = f"{address}postmortem/"
    sent = {"title": "An alarm", "owner": cast.lead.pk, "due_on": "2026-03-09"}
    assert "Write the postmortem first." in send(api, f"{its}actions/", sent).content.decode()
    send(api, its, {"summary": "A full disk."})
    for wrong, pointer in (
        ({"owner": cast.account_manager.pk}, "/owner"), ({"owner": 10**17}, "/owner"), ({"owner": None}, "/owner"),
        ({"due_on": "soon"}, "/due_on"), ({"due_on": "2026-03-01"}, "/due_on"), ({"title": ""}, "/title"),
    ):  # fmt: skip
        refused = send(api, f"{its}actions/", sent | wrong)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, pointer), wrong
    send(api, f"{its}actions/", sent)
    (agreed,) = api.get(f"{TO_DO}?open=true").json()["results"]
    assert (agreed["incident"], agreed["owner"]["name"], agreed["due_on"]) == (1, cast.lead.name, "2026-03-09")
    assert send(api, f"{TO_DO}{agreed['id']}/done/", {}).json()["done_at"]
    assert api.get(f"{TO_DO}?open=true").json()["results"] == []
    assert send(api, f"{TO_DO}{agreed['id']}/again/", {}).json()["done_at"] is None
    assert send(api, f"{TO_DO}{10**30}/done/", {}).status_code == 404


def test_who_only_reads_writes_nothing_and_strangers_find_nothing(cast: Any, sign_in: Any, address: str) -> None:
    its, api = f"{address}postmortem/", sign_in(cast.agent)
    send(api, its, {"summary": "A full disk."})
    send(api, f"{its}actions/", {"title": "An alarm", "owner": cast.lead.pk, "due_on": "2026-03-09"})
    with tenant_scope(cast.tenant):
        action = PostmortemAction.objects.get()
    reader, rival, contact = (sign_in(each) for each in (cast.account_manager, cast.rival.agent, cast.contact))
    assert (reader.get(its).status_code, reader.get(TO_DO).status_code) == (200, 200)
    assert (rival.get(its).status_code, rival.get(TO_DO).json()["results"]) == (404, [])
    assert contact.get(TO_DO).status_code == 404
    for writing, body in ((its, {"summary": "x"}), (f"{its}publish/", {}), (f"{TO_DO}{action.pk}/done/", {})):
        assert send(reader, writing, body).status_code == 403, writing
        assert send(rival, writing, body).status_code == 404, writing
        assert send(contact, writing, body).status_code == 404, writing
    with tenant_scope(cast.tenant):
        assert PostmortemAction.objects.get().done_at is None


def test_owners_write_update_templates_and_the_team_reads_them(cast: Any, sign_in: Any, address: str) -> None:
    owner, agent = sign_in(cast.owner), sign_in(cast.agent)
    made = send(owner, TEMPLATES, {"name": "Cause", "body": "We know: {affected}.", "status": "identified"})
    assert (made.status_code, made.json()["status"]) == (201, "identified")
    one = f"{TEMPLATES}{made.json()['id']}/"
    unknown = send(owner, TEMPLATES, {"name": "x", "body": "Until {when}."})
    assert "Nothing stands for {when}." in unknown.content.decode()
    assert send(owner, TEMPLATES, {"name": "x", "body": "x", "status": "gone"}).status_code == 400
    assert send(owner, one, {"name": "Cause found", "body": "We know."}).json()["name"] == "Cause found"
    assert [each["name"] for each in agent.get(TEMPLATES).json()] == ["Cause found"]
    assert agent.get(one).json()["status"] == ""
    for refused, code in ((agent, 403), (sign_in(cast.contact), 404), (sign_in(cast.rival.owner), 404)):
        assert send(refused, one, {"name": "Ours", "body": "x"}).status_code == code
        assert refused.delete(one).status_code == code
    assert sign_in(cast.rival.owner).get(TEMPLATES).json() == []
    assert sign_in(cast.contact).get(TEMPLATES).status_code == 404
    assert (owner.delete(one).status_code, owner.delete(one).status_code) == (204, 404)
    with tenant_scope(cast.tenant):
        assert not UpdateTemplate.objects.exists()
