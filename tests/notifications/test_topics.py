"""What contacts hear of by mail: on and off by themselves, by owners, and by the link in each mail (B17)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.test import Client as Browser
from django.utils import timezone

from notifications.actions import subscribe_to_topic, unsubscribe_from_topic
from notifications.models import TopicSubscription
from notifications.topics import AGREEMENT_VERSIONS, read_stop_token, stop_url
from tenants.actions import deactivate_contact
from tenants.models import HistoryEntry
from tenants.scope import tenant_scope
from tests import factories
from tests.tickets.portalling import text

NOW = timezone.now()
ON, OFF = {"topic": "agreement_versions", "wanted": "yes"}, {"topic": "agreement_versions", "wanted": ""}


def topics_of(contact: Any) -> list[str]:
    with tenant_scope(contact.tenant):
        return list(TopicSubscription.objects.filter(contact=contact).values_list("topic", flat=True))


def history_of(contact: Any) -> list[tuple[str, str]]:
    with tenant_scope(contact.tenant):
        entries = HistoryEntry.objects.filter(subject_id=contact.pk, event__startswith="contact.topic")
        return list(entries.order_by("id").values_list("event", "actor_name"))


def stop_path(contact: Any) -> str:
    return urlsplit(stop_url(contact.tenant, contact_id=contact.pk, topic=AGREEMENT_VERSIONS)).path


def test_B17_a_contact_turns_mail_on_and_off_and_history_knows(cast, sign_in):
    browser = sign_in(cast.contact)
    assert "Write to me" in text(browser.get("/portal/notifications/"))
    answer = browser.post("/portal/notifications/", ON, follow=True)
    assert "We write to carla@client.example from now on." in text(answer)
    assert "Stop these mails" in text(answer)
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
    assert "New versions of the SLA A mail when the SLA or its addendum changes. C13" in page


def test_turning_on_or_off_twice_is_once(cast, in_tenant):
    assert subscribe_to_topic(contact_id=cast.contact.pk, topic=AGREEMENT_VERSIONS, by=None, now=NOW)
    assert not subscribe_to_topic(contact_id=cast.contact.pk, topic=AGREEMENT_VERSIONS, by=None, now=NOW)
    assert unsubscribe_from_topic(contact_id=cast.contact.pk, topic=AGREEMENT_VERSIONS, by=None, now=NOW)
    assert not unsubscribe_from_topic(contact_id=cast.contact.pk, topic=AGREEMENT_VERSIONS, by=None, now=NOW)
    assert len(history_of(cast.contact)) == 2


def test_who_was_deactivated_is_not_turned_on(cast, in_tenant):
    deactivate_contact(contact_id=cast.contact.pk, by=cast.owner.user, now=NOW)
    with pytest.raises(ValidationError, match="Carla Contact is deactivated and is sent nothing"):
        subscribe_to_topic(contact_id=cast.contact.pk, topic=AGREEMENT_VERSIONS, by=None, now=NOW)


@pytest.mark.parametrize("topic", ["", "incidents", "agreement_versions\0"])
def test_a_topic_that_does_not_exist_changes_nothing_and_says_so(cast, sign_in, topic):
    for person, path in (
        (cast.contact, "/portal/notifications/"),
        (cast.owner, f"/settings/contacts/{cast.contact.pk}/topics/"),
    ):
        answer = sign_in(person).post(path, {"topic": topic, "wanted": "yes"}, follow=True)
        assert "Choose what the mails are about." in text(answer)
    assert topics_of(cast.contact) == []


def test_B17_an_owner_sees_and_sets_it_on_the_contacts_page(cast, sign_in):
    browser = sign_in(cast.owner)
    page = f"/settings/contacts/{cast.contact.pk}/"
    assert "New versions of the agreement. Off." in text(browser.get(page))
    assert "Carla Contact gets these mails." in text(browser.post(f"{page}topics/", ON, follow=True))
    shown = text(browser.get(page))
    assert "On since" in shown
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
    with tenant_scope(cast.tenant):
        subscribe_to_topic(contact_id=cast.contact.pk, topic=AGREEMENT_VERSIONS, by=None, now=NOW)
    assert "Stop these mails?" in text(stranger.get(stop_path(cast.contact)))
    assert topics_of(cast.contact) == ["agreement_versions"], "A mail scanner that follows links must not end it."
    assert "No more of these mails" in text(stranger.post(stop_path(cast.contact)))
    assert topics_of(cast.contact) == []
    assert history_of(cast.contact)[-1] == ("contact.topic_unsubscribed", "Carla Contact")
    assert stranger.post(stop_path(cast.contact)).status_code == 200


def test_B17_mail_programs_stop_it_with_one_press_and_no_cookie_of_ours(cast):
    with tenant_scope(cast.tenant):
        subscribe_to_topic(contact_id=cast.contact.pk, topic=AGREEMENT_VERSIONS, by=None, now=NOW)
    program = Browser(HTTP_HOST="acme.localhost", enforce_csrf_checks=True)
    answer = program.post(stop_path(cast.contact), "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert topics_of(cast.contact) == []


def test_a_link_stops_nothing_when_forged_or_on_another_tenants_host(cast, stranger):
    path = stop_path(cast.contact)
    forged = path[:-4] + ("aaa/" if not path.endswith("aaa/") else "bbb/")
    assert stranger.post(forged).status_code == 404
    assert stranger.post("/notices/stop/nonsense/").status_code == 404
    assert Browser(HTTP_HOST="rival.localhost").post(path).status_code == 404
    with tenant_scope(cast.other_tenant), pytest.raises(ValueError, match="stops nothing here"):
        read_stop_token(path.rstrip("/").rpartition("/")[2])
