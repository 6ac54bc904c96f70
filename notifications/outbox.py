"""Queueing messages: rows in the transaction of their cause, so they go out with it or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from tenants.scope import current_scope, current_tenant_id


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


# One statement with all rows in one parameter: a sweep that tells of ten thousand breaches spends its time on the rows,
# not on building and parsing a statement of a hundred thousand values.
_QUEUE = """
    INSERT INTO notifications_outgoingmail (
        tenant_id, key, topic, "to", sender, subject, text, html, headers, is_bulk, queued_at, next_attempt_at,
        attempts, last_error)
    SELECT tenant_id, key, topic, "to", sender, subject, text, html, headers, is_bulk, %(now)s, %(now)s, 0, ''
    FROM jsonb_to_recordset(%(rows)s) AS draft (
        tenant_id bigint, key text, topic text, "to" text, sender text, subject text, text text, html text,
        headers jsonb, is_bulk boolean)
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
    _insert(
        _QUEUE,
        [
            {
                "tenant_id": _tenant_id(draft.tenant_id),
                "key": draft.key[:200],
                "topic": draft.topic,
                "to": draft.to,
                "sender": draft.sender,
                # A line break in a subject would start a new header.
                "subject": " ".join(draft.subject.split())[:300],
                "text": draft.text,
                "html": draft.html,
                "headers": draft.headers,
                "is_bulk": draft.is_bulk,
            }
            for draft in drafts
        ],
        now=now,
    )


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


def _insert(statement: str, rows: list[dict[str, Any]], *, now: datetime) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"rows": json.dumps(rows, ensure_ascii=False), "now": now})


def _tenant_id(named: int | None) -> int:
    scope = current_scope()
    if named is not None and scope is not None and scope.tenant_id is None:
        return named
    return current_tenant_id()
