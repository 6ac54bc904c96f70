"""Ways to reach people and the team at night: adding, ordering, trying and removing them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from notifications import chat, egress, outbox
from notifications.models import Channel
from tenants import history
from tenants.models import Member, User

MOST_CHANNELS = 10


@transaction.atomic
def add_channel(*, user: User | None, name: str, url: str, by: User, now: datetime) -> Channel:
    """Let `user`, or with None the team, be reached at an address of apprise's. Raises ValidationError by field."""
    # Lock the person: two channels added at once get places one after the other.
    User.objects.select_for_update().get(pk=by.pk)
    try:
        service = chat.service_of(url)
    except egress.EgressError as error:
        raise ValidationError({"url": str(error)}) from None
    theirs, name = Channel.objects.filter(user=user), " ".join(name.split())
    if theirs.filter(name=name).exists():
        raise ValidationError({"name": "There is a channel of this name already."})
    if len(theirs) >= MOST_CHANNELS:
        raise ValidationError(f"There are {MOST_CHANNELS} channels already. Remove one first.")
    last = max((each.position for each in theirs), default=0)
    channel = Channel.objects.create(
        user=user, name=name, service=service, url=url.strip(), position=last + 1, added_at=now
    )
    history.record(channel, "channel.added", actor=by, at=now)
    return channel


@transaction.atomic
def move_channel_up(*, channel_id: int, by: User, now: datetime) -> Channel:
    """Put a channel before the one above it. Raises Channel.DoesNotExist for one that is not `by`'s to change."""
    channel = _theirs(channel_id, by)
    above = Channel.objects.filter(user=channel.user, position__lt=channel.position).last()
    if above is not None:
        channel.position, above.position = above.position, channel.position
        Channel.objects.bulk_update([channel, above], ["position"])
    return channel


@transaction.atomic
def try_channel(*, channel_id: int, by: User, now: datetime) -> Channel:
    """Send a test message."""
    channel = _theirs(channel_id, by)
    text = f"{by.name} asked for this message to see that it arrives. When somebody is called, it will look like this."
    outbox.say(channel, key=f"test:{uuid.uuid4()}", title="A test of this channel", text=text, now=now)
    return channel


@transaction.atomic
def remove_channel(*, channel_id: int, by: User, now: datetime) -> Channel:
    """Forget a channel and the keys to it; what was sent stays among the outgoing messages."""
    channel = _theirs(channel_id, by)
    history.record(channel, "channel.removed", actor=by, at=now)
    Channel.objects.filter(pk=channel_id).delete()
    return channel


def _theirs(channel_id: int, by: User) -> Any:
    """One of `by`'s own, or for owners one of the team's."""
    channel = Channel.objects.select_for_update(of=("self",)).select_related("user").get(pk=channel_id)
    is_owner = Member.objects.active().filter(user=by, role=Member.Role.OWNER).exists()
    if channel.user_id != by.pk and not (channel.user_id is None and is_owner):
        raise Channel.DoesNotExist
    return channel
