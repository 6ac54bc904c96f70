"""What contacts hear of by mail: on and off by themselves, by owners, and by the link in each mail (B17)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.test import Client as Browser
from django.utils import timezone

from notifications.actions import choose_topics
from notifications.models import Subscriber
from notifications.topics import AGREEMENT_VERSIONS, read_stop_token, stop_url
from tenants.actions import deactivate_contact
from tenants.models import HistoryEntry
from tenants.scope import tenant_scope
from tests import factories
from tests.tickets.portalling import text

NOW = timezone.now()
ON, OFF = {"choices": ["agreement_versions:"]}, {}
VERSIONS = [("agreement_versions", "")]


def topics_of(contact: Any) -> list[str]:
    with tenant_scope(contact.tenant):
        return [topic for topic, _ in Subscriber.objects.choices_of(contact.email)]


def choose(contact: Any, choices: Any = VERSIONS) -> Any:
    with tenant_scope(contact.tenant):
        return choose_topics(email=contact.email, choices=choices, by=None, now=NOW)


def history_of(contact: Any) -> list[tuple[str, str]]:
    with tenant_scope(contact.tenant):
        entries = HistoryEntry.objects.filter(subject_id=contact.pk, event__startswith="contact.topic")
        return list(entries.order_by("id").values_list("event", "actor_name"))


def stop_path(contact: Any) -> str:
    with tenant_scope(contact.tenant):
        subscriber = Subscriber.objects.get(email=contact.email)
        return urlsplit(stop_url(contact.tenant, subscriber_id=subscriber.pk, topic=AGREEMENT_VERSIONS)).path


def test_B17_a_contact_turns_mail_on_and_off_and_history_knows(cast, sign_in):
    browser = sign_in(cast.contact)
    answer = browser.post("/portal/notifications/", ON, follow=True)
    assert "We write to carla@client.example about what is ticked." in text(answer)
    assert "checked" in answer.content.decode()
    assert topics_of(cast.contact) == ["agreement_versions"]
    browser.post("/portal/notifications/", OFF)
    assert topics_of(cast.contact) == []
    assert history_of(cast.contact) == [
        ("contact.topic_subscribed", "Carla Contact"),
        ("contact.topic_unsubscribed", "Carla Contact"),
    ]


def test_B17_the_page_uses_the_agreements_own_words(cast, sign_in):
    with tenant_scope(cast.tenant):
        factories.subscription(cast.client, factories.agreement("managedops"), "critical")
    page = text(sign_in(cast.contact).get("/portal/notifications/"))
    assert "New versions of the SLA A mail when the SLA or its addendum changes." in page


def test_choosing_twice_is_once(cast, in_tenant):
    for choices in (VERSIONS, VERSIONS, [], []):
        choose(cast.contact, choices)
    assert len(history_of(cast.contact)) == 2
    assert not Subscriber.objects.exists()


def test_who_was_deactivated_is_not_turned_on(cast, in_tenant):
    deactivate_contact(contact_id=cast.contact.pk, by=cast.owner.user, now=NOW)
    with pytest.raises(ValidationError, match="Carla Contact is deactivated and is sent nothing"):
        choose(cast.contact)


@pytest.mark.parametrize("topic", ["", "incidents:", "agreement_versions", "agreement_versions:voice"])
def test_what_is_not_offered_changes_nothing_and_says_so(cast, sign_in, topic):
    for person, path in (
        (cast.contact, "/portal/notifications/"),
        (cast.owner, f"/settings/contacts/{cast.contact.pk}/topics/"),
    ):
        answer = sign_in(person).post(path, {"choices": [topic]}, follow=True)
        assert "is not one of the available choices" in text(answer)
    assert topics_of(cast.contact) == []


def test_B17_an_owner_sees_and_sets_it_on_the_contacts_page(cast, sign_in):
    browser = sign_in(cast.owner)
    page = f"/settings/contacts/{cast.contact.pk}/"
    assert "What Carla Contact hears of by mail is saved." in text(browser.post(f"{page}topics/", ON, follow=True))
    shown = text(browser.get(page))
    assert "turned mail on for Carla Contact" in shown
    browser.post(f"{page}topics/", OFF)
    assert topics_of(cast.contact) == []
    assert [who for _, who in history_of(cast.contact)] == ["Olga Owner", "Olga Owner"]


@pytest.mark.parametrize(("who", "status"), [("agent", 403), ("account_manager", 403), ("contact", 404)])
def test_others_do_not_set_it(cast, sign_in, who, status):
    answer = sign_in(getattr(cast, who)).post(f"/settings/contacts/{cast.colleague.pk}/topics/", ON)
    assert answer.status_code == status
    assert topics_of(cast.colleague) == []


def test_another_tenants_contact_does_not_exist(cast, sign_in):
    assert sign_in(cast.owner).post(f"/settings/contacts/{cast.rival.contact.pk}/topics/", ON).status_code == 404


def test_B17_the_link_in_the_mail_stops_it_without_signing_in_and_only_by_pressing(cast, stranger):
    choose(cast.contact)
    path = stop_path(cast.contact)
    assert "Stop these mails?" in text(stranger.get(path))
    assert topics_of(cast.contact) == ["agreement_versions"], "A mail scanner that follows links must not end it."
    assert "No more of these mails" in text(stranger.post(path))
    assert topics_of(cast.contact) == []
    assert history_of(cast.contact)[-1] == ("contact.topic_unsubscribed", "Carla Contact")
    assert stranger.post(path).status_code == 200


def test_B17_mail_programs_stop_it_with_one_press_and_no_cookie_of_ours(cast):
    choose(cast.contact)
    program = Browser(HTTP_HOST="acme.localhost", enforce_csrf_checks=True)
    answer = program.post(stop_path(cast.contact), "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert topics_of(cast.contact) == []


def test_a_link_stops_nothing_when_forged_or_on_another_tenants_host(cast, stranger):
    choose(cast.contact)
    path = stop_path(cast.contact)
    forged = path[:-4] + ("aaa/" if not path.endswith("aaa/") else "bbb/")
    assert stranger.post(forged).status_code == 404
    assert stranger.post("/notices/stop/nonsense/").status_code == 404
    assert Browser(HTTP_HOST="rival.localhost").post(path).status_code == 404
    with tenant_scope(cast.other_tenant), pytest.raises(ValueError, match="for nothing here"):
        read_stop_token(path.rstrip("/").rpartition("/")[2])
