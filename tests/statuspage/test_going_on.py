"""What goes on: the sentence, the services, incidents with their next update, maintenance; and what nobody may read."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine

from incidents import actions
from incidents.actions.maintenance import (
    announce_maintenance,
    complete_maintenance,
    plan_maintenance,
    start_maintenance,
)
from incidents.cadence import overdue as overdue_updates
from incidents.models import Impact
from tenants.scope import tenant_scope
from tests import factories
from tests.incidents import mending
from tests.statuspage.public import MINUTE, SECRET, START, later, text_of, voice_is_down


@pytest.fixture
def engage(cast: Any) -> Any:
    mending.workspace(cast, "engage")
    return cast


SOON = later(5)


def read(browser: Any, path: str = "/status/", *, at: Any = SOON) -> str:
    with time_machine.travel(at, tick=False):
        answer = browser.get(path)
    assert answer.status_code == 200, path
    return text_of(answer)


def test_nothing_known_is_said_to_be_known(engage, stranger):
    text = read(stranger)
    assert "Everything works, as far as we know." in text
    assert "Voice No known problem" in text
    assert "No maintenance is planned." in text


def test_B12_an_incident_of_p3_stands_there_by_itself_and_one_of_p4_does_not(engage, stranger):
    with tenant_scope(engage.tenant):
        published = voice_is_down(engage, level="p3")
        kept = mending.declared(engage.agent, level="p4", title="A typo", hurts=[mending.hurt("voice")])
    text = read(stranger)
    assert "Voice is down." in text
    assert "No calls come in" in text
    assert "A typo" not in text
    assert stranger.get(f"/status/incidents/{published.number}/").status_code == 200
    assert stranger.get(f"/status/incidents/{kept.number}/").status_code == 404
    with tenant_scope(engage.tenant):
        actions.publish_incident(incident_id=kept.pk, by=engage.agent, now=later(3))
    assert "A typo" in read(stranger)


def test_the_worst_comes_first_and_parts_show_where_they_are_hurt(engage, stranger):
    with tenant_scope(engage.tenant):
        voice_is_down(engage)
        mending.declared(
            engage.agent, title="Slow", hurts=[mending.hurt("messaging", "", Impact.DEGRADED)], at=later(3)
        )
    text = read(stranger)
    assert "Voice is down; Business Messaging is degraded." in text
    assert "SIP trunk A Down SIP trunk B No known problem" in text
    assert "Messaging gateway Degraded" in text, "What hurts the whole hurts its parts."


def test_the_sentence_is_the_title_and_times_have_their_zone(engage, stranger):
    with tenant_scope(engage.tenant):
        voice_is_down(engage)
    with time_machine.travel(later(5), tick=False):
        page = stranger.get("/status/").content.decode()
    assert "<title>Voice is down ·" in page
    assert re.search(r'name="description" content="Voice is down. As of [^"]+ CET', page)
    assert "Times without a zone are Amsterdam time." in page


def test_B15_the_public_reads_when_it_hears_next_and_plainly_when_that_is_overdue(engage, stranger):
    with tenant_scope(engage.tenant):
        incident = voice_is_down(engage)
    # Every 15 minutes for P1; the word was said two minutes after nine, ten in Amsterdam.
    assert "Next update by 10:17" in read(stranger)
    page = f"/status/incidents/{incident.number}/"
    for path in ("/status/", page):
        overdue = read(stranger, path, at=later(18))
        assert "Update overdue. It was promised by 10:17." in overdue
        assert "Next update by" not in overdue
    with tenant_scope(engage.tenant):
        overdue_updates.sweep.in_tenant(now=later(18))
    assert "Update became overdue (promised within 15 minutes)" in read(stranger, page, at=later(18))


def test_an_incidents_page_tells_what_was_said_and_who_said_it_to_nobody(engage, stranger):
    with tenant_scope(engage.tenant):
        incident = voice_is_down(engage)
        actions.relevel(incident_id=incident.pk, by=engage.agent, level="p2", reason=f"{SECRET} said", now=later(3))
        actions.resolve_incident(incident_id=incident.pk, by=engage.agent, body="It rings again.", now=later(9))
    for path in ("/status/", f"/status/incidents/{incident.number}/", "/status/feeds/all.atom", "/status/status.json",
                 "/status/history/2026/3/"):  # fmt: skip
        with time_machine.travel(later(20), tick=False):
            content = stranger.get(path).content.decode()
        for word in (SECRET, engage.agent.name, engage.client.name, engage.owner.name):
            assert word not in content, f"{word} on {path}"
    text = read(stranger, f"/status/incidents/{incident.number}/")
    assert "Resolved" in text
    assert "It rings again." in text
    assert "We found the cause." in text
    assert "Acme Support changed it from P1 to P2" in text


def test_whoever_comes_an_hour_later_reads_that_it_is_over_and_how_it_ended(engage, stranger):
    with tenant_scope(engage.tenant):
        incident = voice_is_down(engage)
        actions.set_affected(
            incident_id=incident.pk, hurts=[mending.hurt("voice", "trunk_a", Impact.PARTIAL)], by=engage.agent,
            now=later(4),
        )  # fmt: skip
        actions.resolve_incident(incident_id=incident.pk, by=engage.agent, body="It rings again.", now=later(9))
    text = read(stranger, at=later(60))
    assert "Everything works, as far as we know." in text
    assert "Resolved in the last seven days No calls come in today 10:09, after 9 m It rings again." in text
    assert "No calls come in" not in read(stranger, at=later(8 * 24 * 60))
    page = read(stranger, f"/status/incidents/{incident.number}/", at=later(60))
    assert "Affected: Voice: SIP trunk A partly down" in page
    assert page.count("Resolved") == 2, "the state on top, and one entry below it"


def test_an_incident_that_was_merged_leads_on_to_the_other(engage, stranger):
    with tenant_scope(engage.tenant):
        first, second = voice_is_down(engage), voice_is_down(engage, at=later(3), title="Calls drop")
        actions.merge_incidents(
            incident_id=second.pk, into_id=first.pk, by=engage.agent, reason="The same switch", now=later(6)
        )
    answer = stranger.get(f"/status/incidents/{second.number}/")
    assert answer.status_code == 302
    assert answer.url == f"/status/incidents/{first.number}/"
    assert "Calls drop" not in read(stranger, at=later(7))


def planned(cast: Any, **more: Any) -> Any:
    return plan_maintenance(
        by=cast.agent, now=START, title="New trunks", parts=[("voice", "trunk_a")], start_at=START + 3000 * MINUTE,
        end_at=START + 3060 * MINUTE, description="Calls may drop.", notes=SECRET, urgent_because="It burns", **more,
    )  # fmt: skip


def test_B16_maintenance_stands_there_once_it_was_announced(engage, stranger):
    with tenant_scope(engage.tenant):
        maintenance = planned(engage)
    assert stranger.get(f"/status/maintenance/{maintenance.number}/").status_code == 404
    assert "New trunks" not in read(stranger)
    with tenant_scope(engage.tenant):
        announce_maintenance(maintenance_id=maintenance.pk, by=engage.agent, now=later(1))
    text, page = read(stranger), read(stranger, f"/status/maintenance/{maintenance.number}/")
    for said in (text, page):
        assert "New trunks" in said
        assert "Voice: SIP trunk A" in said
        assert SECRET not in said
        assert "It burns" not in said
    assert "Everything works, as far as we know." in text, "It has not begun."


def test_what_is_opened_again_says_so_in_the_place_of_what_ended_it(engage, stranger):
    with tenant_scope(engage.tenant):
        incident = voice_is_down(engage)
        actions.resolve_incident(incident_id=incident.pk, by=engage.agent, body="It works again.", now=later(3))
        actions.reopen_incident(incident_id=incident.pk, by=engage.agent, reason=SECRET, now=later(4))
    for path in ("/status/", f"/status/incidents/{incident.number}/"):
        text = read(stranger, path)
        assert "It is not over after all: we are working on “No calls come in” again." in text
        assert SECRET not in text
    assert "It works again." not in read(stranger)


def test_maintenance_is_filed_under_the_month_in_which_it_was_done(engage, stranger):
    with tenant_scope(engage.tenant):
        early = plan_maintenance(
            by=engage.agent, now=START, title="New trunks", parts=[("voice", "")], start_at=later(45_000),
            end_at=later(45_060),
        )  # fmt: skip
        announce_maintenance(maintenance_id=early.pk, by=engage.agent, now=later(1))
        start_maintenance(maintenance_id=early.pk, by=engage.agent, now=later(2))
        complete_maintenance(maintenance_id=early.pk, by=engage.agent, now=later(3))
    assert early.planned_start_at.month == 4
    assert "New trunks Completed · Monday 2 March 2026" in read(stranger, "/status/history/2026/3/")
    assert "New trunks" not in read(stranger, "/status/history/2026/4/", at=later(60_000))


def test_history_has_each_month_and_leads_back(engage, stranger):
    with tenant_scope(engage.tenant):
        voice_is_down(engage)
    assert "No calls come in" in read(stranger, "/status/history/2026/3/")
    assert "No incident was published." in read(stranger, "/status/history/2026/2/")
    with time_machine.travel(later(5), tick=False):
        assert b"/status/history/2026/2/" in stranger.get("/status/history/").content
        for nowhere in ("2026/4", "2026/13", "2026/0", "1999/1", "99999/1", f"{10**30}/1", "0/1"):
            assert stranger.get(f"/status/history/{nowhere}/").status_code == 404


def test_another_tenants_incident_is_not_ours(engage, cast, stranger):
    mending.workspace(type("Rivals", (), {"tenant": cast.other_tenant, **vars(cast.rival)}), "engage")
    with tenant_scope(cast.other_tenant):
        theirs = mending.declared(cast.rival.agent, title="Rival trouble", hurts=[mending.hurt("voice")])
    assert "Rival trouble" not in read(stranger)
    assert stranger.get(f"/status/incidents/{theirs.number}/").status_code == 404
    assert "Rival trouble" not in read(stranger, "/status/feeds/all.rss")


def test_a_page_for_its_people_alone_asks_a_stranger_to_sign_in(engage, stranger, sign_in):
    factories.change(engage.tenant, status_is_public=False)
    with tenant_scope(engage.tenant):
        number = voice_is_down(engage).number
    read = ("", "history/", "status.json", "badge.svg", "subscribe/", "news/", "maintenance.ics", "feeds/all.atom")
    for path in (f"/status/{each}" for each in (*read, "feeds/incidents/voice.rss", f"incidents/{number}/")):
        asked = stranger.get(path)
        assert asked.url.startswith("/accounts/login/")
        assert "Voice" not in asked.content.decode()
        assert sign_in(engage.contact).get(path).status_code == 200
        assert sign_in(engage.agent).get(path).status_code == 200
    for path in ("/status/subscribe/any-token/", "/status/news/1/", "/status/maintenance/1/"):
        assert stranger.get(path).url.startswith("/accounts/login/")
    for path in ("/api/v1/status/", "/api/v1/news/"):
        assert stranger.get(path).status_code == 401


def test_an_owner_says_who_may_read_it(engage, stranger, sign_in):
    owner = sign_in(engage.owner)
    typed = {"name": "Acme", "accent": "#206bc4", "timezone": "Europe/Amsterdam", "support_email": ""}
    owner.post("/settings/workspace/", typed)
    assert stranger.get("/status/").status_code == 302
    owner.post("/settings/workspace/", {**typed, "status_is_public": "on"})
    assert stranger.get("/status/").status_code == 200


@pytest.mark.thorough
def test_the_page_costs_the_same_however_much_goes_on(engage, stranger, django_assert_max_num_queries):
    with tenant_scope(engage.tenant):
        voice_is_down(engage)
    with time_machine.travel(later(5), tick=False), django_assert_max_num_queries(20) as few:
        stranger.get("/status/")
    with tenant_scope(engage.tenant):
        for number in range(5):
            voice_is_down(engage, title=f"Trouble {number}")
    with time_machine.travel(later(5), tick=False), django_assert_max_num_queries(len(few)):
        answer = stranger.get("/status/")
    assert len(answer.content) < 40_000
