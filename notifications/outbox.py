"""Queueing messages: rows in the transaction of their cause, so they go out with it or not at all."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.db import connection

from notifications import webhooks
from notifications.models import Channel, OutgoingMessage, WebhookEndpoint
from tenants.models import Tenant, User
from tenants.scope import current_scope, current_tenant_id

Kind = OutgoingMessage.Kind
#: The topic of every page, whichever way it goes.
PAGE = "page"


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail to queue. `key` names the occasion and the reader: the same key is queued once.

    Without a `sender` it comes from the tenant, and answers go to its support address. One of many (`is_bulk`) goes out
    after what is for one reader. `tenant_id` only in sweeps.
    """

    key: str
    topic: str
    to: str
    subject: str
    text: str
    html: str = ""
    sender: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    is_bulk: bool = False
    tenant_id: int | None = None


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """A notice inside the app for one user. `tenant_id` only in sweeps."""

    user_id: int
    key: str
    topic: str
    title: str
    url: str
    body: str = ""
    tenant_id: int | None = None


@dataclass(frozen=True, slots=True)
class PageDraft:
    """A call for somebody's attention: `url` is the path to follow on the tenant's host.

    `channel`: "all" is the person's mail and every channel, "mail" the mail alone, else the id of one channel. A
    `user_id` of None is the team: "all" then is each of the tenant's own channels. `tenant_id` only in sweeps.
    """

    user_id: int | None
    key: str
    title: str
    text: str
    url: str
    channel: int | Literal["all", "mail"] = "all"
    tenant_id: int | None = None


@dataclass(frozen=True, slots=True)
class PostDraft:
    """A webhook for an address that is no endpoint of the tenant's, a subscriber's: it is not signed.

    `tenant_id` only in sweeps.
    """

    key: str
    topic: str
    url: str
    event: str
    data: Mapping[str, Any]
    tenant_id: int | None = None


# One statement with all rows in one parameter: a sweep that tells of ten thousand breaches spends its time on the rows,
# not on building and parsing a statement of a hundred thousand values.
_QUEUE = """
    INSERT INTO notifications_outgoingmessage (
        tenant_id, kind, channel_id, endpoint_id, key, topic, "to", sender, subject, text, html, headers, is_bulk,
        queued_at, next_attempt_at, attempts, last_error, answer)
    SELECT tenant_id, kind, channel_id, endpoint_id, key, topic, "to", sender, subject, text, html, headers, is_bulk,
        %(now)s, %(now)s, 0, '', ''
    FROM jsonb_to_recordset(%(rows)s) AS draft (
        tenant_id bigint, kind text, channel_id bigint, endpoint_id bigint, key text, topic text, "to" text,
        sender text, subject text, text text, html text, headers jsonb, is_bulk boolean)
    ON CONFLICT DO NOTHING
"""
_NOTIFY = """
    INSERT INTO notifications_notice (tenant_id, user_id, key, topic, title, body, url, noticed_at)
    SELECT tenant_id, user_id, key, topic, title, body, url, %(now)s
    FROM jsonb_to_recordset(%(rows)s) AS draft (
        tenant_id bigint, user_id bigint, key text, topic text, title text, body text, url text)
    ON CONFLICT DO NOTHING
"""


def queue(drafts: Iterable[Draft], *, now: datetime) -> None:
    """Queue mails in one statement; those whose key is queued already are left as they are."""
    rows = [
        _row(
            Kind.MAIL,
            _tenant_id(draft.tenant_id),
            key=draft.key,
            topic=draft.topic,
            to=draft.to,
            sender=draft.sender,
            subject=draft.subject,
            text=draft.text,
            html=draft.html,
            headers=draft.headers,
            is_bulk=draft.is_bulk,
        )
        for draft in drafts
    ]
    _insert(_QUEUE, rows, now=now)


def notify(drafts: Iterable[NoticeDraft], *, now: datetime) -> None:
    """Put notices in front of people in one statement; the same key reaches a person once."""
    _insert(
        _NOTIFY,
        [
            {
                "tenant_id": _tenant_id(draft.tenant_id),
                "user_id": draft.user_id,
                "key": draft.key[:200],
                "topic": draft.topic,
                "title": draft.title[:300],
                "body": draft.body[:500],
                "url": draft.url,
            }
            for draft in drafts
        ],
        now=now,
    )


def page(drafts: Sequence[PageDraft], *, now: datetime) -> None:
    """Call people where they can be reached; the same key reaches each channel once.

    A notice inside the app always goes with it. Where the one channel that a draft names is gone, everything is tried:
    a page must not be lost because somebody tidied up.
    """
    tenants = Tenant.objects.in_bulk({_tenant_id(draft.tenant_id) for draft in drafts})
    addresses = dict(User.objects.filter(pk__in={each.user_id for each in drafts}).values_list("pk", "email"))
    channels: defaultdict[tuple[int | None, int | None], list[Channel]] = defaultdict(list)
    for each in Channel.objects.filter(tenant__in=tenants).select_related("user"):
        channels[each.tenant_id, each.user_id].append(each)
    mails, notices, chats = [], [], []
    for draft in drafts:
        tenant, person = tenants[_tenant_id(draft.tenant_id)], draft.user_id
        theirs = channels[tenant.pk, person]
        named = [each for each in theirs if each.pk == draft.channel]
        text = f"{draft.text}\n\n{tenant.url(draft.url)}"
        if person is not None:
            notices.append(NoticeDraft(person, draft.key, PAGE, draft.title, draft.url, draft.text, tenant.pk))
            if not named:
                key = f"page:{person}:{draft.key}"
                mails.append(Draft(key, PAGE, addresses[person], draft.title, text, tenant_id=tenant.pk))
        each_of = named or (theirs if draft.channel != "mail" else ())
        chats += [_chat(channel, draft.key, draft.title, text) for channel in each_of]
    _insert(_QUEUE, chats, now=now)
    queue(mails, now=now)
    notify(notices, now=now)


def say(channel: Channel, *, key: str, title: str, text: str, now: datetime) -> None:
    """Say something on one channel; the same key reaches it once."""
    _insert(_QUEUE, [_chat(channel, key, title, text)], now=now)


def publish(event: str, data: Mapping[str, Any], key: str, *, now: datetime, tenant_id: int | None = None) -> None:
    """One delivery to each active endpoint that hears of `event`; the same key reaches each endpoint once.

    `event` is declared in an app's configuration (`webhook_events`). `tenant_id` only in sweeps. KeyError for an event
    nobody declared.
    """
    webhooks.events()[event]
    hearing = WebhookEndpoint.objects.active().filter(tenant=_tenant_id(tenant_id), events__contains=[event])
    send_event(event, data, key, to=hearing, now=now)


def send_event(event: str, data: Mapping[str, Any], key: str, *, to: Iterable[WebhookEndpoint], now: datetime) -> None:
    """One delivery to each endpoint of `to`, whatever it hears of."""
    text = webhooks.payload(event, data, at=now)
    rows = [
        _row(
            Kind.WEBHOOK,
            endpoint.tenant_id,
            endpoint_id=endpoint.pk,
            key=f"endpoint:{endpoint.pk}:{key}",
            topic=webhooks.TOPIC,
            to=endpoint.url,
            subject=event,
            text=text,
        )
        for endpoint in to
    ]
    _insert(_QUEUE, rows, now=now)


def post(drafts: Iterable[PostDraft], *, now: datetime) -> None:
    """Queue webhooks to addresses in one statement; those whose key is queued already are left as they are."""
    rows = [
        _row(
            Kind.WEBHOOK,
            _tenant_id(draft.tenant_id),
            key=draft.key,
            topic=draft.topic,
            to=draft.url,
            subject=draft.event,
            text=webhooks.payload(draft.event, draft.data, at=now),
            is_bulk=True,
        )
        for draft in drafts
    ]
    _insert(_QUEUE, rows, now=now)


def _chat(channel: Channel, key: str, title: str, text: str) -> dict[str, Any]:
    said = {"topic": PAGE, "to": channel.to, "subject": title, "text": text}
    return _row(Kind.CHAT, channel.tenant_id, channel_id=channel.pk, key=f"channel:{channel.pk}:{key}", **said)


def _row(kind: OutgoingMessage.Kind, tenant_id: int | None, **said: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "channel_id": None,
        "endpoint_id": None,
        "sender": "",
        "html": "",
        "headers": {},
        "is_bulk": False,
    }
    row = {"tenant_id": tenant_id, "kind": kind, **empty, **said}
    # A line break in a subject would start a new header.
    return row | {"key": row["key"][:200], "subject": " ".join(row["subject"].split())[:300]}


def _insert(statement: str, rows: list[dict[str, Any]], *, now: datetime) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"rows": json.dumps(rows, ensure_ascii=False), "now": now})


def _tenant_id(named: int | None) -> int:
    scope = current_scope()
    if named is not None and scope is not None and scope.tenant_id is None:
        return named
    return current_tenant_id()
