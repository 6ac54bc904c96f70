"""Outgoing webhooks as Standard Webhooks says: the events there are, the payload, the secret, the signature."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder

#: What the page's test button sends; every endpoint hears of it.
PING = "ping"
#: Of messages to the tenant's own endpoints.
TOPIC = "webhook"
_PREFIX = "whsec_"


@cache
def events() -> Mapping[str, str]:
    """Every event an endpoint can hear of, in words: what each app's configuration declares as `webhook_events`."""
    return {key: said for app in apps.get_app_configs() for key, said in getattr(app, "webhook_events", {}).items()}


def payload(event: str, data: Mapping[str, Any], *, at: datetime) -> str:
    """What is sent and signed, byte for byte the same at every attempt."""
    instant = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    body = {"type": event, "timestamp": instant, "data": data}
    return json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False)


def new_secret() -> str:
    """192 random bits, in the form that libraries for Standard Webhooks take."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def headers(message_id: str, body: str, keys: Sequence[str], *, at: datetime) -> dict[str, str]:
    """The three headers; with two secrets two signatures, of which the receiver needs to find one."""
    timestamp = str(int(at.timestamp()))
    signed = f"{message_id}.{timestamp}.{body}".encode()
    signatures = [
        base64.b64encode(hmac.new(base64.b64decode(key.removeprefix(_PREFIX)), signed, hashlib.sha256).digest())
        for key in keys
    ]
    said = {"webhook-id": message_id, "webhook-timestamp": timestamp}
    return said | {"webhook-signature": " ".join(f"v1,{each.decode()}" for each in signatures)}
