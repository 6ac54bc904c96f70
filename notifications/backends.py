"""Django mail backends: the outbox that everything is sent to, and the demo's mailbox in the place of a mail server."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from notifications import outbox


class OutboxBackend(BaseEmailBackend):
    """Commits each mail as a row of the tenant in force, with whatever caused it; delivery comes later.

    Needs a tenant's scope; raises ScopeError without one. A header `X-Idempotency-Key` makes sending twice harmless.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        now = timezone.now()
        for message in email_messages:
            html = next((str(a[0]) for a in getattr(message, "alternatives", []) if a[1] == "text/html"), "")
            headers = {str(k): str(v) for k, v in message.extra_headers.items()}
            key = headers.pop("X-Idempotency-Key", str(uuid.uuid4()))
            outbox.queue(
                [
                    outbox.Draft(
                        key=f"{key}:{to}",
                        topic="account",
                        to=to,
                        # Where nobody in particular writes, the tenant does: delivery puts its name there.
                        sender="" if message.from_email == settings.DEFAULT_FROM_EMAIL else message.from_email or "",
                        subject=str(message.subject),
                        text=str(message.body),
                        html=html,
                        headers=headers,
                    )
                    for to in message.recipients()
                ],
                now=now,
            )
        return len(email_messages)


class DemoMailboxBackend(BaseEmailBackend):
    """Delivery in demo mode without a mail server: the demo's mail page shows what was handed over here."""

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        return len(email_messages)
