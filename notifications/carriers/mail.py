"""A mail as it goes over the wire, and what a mail server's answer means."""

from __future__ import annotations

import re
import smtplib
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from notifications.carriers import ERROR_LENGTH, Failure
from notifications.models import OutgoingMessage
from tenants.models import Tenant

_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,70}\Z")
# The envelope and the identity are ours; whoever queues a mail cannot say otherwise in its headers.
_OURS = frozenset({"from", "to", "cc", "bcc", "sender", "subject", "date", "message-id", "return-path", "mime-version"})


def as_email(mail: OutgoingMessage, tenant: Tenant) -> EmailMultiAlternatives:
    """The mail as it goes over the wire. ValueError where a sender or recipient would start a header of its own."""
    headers = {
        name: " ".join(str(value).split())
        for name, value in mail.headers.items()
        if _HEADER_NAME.match(name) and name.lower() not in _OURS
    }
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(" >") or settings.BASE_DOMAIN
    headers["Message-ID"] = f"<{mail.identity}@{domain}>"
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
