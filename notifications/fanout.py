"""One message to everybody who hears of a topic: committed with its cause, queued in batches afterwards.

Whoever publishes waits for one row, however many subscribers there are.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from notifications import outbox, webhooks
from notifications.models import Broadcast, Subscriber
from notifications.models.subscribers import SubscriberQuerySet
from notifications.topics import ONE_INCIDENT, TOPICS, Topic, foot, manage_url
from tenants.scope import current_tenant

BATCH = 500
#: What a subscriber's webhook is told.
EVENT = "status.news"


def announce(
    topic: Topic, *, abouts: Collection[str], subject: str, text: str, url: str, key: str, now: datetime, html: str = ""
) -> None:
    """Tell every subscriber of `topic` who asked for everything, or for one of `abouts`, once.

    In the caller's transaction. `abouts` are keys of products and of single incidents; with none only those hear who
    asked for everything.
    `url` is the path of the page that says more; `key` names the occasion: the same one is told once.
    """
    Broadcast.objects.bulk_create(
        [
            Broadcast(
                key=key,
                topic=topic.key,
                abouts=sorted(set(abouts)),
                subject=" ".join(subject.split())[:300],
                text=text,
                html=html,
                url=url,
                announced_at=now,
            )
        ],
        ignore_conflicts=True,
    )


def readers(topic: Topic, abouts: Collection[str], *, since: datetime) -> SubscriberQuerySet:
    """Whom news like that reach, of those who asked for them by then."""
    hearing = Subscriber.objects.hearing(topic.key, abouts, since=since)
    return hearing.welcome(everybody=current_tenant().status_is_public)


def queue_batch(broadcast_id: int, *, now: datetime, limit: int = BATCH) -> bool:
    """Queue the mails of the next `limit` subscribers of a broadcast of the tenant in force; whether there may be more.

    The mails and how far they reach commit together, so a worker that is killed has queued all of a batch or nothing.
    """
    unfinished = Broadcast.objects.unfinished().select_for_update(skip_locked=True)
    broadcast = unfinished.filter(pk=broadcast_id).first()
    if broadcast is None:
        # Done, or another worker is at it.
        return False
    hearing = readers(TOPICS[broadcast.topic], broadcast.abouts, since=broadcast.announced_at)
    batch = list(hearing.filter(pk__gt=broadcast.reached).order_by("pk")[:limit])
    outbox.queue([_draft(broadcast, reader) for reader in batch], now=now)
    if batch:
        broadcast.reached = batch[-1].pk
    is_full = len(batch) == limit
    broadcast.finished_at = None if is_full else now
    broadcast.save(update_fields=["reached", "finished_at"])
    return is_full


def _draft(broadcast: Broadcast, reader: Subscriber) -> outbox.Draft:
    tenant, topic = current_tenant(), TOPICS[broadcast.topic]
    key = f"broadcast:{broadcast.pk}:{reader.pk}"
    if reader.webhook_url:
        data = {
            "topic": broadcast.topic,
            "products": [about for about in broadcast.abouts if not about.startswith(ONE_INCIDENT)],
            "title": broadcast.subject,
            "text": broadcast.text,
            "url": tenant.url(broadcast.url),
            "announced_at": broadcast.announced_at.isoformat(),
            "manage_url": manage_url(tenant, subscriber_id=reader.pk),
        }
        return outbox.Draft(
            key=key,
            topic=topic.key,
            to=reader.webhook_url,
            subject=EVENT,
            text=webhooks.payload(EVENT, data, at=broadcast.announced_at),
            is_bulk=True,
            kind=outbox.Kind.WEBHOOK,
            subscriber_id=reader.pk,
        )
    ending, headers = foot(tenant, subscriber_id=reader.pk, topic=topic)
    paragraphs = [broadcast.text.strip(), tenant.url(broadcast.url), tenant.name, ending]
    return outbox.Draft(
        key=key,
        topic=topic.key,
        to=reader.email,
        subject=broadcast.subject,
        text="\n\n".join(part for part in paragraphs if part) + "\n",
        html=broadcast.html,
        headers=headers,
        is_bulk=True,
    )
