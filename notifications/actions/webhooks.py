"""Endpoints of the tenant's webhooks: adding, trying, pausing and removing them, and their secrets."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from notifications import egress, outbox, webhooks
from notifications.models import WebhookEndpoint
from tenants import history
from tenants.models import User

#: Each costs a request an event, and those that do not answer hold up others'.
MOST_ENDPOINTS = 20
BOTH_SECRETS_FOR = timedelta(days=1)


@transaction.atomic
def add_webhook(
    *, url: str, events: Iterable[str], by: User | None, now: datetime, description: str = ""
) -> WebhookEndpoint:
    """Make an endpoint; its `secret` is shown to whoever asked, once. Raises ValidationError by field."""
    url, events = _checked(url), _known(events)
    if WebhookEndpoint.objects.count() >= MOST_ENDPOINTS:
        raise ValidationError(f"There are {MOST_ENDPOINTS} webhooks already. Remove one first.")
    endpoint = WebhookEndpoint.objects.create(
        url=url, description=description.strip(), events=events, secret=webhooks.new_secret(), added_at=now
    )
    history.record(endpoint, "webhook.added", actor=by, at=now)
    return endpoint


@transaction.atomic
def change_webhook(
    *, endpoint_id: int, url: str, events: Iterable[str], description: str, by: User | None, now: datetime
) -> WebhookEndpoint:
    """Change where an endpoint is and what it hears of. Raises WebhookEndpoint.DoesNotExist, ValidationError."""
    endpoint = WebhookEndpoint.objects.select_for_update().get(pk=endpoint_id)
    if url != endpoint.url:
        url = _checked(url)
    said: dict[str, Any] = {"url": url, "description": description.strip(), "events": _known(events)}
    history.change(endpoint, "webhook.changed", actor=by, at=now, **said)
    return endpoint


@transaction.atomic
def rotate_webhook_secret(*, endpoint_id: int, by: User | None, now: datetime) -> tuple[WebhookEndpoint, str]:
    """Give an endpoint a new secret, which is shown once; the one before signs beside it for a day."""
    endpoint = WebhookEndpoint.objects.select_for_update().get(pk=endpoint_id)
    endpoint.old_secret, endpoint.secret = endpoint.secret, webhooks.new_secret()
    endpoint.old_secret_until = now + BOTH_SECRETS_FOR
    endpoint.save(update_fields=["old_secret", "secret", "old_secret_until"])
    history.record(endpoint, "webhook.secret_rotated", actor=by, at=now)
    return endpoint, endpoint.secret


@transaction.atomic
def pause_webhook(*, endpoint_id: int, by: User | None, now: datetime) -> WebhookEndpoint:
    """Send an endpoint nothing from here on; events of the meantime are not kept for it."""
    endpoint = WebhookEndpoint.objects.select_for_update().get(pk=endpoint_id)
    if endpoint.paused_at is None:
        said: dict[str, Any] = {"paused_at": now, "pause_reason": "Paused by hand."}
        history.change(endpoint, "webhook.paused", actor=by, at=now, data={}, **said)
    return endpoint


@transaction.atomic
def resume_webhook(*, endpoint_id: int, by: User | None, now: datetime) -> WebhookEndpoint:
    """Send an endpoint what happens from here on."""
    endpoint = WebhookEndpoint.objects.select_for_update().get(pk=endpoint_id)
    said: dict[str, Any] = {"paused_at": None, "pause_reason": "", "failing_since": None}
    history.change(endpoint, "webhook.resumed", actor=by, at=now, data={}, **said)
    return endpoint


@transaction.atomic
def remove_webhook(*, endpoint_id: int, by: User | None, now: datetime) -> WebhookEndpoint:
    """Remove an endpoint and its secrets; what was sent stays among the outgoing messages."""
    endpoint = WebhookEndpoint.objects.select_for_update().get(pk=endpoint_id)
    history.record(endpoint, "webhook.removed", actor=by, at=now)
    WebhookEndpoint.objects.filter(pk=endpoint_id).delete()
    return endpoint


@transaction.atomic
def try_webhook(*, endpoint_id: int, by: User, now: datetime) -> WebhookEndpoint:
    """Send an endpoint a ping, whatever it hears of."""
    endpoint = WebhookEndpoint.objects.get(pk=endpoint_id)
    if endpoint.paused_at:
        raise ValidationError("It is paused. Resume it first.")
    outbox.send_event(webhooks.PING, {"asked_by": by.name}, f"ping:{uuid.uuid4()}", to=[endpoint], now=now)
    return endpoint


def _checked(url: str) -> str:
    try:
        egress.check(url)
    except egress.EgressError as error:
        raise ValidationError({"url": str(error)}) from None
    if WebhookEndpoint.objects.filter(url=url).exists():
        raise ValidationError({"url": "There is a webhook for this address already."})
    return url


def _known(events: Iterable[str]) -> list[str]:
    chosen = set(events)
    if not chosen:
        raise ValidationError({"events": "Choose at least one event."})
    if strange := sorted(chosen - set(webhooks.events())):
        raise ValidationError({"events": f"There is no event “{strange[0][:60]}”."})
    return [event for event in webhooks.events() if event in chosen]
