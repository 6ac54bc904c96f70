"""Hearing of things without an account (A10, B13): asked twice, confirmed by mail, chosen and stopped by link."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone

from agreements.models import Product
from notifications import egress, fanout
from notifications.actions import choose_topics
from notifications.models import OutgoingMessage, Subscriber
from notifications.tasks import fan_out
from notifications.topics import CONFIRM_WITHIN, INCIDENTS, manage_url
from tenants.scope import tenant_scope
from tests import factories
from tests.statuspage.public import text_of

ANNA = "anna@reader.example"
VOICE = {"email": ANNA, "choices": ["incidents:voice"], "webhook_url": ""}
LOOK = "Look into your mail"


@pytest.fixture
def engage(cast: Any) -> Any:
    with tenant_scope(cast.tenant):
        version = factories.agreement("engage")
        for each in version.document.products:
            Product.objects.create(key=each.key, name=each.name)
    return cast


def mails(cast: Any, topic: str = "subscription") -> list[OutgoingMessage]:
    with tenant_scope(cast.tenant):
        return list(OutgoingMessage.objects.filter(topic=topic).order_by("id"))


def link_in(mail: OutgoingMessage) -> str:
    found = re.search(r"https?://\S+/status/\S+", mail.text)
    assert found is not None
    return urlsplit(found.group()).path


def choices(cast: Any, email: str = ANNA) -> list[tuple[str, str]]:
    with tenant_scope(cast.tenant):
        return Subscriber.objects.choices_of(email)


def subscribed(cast: Any, browser: Any, **more: Any) -> None:
    browser.post("/status/subscribe/", VOICE | more)
    browser.post(link_in(mails(cast)[-1]))


def test_B13_topics_are_offered_by_service_and_in_the_agreements_words(engage, stranger):
    page = text_of(stranger.get("/status/subscribe/"))
    assert "Alerts and updates about incidents of a service." in page
    assert page.count("All services") == 2
    assert page.count("Voice") == 3, "incidents, maintenance, and the feed"
    assert "New versions of this agreement" not in page, "That is between the provider and its clients."


def test_A10_system_updates_and_the_change_log_are_chosen_separately_and_as_a_whole(cast, stranger):
    with tenant_scope(cast.tenant):
        factories.agreement("seatplan")
    stranger.post("/status/subscribe/", {"email": ANNA, "choices": ["change_log:"]})
    stranger.post(link_in(mails(cast)[-1]))
    assert choices(cast) == [("change_log", "")]
    assert "All services" not in text_of(stranger.get("/status/subscribe/"))


def test_B13_nothing_is_kept_or_sent_before_the_address_confirmed(engage, stranger):
    assert LOOK in text_of(stranger.post("/status/subscribe/", VOICE))
    (mail,) = mails(engage)
    assert mail.to == ANNA
    assert not choices(engage)
    link = link_in(mail)
    assert "about:\n\nIncidents: Voice\n\n" in mail.text
    asked = text_of(stranger.get(link))
    assert "Shall we write to you?" in asked
    assert "Incidents: Voice" in asked
    assert not choices(engage), "A mail scanner that follows links is nobody's consent."
    assert "You will hear of this from now on." in text_of(stranger.post(link, follow=True))
    assert choices(engage) == [("incidents", "voice")]


def test_a_confirmation_ends_after_three_days_and_is_no_good_elsewhere(engage, stranger):
    stranger.post("/status/subscribe/", VOICE)
    link = link_in(mails(engage)[0])
    assert Browser(HTTP_HOST="rival.localhost").post(link).status_code == 404
    assert stranger.post(link[:-3] + "xx/").status_code == 404
    with time_machine.travel(timezone.now() + CONFIRM_WITHIN + timezone.timedelta(minutes=1), tick=False):
        answer = stranger.post(link)
    assert answer.status_code == 404
    assert "Ask for another" in text_of(answer)
    assert not choices(engage)


def test_a_confirmation_counts_once_and_who_stopped_since_is_asked_anew(engage, stranger):
    at = timezone.now().replace(minute=10)
    with time_machine.travel(at, tick=False):
        subscribed(engage, stranger)
        link = link_in(mails(engage)[0])
        for again in (stranger.get(link), stranger.post(link)):
            assert "/status/subscriptions/" in again["Location"], "Pressed twice, it says what it came to."
        manage = again["Location"].partition("?")[0]
        stranger.post(manage, {"stop": "yes"})
        used = stranger.get(link)
        assert used.status_code == 404
        assert "Yes, write to me" not in text_of(used)
        assert "stopped since" in text_of(used)
        assert stranger.post(link).status_code == 404
        assert not choices(engage), "An old link brings nobody back."
    with time_machine.travel(at + timezone.timedelta(minutes=1), tick=False):
        stranger.post("/status/subscribe/", VOICE)
        assert stranger.post(link).status_code == 404, "Not within the hour of asking anew either."
        stranger.post(link_in(mails(engage)[1]))
    assert choices(engage) == [("incidents", "voice")]


def test_an_address_that_is_known_gets_the_same_answer_and_keeps_what_it_has_until_it_confirms(engage, stranger):
    unknown = text_of(stranger.post("/status/subscribe/", VOICE))
    stranger.post(link_in(mails(engage)[0]))
    with time_machine.travel(timezone.now() + timezone.timedelta(hours=2), tick=False):
        known = text_of(stranger.post("/status/subscribe/", VOICE | {"choices": ["maintenance:"]}))
        assert known == unknown
        assert choices(engage) == [("incidents", "voice")]
        stranger.post(link_in(mails(engage)[1]))
    assert choices(engage) == [("incidents", "voice"), ("maintenance", "")]


def test_nobody_is_mailed_more_than_once_an_hour_however_often_a_form_is_sent(engage, stranger):
    with time_machine.travel(timezone.now().replace(minute=10), tick=False):
        for _ in range(5):
            assert LOOK in text_of(stranger.post("/status/subscribe/", VOICE))
    assert len(mails(engage)) == 1


def test_one_network_address_cannot_write_to_the_whole_world(engage, stranger):
    answers = [stranger.post("/status/subscribe/", VOICE | {"email": f"n{n}@x.example"}).status_code for n in range(25)]
    assert answers == [200] * 20 + [429] * 5
    assert len(mails(engage)) == 20


def test_without_redis_people_can_still_subscribe(engage, stranger, settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    assert LOOK in text_of(stranger.post("/status/subscribe/", VOICE))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": "anna"}, "That is no e-mail address"),
        ({"choices": []}, "Choose what you want to hear of."),
        ({"choices": ["agreement_versions:"]}, "is not one of the available choices"),
        ({"choices": ["incidents:nothing"]}, "is not one of the available choices"),
        ({"webhook_url": "ftp://reader.example/hook"}, "begins with https://"),
        ({"webhook_url": "https://127.0.0.1/hook"}, "127.0.0.1"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_mailed(engage, stranger, typed, said):
    answer = stranger.post("/status/subscribe/", VOICE | typed)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not mails(engage)


def test_each_mail_leads_to_a_page_that_changes_and_stops_without_signing_in(engage, stranger):
    subscribed(engage, stranger)
    with tenant_scope(engage.tenant):
        link = urlsplit(manage_url(engage.tenant, subscriber_id=Subscriber.objects.get().pk)).path
    page = stranger.get(link)
    assert 'value="incidents:voice"' in page.content.decode()
    assert page.content.decode().count(" checked") == 1
    stranger.post(link, {"choices": ["incidents:messaging", "maintenance:"]})
    assert choices(engage) == [("incidents", "messaging"), ("maintenance", "")]
    assert "You will hear nothing more" in text_of(stranger.post(link, {"stop": "yes", "choices": ["maintenance:"]}))
    with tenant_scope(engage.tenant):
        assert not Subscriber.objects.exists(), "Nothing is kept of who stopped."
    assert "You will hear nothing more" in text_of(stranger.get(link))
    assert stranger.get("/status/subscriptions/forged/").status_code == 404
    assert Browser(HTTP_HOST="rival.localhost").get(link).status_code == 404


def announce(cast: Any, *abouts: str) -> OutgoingMessage:
    with tenant_scope(cast.tenant):
        fanout.announce(
            INCIDENTS,
            abouts=abouts,
            subject="Down",
            text="We know.",
            url="/status/",
            key=f"{abouts}",
            now=timezone.now(),
        )
    fan_out()
    return mails(cast, "incidents")[-1]


def test_B13_one_press_in_the_mail_program_stops_the_topic_and_no_other(engage, stranger):
    subscribed(engage, stranger, choices=["incidents:voice", "maintenance:voice"])
    mail = announce(engage, "voice")
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = urlsplit(mail.headers["List-Unsubscribe"].strip("<>")).path
    program = Browser(HTTP_HOST="acme.localhost", enforce_csrf_checks=True)
    for _ in range(2):
        answer = program.post(path, "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")
        assert answer.status_code == 200
    assert choices(engage) == [("maintenance", "voice")]


def test_a_program_is_posted_to_instead_and_its_address_manages_it(engage, stranger, monkeypatch):
    monkeypatch.setattr(egress, "resolve", lambda host, port: ["93.184.216.34"])
    subscribed(engage, stranger, webhook_url="https://reader.example/hook")
    hook = announce(engage, "voice")
    assert (hook.kind, hook.to) == (OutgoingMessage.Kind.WEBHOOK, "https://reader.example/hook")
    manage = stranger.get(urlsplit(json.loads(hook.text)["data"]["manage_url"]).path)
    with tenant_scope(engage.tenant):
        assert Subscriber.objects.get().secret in text_of(manage)
    assert "no-store" in manage.headers["Cache-Control"]
    assert len(mails(engage, "incidents")) == 1


def test_B13_a_contact_has_one_list_whether_chosen_here_or_on_the_portal(engage, stranger, sign_in):
    contact = engage.contact
    with tenant_scope(engage.tenant):
        factories.subscription(engage.client, factories.agreement("engage"), "standard")
    sign_in(contact).post("/portal/notifications/", {"choices": ["agreement_versions:", "incidents:voice"]})
    subscribed(engage, stranger, email=contact.email.upper(), choices=["maintenance:voice"])
    both = [("agreement_versions", ""), ("incidents", "voice"), ("maintenance", "voice")]
    assert choices(engage, contact.email) == both
    page = sign_in(contact).get("/portal/notifications/").content.decode()
    assert page.count(" checked") == 3
    assert announce(engage, "voice").to == contact.email


def test_an_address_and_one_press_are_enough_for_everything_about_incidents_and_maintenance(engage, stranger):
    page = stranger.get("/status/subscribe/").content.decode()
    ticked = re.findall(r'value="([^"]+)"\s+id="choice-[^"]+" checked', page)
    assert ticked == ["incidents:", "maintenance:"]


def test_what_is_asked_to_confirm_is_what_comes_of_it(engage, stranger):
    stranger.post("/status/subscribe/", VOICE | {"choices": ["incidents:", "incidents:voice", "maintenance:"]})
    (mail,) = mails(engage)
    link = link_in(mail)
    for asked in (mail.text, text_of(stranger.get(link))):
        assert "Incidents: Voice" in asked
        assert "Maintenance: everything" in asked
    stranger.post(link)
    assert choices(engage) == [("incidents", "voice"), ("maintenance", "")], "All was ticked before a service was."


def test_who_follows_an_incident_and_asks_for_all_of_them_hears_of_all(engage, stranger):
    with tenant_scope(engage.tenant):
        reader = choose_topics(email=ANNA, choices=[("incidents", "INC-7")], by=None, now=timezone.now())
        link = urlsplit(manage_url(engage.tenant, subscriber_id=reader.pk)).path
    stranger.post(link, {"choices": ["incidents:", "incidents:INC-7"]})
    assert choices(engage) == [("incidents", "")]


def test_who_may_not_read_the_page_any_more_can_stop_and_learns_of_nothing_else(engage, stranger):
    subscribed(engage, stranger)
    factories.change(engage.tenant, status_is_public=False)
    with tenant_scope(engage.tenant):
        link = urlsplit(manage_url(engage.tenant, subscriber_id=Subscriber.objects.get().pk)).path
    page = text_of(stranger.get(link))
    assert "Messaging" not in page
    assert "Maintenance" not in page
    assert stranger.post(link, {"choices": ["incidents:messaging"]}).status_code == 422
    assert "You will hear nothing more" in text_of(stranger.post(link, {"stop": "yes"}))


def test_while_the_page_is_for_its_people_only_they_subscribe_and_with_their_own_address(engage, stranger, sign_in):
    factories.change(engage.tenant, status_is_public=False)
    assert stranger.post("/status/subscribe/", VOICE).status_code == 302
    sign_in(engage.contact).post("/status/subscribe/", VOICE)
    assert [mail.to for mail in mails(engage)] == [engage.contact.email]
