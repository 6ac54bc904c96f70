"""Background work of the outbox."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from notifications.delivery import BATCH, deliver_due
from notifications.fanout import queue_batch
from notifications.models import Broadcast
from notifications.switchboard import Switchboard
from tenants.scope import every_tenant, tenant_scope

# One task sends at a time and not for long: a slow mail server must not take the workers away from the sweeps.
BUDGET_SECONDS = 30
SENDER, CALLER = "notifications.sender", "notifications.caller"
# Longer than the budget and one mail whose every step is answered at the last moment. Only a killed worker needs it.
FORGOTTEN_AFTER_SECONDS = 180


@shared_task(name="notifications.tasks.deliver_outbox", ignore_result=True, expires=30)
def deliver_outbox() -> None:
    """Beat, every 5 s. Safe to miss, repeat or overlap: a mail is claimed by one worker at a time."""
    with _alone(SENDER) as is_alone:
        until = time.monotonic() + BUDGET_SECONDS
        while is_alone and deliver_due(enough=lambda: time.monotonic() >= until) == BATCH and time.monotonic() < until:
            pass


@shared_task(name="notifications.tasks.make_calls", ignore_result=True, expires=30)
def make_calls() -> None:
    """Beat, every 5 s: chat and webhooks. Apart from mail, so that neither waits for the other's slowest reader."""
    with _alone(CALLER) as is_alone:
        if is_alone:
            Switchboard(seconds=BUDGET_SECONDS).work()


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """Whether no other worker does what is called `name`; until the block ends none begins."""
    me = uuid.uuid4().hex
    is_alone = bool(cache.add(name, me, timeout=FORGOTTEN_AFTER_SECONDS))
    try:
        yield is_alone
    finally:
        if is_alone and cache.get(name) == me:
            cache.delete(name)


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
