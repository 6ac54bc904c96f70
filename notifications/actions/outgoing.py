"""What owners do with messages that went out, or did not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from notifications import webhooks
from notifications.models import OutgoingMessage
from tenants import history
from tenants.models import User


@transaction.atomic
def resend_message(*, outgoing_id: int, by: User, now: datetime) -> OutgoingMessage:
    """Put a message back in the queue with all its attempts before it.

    Raises OutgoingMessage.DoesNotExist for another tenant's, ValidationError for what cannot go out again.
    """
    # Two people who press the button at once resend it once.
    message = OutgoingMessage.objects.select_for_update(of=("self",)).select_related("endpoint").get(pk=outgoing_id)
    if not message.can_go_again:
        raise ValidationError("This message is not lost: it has gone out, or is waiting to.")
    if message.topic == webhooks.TOPIC and (message.endpoint is None or message.endpoint.paused_at):
        raise ValidationError("Its endpoint is paused or removed. Resume the endpoint first.")
    if message.kind == OutgoingMessage.Kind.WEBHOOK and message.endpoint is None and message.subscriber_id is None:
        raise ValidationError("Who subscribed to it has stopped it.")
    if message.kind == OutgoingMessage.Kind.CHAT and message.channel_id is None:
        raise ValidationError("The channel it went to was removed.")
    data = {"last_error": message.last_error, "attempts": message.attempts}
    again: dict[str, Any] = {"sent_at": None, "dead_at": None, "attempts": 0, "next_attempt_at": now}
    history.change(message, f"{message.kind}.resent", actor=by, at=now, data=data, **again)
    return message
