"""The status page for programs: feeds that strict parsers read whatever is in a title, JSON, a calendar, a badge."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from icalendar import Calendar

from incidents import actions
from incidents.actions.maintenance import announce_maintenance, cancel_maintenance, plan_maintenance
from statuspage import actions as news
from statuspage.feeds.syndication import FORMS, KINDS
from tenants.scope import tenant_scope
from tests.incidents import mending
from tests.statuspage.public import MINUTE, START, later, voice_is_down

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "“Quotes” & <b>tags</b> ]]> \x0b\x1b\ufffe end's"


@pytest.fixture
def engage(cast: Any) -> Any:
    mending.workspace(cast, "engage")
    return cast


@pytest.fixture
def busy(engage: Any) -> Any:
    """One of everything, each with what XML and iCal cannot say in its title."""
    with tenant_scope(engage.tenant):
        voice_is_down(engage, title=HOSTILE)
        maintenance = plan_maintenance(
            by=engage.agent, now=START, title=HOSTILE, parts=[("messaging", "")], start_at=later(30_000),
            end_at=later(30_060), description=HOSTILE,
        )  # fmt: skip
        announce_maintenance(maintenance_id=maintenance.pk, by=engage.agent, now=later(1))
        post = news.write_news(
            kind="change_log", title=HOSTILE, body=HOSTILE, products=["voice"], by=engage.owner.user, now=START
        )
        news.publish_news(news_id=post.pk, by=engage.owner.user, now=later(2))
    return engage


def get(browser: Any, path: str, *, at: int = 5) -> Any:
    with time_machine.travel(later(at), tick=False):
        answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer


def titles(browser: Any, path: str) -> list[str]:
    root = ElementTree.fromstring(get(browser, path).content)
    return [entry.findtext(f"{ATOM}title") or "" for entry in root.iter(f"{ATOM}entry")]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_feed_is_read_by_a_strict_parser_with_hostile_titles(busy, stranger, kind, form):
    answer = get(stranger, f"/status/feeds/{kind}.{form}")
    ElementTree.fromstring(answer.content)
    assert answer.headers["Content-Type"] == f"application/{form}+xml; charset=utf-8"
    if kind == "system_updates":
        return
    assert b"end's" in answer.content
    assert b"<b>tags" not in answer.content


def test_an_atom_feed_names_its_author_and_no_other_has_its_id(busy, stranger):
    feeds = [
        ElementTree.fromstring(get(stranger, f"/status/feeds/{path}.atom").content)
        for path in ("all", "incidents", "incidents/voice")
    ]
    assert len({feed.findtext(f"{ATOM}id") for feed in feeds}) == 3
    assert all(feed.findtext(f"{ATOM}author/{ATOM}name") for feed in feeds), "RFC 4287 4.1.1"


def test_each_word_is_an_entry_that_no_later_one_takes_the_place_of(engage, stranger):
    with tenant_scope(engage.tenant):
        incident = voice_is_down(engage)
    before = ElementTree.fromstring(get(stranger, "/status/feeds/incidents.atom").content)
    with tenant_scope(engage.tenant):
        actions.resolve_incident(incident_id=incident.pk, by=engage.agent, body="It rings again.", now=later(4))
    after = ElementTree.fromstring(get(stranger, "/status/feeds/incidents.atom").content)
    ids = [[each.text for each in root.iter(f"{ATOM}id")][1:] for root in (before, after)]
    assert ids[1][1:] == ids[0]
    assert titles(stranger, "/status/feeds/incidents.atom") == [
        "Resolved: No calls come in", "Identified: No calls come in",
    ]  # fmt: skip


def test_A10_B13_a_feed_is_of_one_kind_and_of_one_service(busy, stranger):
    assert len(titles(stranger, "/status/feeds/all.atom")) == 3
    assert len(titles(stranger, "/status/feeds/maintenance.atom")) == 1
    assert titles(stranger, "/status/feeds/system_updates.atom") == []
    assert len(titles(stranger, "/status/feeds/all/voice.atom")) == 2
    assert len(titles(stranger, "/status/feeds/incidents/messaging.atom")) == 0
    assert stranger.get("/status/feeds/secrets.atom").status_code == 404
    assert stranger.get("/status/feeds/all.xml").status_code == 404


def test_dates_of_rss_are_those_of_the_words(engage, stranger):
    with tenant_scope(engage.tenant):
        voice_is_down(engage)
    root = ElementTree.fromstring(get(stranger, "/status/feeds/incidents.rss").content)
    (item,) = root.iter("item")
    assert parsedate_to_datetime(item.findtext("pubDate") or "") == later(2)


def test_the_json_is_what_the_api_gives_and_pages_elsewhere_may_read_it(busy, stranger, sign_in):
    answer, api = get(stranger, "/status/status.json"), get(stranger, "/api/v1/status/")
    assert answer.json() == api.json()
    assert answer.headers["Access-Control-Allow-Origin"] == api.headers["Access-Control-Allow-Origin"] == "*"
    said = answer.json()
    assert said["sentence"] == "Voice is down."
    assert said["state"] == "down"
    (incident,) = said["incidents"]
    assert incident["next_update_due_at"] == "2026-03-02T09:17:00Z"
    assert incident["is_update_overdue"] is False
    assert [update["text"] for update in incident["updates"]][:1] == ["We found **the cause**."]
    assert {service["key"]: service["state"] for service in said["services"]}["messaging"] == "operational"
    assert said["planned"][0]["parts"][0]["product"] == "messaging"


def test_B16_the_calendar_has_what_is_planned_and_says_when_it_is_off(engage, stranger):
    with tenant_scope(engage.tenant):
        maintenance = plan_maintenance(
            by=engage.agent, now=START, title=HOSTILE, parts=[("voice", "")], start_at=later(30_000),
            end_at=later(30_060), notes="secret",
        )  # fmt: skip
    path = "/status/maintenance.ics"
    assert not Calendar.from_ical(get(stranger, path).content).walk("VEVENT")
    with tenant_scope(engage.tenant):
        announce_maintenance(maintenance_id=maintenance.pk, by=engage.agent, now=later(1))
    answer = get(stranger, path)
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["DTSTART"].dt == later(30_000)
    assert event["DTEND"].dt - event["DTSTART"].dt == 60 * MINUTE
    assert "secret" not in answer.content.decode()
    with tenant_scope(engage.tenant):
        cancel_maintenance(maintenance_id=maintenance.pk, by=engage.agent, reason="Not needed", now=later(3))
    (event,) = Calendar.from_ical(get(stranger, path).content).walk("VEVENT")
    assert event["STATUS"] == "CANCELLED"


def test_the_badge_says_in_words_how_it_is(engage, stranger):
    def said() -> str:
        root = ElementTree.fromstring(get(stranger, "/status/badge.svg").content)
        assert root.get("role") == "img"
        return root.get("aria-label") or ""

    assert said() == "status: no known problem"
    with tenant_scope(engage.tenant):
        voice_is_down(engage)
    assert said() == "status: down"
