"""Calling people where they can be reached: mail and the app always, and every channel of theirs, each once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from notifications import delivery, outbox
from notifications.models import Channel, Notice, OutgoingMessage, WebhookEndpoint
from tenants.scope import every_tenant, tenant_scope

NOW = timezone.now()


def channel(user: Any, name: str, **fields: Any) -> Channel:
    return Channel.objects.create(
        **{"user": user, "name": name, "service": "Slack", "url": "slack://a", "position": 0, "added_at": NOW, **fields}
    )


def draft(user_id: int | None, **fields: Any) -> outbox.PageDraft:
    said = {"key": "incident:1:step:1", "title": "P1: all down", "text": "Nobody can sign in.", "url": "/desk/"}
    return outbox.PageDraft(**{"user_id": user_id, **said, **fields})


def queued() -> list[tuple[str, str]]:
    return sorted(OutgoingMessage.objects.values_list("kind", "to"))


def test_who_has_no_channel_is_mailed_and_told_in_the_app(cast, in_tenant):
    outbox.page([draft(cast.agent.user_id)], now=NOW)
    mail = OutgoingMessage.objects.get()
    assert (mail.kind, mail.to, mail.subject) == ("mail", cast.agent.user.email, "P1: all down")
    assert mail.text == f"Nobody can sign in.\n\n{in_tenant.url('/desk/')}"
    notice = Notice.objects.get()
    assert (notice.user_id, notice.url, notice.topic) == (cast.agent.user_id, "/desk/", "page")


def test_a_page_goes_to_every_channel_of_the_person_and_to_nobody_elses(cast, in_tenant):
    channel(cast.agent.user, "phone"), channel(cast.agent.user, "chat")
    channel(cast.lead.user, "phone"), channel(None, "team")
    outbox.page([draft(cast.agent.user_id)], now=NOW)
    assert queued() == [
        ("chat", "Adam Agent, Slack: chat"),
        ("chat", "Adam Agent, Slack: phone"),
        ("mail", cast.agent.user.email),
    ]


def test_a_page_can_name_one_channel_or_the_mail_alone(cast, in_tenant):
    phone = channel(cast.agent.user, "phone")
    channel(cast.agent.user, "chat")
    outbox.page([draft(cast.agent.user_id, channel=phone.pk)], now=NOW)
    assert queued() == [("chat", "Adam Agent, Slack: phone")]
    outbox.page([draft(cast.lead.user_id, channel="mail")], now=NOW)
    assert queued() == [("chat", "Adam Agent, Slack: phone"), ("mail", cast.lead.user.email)]


def test_a_page_to_a_channel_that_is_gone_or_somebody_elses_goes_everywhere(cast, in_tenant):
    channel(cast.agent.user, "chat")
    theirs = channel(cast.lead.user, "phone")
    outbox.page([draft(cast.agent.user_id, channel=theirs.pk)], now=NOW)
    assert queued() == [("chat", "Adam Agent, Slack: chat"), ("mail", cast.agent.user.email)]


def test_the_team_is_called_on_its_own_channels(cast, in_tenant):
    channel(None, "team")
    channel(cast.agent.user, "phone")
    outbox.page([draft(None)], now=NOW)
    assert queued() == [("chat", "The team, Slack: team")]
    assert not Notice.objects.exists()


def test_the_same_page_reaches_each_way_of_each_person_once(cast, in_tenant):
    channel(cast.agent.user, "phone")
    for _ in range(2):
        outbox.page([draft(cast.agent.user_id), draft(cast.lead.user_id)], now=NOW)
    assert OutgoingMessage.objects.count() == 3
    assert Notice.objects.count() == 2


def test_a_sweep_pages_in_each_tenant_its_own_people(cast):
    for people in (cast, cast.rival):
        with tenant_scope(people.agent.tenant):
            channel(people.agent.user, "phone")
    drafts = [draft(each.agent.user_id, tenant_id=each.agent.tenant_id) for each in (cast, cast.rival)]
    with every_tenant(reason="test"):
        outbox.page(drafts, now=NOW)
    for people in (cast, cast.rival):
        with tenant_scope(people.agent.tenant):
            assert queued() == [("chat", "Adam Agent, Slack: phone"), ("mail", people.agent.user.email)]
            assert people.agent.tenant.slug in OutgoingMessage.objects.first().text


def test_an_event_that_nobody_declared_is_not_published(cast, in_tenant):
    with pytest.raises(KeyError):
        outbox.publish("moon.full", {}, "k", now=NOW)


def test_a_page_is_claimed_before_webhooks_that_wait_longer(cast):
    with tenant_scope(cast.tenant):
        hears = WebhookEndpoint.objects.create(url="https://hooks.example/", secret="", added_at=NOW)
        outbox.send_event("ping", {}, "k", to=[hears], now=NOW)
        channel(cast.agent.user, "phone")
        outbox.page([draft(cast.agent.user_id)], now=NOW + timedelta(seconds=1))
    (first,) = delivery.claim(now=NOW + timedelta(seconds=2), limit=1, kinds=("chat", "webhook"))
    assert first.kind == "chat"
