"""Background work of the outbox."""

from __future__ import annotations

import time

from celery import shared_task

from notifications.delivery import BATCH, deliver_due

# A worker hands the rest of a long queue to the next beat, so that sweeps are not kept waiting behind mail.
BUDGET_SECONDS = 60


@shared_task(name="notifications.tasks.deliver_outbox", ignore_result=True, expires=30)
def deliver_outbox() -> None:
    """Beat, every 5 s. Safe to miss, repeat or overlap: a mail is claimed by one worker at a time."""
    enough = time.monotonic() + BUDGET_SECONDS
    while time.monotonic() < enough and deliver_due(limit=BATCH) == BATCH:
        pass
