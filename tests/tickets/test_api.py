"""Tickets through the API: HTTP in, state out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agreements.document import load_bundled
from tenants.actions import create_api_token
from tenants.models import Member
from tenants.scope import tenant_scope
from tests import factories
from tickets import actions
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
URL = "/api/v1/tickets/"
# A request type of identity's agreement that forces no level.
ORDINARY = next(t.key for t in load_bundled("identity").request_types if not t.forced_level and not t.is_outside)


@pytest.fixture
def stage(cast: SimpleNamespace) -> SimpleNamespace:
    """Globex on identity's only plan, with one ticket of Carla's, and Initech's."""
    with tenant_scope(cast.tenant):
        version = factories.agreement("identity")
        plan = version.document.plans[0].key
        factories.subscription(cast.client, version, plan)
        factories.subscription(cast.other_client, version, plan)
        cast.ticket = file(cast.contact)
        cast.foreign = file(cast.other_contact)
    return cast


def file(requester: Any, **changes: Any) -> Ticket:
    return actions.file_ticket(
        **{
            "requester": requester, "by": requester, "subject": "Sign-in is slow", "body": "Since this morning.",
            "request_type": ORDINARY, "level": "high", "product": None, "channel": Ticket.Channel.PORTAL,
            "received_at": NOW, "now": NOW, **changes,
        }
    )  # fmt: skip


def payload(**changes: Any) -> dict[str, Any]:
    return {"subject": "SCIM stops", "body": "No new users.", "request_type": ORDINARY, "level": "high", **changes}


class TestWhoMay:
    def test_a_stranger_is_asked_for_a_token(self, stage: Any, stranger: Any) -> None:
        response = stranger.get(URL)
        assert response.status_code == 401
        assert response["Content-Type"] == "application/problem+json"
        assert response["WWW-Authenticate"] == "Bearer"

    def test_a_token_acts_as_its_person_and_only_on_their_tenant(self, stage: Any, stranger: Any) -> None:
        with tenant_scope(stage.tenant):
            _token, secret = create_api_token(user_id=stage.agent.user_id, name="script", now=NOW)
        headers = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
        assert stranger.get("/api/v1/me/", **headers).json()["name"] == "Adam Agent"
        assert stranger.get("/api/v1/me/", **{**headers, "HTTP_HOST": "rival.localhost"}).status_code == 401
        assert stranger.get("/api/v1/me/", HTTP_AUTHORIZATION="Bearer slt_wrong").status_code == 401

    def test_a_contact_sees_their_client_only(self, stage: Any, sign_in: Any) -> None:
        browser = sign_in(stage.contact)
        numbers = [row["number"] for row in browser.get(URL).json()["results"]]
        assert numbers == [stage.ticket.number]
        assert browser.get(f"{URL}{stage.foreign.number}/").status_code == 404

    def test_another_tenants_member_finds_nothing(self, stage: Any, sign_in: Any) -> None:
        browser = sign_in(stage.rival.agent)
        assert browser.get(URL).json()["results"] == []
        assert browser.get(f"{URL}{stage.ticket.number}/").status_code == 404
        assert browser.post(f"{URL}{stage.ticket.number}/status/", {"status": "solved"}).status_code == 404

    def test_an_account_manager_reads_and_does_not_write(self, stage: Any, sign_in: Any) -> None:
        browser = sign_in(stage.account_manager)
        assert len(browser.get(URL).json()["results"]) == 2
        response = browser.post(
            f"{URL}{stage.ticket.number}/messages/", {"body": "Hi"}, content_type="application/json"
        )
        assert response.status_code == 403

    def test_the_desks_verbs_do_not_exist_for_a_contact(self, stage: Any, sign_in: Any) -> None:
        browser = sign_in(stage.contact)
        for verb, body in [("assignment", {"assignee": None}), ("scope", {}), ("classification", {})]:
            response = browser.post(f"{URL}{stage.ticket.number}/{verb}/", body, content_type="application/json")
            assert response.status_code == 404, verb


class TestFiling:
    def test_D3_what_is_filed_comes_back_with_its_clocks(self, stage: Any, sign_in: Any) -> None:
        response = sign_in(stage.contact).post(URL, payload(), content_type="application/json")
        assert response.status_code == 201, response.json()
        clocks = {clock["metric"]: clock for clock in response.json()["clocks"]}
        assert clocks["first_response"]["target_seconds"] == 4 * 3600
        assert clocks["first_response"]["state"] == "running"
        assert response["Location"] == f"{URL}{response.json()['number']}/"

    def test_the_same_idempotency_key_files_once(self, stage: Any, sign_in: Any) -> None:
        browser, key = sign_in(stage.contact), str(uuid4())
        first, second = (
            browser.post(URL, payload(), content_type="application/json", headers={"Idempotency-Key": key})
            for _ in range(2)
        )
        assert first.json()["number"] == second.json()["number"]
        with tenant_scope(stage.tenant):
            assert Message.objects.filter(submission=key).count() == 1

    def test_the_same_idempotency_key_with_something_else_is_a_conflict(self, stage: Any, sign_in: Any) -> None:
        browser, key = sign_in(stage.contact), {"Idempotency-Key": str(uuid4())}
        number = browser.post(URL, payload(), content_type="application/json", headers=key).json()["number"]
        messages = f"{URL}{number}/messages/"
        for url, body in [(URL, payload(body="Another thing.")), (messages, {"body": "More."})]:
            response = browser.post(url, body, content_type="application/json", headers=key)
            assert (response.status_code, response["Content-Type"]) == (409, "application/problem+json")
            assert "Idempotency-Key" in response.json()["detail"]
        with tenant_scope(stage.tenant):
            assert Message.objects.filter(ticket__number=number).count() == 1

    def test_a_member_files_for_a_contact_from_when_it_was_received(self, stage: Any, sign_in: Any) -> None:
        body = payload(requester=stage.contact.pk, channel="phone", received_at=NOW.isoformat())
        response = sign_in(stage.agent).post(URL, body, content_type="application/json")
        assert response.status_code == 201, response.json()
        assert response.json()["received_at"] == "2026-03-03T09:00:00Z"
        assert response.json()["requester"]["name"] == "Carla Contact"

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"level": "purple"}, "/level"),
            ({"request_type": "wish"}, "/request_type"),
            ({"subject": ""}, "/subject"),
            ({"subject": "a\x00b"}, "/subject"),
            ({"subject": "x" * 201}, "/subject"),
            ({"product": "nothing"}, "/product"),
            ({"colour": "red"}, "/colour"),
            ({"requester": 10**30}, "/requester"),
        ],
        ids=lambda value: str(value)[:30],
    )
    def test_a_mistake_is_a_problem_that_names_its_place(
        self, stage: Any, sign_in: Any, changes: dict[str, Any], pointer: str
    ) -> None:
        response = sign_in(stage.contact).post(URL, payload(**changes), content_type="application/json")
        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"
        assert [error["pointer"] for error in response.json()["errors"]] == [pointer]

    def test_a_body_that_is_not_json_is_a_problem(self, stage: Any, sign_in: Any) -> None:
        response = sign_in(stage.contact).post(URL, b"{oops", content_type="application/json")
        assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")


class TestConversation:
    def test_C1_an_acknowledgement_does_not_stop_the_clock_and_a_reply_does(self, stage: Any, sign_in: Any) -> None:
        browser, url = sign_in(stage.agent), f"{URL}{stage.ticket.number}/"
        browser.post(f"{url}messages/", {"body": "Seen.", "kind": "acknowledgement"}, content_type="application/json")
        assert _clock(browser.get(url), "first_response")["stopped_at"] is None
        browser.post(f"{url}messages/", {"body": "Restart it."}, content_type="application/json")
        assert _clock(browser.get(url), "first_response")["stopped_at"] is not None

    def test_a_contact_never_reads_internal_notes_nor_their_files(self, stage: Any, sign_in: Any) -> None:
        url = f"{URL}{stage.ticket.number}/"
        note = {
            "body": "Their admin is new.",
            "kind": "internal_note",
            "attachments": [SimpleUploadedFile("a.txt", b"hush")],
        }
        posted = sign_in(stage.agent).post(f"{url}messages/", note)
        assert posted.status_code == 201, posted.json()
        file_id = posted.json()["attachments"][0]["id"]
        browser = sign_in(stage.contact)
        assert [m["body"] for m in browser.get(f"{url}messages/").json()] == ["Since this morning."]
        assert "internal_note" not in [e["kind"] for e in browser.get(f"{url}events/").json()]
        assert browser.get(f"{url}attachments/{file_id}/").status_code == 404
        assert sign_in(stage.agent).get(f"{url}attachments/{file_id}/").getvalue() == b"hush"

    def test_no_event_tells_what_only_the_replay_needs_such_as_whether_a_client_has_paid(
        self, stage: Any, sign_in: Any
    ) -> None:
        with tenant_scope(stage.tenant):
            duplicate = file(stage.colleague)
            actions.merge(
                ticket_id=duplicate.pk, into_id=stage.ticket.pk, by=stage.agent, reason="The same.", now=NOW + MINUTE
            )
        for who in (stage.contact, stage.agent):
            told = sign_in(who).get(f"{URL}{stage.ticket.number}/events/").json()
            assert {e["kind"]: set(e["data"]) for e in told} == {
                "created": {"typed_by"}, "absorbed": {"from", "received_at"},
            }  # fmt: skip

    def test_B10_a_reclassification_needs_a_reason_and_keeps_what_the_client_chose(
        self, stage: Any, sign_in: Any
    ) -> None:
        browser, url = sign_in(stage.agent), f"{URL}{stage.ticket.number}/classification/"
        assert browser.post(url, {"level": "urgent", "reason": " "}, content_type="application/json").status_code == 400
        response = browser.post(
            url, {"level": "urgent", "reason": "Everybody is out."}, content_type="application/json"
        )
        assert (response.json()["level"], response.json()["requested_level"]) == ("urgent", "high")

    def test_assigning_to_nobody_known_is_refused_beside_the_field(self, stage: Any, sign_in: Any) -> None:
        url = f"{URL}{stage.ticket.number}/assignment/"
        with tenant_scope(stage.other_tenant):
            foreigner = Member.objects.first()
        response = sign_in(stage.agent).post(url, {"assignee": foreigner.pk}, content_type="application/json")
        assert response.json()["errors"][0]["pointer"] == "/assignee"


class TestLists:
    @pytest.mark.thorough
    def test_the_list_asks_as_much_for_one_ticket_as_for_forty(
        self, stage: Any, sign_in: Any, django_assert_max_num_queries: Any
    ) -> None:
        browser = sign_in(stage.agent)
        browser.get(URL)
        with django_assert_max_num_queries(10) as few:
            browser.get(URL)
        with tenant_scope(stage.tenant):
            for n in range(38):
                file(
                    stage.contact,
                    subject=f"Ticket {n}",
                    now=NOW + timedelta(minutes=n),
                    received_at=NOW + timedelta(minutes=n),
                )
        with django_assert_max_num_queries(len(few)):
            rows = browser.get(URL).json()["results"]
        assert len(rows) == 40

    def test_pages_follow_each_other_without_gap_or_repeat(self, stage: Any, sign_in: Any) -> None:
        with tenant_scope(stage.tenant):
            for n in range(5):
                file(stage.contact, now=NOW + timedelta(minutes=n), received_at=NOW + timedelta(minutes=n))
        browser, url, seen = sign_in(stage.agent), f"{URL}?page_size=3", []
        while url:
            page = browser.get(url).json()
            seen += [row["number"] for row in page["results"]]
            url = page["next"]
        assert len(seen) == len(set(seen)) == 7

    def test_due_first_puts_the_earliest_due_time_on_top(self, stage: Any, sign_in: Any) -> None:
        with tenant_scope(stage.tenant):
            urgent = file(stage.contact, level="urgent", by=stage.contact)
        rows = sign_in(stage.agent).get(f"{URL}?order=due_first").json()["results"]
        assert rows[0]["number"] == urgent.number

    def test_filters_narrow_the_list(self, stage: Any, sign_in: Any) -> None:
        browser = sign_in(stage.agent)
        assert (
            browser.get(f"{URL}?client={stage.other_client.pk}").json()["results"][0]["number"] == stage.foreign.number
        )
        assert browser.get(f"{URL}?status=closed").json()["results"] == []
        assert browser.get(f"{URL}?client=99999999999999999999999").status_code == 400


def _clock(response: Any, metric: str) -> dict[str, Any]:
    return next(clock for clock in response.json()["clocks"] if clock["metric"] == metric)
