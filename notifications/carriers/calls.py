"""Messages that go by HTTP: to chat and SMS services, and to programs that listen."""

from __future__ import annotations

import logging
from datetime import datetime

from notifications import chat, egress, webhooks
from notifications.carriers import Failure
from notifications.models import OutgoingMessage

logger = logging.getLogger(__name__)
GONE = 410


def call(message: OutgoingMessage, *, now: datetime) -> tuple[Failure | None, egress.Answer]:
    """Send a message with its channel and endpoint loaded, touching no database. Gives what went wrong, if anything."""
    try:
        answer = _say(message) if message.kind == OutgoingMessage.Kind.CHAT else _post(message, now=now)
    except egress.EgressError as error:
        # A name that is not known now may be again; one that leads inside is not asked twice.
        is_final = not isinstance(error, egress.NoAddressError)
        return Failure(str(error), permanent=is_final), egress.Answer(None, "", 0)
    except Exception:
        # A service's code is somebody else's; one message must not hold up the others. The traceback holds addresses.
        logger.error("message %s of tenant %s failed in an unknown way", message.pk, message.tenant_id)
        return Failure("Sending failed in an unknown way.", permanent=False), egress.Answer(None, "", 0)
    if answer.status is None:
        return Failure(answer.text, permanent=False), egress.Answer(None, "", answer.took_ms)
    if 200 <= answer.status < 300:
        return None, answer
    said = "It redirects, which is not followed" if 300 <= answer.status < 400 else "It answered"
    return Failure(f"{said}: {answer.status}.", permanent=answer.status == GONE), answer


def _say(message: OutgoingMessage) -> egress.Answer:
    if message.channel is None:
        raise egress.EgressError("The channel was removed.")
    return chat.say(message.channel.url, title=message.subject, text=message.text)


def _post(message: OutgoingMessage, *, now: datetime) -> egress.Answer:
    endpoint, subscriber = message.endpoint, message.subscriber
    if endpoint is not None:
        if endpoint.paused_at:
            raise egress.EgressError("The endpoint is paused.")
        url, keys = endpoint.url, endpoint.secrets(now=now)
    elif subscriber is not None:
        url, keys = subscriber.webhook_url, [subscriber.secret]
    else:
        is_own = message.topic == webhooks.TOPIC
        raise egress.EgressError("The endpoint was removed." if is_own else "The subscription was stopped.")
    headers = webhooks.headers(f"msg_{message.identity}", message.text, keys, at=now)
    return egress.post(url, message.text, {"Content-Type": "application/json", "User-Agent": "slatrack", **headers})
