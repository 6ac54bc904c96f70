"""Queueing messages: rows in the transaction of their cause, so they go out with it or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from notifications.models import Notice, OutgoingMail
from tenants.scope import current_scope, current_tenant_id


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail to queue. `key` names the occasion and the reader: the same key is queued once. `tenant_id` only in sweeps."""

    key: str
    topic: str
    to: str
    subject: str
    text: str
    html: str = ""
    sender: str = ""
    headers: dict[str, str] = field(default_factory=dict)
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


def queue(drafts: Iterable[Draft], *, now: datetime) -> None:
    """Queue mails in one statement; those whose key is queued already are left as they are."""
    OutgoingMail.objects.bulk_create(
        [
            OutgoingMail(
                tenant_id=_tenant_id(draft.tenant_id),
                key=draft.key[:200],
                topic=draft.topic,
                to=draft.to,
                sender=draft.sender,
                # A line break in a subject would start a new header.
                subject=" ".join(draft.subject.split())[:300],
                text=draft.text,
                html=draft.html,
                headers=draft.headers,
                queued_at=now,
                next_attempt_at=now,
            )
            for draft in drafts
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


def notify(drafts: Iterable[NoticeDraft], *, now: datetime) -> None:
    """Put notices in front of people in one statement; the same key reaches a person once."""
    Notice.objects.bulk_create(
        [
            Notice(
                tenant_id=_tenant_id(draft.tenant_id),
                user_id=draft.user_id,
                key=draft.key[:200],
                topic=draft.topic,
                title=draft.title[:300],
                body=draft.body[:500],
                url=draft.url,
                noticed_at=now,
            )
            for draft in drafts
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


def _tenant_id(named: int | None) -> int:
    scope = current_scope()
    if named is not None and scope is not None and scope.tenant_id is None:
        return named
    return current_tenant_id()
