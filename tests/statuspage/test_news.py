"""System updates and the change log (A10): written by owners and leads, published once, mailed to who asked."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from agreements.models import Product
from notifications.actions import choose_topics
from notifications.models import OutgoingMessage, Subscriber
from notifications.tasks import fan_out
from notifications.topics import manage_url
from statuspage.models import NewsPost
from tenants.models import HistoryEntry
from tenants.scope import tenant_scope
from tests import factories
from tests.statuspage.public import text_of

NEW = {"kind": "change_log", "title": "Dark mode", "body": "It is **dark** now.\n\n<script>alert(1)</script>"}
NOW = timezone.now()


@pytest.fixture
def seatplan(cast: Any) -> Any:
    with tenant_scope(cast.tenant):
        factories.agreement("seatplan")
        Product.objects.create(key="planner", name="Planner")
    return cast


def write(browser: Any, **more: Any) -> NewsPost:
    answer = browser.post("/settings/news/new/", NEW | more)
    assert answer.status_code == 302
    return int(answer.url.rstrip("/").rpartition("/")[2])


def mailed(cast: Any) -> list[str]:
    fan_out()
    with tenant_scope(cast.tenant):
        return sorted(OutgoingMessage.objects.filter(key__startswith="broadcast:").values_list("to", flat=True))


@pytest.mark.parametrize("who", ["owner", "lead"])
def test_A10_what_is_published_stands_on_the_page_and_reaches_its_topic_alone(seatplan, stranger, sign_in, who):
    with tenant_scope(seatplan.tenant):
        choose_topics(email="log@x.example", choices=[("change_log", "")], by=None, now=NOW)
        choose_topics(email="state@x.example", choices=[("system_updates", "")], by=None, now=NOW)
    browser = sign_in(getattr(seatplan, who))
    news = write(browser)
    page = browser.get(f"/settings/news/{news}/").content.decode()
    assert "It is <strong>dark</strong> now." in page
    assert "<script>alert" not in page
    assert "Publish and mail 1 subscriber" in text_of(browser.get(f"/settings/news/{news}/"))
    assert stranger.get(f"/status/news/{news}/").status_code == 404
    assert not mailed(seatplan)
    for _ in range(2):
        browser.post(f"/settings/news/{news}/publish")
    assert mailed(seatplan) == ["log@x.example"]
    public = stranger.get(f"/status/news/{news}/")
    assert "It is dark now." in text_of(public)
    assert b"<script>" not in public.content
    assert seatplan.owner.name not in public.content.decode()
    assert "Dark mode" in text_of(stranger.get("/status/"))
    assert "Dark mode" in text_of(stranger.get("/status/news/"))
    with tenant_scope(seatplan.tenant):
        events = HistoryEntry.objects.filter(event__startswith="news.").order_by("id")
        assert list(events.values_list("event", flat=True)) == ["news.written", "news.published"]


def test_A10_news_that_no_agreement_names_is_offered_as_soon_as_the_tenant_writes_it(cast, stranger, sign_in):
    with tenant_scope(cast.tenant):
        factories.agreement("engage")
    page = "/status/subscribe/"
    assert "Change log" not in re.findall("<legend[^>]*>(.*?)</legend>", stranger.get(page).content.decode())
    write(sign_in(cast.owner))
    offered = re.findall("<legend[^>]*>(.*?)</legend>", stranger.get(page).content.decode())
    assert offered == ["Incidents", "Maintenance", "Change log"]
    assert "Look into your mail" in text_of(stranger.post(page, {"email": "a@x.example", "choices": ["change_log:"]}))
    with tenant_scope(cast.tenant):
        reader = choose_topics(email="b@x.example", choices=[("incidents", "")], by=None, now=NOW)
        manage = urlsplit(manage_url(cast.tenant, subscriber_id=reader.pk)).path
    stranger.post(manage, {"choices": ["change_log:"]})
    with tenant_scope(cast.tenant):
        assert Subscriber.objects.choices_of("b@x.example") == [("change_log", "")]


def test_what_was_published_is_not_rewritten_or_thrown_away(seatplan, sign_in):
    browser = sign_in(seatplan.owner)
    news = write(browser)
    browser.post(f"/settings/news/{news}/publish")
    assert "stays as people were told" in text_of(browser.post(f"/settings/news/{news}/", NEW | {"title": "Other"}))
    browser.post(f"/settings/news/{news}/discard")
    with tenant_scope(seatplan.tenant):
        assert NewsPost.objects.get().title == "Dark mode"


def test_a_draft_is_changed_and_thrown_away(seatplan, sign_in):
    browser = sign_in(seatplan.lead)
    news = write(browser)
    browser.post(f"/settings/news/{news}/", NEW | {"title": "Night mode", "products": ["planner"]})
    with tenant_scope(seatplan.tenant):
        post = NewsPost.objects.get()
        assert (post.title, post.products) == ("Night mode", ["planner"])
    browser.post(f"/settings/news/{news}/discard")
    assert browser.get(f"/settings/news/{news}/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"title": "   "}, "Fill this in."),
        ({"body": ""}, "Fill this in."),
        ({"kind": "incidents"}, "Select a valid choice."),
        ({"products": ["nothing"]}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(seatplan, sign_in, typed, said):
    answer = sign_in(seatplan.owner).post("/settings/news/new/", NEW | typed)
    assert answer.status_code == 422
    assert said in text_of(answer)


@pytest.mark.parametrize(("who", "status"), [("agent", 403), ("account_manager", 403), ("contact", 404)])
def test_others_do_not_write_it(seatplan, sign_in, who, status):
    browser = sign_in(getattr(seatplan, who))
    assert browser.get("/settings/news/").status_code == status
    assert browser.post("/settings/news/new/", NEW).status_code == status
    answer = browser.post("/api/v1/news/", NEW, content_type="application/json")
    assert answer.status_code == status


def test_a_lead_sees_no_settings_that_are_not_theirs(seatplan, sign_in):
    page = sign_in(seatplan.lead).get("/settings/news/").content.decode()
    assert "/settings/people/" not in page


def test_programs_write_publish_and_read_it(seatplan, stranger, sign_in):
    browser = sign_in(seatplan.owner)
    written = browser.post("/api/v1/news/", NEW, content_type="application/json")
    assert written.status_code == 201
    assert written.json()["published_at"] is None
    assert stranger.get("/api/v1/news/").json()["results"] == []
    address = f"/api/v1/news/{written.json()['id']}/publication/"
    assert browser.post(address).json()["published_at"]
    (read,) = stranger.get("/api/v1/news/").json()["results"]
    assert read["title"] == "Dark mode"
    assert browser.post(address).status_code == 400
    assert browser.post("/api/v1/news/99/publication/").status_code == 404
    wrong = browser.post("/api/v1/news/", NEW | {"products": ["nothing"]}, content_type="application/json")
    assert wrong.status_code == 400


def test_another_tenants_news_does_not_exist(cast, seatplan, sign_in):
    news = write(sign_in(seatplan.owner))
    rival = sign_in(cast.rival.owner)
    assert rival.get(f"/settings/news/{news}/").status_code == 404
    assert rival.post(f"/settings/news/{news}/publish").status_code == 404
