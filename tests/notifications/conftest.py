"""A mail server that the delivery of these tests talks to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.notifications.receiver import Receiver, listen
from tests.notifications.smtp import Mailbox, serve


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_TIMEOUT = 5
    settings.DEFAULT_FROM_EMAIL = "desk@acme.example"
    received = Mailbox()
    with serve(received) as port:
        settings.EMAIL_PORT = port
        yield received


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """A program on this machine that hears what is sent to it: private networks are allowed."""
    settings.EGRESS_PRIVATE_NETWORKS = True
    with listen() as hears:
        yield hears


@pytest.fixture(autouse=True)
def _guarded(settings: Any) -> None:
    settings.EGRESS_PRIVATE_NETWORKS = False
