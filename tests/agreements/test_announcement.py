"""A new version is told to those who asked to hear of it, once, by mail and in the app (B17)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from agreements.actions import announcement, save_draft
from agreements.document import bundled_text
from notifications.actions import choose_topics
from notifications.models import Notice, OutgoingMessage
from notifications.topics import AGREEMENT_VERSIONS
from tenants.actions import deactivate_contact
from tenants.scope import tenant_scope
from tests import factories
from tests.tickets.portalling import text

NOW = timezone.now()
#: In the zone of the agreement, which is a day ahead of UTC in the evening.
TODAY = NOW.astimezone(ZoneInfo("Europe/Berlin")).date()
SOURCE = bundled_text("officeware")
KEPT = "A new version is published beside this one. Tickets stay under the version they were opened under."
RENEWED = SOURCE.replace("label: Undated, as published", "label: Edition 2").replace(KEPT, "Gold is solved sooner.")
BETTER = RENEWED.replace(
    "resolution:     [none,              32 business hours, 16 business hours]",
    "resolution:     [none,              32 business hours, 12 business hours]",
)


def wants(*contacts: Any) -> None:
    for contact in contacts:
        choose_topics(email=contact.email, choices=[(AGREEMENT_VERSIONS.key, "")], by=None, now=NOW)


def publish(source: str = BETTER, *, on: date = TODAY + timedelta(days=30), **choice: Any) -> Any:
    draft = save_draft(source=source, name="officeware.yaml", effective_from=on, by=None, now=NOW)
    return factories.publish(draft, now=NOW, **choice)


def told() -> list[str]:
    return sorted(OutgoingMessage.objects.filter(topic=AGREEMENT_VERSIONS.key).values_list("to", flat=True))


def noticed() -> dict[str, str]:
    """Where the notices of new versions lead, by whom they are for; reviewers have others."""
    found = Notice.objects.filter(topic=AGREEMENT_VERSIONS.key)
    return dict(found.values_list("user__name", "url"))


@pytest.fixture
def agreed(cast: Any, in_tenant: Any) -> Any:
    """Both clients have a plan of officeware; both contacts of Globex and the one of Initech can be written to."""
    assert "12 business hours" in BETTER
    version = factories.agreement("officeware", source=SOURCE)
    factories.subscription(cast.client, version, "gold")
    factories.subscription(cast.other_client, version, "professional")
    return version


def test_B17_a_new_version_is_mailed_to_contacts_who_asked_and_to_nobody_else(cast, agreed):
    wants(cast.contact)
    publish()
    assert told() == ["carla@client.example"]
    assert list(noticed()) == ["Carla Contact"]


def test_B17_the_mail_says_what_differs_from_when_where_to_read_it_and_how_to_stop(cast, agreed, sign_in):
    wants(cast.contact)
    version = publish()
    mail = OutgoingMessage.objects.get(topic=AGREEMENT_VERSIONS.key)
    assert mail.subject == "New version: Business support plans, Edition 2"
    assert f"It is in force from {version.effective_from:%-d %B %Y}." in mail.text
    assert re.search(r"- .*Severity 1.*: 16 business hours → 12 business hours", mail.text)
    assert "Requests from before stay under the version they were opened under." in mail.text
    said = version.document.version.changes
    assert mail.text.count(said) == 1
    assert mail.text.index(said) < mail.text.index("What differs")
    stop = re.search(r"To stop: (\S+)", mail.text).group(1)  # type: ignore[union-attr]
    assert mail.headers == {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    path = re.search(r"http://acme\.[^/]+(/portal/addendum/\S+)", mail.text).group(1)  # type: ignore[union-attr]
    page = text(sign_in(cast.contact).get(path))
    assert "Edition 2" in page
    assert "12 business hours" in page
    assert noticed() == {"Carla Contact": path}


def test_B17_a_version_for_open_requests_says_so_and_why(cast, agreed):
    wants(cast.contact)
    publish(applies_to="open", reason="The old hours were too short.")
    mail = OutgoingMessage.objects.get(topic=AGREEMENT_VERSIONS.key)
    assert "Your open requests come under it too. Why: The old hours were too short." in mail.text
    assert "stay under the version" not in mail.text.replace("Tickets stay under", "")


def test_B17_telling_twice_tells_once(cast, agreed):
    wants(cast.contact, cast.colleague)
    version = publish()
    announcement.version_published(version, now=NOW + timedelta(minutes=5))
    assert told() == ["carla@client.example", "kim@client.example"]
    assert Notice.objects.filter(topic=AGREEMENT_VERSIONS.key).count() == 2


@pytest.mark.parametrize(
    ("starts_in", "ends_in", "is_told"),
    [(-100, None, True), (-100, 1, True), (-100, 0, False), (50, None, True)],
    ids=["running", "until today", "over since today", "future"],
)
def test_B17_only_clients_whose_subscription_runs_or_will_are_told(cast, in_tenant, starts_in, ends_in, is_told):
    version = factories.agreement("officeware", source=SOURCE)
    ends_on = None if ends_in is None else TODAY + timedelta(days=ends_in)
    factories.subscription(cast.client, version, "gold", starts_on=TODAY + timedelta(days=starts_in), ends_on=ends_on)
    wants(cast.contact)
    publish()
    assert told() == (["carla@client.example"] if is_told else [])


def test_B17_clients_of_another_agreement_are_not_told(cast, in_tenant):
    other = factories.agreement("identity")
    factories.agreement("officeware", source=SOURCE)
    factories.subscription(cast.client, other, other.document.plans[0].key)
    wants(cast.contact)
    publish()
    assert told() == []


def test_B17_a_contact_who_was_deactivated_is_not_told(cast, agreed):
    wants(cast.contact, cast.colleague)
    deactivate_contact(contact_id=cast.contact.pk, by=cast.owner.user, now=NOW)
    publish()
    assert told() == ["kim@client.example"]


def test_B17_another_tenants_contacts_are_not_told(cast):
    with tenant_scope(cast.other_tenant):
        theirs = factories.agreement("officeware", source=SOURCE)
        factories.subscription(cast.rival.client, theirs, "gold")
        wants(cast.rival.contact)
    with tenant_scope(cast.tenant):
        ours = factories.agreement("officeware", source=SOURCE)
        factories.subscription(cast.client, ours, "gold")
        wants(cast.contact)
        publish()
        assert told() == ["carla@client.example"]
    with tenant_scope(cast.other_tenant):
        assert told() == []
        assert noticed() == {}


def test_B17_a_version_whose_publishing_fails_is_told_to_nobody(cast, agreed, monkeypatch):
    wants(cast.contact)
    told_first = []

    def told_and_failed(version: Any, *, now: Any, tell: Any = announcement.version_published) -> None:
        tell(version, now=now)
        told_first.extend(told())
        raise RuntimeError("after telling")

    monkeypatch.setattr(announcement, "version_published", told_and_failed)
    with pytest.raises(RuntimeError, match="after telling"):
        publish()
    assert told_first == ["carla@client.example"]
    assert told() == []


@pytest.mark.thorough
def test_B17_telling_costs_the_same_for_one_contact_and_for_thirty(cast, agreed, django_assert_max_num_queries):
    wants(cast.contact)
    version = publish()
    with django_assert_max_num_queries(12) as few:
        announcement.version_published(version, now=NOW)
    for number in range(30):
        wants(factories.contact(cast.client, f"Person{number} X"))
    with django_assert_max_num_queries(len(few)):
        announcement.version_published(version, now=NOW)
    assert len(told()) == 31


def test_a_version_that_only_says_things_differently_lists_no_promises(cast, agreed):
    wants(cast.contact)
    publish(SOURCE.replace("label: Undated, as published", "label: Edition 2"))
    assert "What differs" not in OutgoingMessage.objects.get(topic=AGREEMENT_VERSIONS.key).text
