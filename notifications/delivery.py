"""Delivering the outbox: claim what is due, hand it over outside any transaction, write down the outcome.

At least once: a worker that dies after the other side took a message, and before that is written down, leaves one that
goes out again with the same identity. docs/decisions/outbox.md says why.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.db.models import F, Q
from django.utils import timezone

from notifications import outbox
from notifications.carriers import ERROR_LENGTH, Failure
from notifications.carriers.calls import GONE
from notifications.carriers.mail import as_email, judge
from notifications.egress import Answer
from notifications.models import OutgoingMessage, WebhookEndpoint
from tenants import history
from tenants.models import Member
from tenants.scope import every_tenant, tenant_scope

logger = logging.getLogger(__name__)

BATCH = 20
# Longer than a batch takes when the server answers each mail at the last moment (EMAIL_TIMEOUT is 20 s).
LEASE = timedelta(minutes=15)
# The waits after the first, second, … failed attempt; after the last one the message is dead. About three days in all.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
    timedelta(hours=36),
)
# A call for attention is worth nothing the next day, and mail went beside it.
CHAT_WAITS = (timedelta(seconds=20), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
# An endpoint that has taken nothing for so long is paused.
FAILING_FOR = timedelta(days=5)
Kind = OutgoingMessage.Kind


def deliver_due(*, limit: int = BATCH, enough: Callable[[], bool] = lambda: False) -> int:
    """Send one batch of due mails of all tenants. Safe to run many times at once.

    Returns how many were claimed, 0 also when no mail server answered. `enough` is asked before each mail; once it says
    so, the rest of the batch is left to the next one.
    """
    mails = claim(now=timezone.now(), limit=limit)
    return len(mails) if _send(mails, enough) else 0


def claim(
    *, now: datetime, limit: int, kinds: Sequence[str] = (Kind.MAIL,), apart_from: Q | None = None
) -> list[OutgoingMessage]:
    """Take up to `limit` due messages, the longest due first, for the length of a lease.

    Whoever else delivers at the same time skips them. Nothing says that a worker died: its messages simply fall due
    again.
    """
    with every_tenant(reason=f"deliver due {', '.join(kinds)}"):
        # A page to whoever is on call must not stand behind webhooks, or ten thousand subscribers.
        due = OutgoingMessage.objects.due(now=now).filter(kind__in=kinds).order_by("kind", "is_bulk", "next_attempt_at")
        due = due.exclude(apart_from) if apart_from else due
        whole = due.select_related("tenant", "channel", "endpoint", "subscriber")
        messages = list(whole.select_for_update(skip_locked=True, of=("self",))[:limit])
        # Said again that they are due, they are found through the index of what is due, not in all there ever were.
        OutgoingMessage.objects.due(now=now).filter(pk__in=[message.pk for message in messages]).update(
            next_attempt_at=now + LEASE, attempts=F("attempts") + 1
        )
    for message in messages:
        message.attempts += 1
    return messages


def next_wait(attempts: int, kind: str = Kind.MAIL) -> timedelta | None:
    """How long to wait after that many failed attempts; None when they were enough."""
    waits = CHAT_WAITS if kind == Kind.CHAT else WAITS
    return waits[attempts - 1] if attempts <= len(waits) else None


def _send(mails: list[OutgoingMessage], enough: Callable[[], bool]) -> bool:
    """Send over one connection, opened again after a failure; False when no server answered.

    What became of each mail is written down at once.
    """
    connection = get_connection(backend=settings.DELIVERY_EMAIL_BACKEND)
    try:
        for position, mail in enumerate(mails):
            if enough():
                hand_back(mails[position:], wait=timedelta(0))
                return True
            try:
                connection.open()
            except (OSError, smtplib.SMTPException) as error:
                # Nobody there, or nobody who lets us in. That is no mail's fault, so it uses up nobody's attempts.
                why = judge(error).error
                logger.warning("outbox: %s", why)
                hand_back(mails[position:], wait=WAITS[0], why=why)
                return False
            failure = _attempt(connection, mail)
            write_down(mail, failure, at=timezone.now())
            if failure:
                _close(connection)
        return True
    finally:
        _close(connection)


def hand_back(mails: list[OutgoingMessage], *, wait: timedelta, why: str = "") -> None:
    """Let go of mails that were claimed and not attempted, so that nobody waits for the lease to run out."""
    at = timezone.now() + wait
    with every_tenant(reason="hand back mail"):
        for mail in mails:
            untouched = OutgoingMessage.objects.waiting().filter(pk=mail.pk, attempts=mail.attempts)
            untouched.update(next_attempt_at=at, attempts=mail.attempts - 1, last_error=why or mail.last_error)


def _attempt(connection: Any, mail: OutgoingMessage) -> Failure | None:
    try:
        connection.send_messages([as_email(mail, mail.tenant)])
    except ValueError as error:
        return Failure(f"This cannot be written as a mail: {error}", permanent=True)
    except (OSError, smtplib.SMTPException) as error:
        return judge(error)
    except Exception as error:
        # A backend of somebody else's may raise anything; one mail must not hold up the others.
        logger.exception("mail %s of tenant %s failed in an unknown way", mail.pk, mail.tenant_id)
        return Failure(f"Sending failed: {type(error).__name__}: {error}"[:ERROR_LENGTH], permanent=False)
    return None


def write_down(
    message: OutgoingMessage, failure: Failure | None, *, at: datetime, answer: Answer | None = None
) -> None:
    """Record one outcome in the message's own tenant, in a transaction of its own."""
    with tenant_scope(message.tenant):
        waiting = OutgoingMessage.objects.waiting().filter(pk=message.pk)
        said: dict[str, Any] = {"last_error": failure.error if failure else ""}
        if answer is not None:
            said |= {"answer_status": answer.status, "answer": answer.text, "answer_ms": answer.took_ms}
        if message.endpoint_id is not None:
            _keep_count(message, failure, said.get("answer_status"), at=at)
        if failure is None:
            waiting.update(sent_at=at, **said)
            return
        # Another worker took the message over when our lease had run out: how it goes on is that worker's to say.
        ours = waiting.filter(attempts=message.attempts)
        wait = None if failure.permanent else next_wait(message.attempts, message.kind)
        if wait is not None:
            ours.update(next_attempt_at=at + wait, **said)
        elif ours.update(dead_at=at, **said):
            _tell_owners_of_lost(message, failure, at=at)


def _keep_count(message: OutgoingMessage, failure: Failure | None, status: int | None, *, at: datetime) -> None:
    """What one delivery says of its endpoint: since when it fails, whether it is gone, whether others better wait."""
    endpoint = WebhookEndpoint.objects.active().select_for_update().filter(messages=message).first()
    if endpoint is None:
        return
    failing_since = None if failure is None else endpoint.failing_since or at
    if failing_since != endpoint.failing_since:
        endpoint.failing_since = failing_since
        endpoint.save(update_fields=["failing_since"])
    if status == GONE:
        _pause(endpoint, "It answered 410: it is gone.", at=at)
    elif failing_since is not None and at - failing_since >= FAILING_FOR:
        _pause(endpoint, f"It has taken nothing for {FAILING_FOR.days} days.", at=at)
    elif failure is not None and status is None:
        # Where nobody answers each message takes as long as we wait. One tries, the others come after it.
        later = at + WAITS[0]
        theirs = OutgoingMessage.objects.due(now=later).filter(kind=Kind.WEBHOOK, endpoint=endpoint)
        theirs.exclude(pk=message.pk).update(next_attempt_at=later)


def _pause(endpoint: WebhookEndpoint, reason: str, *, at: datetime) -> None:
    history.change(endpoint, "webhook.paused", actor=None, at=at, reason=reason, paused_at=at, pause_reason=reason)
    _tell_owners(
        key=f"webhook.paused:{endpoint.pk}:{at:%Y-%m-%dT%H:%M:%S}",
        title=f"The webhook {endpoint} is paused",
        body=f"{reason} Mend it and resume it; what was not delivered can be sent again.",
        url=f"/settings/webhooks/{endpoint.pk}/",
        at=at,
    )


def _tell_owners_of_lost(message: OutgoingMessage, failure: Failure, *, at: datetime) -> None:
    """What nobody will get is something the owners must know; inside the app, since what goes out is what failed."""
    _tell_owners(
        # One an hour: when a mail server turns against us, it does so a thousand times.
        key=f"{message.kind}.dead:{at:%Y-%m-%dT%H}",
        title=f"{message.get_kind_display()} could not be delivered",
        body=f"To {message.shown_to}: {failure.error}",
        url="/settings/mail/?state=dead",
        at=at,
    )


def _tell_owners(*, key: str, title: str, body: str, url: str, at: datetime) -> None:
    owners = Member.objects.active().filter(role=Member.Role.OWNER).users()
    outbox.tell_users(owners, key=key, topic=key.partition(":")[0], title=title, url=url, body=body, now=at)


def _close(connection: Any) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        logger.info("outbox: closing the connection failed: %s", error)
