"""Background work of the outbox."""

from __future__ import annotations

import time
import uuid

from celery import shared_task
from django.core.cache import cache

from notifications.delivery import BATCH, deliver_due

# One task sends at a time and not for long: a slow mail server must not take the workers away from the sweeps.
BUDGET_SECONDS = 30
SENDER = "notifications.sender"
# Longer than the budget and one mail whose every step is answered at the last moment. Only a killed worker needs it.
SENDER_FORGOTTEN_AFTER_SECONDS = 180


@shared_task(name="notifications.tasks.deliver_outbox", ignore_result=True, expires=30)
def deliver_outbox() -> None:
    """Beat, every 5 s. Safe to miss, repeat or overlap: a mail is claimed by one worker at a time."""
    me = uuid.uuid4().hex
    if not cache.add(SENDER, me, timeout=SENDER_FORGOTTEN_AFTER_SECONDS):
        return
    try:
        until = time.monotonic() + BUDGET_SECONDS
        while deliver_due(enough=lambda: time.monotonic() >= until) == BATCH and time.monotonic() < until:
            pass
    finally:
        if cache.get(SENDER) == me:
            cache.delete(SENDER)
