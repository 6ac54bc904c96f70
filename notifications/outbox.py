"""Queueing messages: rows in the transaction of their cause, so they go out with it or not at all."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.db import connection, models

from notifications import webhooks
from notifications.models import Channel, Notice, OutgoingMessage, WebhookEndpoint
from tenants.models import Tenant, User
from tenants.scope import current_scope, current_tenant_id

Kind = OutgoingMessage.Kind
#: The topic of every page, whichever way it goes.
PAGE = "page"


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to queue. `key` names the occasion and the reader: the same key is queued once.

    Without a `sender` a mail comes from the tenant, and answers go to its support address. One of many (`is_bulk`) goes
    out after what is for one reader. Of channel, endpoint and subscriber what is not mail names one. `tenant_id` only
    in sweeps.
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
    kind: OutgoingMessage.Kind = Kind.MAIL
    channel_id: int | None = None
    endpoint_id: int | None = None
    subscriber_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What one person is told: a notice inside the app for a `user_id`, and a mail `to` them where there is a `text`.

    `key` names the occasion, and of a mail the reader too. The mail's subject is the `title`, where there is no other;
    without a title there is no notice. `url` is the path that the notice leads to. `tenant_id` only in sweeps.
    """

    key: str
    topic: str
    title: str
    url: str
    body: str = ""
    user_id: int | None = None
    to: str = ""
    subject: str = ""
    text: str = ""
    headers: dict[str, str] = field(default_factory=dict)
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


def queue(drafts: Iterable[Draft], *, now: datetime) -> None:
    """Queue messages in one statement; those whose key is queued already are left as they are."""
    at, unsent = now.isoformat(), {"attempts": 0, "last_error": "", "answer": ""}
    rows = [
        {
            # `asdict` would copy each, which costs as much as all the rest.
            **{name: getattr(draft, name) for name in Draft.__slots__},
            # A line break in a subject would start a new header.
            "subject": " ".join(draft.subject.split())[:300],
            "queued_at": at,
            "next_attempt_at": at,
            **unsent,
        }
        for draft in drafts
    ]
    _insert(OutgoingMessage, rows)


def tell(words: Sequence[Word], *, now: datetime) -> None:
    """Tell people, in two statements however many they are; the same key reaches a person once."""
    notices = [
        {
            "tenant_id": word.tenant_id, "user_id": word.user_id, "key": word.key, "topic": word.topic, "url": word.url,
            "title": word.title[:300], "body": word.body[:500], "noticed_at": now.isoformat(),
        }
        for word in words if word.user_id is not None and word.title
    ]  # fmt: skip
    _insert(Notice, notices)
    mails = [
        Draft(
            word.key, word.topic, word.to, word.subject or word.title, word.text,
            headers=word.headers, tenant_id=word.tenant_id,
        )
        for word in words if word.text
    ]  # fmt: skip
    queue(mails, now=now)


def tell_users(users: Iterable[User], *, key: str, now: datetime, **said: Any) -> None:
    """Tell each of `users` the same, as a `Word` says it; `key` names the occasion."""
    tell([Word(key=f"{key}:{user.pk}", user_id=user.pk, to=user.email, **said) for user in users], now=now)


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
    words, chats = [], []
    for draft in drafts:
        tenant, person = tenants[_tenant_id(draft.tenant_id)], draft.user_id
        theirs = channels[tenant.pk, person]
        named = [each for each in theirs if each.pk == draft.channel]
        text = f"{draft.text}\n\n{tenant.url(draft.url)}"
        if person is not None:
            words.append(
                Word(
                    key=f"page:{person}:{draft.key}", topic=PAGE, tenant_id=tenant.pk, user_id=person, url=draft.url,
                    title=draft.title, body=draft.text, to=addresses[person], text="" if named else text,
                )
            )  # fmt: skip
        each_of = named or (theirs if draft.channel != "mail" else ())
        chats += [_chat(channel, draft.key, draft.title, text) for channel in each_of]
    queue(chats, now=now)
    tell(words, now=now)


def say(channel: Channel, *, key: str, title: str, text: str, now: datetime) -> None:
    """Say something on one channel; the same key reaches it once."""
    queue([_chat(channel, key, title, text)], now=now)


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
    queue(
        [
            Draft(
                key=f"endpoint:{endpoint.pk}:{key}",
                topic=webhooks.TOPIC,
                to=endpoint.url,
                subject=event,
                text=text,
                tenant_id=endpoint.tenant_id,
                kind=Kind.WEBHOOK,
                endpoint_id=endpoint.pk,
            )
            for endpoint in to
        ],
        now=now,
    )


def _chat(channel: Channel, key: str, title: str, text: str) -> Draft:
    return Draft(
        key=f"channel:{channel.pk}:{key}",
        topic=PAGE,
        to=channel.to,
        subject=title,
        text=text,
        tenant_id=channel.tenant_id,
        kind=Kind.CHAT,
        channel_id=channel.pk,
    )


def _insert(model: type[models.Model], rows: Sequence[dict[str, Any]]) -> None:
    """One statement with all rows in one parameter: a sweep that tells of ten thousand breaches spends its time on the
    rows, not on building and parsing a statement of a hundred thousand values.
    """
    if not rows:
        return
    for row in rows:
        row["key"], row["tenant_id"] = row["key"][:200], _tenant_id(row["tenant_id"])
    table, columns = model._meta.db_table, ", ".join(f'"{column}"' for column in rows[0])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {columns} "  # noqa: S608  our own names
            f"FROM jsonb_populate_recordset(NULL::{table}, %s) ON CONFLICT DO NOTHING",
            [json.dumps(rows, ensure_ascii=False)],
        )


def _tenant_id(named: int | None) -> int:
    scope = current_scope()
    if named is not None and scope is not None and scope.tenant_id is None:
        return named
    return current_tenant_id()
