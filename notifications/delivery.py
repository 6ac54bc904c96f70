"""Delivering the outbox: claim what is due, hand it to the mail server outside any transaction, write down the outcome.

At least once: a worker that dies after the server took a mail, and before that is written down, leaves a mail that goes
out again with the same Message-ID. docs/decisions/outbox.md says why.
"""

from __future__ import annotations

import hashlib
import logging
import re
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import F
from django.utils import timezone

from notifications import outbox
from notifications.models import OutgoingMessage
from tenants.models import Member, Tenant
from tenants.scope import every_tenant, tenant_scope

logger = logging.getLogger(__name__)

BATCH = 20
# Longer than a batch takes when the server answers each mail at the last moment (EMAIL_TIMEOUT is 20 s).
LEASE = timedelta(minutes=15)
# The waits after the first, second, … failed attempt; after the last one the mail is dead. About three days in all.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
    timedelta(hours=36),
)
ERROR_LENGTH = 500

_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,70}\Z")
# The envelope and the identity are ours; whoever queues a mail cannot say otherwise in its headers.
_OURS = frozenset({"from", "to", "cc", "bcc", "sender", "subject", "date", "message-id", "return-path", "mime-version"})


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a mail did not go out, in words, and whether another attempt can help."""

    error: str
    permanent: bool


def deliver_due(*, limit: int = BATCH, enough: Callable[[], bool] = lambda: False) -> int:
    """Send one batch of due mails of all tenants. Safe to run many times at once.

    Returns how many were claimed, 0 also when no mail server answered. `enough` is asked before each mail; once it says
    so, the rest of the batch is left to the next one.
    """
    mails = claim(now=timezone.now(), limit=limit)
    return len(mails) if _send(mails, enough) else 0


def claim(*, now: datetime, limit: int) -> list[OutgoingMessage]:
    """Take up to `limit` due mails, the longest due first, for the length of a lease.

    Whoever else delivers at the same time skips them. Nothing says that a worker died: its mails simply fall due again.
    """
    with every_tenant(reason="deliver due mail"):
        # A page to whoever is on call must not stand behind ten thousand subscribers.
        due = OutgoingMessage.objects.mails().due(now=now).order_by("is_bulk", "next_attempt_at")
        mails = list(due.select_for_update(skip_locked=True, of=("self",)).select_related("tenant")[:limit])
        # Said again that they are due, they are found through the index of what is due, not in all mail there ever was.
        OutgoingMessage.objects.due(now=now).filter(pk__in=[mail.pk for mail in mails]).update(
            next_attempt_at=now + LEASE, attempts=F("attempts") + 1
        )
    for mail in mails:
        mail.attempts += 1
    return mails


def as_email(mail: OutgoingMessage, tenant: Tenant) -> EmailMultiAlternatives:
    """The mail as it goes over the wire. ValueError where a sender or recipient would start a header of its own."""
    headers = {
        name: " ".join(str(value).split())
        for name, value in mail.headers.items()
        if _HEADER_NAME.match(name) and name.lower() not in _OURS
    }
    headers["Message-ID"] = message_id(mail)
    # Nobody's out-of-office reply may come back as a ticket.
    headers.setdefault("Auto-Submitted", "auto-generated")
    if tenant.support_email:
        headers.setdefault("Reply-To", tenant.support_email)
    message = EmailMultiAlternatives(
        subject=" ".join(mail.subject.split()),
        body=mail.text,
        from_email=mail.sender or formataddr((" ".join(tenant.name.split()), settings.DEFAULT_FROM_EMAIL)),
        to=[mail.to],
        headers=headers,
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def message_id(mail: OutgoingMessage) -> str:
    """The same for every attempt, so that a mail server or reader can tell a second delivery from a second mail."""
    digest = hashlib.sha256(f"{mail.tenant_id}:{mail.key}".encode()).hexdigest()[:40]
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(" >") or settings.BASE_DOMAIN
    return f"<{digest}@{domain}>"


def next_wait(attempts: int) -> timedelta | None:
    """How long to wait after that many failed attempts; None when they were enough."""
    return WAITS[attempts - 1] if attempts <= len(WAITS) else None


def _send(mails: list[OutgoingMessage], enough: Callable[[], bool]) -> bool:
    """Send over one connection, opened again after a failure; False when no server answered.

    What became of each mail is written down at once.
    """
    connection = get_connection(backend=settings.DELIVERY_EMAIL_BACKEND)
    try:
        for position, mail in enumerate(mails):
            if enough():
                _hand_back(mails[position:], wait=timedelta(0))
                return True
            try:
                connection.open()
            except (OSError, smtplib.SMTPException) as error:
                # Nobody there, or nobody who lets us in. That is no mail's fault, so it uses up nobody's attempts.
                why = judge(error).error
                logger.warning("outbox: %s", why)
                _hand_back(mails[position:], wait=WAITS[0], why=why)
                return False
            failure = _attempt(connection, mail)
            _write_down(mail, failure, at=timezone.now())
            if failure:
                _close(connection)
        return True
    finally:
        _close(connection)


def _hand_back(mails: list[OutgoingMessage], *, wait: timedelta, why: str = "") -> None:
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


def judge(error: Exception) -> Failure:
    """What a mail server's answer means. Only a refusal of this recipient or this mail is final: 5yz, RFC 5321 4.2.1.

    A refused sign-in or sender is a matter of our settings, which somebody can mend before the last attempt.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
        return Failure(f"The mail server refused the recipient: {_answer(code, answer)}", permanent=500 <= code < 600)
    if isinstance(error, smtplib.SMTPDataError):
        words = _answer(error.smtp_code, error.smtp_error)
        return Failure(f"The mail server refused the mail: {words}", permanent=500 <= error.smtp_code < 600)
    if isinstance(error, smtplib.SMTPResponseException):
        return Failure(f"The mail server refused: {_answer(error.smtp_code, error.smtp_error)}", permanent=False)
    return Failure(f"The mail server could not be reached: {error}"[:ERROR_LENGTH], permanent=False)


def _answer(code: int, answer: bytes | str) -> str:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return f"{code} {' '.join(words.split())}"[:ERROR_LENGTH]


def _write_down(mail: OutgoingMessage, failure: Failure | None, *, at: datetime) -> None:
    """Record one outcome in the mail's own tenant, in a transaction of its own."""
    with tenant_scope(mail.tenant):
        waiting = OutgoingMessage.objects.waiting().filter(pk=mail.pk)
        if failure is None:
            waiting.update(sent_at=at, last_error="")
            return
        # Another worker took the mail over when our lease had run out: how it goes on is that worker's to say.
        ours = waiting.filter(attempts=mail.attempts)
        wait = None if failure.permanent else next_wait(mail.attempts)
        if wait is not None:
            ours.update(next_attempt_at=at + wait, last_error=failure.error)
        elif ours.update(dead_at=at, last_error=failure.error):
            _tell_owners(mail, failure, at=at)


def _tell_owners(mail: OutgoingMessage, failure: Failure, *, at: datetime) -> None:
    """A mail that nobody will get is something the owners must know; inside the app, since mail is what failed."""
    outbox.notify(
        [
            outbox.NoticeDraft(
                user_id=owner.user_id,
                # One an hour: when a mail server turns against us, it does so a thousand times.
                key=f"mail.dead:{at:%Y-%m-%dT%H}",
                topic="mail.dead",
                title="Mail could not be delivered",
                body=f"To {mail.to}: {failure.error}",
                url="/settings/mail/?state=dead",
            )
            for owner in Member.objects.active().filter(role=Member.Role.OWNER)
        ],
        now=at,
    )


def _close(connection: Any) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        logger.info("outbox: closing the connection failed: %s", error)
