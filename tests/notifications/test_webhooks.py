"""Webhooks against a real receiver: signed, tried again, paused, each delivery with what was answered."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as configured
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from notifications import actions, delivery, fanout, outbox, switchboard, tasks, webhooks
from notifications.models import Notice, OutgoingMessage, Subscriber, WebhookEndpoint
from notifications.tasks import fan_out, make_calls
from notifications.topics import INCIDENTS
from tenants.models import HistoryEntry, Tenant
from tenants.scope import every_tenant, tenant_scope
from tests.notifications.receiver import Receiver, listen
from tests.notifications.test_killed_worker import ROOT

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DECLARED = "incident.declared"


@pytest.fixture(autouse=True)
def _declared(monkeypatch: Any) -> None:
    known = {DECLARED: "An incident was declared", "incident.resolved": "An incident was resolved"}
    monkeypatch.setattr(webhooks, "events", lambda: known)


def endpoint(tenant: Tenant, url: str, *events: str, **fields: Any) -> WebhookEndpoint:
    with tenant_scope(tenant):
        return WebhookEndpoint.objects.create(
            url=url, events=events or [DECLARED], secret=webhooks.new_secret(), added_at=NOON, **fields
        )


def publish(tenant: Tenant, key: str = "incident:1", event: str = DECLARED, **data: Any) -> None:
    with tenant_scope(tenant):
        outbox.publish(event, data or {"number": 1}, key, now=timezone.now())


def deliveries(tenant: Tenant) -> list[OutgoingMessage]:
    with tenant_scope(tenant):
        return list(OutgoingMessage.objects.filter(kind="webhook").select_related("endpoint").order_by("id"))


def test_an_event_arrives_once_as_standard_webhooks_says(tenant: Tenant, receiver: Receiver) -> None:
    made = endpoint(tenant, receiver.url)
    with time_machine.travel(NOON, tick=False) as clock:
        publish(tenant, title="Tëst – down")
        publish(tenant, title="Tëst – down")
        clock.shift(timedelta(minutes=3))
        make_calls()
        make_calls()
    (received,) = receiver.received
    assert received.is_signed_by(made.secret)
    assert not received.is_signed_by(webhooks.new_secret())
    assert json.loads(received.body) == {
        "type": DECLARED,
        "timestamp": "2026-11-20T12:00:00Z",
        "data": {"title": "Tëst – down"},
    }
    assert received.headers["webhook-timestamp"] == str(int((NOON + timedelta(minutes=3)).timestamp()))
    assert received.headers["content-type"] == "application/json"
    (sent,) = deliveries(tenant)
    assert (sent.answer_status, sent.attempts, sent.last_error) == (204, 1, "")
    assert sent.sent_at is not None
    assert sent.answer_ms is not None


def test_only_active_endpoints_of_the_tenant_that_hear_of_the_event_are_told(
    tenant: Tenant, other_tenant: Tenant, receiver: Receiver
) -> None:
    endpoint(tenant, f"{receiver.url}/declared")
    endpoint(tenant, f"{receiver.url}/both", DECLARED, "incident.resolved")
    endpoint(tenant, f"{receiver.url}/resolved", "incident.resolved")
    endpoint(tenant, f"{receiver.url}/paused", paused_at=NOON)
    endpoint(other_tenant, f"{receiver.url}/theirs")
    publish(tenant)
    make_calls()
    assert sorted(each.path for each in receiver.received) == ["/hook/both", "/hook/declared"]


def test_a_sweep_publishes_to_the_tenant_it_names(tenant: Tenant, other_tenant: Tenant, receiver: Receiver) -> None:
    endpoint(tenant, f"{receiver.url}/ours")
    endpoint(other_tenant, f"{receiver.url}/theirs")
    with every_tenant(reason="test"):
        outbox.publish(DECLARED, {}, "k", now=timezone.now(), tenant_id=other_tenant.pk)
    make_calls()
    assert [each.path for each in receiver.received] == ["/hook/theirs"]


def test_a_failure_is_tried_again_with_the_same_id_and_a_fresh_signature(tenant: Tenant, receiver: Receiver) -> None:
    made = endpoint(tenant, receiver.url)
    receiver.answers = [(500, {}, b"database <b>down</b>")]
    with time_machine.travel(NOON, tick=False) as clock:
        publish(tenant)
        make_calls()
        (failed,) = deliveries(tenant)
        assert (failed.answer_status, failed.answer) == (500, "database <b>down</b>")
        assert (failed.last_error, failed.next_attempt_at) == ("It answered: 500.", NOON + timedelta(minutes=1))
        assert failed.endpoint is not None
        assert failed.endpoint.failing_since == NOON
        clock.shift(timedelta(minutes=1))
        make_calls()
    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert first.body == second.body
    assert second.is_signed_by(made.secret)
    (sent,) = deliveries(tenant)
    assert (sent.answer_status, sent.last_error, sent.attempts) == (204, "", 2)
    assert sent.endpoint is not None
    assert sent.endpoint.failing_since is None


def test_a_redirect_into_the_network_is_not_followed_and_counts_as_a_failure(
    tenant: Tenant, receiver: Receiver
) -> None:
    endpoint(tenant, receiver.url)
    receiver.answers = [(307, {"Location": f"{receiver.url}/inside"}, b"")]
    publish(tenant)
    make_calls()
    (failed,) = deliveries(tenant)
    assert [each.path for each in receiver.received] == ["/hook"]
    assert (failed.last_error, failed.sent_at) == ("It redirects, which is not followed: 307.", None)


def test_an_endpoint_that_leads_inside_by_now_is_refused_at_sending(
    tenant: Tenant, receiver: Receiver, settings: Any
) -> None:
    endpoint(tenant, receiver.url)
    settings.EGRESS_PRIVATE_NETWORKS = False
    publish(tenant)
    make_calls()
    assert receiver.received == []
    (refused,) = deliveries(tenant)
    assert refused.dead_at is not None
    assert "inside a private network" in refused.last_error


def test_410_switches_the_endpoint_off_and_the_owners_hear_of_it(cast: Any, receiver: Receiver) -> None:
    endpoint(cast.tenant, receiver.url)
    receiver.answers = [410]
    publish(cast.tenant)
    make_calls()
    publish(cast.tenant, "incident:2")
    make_calls()
    assert len(receiver.received) == 1
    (gone,) = deliveries(cast.tenant)
    assert gone.dead_at is not None
    with tenant_scope(cast.tenant):
        made = WebhookEndpoint.objects.get()
        assert made.paused_at is not None
        assert made.pause_reason == "It answered 410: it is gone."
        told = Notice.objects.filter(user=cast.owner.user, topic="webhook.paused").get()
        assert told.url == f"/settings/webhooks/{made.pk}/"
        assert HistoryEntry.objects.filter(event="webhook.paused").count() == 1


def test_an_endpoint_that_fails_for_days_is_paused_and_one_that_recovers_is_not(
    tenant: Tenant, receiver: Receiver
) -> None:
    endpoint(tenant, receiver.url)
    paused = {}
    with time_machine.travel(NOON, tick=False) as clock:
        for day, answers in {0: [500] * 9, 4: [], 5: [500] * 9, 9: [500] * 9, 10: [500] * 9}.items():
            clock.move_to(NOON + timedelta(days=day))
            receiver.answers = answers
            publish(tenant, f"day {day}")
            make_calls()
            with tenant_scope(tenant):
                paused[day] = WebhookEndpoint.objects.get().paused_at is not None
    assert paused == {0: False, 4: False, 5: False, 9: False, 10: True}


def test_where_nobody_answers_one_delivery_tries_and_the_others_wait_uncounted(tenant: Tenant, settings: Any) -> None:
    settings.EGRESS_PRIVATE_NETWORKS = True
    endpoint(tenant, "http://127.0.0.1:9/")
    with time_machine.travel(NOON, tick=False):
        for number in range(delivery.BATCH + 5):
            publish(tenant, f"k{number}")
        make_calls()
        left = [each for each in deliveries(tenant) if each.attempts == 0]
    assert len(left) == delivery.BATCH + 5 - switchboard.AT_ONCE[0]
    assert {each.next_attempt_at for each in left} == {NOON + timedelta(minutes=1)}


@pytest.fixture
def slow_one() -> Iterator[Receiver]:
    with listen() as receiver:
        receiver.seconds = 2.5
        yield receiver


def test_a_slow_endpoint_holds_up_its_own_deliveries_and_nobody_elses(
    tenant: Tenant, other_tenant: Tenant, receiver: Receiver, slow_one: Receiver, monkeypatch: Any
) -> None:
    """Really slow, with more waiting for it than a batch holds; what falls due meanwhile goes out at once too."""
    monkeypatch.setattr(tasks, "BUDGET_SECONDS", 4)
    endpoint(tenant, slow_one.url)
    endpoint(other_tenant, receiver.url)
    many = delivery.BATCH + 10
    for number in range(many):
        publish(tenant, f"slow {number}")
    for number in range(many):
        publish(other_tenant, f"quick {number}")
    with tenant_scope(other_tenant):
        late = OutgoingMessage.objects.order_by("id").last()
        assert late is not None
        OutgoingMessage.objects.filter(pk=late.pk).update(next_attempt_at=timezone.now() + timedelta(seconds=1))
    make_calls()
    assert len(receiver.answered) == many
    assert max(receiver.answered) < min(slow_one.answered)
    assert len(slow_one.answered) == switchboard.AT_ONCE[0], "Nothing more begins for it in the second half."
    left = [each for each in deliveries(tenant) if each.sent_at is None]
    assert {each.attempts for each in left} == {0}
    assert all(each.next_attempt_at <= timezone.now() for each in left), "What was not begun is due as before."


def test_a_slow_endpoint_holds_up_no_other_of_its_tenant_and_no_page(
    cast: Any, receiver: Receiver, slow_one: Receiver, monkeypatch: Any
) -> None:
    monkeypatch.setattr(tasks, "BUDGET_SECONDS", 4)
    monkeypatch.setattr(switchboard, "AT_ONCE", (4, 8, 8))
    for url in (slow_one.url, receiver.url):
        endpoint(cast.tenant, url)
    for number in range(delivery.BATCH + 10):
        publish(cast.tenant, f"{number}")
    with tenant_scope(cast.tenant):
        url = f"json://127.0.0.1:{receiver.port}/page"
        channel = actions.add_channel(user=None, name="Duty", url=url, by=cast.owner.user, now=timezone.now())
        outbox.say(channel, key="k", title="Down", text="Voice", now=timezone.now())
    make_calls()
    assert len(receiver.answered) == delivery.BATCH + 11
    assert max(receiver.answered) < min(slow_one.answered)


def test_after_a_rotation_both_secrets_sign_for_a_day(tenant: Tenant, receiver: Receiver) -> None:
    made = endpoint(tenant, receiver.url)
    old = made.secret
    with time_machine.travel(NOON, tick=False) as clock:
        with tenant_scope(tenant):
            made, new = actions.rotate_webhook_secret(endpoint_id=made.pk, by=None, now=timezone.now())
        clock.shift(timedelta(hours=23, minutes=59))
        publish(tenant, "a")
        make_calls()
        clock.shift(timedelta(minutes=1))
        publish(tenant, "b")
        make_calls()
    during, after = receiver.received
    assert during.is_signed_by(old)
    assert during.is_signed_by(new)
    assert after.is_signed_by(new)
    assert not after.is_signed_by(old)


def test_a_delivery_that_arrived_can_be_sent_again_and_one_that_waits_cannot(cast: Any, receiver: Receiver) -> None:
    endpoint(cast.tenant, receiver.url)
    publish(cast.tenant)
    (waits,) = deliveries(cast.tenant)
    again = {"outgoing_id": waits.pk, "by": cast.owner.user, "now": timezone.now()}
    with tenant_scope(cast.tenant), pytest.raises(ValidationError, match="not lost"):
        actions.resend_message(**again)
    make_calls()
    with tenant_scope(cast.tenant):
        actions.resend_message(**again)
    make_calls()
    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


@pytest.mark.parametrize("removed", [False, True])
def test_what_went_to_a_paused_or_removed_endpoint_is_not_sent_again(
    cast: Any, receiver: Receiver, removed: bool
) -> None:
    made = endpoint(cast.tenant, receiver.url)
    publish(cast.tenant)
    with tenant_scope(cast.tenant):
        WebhookEndpoint.objects.filter(pk=made.pk).update(paused_at=timezone.now())
        if removed:
            WebhookEndpoint.objects.get().delete()
    make_calls()
    assert receiver.received == []
    (lost,) = deliveries(cast.tenant)
    assert lost.last_error == ("The endpoint was removed." if removed else "The endpoint is paused.")
    with tenant_scope(cast.tenant), pytest.raises(ValidationError, match="paused or removed"):
        actions.resend_message(outgoing_id=lost.pk, by=cast.owner.user, now=timezone.now())


def announced(tenant: Tenant, *urls: str) -> list[Subscriber]:
    with tenant_scope(tenant):
        who: dict[str, Any] = {"email": "anna@reader.example", "choices": [("incidents", "")], "by": None}
        readers = [actions.choose_topics(**who, webhook_url=url, now=NOON) for url in urls]
        fanout.announce(INCIDENTS, abouts=[], subject="Down", text="We know.", url="/status/", key="k", now=NOON)
    fan_out()
    return readers


def test_a_subscribers_webhook_is_signed_with_the_secret_of_its_own_subscription(
    tenant: Tenant, receiver: Receiver
) -> None:
    first, second = announced(tenant, f"{receiver.url}/1", f"{receiver.url}/2")
    make_calls()
    heard = {received.path: received for received in receiver.received}
    assert heard["/hook/1"].is_signed_by(first.secret)
    assert heard["/hook/2"].is_signed_by(second.secret)
    assert not heard["/hook/2"].is_signed_by(first.secret)
    assert json.loads(heard["/hook/1"].body)["type"] == "status.news"
    assert heard["/hook/1"].headers["webhook-id"].startswith("msg_")


def test_a_subscription_keeps_its_secret_and_once_it_is_stopped_nothing_is_posted(
    cast: Any, receiver: Receiver
) -> None:
    (first,) = announced(cast.tenant, receiver.url)
    (again,) = announced(cast.tenant, receiver.url)
    assert again.secret == first.secret
    with tenant_scope(cast.tenant):
        actions.stop_topic(subscriber_id=first.pk, topic=INCIDENTS, now=NOON)
    make_calls()
    assert receiver.received == []
    (lost,) = deliveries(cast.tenant)
    assert lost.last_error == "The subscription was stopped."
    with tenant_scope(cast.tenant), pytest.raises(ValidationError, match="stopped"):
        actions.resend_message(outgoing_id=lost.pk, by=cast.owner.user, now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_fan_out_tells_each_endpoint_once(tenant: Tenant, receiver: Receiver) -> None:
    """But for those that had taken it and whose answer nobody wrote down: they get it again under the same id."""
    names = [f"e{number}" for number in range(5)]
    for name in names:
        endpoint(tenant, f"{receiver.url}/{name}")
    publish(tenant)
    receiver.stall_after = 3
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.notifications.call_once", connection.settings_dict["NAME"]],
        cwd=ROOT,
        env={**os.environ, "SECRET_KEY": configured.SECRET_KEY or "test", "EGRESS_PRIVATE_NETWORKS": "1"},
    )
    try:
        assert receiver.stalled.wait(timeout=30), "the worker did not come that far"
    finally:
        worker.kill()
        worker.wait()
    receiver.stall_after = None
    sent_before = {each.to for each in deliveries(tenant) if each.sent_at}
    before = len(receiver.received)
    make_calls()
    assert len(receiver.received) == before, "its claims still hold"
    with time_machine.travel(timezone.now() + delivery.LEASE, tick=False):
        make_calls()
    assert all(each.sent_at for each in deliveries(tenant))
    ids = {each.path: each.headers["webhook-id"] for each in receiver.received}
    assert set(ids) == {f"/hook/{name}" for name in names}
    assert len(set(ids.values())) == len(names)
    again = [each.path for each in receiver.received[before:]]
    assert not {f"/hook/{url.rpartition('/')[2]}" for url in sent_before} & set(again)
    assert all(each.headers["webhook-id"] == ids[each.path] for each in receiver.received)


def test_the_example_in_the_docs_knows_our_deliveries_from_others(tenant: Tenant, receiver: Receiver) -> None:
    made = endpoint(tenant, receiver.url)
    publish(tenant)
    make_calls()
    (received,) = receiver.received
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "owners.md").read_text("utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102  our own documentation
    is_ours = names["is_ours"]
    assert is_ours(received.headers, received.body, made.secret)
    assert not is_ours(received.headers, received.body + b" ", made.secret)
    assert not is_ours(received.headers, received.body, webhooks.new_secret())
    assert not is_ours(received.headers | {"webhook-timestamp": "1"}, received.body, made.secret)
