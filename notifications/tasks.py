"""Background work of the outbox."""

from __future__ import annotations

import time
import uuid

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from notifications.delivery import BATCH, deliver_due
from notifications.fanout import queue_batch
from notifications.models import Broadcast
from tenants.scope import every_tenant, tenant_scope

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


@shared_task(name="notifications.tasks.fan_out", ignore_result=True, expires=30)
def fan_out() -> None:
    """Beat, every 5 s. Safe to miss, repeat or overlap: one worker at a time has a broadcast; it knows how far it is.

    Broadcasts take turns, so that a tenant with many subscribers does not hold up the others.
    """
    until = time.monotonic() + BUDGET_SECONDS
    with every_tenant(reason="find unfinished broadcasts"):
        waiting = list(Broadcast.objects.unfinished().order_by("announced_at").select_related("tenant"))
    while waiting and time.monotonic() < until:
        waiting = [each for each in waiting if _has_more(each)]


def _has_more(broadcast: Broadcast) -> bool:
    with tenant_scope(broadcast.tenant):
        return queue_batch(broadcast.pk, now=timezone.now())
