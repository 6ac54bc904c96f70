"""Chat, push and SMS: which services may be named, and what a message to one leaves behind."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from notifications import chat, delivery, egress, outbox
from notifications.models import Channel, Notice, OutgoingMessage
from notifications.tasks import make_calls
from tenants.scope import tenant_scope
from tests.notifications.receiver import Receiver

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TOKENS = "T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"


@pytest.fixture
def public(monkeypatch: Any) -> None:
    monkeypatch.setattr(egress, "resolve", lambda host, port: ["93.184.216.34"])


@pytest.mark.parametrize(
    ("url", "service"),
    [
        (f"slack://{TOKENS}/", "Slack"),
        (f"https://hooks.slack.com/services/{TOKENS}", "Slack"),
        ("https://discord.com/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "Discord"),
        (
            "https://prod-12.westeurope.logic.azure.com:443/workflows/abcdefghijklmnopqrstuvwx1234567890/triggers/manual"
            "/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=abc123abc123abc123abc123",
            "Teams",
        ),
        ("tgram://123456789:abcdefg_hijklmnop/12315544/", "Telegram"),
        ("pover://userkeyuserkeyuserkeyuserkey12@apptokenapptokenapptokenappto", "Pushover"),
        ("twilio://AC735c307c62944b5a:e29dfbcebf390dee9@15551232323/15557774343", "Twilio"),
        ("pagerduty://integrationkey@apikey", "PagerDuty"),
        ("ntfy://topic", "ntfy"),
        ("ntfys://push.acme.example/topic?priority=high", "ntfy at push.acme.example"),
        ("mmosts://mm.acme.example/3ccdd113474722377935511fc85d3dd4", "Mattermost at mm.acme.example"),
        ("rockets://user:word@rc.acme.example/#general", "Rocket.Chat at rc.acme.example"),
        ("gotifys://push.acme.example/abcdefghijklmno", "Gotify at push.acme.example"),
        ("jsons://hooks.acme.example/in?+X-Token=abc", "Webhook at hooks.acme.example"),
        ("https://hooks.acme.example/in?key=abc", "Webhook at hooks.acme.example"),
    ],
)
def test_what_an_address_leads_to_is_said_without_its_keys(public: None, url: str, service: str) -> None:
    assert chat.service_of(url) == service


@pytest.mark.parametrize("scheme", ["file", "syslog", "dbus", "windows", "macosx", "gnome", "mailto", "mqtt", "x" * 99])
def test_services_of_this_machine_and_those_not_on_the_list_are_refused(public: None, scheme: str) -> None:
    with pytest.raises(egress.EgressError, match="is not among the services that can be used here"):
        chat.service_of(f"{scheme}://localhost/etc/passwd")


@pytest.mark.parametrize("setting", ["template=/etc/passwd", "TEMPLATE=x", "verify=no", "rto=99", "retry=9", "wait=9"])
def test_an_address_sets_nothing_that_reads_files_trusts_anybody_or_waits(public: None, setting: str) -> None:
    with pytest.raises(egress.EgressError, match="cannot be set in the address"):
        chat.service_of(f"slack://{TOKENS}/?{setting}")
    with pytest.raises(egress.EgressError, match="cannot be set in the address"):
        chat.service_of(f"https://hooks.slack.com/services/{TOKENS}?{setting}")


@pytest.mark.parametrize(
    "url", ["", "x", "slack://", "https://", f"slack://{TOKENS[:12]}", "json://a b/", "tgram://123:?a@b/1/"]
)
def test_what_cannot_be_read_is_refused_without_repeating_it(public: None, url: str) -> None:
    with pytest.raises(egress.EgressError) as refused:
        chat.service_of(url)
    assert TOKENS[:9] not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    ["json://127.0.0.1/", "https://localhost/", "ntfys://10.0.0.1/topic", "matrix://u:p@[::1]/#r", "json://h:25/"],
)
def test_a_host_that_somebody_names_has_to_pass_the_guard(url: str) -> None:
    with pytest.raises(egress.EgressError, match=r"inside a private network|Port 25"):
        chat.service_of(url)


def channel(user: Any, url: str) -> Channel:
    with tenant_scope(user.tenant):
        return Channel.objects.create(
            user=user, name="phone", service="Webhook at 127.0.0.1", url=url, position=1, added_at=NOON
        )


def page(user: Any) -> None:
    said = {"key": "k", "title": "P1: all down", "text": "Nobody can sign in.", "url": "/desk/"}
    with tenant_scope(user.tenant):
        outbox.page([outbox.PageDraft(user.pk, **said)], now=timezone.now())


def chats(tenant: Any) -> list[OutgoingMessage]:
    with tenant_scope(tenant):
        return list(OutgoingMessage.objects.filter(kind="chat"))


def test_a_page_arrives_on_a_real_channel_once(cast: Any, receiver: Receiver) -> None:
    channel(cast.agent.user, f"json://127.0.0.1:{receiver.port}/in?+X-Key=hidden")
    page(cast.agent.user)
    make_calls()
    make_calls()
    (received,) = receiver.received
    said = json.loads(received.body)
    assert (said["title"], received.headers["x-key"]) == ("P1: all down", "hidden")
    assert said["message"] == f"Nobody can sign in.\n\n{cast.tenant.url('/desk/')}"
    (sent,) = chats(cast.tenant)
    assert (sent.sent_at is not None, sent.answer_status, sent.answer) == (True, 204, "")


def test_a_page_is_tried_again_within_minutes_then_given_up_and_the_owners_hear_of_it(
    cast: Any, receiver: Receiver
) -> None:
    channel(cast.agent.user, f"json://127.0.0.1:{receiver.port}/in")
    receiver.answers = [(500, {}, b"never mind")] * 9
    with time_machine.travel(NOON, tick=False) as clock:
        page(cast.agent.user)
        for wait in delivery.CHAT_WAITS:
            make_calls()
            assert chats(cast.tenant)[0].next_attempt_at == timezone.now() + wait
            clock.shift(wait)
        make_calls()
    (lost,) = chats(cast.tenant)
    assert lost.dead_at is not None
    assert (lost.last_error, lost.answer) == ("It answered: 500.", "")
    with tenant_scope(cast.tenant):
        told = Notice.objects.get(user=cast.owner.user)
    assert told.title == "Chat and SMS could not be delivered"
    assert told.body == "To Adam Agent, Webhook at 127.0.0.1: phone: It answered: 500."


def test_a_channel_that_leads_inside_is_refused_at_sending(cast: Any, receiver: Receiver, settings: Any) -> None:
    channel(cast.agent.user, f"json://127.0.0.1:{receiver.port}/in")
    settings.EGRESS_PRIVATE_NETWORKS = False
    page(cast.agent.user)
    make_calls()
    assert receiver.received == []
    (lost,) = chats(cast.tenant)
    assert lost.dead_at is not None
    assert "inside a private network" in lost.last_error


def test_a_redirect_of_a_service_is_not_followed(cast: Any, receiver: Receiver) -> None:
    channel(cast.agent.user, f"json://127.0.0.1:{receiver.port}/in?redirect=yes".replace("?redirect=yes", ""))
    receiver.answers = [(302, {"Location": receiver.url}, b"")]
    page(cast.agent.user)
    make_calls()
    assert [each.path for each in receiver.received] == ["/in"]
    assert chats(cast.tenant)[0].sent_at is None


@pytest.mark.parametrize("fails", [False, True])
def test_the_keys_of_a_channel_are_in_no_log_and_no_error(
    cast: Any, receiver: Receiver, caplog: Any, capfd: Any, fails: bool
) -> None:
    channel(cast.agent.user, f"json://user:sesame@127.0.0.1:{receiver.port}/sesame?+X-Key=sesame&-q=sesame")
    receiver.answers = [(500, {}, b"you said sesame")] if fails else []
    with caplog.at_level(logging.DEBUG):
        page(cast.agent.user)
        make_calls()
    assert len(receiver.received) == 1
    assert "sesame" in receiver.received[0].path
    assert "sesame" not in caplog.text + "".join(capfd.readouterr())
    (tried,) = chats(cast.tenant)
    kept = [f"{getattr(tried, field.attname)}" for field in tried._meta.fields]
    assert "sesame" not in " ".join(kept)
