"""A worker that is killed while it sends: nothing is lost, and what may go out twice can be told from a second mail."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as configured
from django.db import connection
from django.utils import timezone

from notifications import delivery
from notifications.models import OutgoingMessage
from notifications.tasks import deliver_outbox
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.notifications.smtp import Mailbox
from tests.notifications.test_delivery import queue

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_taking_and_writing_down_loses_nothing(
    tenant: Tenant, mailbox: Mailbox, settings: Any
) -> None:
    names = ["n0", "n1", "n2", "n3", "n4"]
    queue(tenant, *names)
    mailbox.stall_after = 3
    worker = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.notifications.deliver_once",
            connection.settings_dict["NAME"],
            str(settings.EMAIL_PORT),
        ],
        cwd=ROOT,
        env={**os.environ, "SECRET_KEY": configured.SECRET_KEY or "test"},
    )
    try:
        assert mailbox.stalled.wait(timeout=30), "the worker did not come that far"
    finally:
        worker.kill()
        worker.wait()
    mailbox.stall_after = None

    # The server has three mails; the worker wrote down two of them and died over the third.
    with tenant_scope(tenant):
        assert OutgoingMessage.objects.exclude(sent_at=None).count() == 2
    deliver_outbox()
    assert len(mailbox.mails) == 3, "its claim still holds"
    with time_machine.travel(timezone.now() + delivery.LEASE, tick=False):
        deliver_outbox()

    received = Counter(mailbox.subjects)
    assert set(received) == {f"Mail {name}" for name in names}
    assert sorted(received.values()) == [1, 1, 1, 1, 2]
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == len(names)
