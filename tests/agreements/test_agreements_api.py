"""Agreements through the API (B17): who reads what, texts in, problems out, a version's verbs, the schema."""

from __future__ import annotations

import json
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements import actions
from agreements.document import bundled_text, schema_text
from agreements.models import Agreement, AgreementVersion
from tenants.models import HistoryEntry
from tenants.scope import tenant_scope
from tests import factories

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/agreements/"
V1 = f"{ROOT}engage/versions/1/"
V2 = f"{ROOT}engage/versions/2/"
DRAFTS, VALIDATION = f"{ROOT}versions/", f"{ROOT}validation/"
SCHEMA = "/api/v1/agreement-schema.json"
YAML = "application/yaml"


def next_year() -> date:
    return date(timezone.localdate().year + 1, 1, 1)


def second_text() -> str:
    text = bundled_text("engage").replace("update_every: 120 minutes", "update_every: 60 minutes")
    return text.replace("effective_from: 2024-07-01", f"effective_from: {next_year()}")


@pytest.fixture
def stage(cast: SimpleNamespace) -> SimpleNamespace:
    """Engage's agreement in force, and a draft of its next version."""
    with tenant_scope(cast.tenant):
        cast.version = factories.agreement("engage", source=bundled_text("engage"))
        cast.draft = actions.save_draft(
            source=second_text(), name="x.yaml", effective_from=None, by=cast.owner.user, now=timezone.now()
        )
    return cast


def send(browser: Any, url: str, body: Any = None) -> Any:
    return browser.post(url, body or {}, content_type="application/json")


class TestReading:
    def test_members_see_the_agreements_with_the_version_in_force(self, stage, sign_in):
        (row,) = sign_in(stage.agent).get(ROOT).json()
        assert row == {"key": "engage", "name": stage.version.agreement.name, "in_force": 1}

    def test_drafts_are_for_owners_and_published_versions_for_every_member(self, stage, sign_in):
        owner, agent = sign_in(stage.owner), sign_in(stage.agent)
        versions = owner.get(f"{ROOT}engage/versions/").json()
        assert [(row["number"], row["state"]) for row in versions] == [(2, "draft"), (1, "published")]
        assert [row["number"] for row in agent.get(f"{ROOT}engage/versions/").json()] == [1]
        for url in (V2, f"{V2}source.yaml", f"{V2}compare/", f"{V1}compare/?with=2"):
            assert owner.get(url).status_code == 200, url
            assert agent.get(url).status_code == 404, url

    def test_a_version_comes_with_everything_it_says_as_plain_values(self, stage, sign_in):
        found = sign_in(stage.agent).get(V1).json()
        assert found["document"] == stage.version.document.data
        assert (found["agreement"], found["number"], found["state"]) == ("engage", 1, "published")
        assert found["digest"] == stage.version.digest

    def test_the_source_is_the_text_to_the_byte(self, stage, sign_in):
        answer = sign_in(stage.agent).get(f"{V1}source.yaml")
        assert answer.content.decode() == stage.version.source
        assert answer["Content-Type"].startswith(YAML)

    def test_to_contacts_none_of_it_exists(self, stage, sign_in):
        browser = sign_in(stage.contact)
        for url in (ROOT, f"{ROOT}engage/versions/", V1, f"{V1}source.yaml", f"{V1}compare/"):
            assert browser.get(url).status_code == 404, url
        for url in (DRAFTS, VALIDATION, f"{V2}review/", f"{V2}publication/"):
            assert send(browser, url, {"source": "a: b"}).status_code == 404, url

    def test_another_tenant_finds_nothing(self, stage, sign_in):
        browser = sign_in(stage.rival.owner)
        assert browser.get(ROOT).json() == []
        for url in (f"{ROOT}engage/versions/", V1, V2, f"{V1}source.yaml"):
            assert browser.get(url).status_code == 404, url
        assert send(browser, f"{V2}review/").status_code == 404

    def test_what_is_no_version_is_not_found(self, stage, sign_in):
        browser = sign_in(stage.owner)
        for url in (f"{ROOT}nothing/versions/", f"{ROOT}engage/versions/9/", f"{ROOT}engage/versions/{10**30}/"):
            assert browser.get(url).status_code == 404, url

    def test_an_address_with_a_line_end_in_it_is_answered_like_any_other(self, stage, sign_in):
        answer = sign_in(stage.owner).get(f"{ROOT}engage%0A/versions/")
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")

    def test_lists_cost_the_same_whatever_their_length(self, stage, sign_in):
        browser = sign_in(stage.owner)
        browser.get(f"{ROOT}engage/versions/")
        costs = []
        for wanted in (2, 7):
            with tenant_scope(stage.tenant):
                for _ in range(wanted - AgreementVersion.objects.count()):
                    actions.save_draft(
                        source=second_text(), name="x", effective_from=None, by=stage.owner.user, now=timezone.now()
                    )
            with CaptureQueriesContext(connection) as queries:
                assert len(browser.get(f"{ROOT}engage/versions/").json()) == wanted
            costs.append(len(queries))
        assert costs[0] == costs[1]


class TestComparing:
    def test_without_a_number_it_is_the_version_before(self, stage, sign_in):
        found = sign_in(stage.owner).get(f"{V2}compare/").json()
        assert (found["old"], found["new"]) == (1, 2)
        (change,) = [change for change in found["changes"] if change["section"] == "incidents"]
        assert (change["before"], change["after"], change["direction"]) == ("120 minutes", "60 minutes", "better")
        assert change["clauses"] == {"old": "B15", "new": "B15"}
        assert found["counts"]["better"] == 1

    def test_the_version_before_is_the_last_one_that_the_reader_sees(self, stage, sign_in):
        with tenant_scope(stage.tenant):
            third = second_text().replace("update_every: 60 minutes", "update_every: 30 minutes")
            factories.publish(
                actions.save_draft(source=third, name="x.yaml", effective_from=None, by=None, now=timezone.now()),
                now=timezone.now(),
            )
        seen = {who: sign_in(who).get(f"{ROOT}engage/versions/3/compare/").json() for who in (stage.owner, stage.agent)}
        assert [(found["old"], found["new"]) for found in seen.values()] == [(2, 3), (1, 3)]

    def test_the_other_way_round_what_was_better_is_worse(self, stage, sign_in):
        found = sign_in(stage.owner).get(f"{V1}compare/?with=2").json()
        assert (found["old"], found["new"], found["counts"]["worse"]) == (2, 1, 1)

    @pytest.mark.parametrize("other", ["", "0", "9", "x", "-1", "1.5", "9" * 30])
    def test_what_cannot_be_compared_with_is_not_found(self, stage, sign_in, other):
        assert sign_in(stage.owner).get(f"{V1}compare/?with={other}").status_code == 404


class TestTexts:
    def test_a_draft_from_yaml_is_the_next_version(self, stage, sign_in):
        answer = sign_in(stage.owner).post(DRAFTS, second_text(), content_type=YAML)
        assert answer.status_code == 201, answer.json()
        assert answer["Location"] == f"{ROOT}engage/versions/3/"
        assert (answer.json()["state"], answer.json()["changed_by"]) == ("draft", stage.owner.user.name)
        with tenant_scope(stage.tenant):
            assert AgreementVersion.objects.get(number=3).source == second_text()

    def test_a_draft_from_json_takes_its_date_beside_the_text(self, stage, sign_in):
        when = next_year() + timedelta(days=31)
        answer = send(
            sign_in(stage.owner), DRAFTS, {"source": bundled_text("engage"), "effective_from": when.isoformat()}
        )
        assert (answer.status_code, answer.json()["effective_from"]) == (201, when.isoformat())

    def test_yaml_takes_its_date_from_the_address(self, stage, sign_in):
        browser, when = sign_in(stage.owner), next_year() + timedelta(days=31)
        answer = browser.post(f"{DRAFTS}?effective_from={when}", bundled_text("engage"), content_type=YAML)
        assert (answer.status_code, answer.json()["effective_from"]) == (201, when.isoformat())
        refused = browser.post(f"{DRAFTS}?effective_from=soon", bundled_text("engage"), content_type=YAML)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/effective_from")

    def test_a_new_key_starts_an_agreement(self, stage, sign_in):
        answer = sign_in(stage.owner).post(DRAFTS, bundled_text("identity"), content_type=YAML)
        assert (answer.status_code, answer.json()["agreement"]) == (201, "identity")
        with tenant_scope(stage.tenant):
            assert Agreement.objects.count() == 2

    def test_problems_come_back_with_pointer_line_column_path_and_sentence_and_nothing_is_kept(self, stage, sign_in):
        text = second_text().replace("update_every: 15 minutes", "update_every: 15 days")
        answer = sign_in(stage.owner).post(f"{DRAFTS}?file=engage-2.yaml", text, content_type=YAML)
        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"
        (error,) = answer.json()["errors"]
        line = text[: text.index("update_every: 15 days")].count("\n") + 1
        assert (error["pointer"], error["file"], error["line"]) == ("/source", "engage-2.yaml", line)
        assert error["path"] == "incidents.levels.p1.update_every"
        assert error["sentence"].startswith("“15 days” can mean 24 hours")
        assert error["column"] > 1
        with tenant_scope(stage.tenant):
            assert AgreementVersion.objects.count() == 2

    def test_only_owners_save_drafts_and_the_history_knows_who(self, stage, sign_in):
        assert sign_in(stage.agent).post(DRAFTS, second_text(), content_type=YAML).status_code == 403
        sign_in(stage.owner).post(DRAFTS, second_text(), content_type=YAML)
        with tenant_scope(stage.tenant):
            entry = HistoryEntry.objects.filter(event="agreement_version.drafted").latest("id")
            assert entry.actor_id == stage.owner.user_id

    def test_any_member_may_check_a_text_and_nothing_is_stored(self, stage, sign_in):
        browser = sign_in(stage.agent)
        found = browser.post(VALIDATION, bundled_text("identity"), content_type=YAML)
        assert (found.status_code, found.json()) == (200, {"key": "identity", "problems": []})
        found = send(browser, VALIDATION, {"source": "a: *b\n"})
        (problem,) = found.json()["problems"]
        assert found.json()["key"] is None
        assert (problem["file"], problem["line"], problem["column"], problem["path"]) == ("agreement.yaml", 1, 4, "a")
        with tenant_scope(stage.tenant):
            assert AgreementVersion.objects.count() == 2

    def test_other_media_types_and_unknown_fields_are_refused(self, stage, sign_in):
        browser = sign_in(stage.owner)
        assert browser.post(DRAFTS, "a: b", content_type="text/csv").status_code == 415
        answer = send(browser, DRAFTS, {"source": "a: b", "publish": True})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/publish")


class TestTheVerbs:
    def test_B17_a_draft_is_reviewed_approved_and_published(self, stage, sign_in):
        browser = sign_in(stage.owner)
        states = [
            send(browser, f"{V2}review/").json()["state"],
            send(browser, f"{V2}approval/", {"digest": stage.draft.digest}).json()["state"],
            send(browser, f"{V2}publication/", {"applies_to": "open", "reason": "Shorter updates for all."}).json(),
        ]
        assert states[:2] == ["in review", "approved"]
        assert (states[2]["state"], states[2]["applies_to"]) == ("published", "open")
        assert states[2]["publish_reason"] == "Shorter updates for all."
        with tenant_scope(stage.tenant):
            events = HistoryEntry.objects.filter(subject_id=str(stage.draft.pk), event__startswith="agreement_version.")
            assert [entry.event.split(".")[1] for entry in events.order_by("id")] == [
                "drafted", "review_asked", "approved", "published",
            ]  # fmt: skip

    def test_a_draft_in_review_can_be_sent_back_with_a_reason(self, stage, sign_in):
        browser = sign_in(stage.owner)
        send(browser, f"{V2}review/")
        missing = send(browser, f"{V2}return/")
        assert (missing.status_code, missing.json()["errors"][0]["pointer"]) == (400, "/reason")
        assert send(browser, f"{V2}return/", {"reason": "Say it in weeks."}).json()["state"] == "draft"

    def test_what_an_action_refuses_is_said(self, stage, sign_in):
        browser = sign_in(stage.owner)
        unapproved = send(browser, f"{V2}publication/")
        assert unapproved.status_code == 400
        assert "Only an approved version is published" in unapproved.json()["errors"][0]["detail"]
        published = send(browser, f"{V1}review/")
        assert published.status_code == 400
        assert "is published and cannot change" in published.json()["errors"][0]["detail"]
        send(browser, f"{V2}review/")
        stale = send(browser, f"{V2}approval/", {"digest": "0" * 64})
        assert stale.status_code == 400
        assert "has changed since you read it" in stale.json()["errors"][0]["detail"]

    def test_members_who_do_not_manage_settings_may_not(self, stage, sign_in):
        for person in (stage.agent, stage.account_manager):
            for verb in ("review", "approval", "return", "publication"):
                assert send(sign_in(person), f"{V2}{verb}/", {"reason": "x"}).status_code == 403, verb


class TestThePublicSchema:
    def test_anybody_reads_it_without_signing_in(self, stage, stranger):
        answer = stranger.get(SCHEMA)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/schema+json")
        assert answer.content.decode() == schema_text()
        assert json.loads(answer.content)["$id"] == "urn:slatrack:agreement:1"

    def test_it_is_cached_and_asked_for_again_by_its_tag(self, stage, stranger):
        answer = stranger.get(SCHEMA)
        assert answer["Cache-Control"] == "public, max-age=3600"
        again = stranger.get(SCHEMA, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert stranger.get(SCHEMA, headers={"If-None-Match": '"another"'}).status_code == 200

    def test_every_endpoint_is_in_the_openapi_document(self, stage, stranger):
        paths = stranger.get("/api/v1/schema/?format=json").json()["paths"]
        version = "/api/v1/agreements/{agreement}/versions/{version}/"
        for path in (
            ROOT, DRAFTS, VALIDATION, SCHEMA, "/api/v1/agreements/{agreement}/versions/", version,
            f"{version}source.yaml", f"{version}compare/", f"{version}review/", f"{version}approval/",
            f"{version}return/", f"{version}publication/",
        ):  # fmt: skip
            assert path in paths, path
