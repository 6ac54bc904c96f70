"""One message to everybody who hears of a topic: once each, of their service only, also after a worker was killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection
from django.utils import timezone

from notifications import fanout
from notifications.actions import choose_topics
from notifications.delivery import claim
from notifications.models import Broadcast, OutgoingMessage, Subscriber, TopicSubscription
from notifications.outbox import Draft, queue
from notifications.tasks import deliver_outbox, fan_out
from notifications.topics import INCIDENTS, MAINTENANCE
from tenants.actions import deactivate_contact
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests import factories

ROOT = Path(__file__).resolve().parents[2]
NOW = timezone.now()


def subscribe(email: str, *choices: tuple[str, str]) -> Subscriber:
    return choose_topics(email=email, choices=choices, by=None, now=NOW)


def announce(*abouts: str, topic: Any = INCIDENTS, key: str = "incident:1:update:1", now: Any = NOW) -> None:
    fanout.announce(
        topic, abouts=abouts, subject="Voice is down", text="We know.", url="/status/incidents/1/", key=key, now=now
    )


def mailed(tenant: Tenant) -> Counter[str]:
    fan_out()
    with tenant_scope(tenant):
        return Counter(OutgoingMessage.objects.filter(key__startswith="broadcast:").values_list("to", flat=True))


@pytest.fixture
def listeners(tenant: Tenant, other_tenant: Tenant) -> Tenant:
    with tenant_scope(tenant):
        subscribe("voice@x.example", ("incidents", "voice"))
        subscribe("mail@x.example", ("incidents", "mail"))
        subscribe("both@x.example", ("incidents", "voice"), ("incidents", "mail"))
        subscribe("all@x.example", ("incidents", ""), ("incidents", "voice"))
        subscribe("planned@x.example", ("maintenance", "voice"))
    with tenant_scope(other_tenant):
        subscribe("rival@x.example", ("incidents", ""))
    return tenant


def test_B13_subscribers_of_one_service_are_never_mailed_about_another(listeners):
    with tenant_scope(listeners):
        announce("voice")
    assert mailed(listeners) == {"voice@x.example": 1, "both@x.example": 1, "all@x.example": 1}


def test_what_concerns_two_services_reaches_each_subscriber_once(listeners):
    with tenant_scope(listeners):
        announce("voice", "mail")
    assert set(mailed(listeners).values()) == {1}
    assert len(mailed(listeners)) == 4


def test_B13_maintenance_is_another_topic(listeners):
    with tenant_scope(listeners):
        announce("voice", topic=MAINTENANCE)
    assert mailed(listeners) == {"planned@x.example": 1}


def test_what_names_no_service_reaches_those_of_everything_alone(listeners):
    with tenant_scope(listeners):
        announce()
    assert mailed(listeners) == {"all@x.example": 1}


def test_an_occasion_is_announced_once_however_often_it_is_said(listeners):
    with tenant_scope(listeners):
        announce("voice")
        announce("voice")
        assert Broadcast.objects.count() == 1
    mailed(listeners)
    assert set(mailed(listeners).values()) == {1}


def test_who_came_after_the_announcement_is_not_told_of_it(listeners):
    with tenant_scope(listeners):
        announce("voice", now=NOW - timezone.timedelta(seconds=1))
    assert mailed(listeners) == {}


def test_who_stopped_before_its_turn_hears_nothing(listeners):
    with tenant_scope(listeners):
        announce("voice")
        choose_topics(email="voice@x.example", choices=[], by=None, now=NOW)
    assert "voice@x.example" not in mailed(listeners)


def test_a_deactivated_contact_hears_nothing(cast, listeners):
    with tenant_scope(cast.tenant):
        subscribe(cast.contact.email, ("incidents", "voice"))
        deactivate_contact(contact_id=cast.contact.pk, by=cast.owner.user, now=NOW)
        announce("voice")
    assert cast.contact.email not in mailed(cast.tenant)


def test_while_the_page_is_for_its_people_only_they_are_mailed(cast, listeners):
    with tenant_scope(cast.tenant):
        subscribe(cast.contact.email, ("incidents", "voice"))
        subscribe(cast.agent.user.email, ("incidents", ""))
    factories.change(cast.tenant, status_is_public=False)
    with tenant_scope(cast.tenant):
        announce("voice")
    assert mailed(cast.tenant) == {cast.contact.email: 1, cast.agent.user.email: 1}


def test_each_mail_says_where_to_read_on_and_how_to_stop(listeners):
    with tenant_scope(listeners):
        announce("voice")
    mailed(listeners)
    with tenant_scope(listeners):
        mail = OutgoingMessage.objects.get(to="voice@x.example")
        assert "http://acme.localhost:8000/status/incidents/1/" in mail.text
        assert "/status/subscriptions/" in mail.text
        assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail.headers["List-Unsubscribe"].strip("<>") in mail.text


def test_a_page_to_one_reader_goes_before_the_many(listeners):
    with tenant_scope(listeners):
        announce("voice")
    mailed(listeners)
    with tenant_scope(listeners):
        queue([Draft(key="page", topic="page", to="on-call@x.example", subject="P1", text="Wake up.")], now=NOW)
    (first,) = claim(now=timezone.now(), limit=1)
    assert first.to == "on-call@x.example"


def test_a_full_batch_goes_on_where_it_ended(listeners, monkeypatch):
    with tenant_scope(listeners):
        announce("voice", "mail")
        broadcast = Broadcast.objects.get()
        assert fanout.queue_batch(broadcast.pk, now=NOW, limit=3)
        assert not fanout.queue_batch(broadcast.pk, now=NOW, limit=3)
        assert not Broadcast.objects.unfinished().exists()
    assert set(mailed(listeners).values()) == {1}


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_fan_out_leaves_nobody_out_and_mails_nobody_twice(tenant: Tenant) -> None:
    with tenant_scope(tenant):
        people = Subscriber.objects.bulk_create(
            Subscriber(email=f"n{number}@x.example", confirmed_at=NOW) for number in range(40)
        )
        TopicSubscription.objects.bulk_create(
            TopicSubscription(subscriber=each, topic="incidents", about="", since=NOW) for each in people
        )
        announce("voice")
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.notifications.fan_out_slowly", connection.settings_dict["NAME"]],
        cwd=ROOT,
        env={**os.environ, "SECRET_KEY": configured.SECRET_KEY or "test"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert worker.stdout is not None
        # It has committed one batch, and has written the mails of the next without committing them.
        assert worker.stdout.readline().strip() == "in the second batch"
    finally:
        worker.kill()
        worker.wait()
    with tenant_scope(tenant):
        assert OutgoingMessage.objects.count() == 10
    assert mailed(tenant) == {f"n{number}@x.example": 1 for number in range(40)}
    deliver_outbox()
