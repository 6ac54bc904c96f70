"""Writing news, and publishing it to whoever subscribed (A10)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from agreements.models import Product
from notifications import fanout
from statuspage.models import NewsPost
from tenants import history
from tenants.models import User

BODY_MAX = 20_000


@transaction.atomic
def write_news(
    *, kind: str, title: str, body: str, products: Collection[str], by: User, now: datetime, news_id: int | None = None
) -> NewsPost:
    """Keep a draft, a new one without `news_id`. `products` are keys; none: it concerns everybody.

    Raises NewsPost.DoesNotExist for another tenant's, ValidationError by field, and for what is published already.
    """
    title, body, known = " ".join(title.split()), body.strip(), set(Product.objects.values_list("key", flat=True))
    if not title:
        raise ValidationError({"title": "Give it a title."})
    if not body:
        raise ValidationError({"body": "Write what is new."})
    if not set(products) <= known:
        raise ValidationError({"products": "There is no such product."})
    post = NewsPost(author=by, written_at=now) if news_id is None else _draft(news_id)
    post.kind, post.title, post.body, post.products = NewsPost.Kind(kind), title, body, sorted(set(products))
    post.save()
    history.record(post, "news.written", actor=by, at=now)
    return post


@transaction.atomic
def publish_news(*, news_id: int, by: User, now: datetime) -> NewsPost:
    """Put a draft on the status page and tell its subscribers, once. Raises like `write_news`."""
    post = _draft(news_id)
    history.change(post, "news.published", actor=by, at=now, published_at=now)
    fanout.announce(
        post.topic,
        abouts=post.products,
        subject=post.title,
        text=post.body,
        url=post.path,
        key=f"news:{post.pk}",
        now=now,
    )
    return post


@transaction.atomic
def discard_news(*, news_id: int, by: User, now: datetime) -> NewsPost:
    """Throw a draft away. Raises like `write_news`."""
    post = _draft(news_id)
    history.record(post, "news.discarded", actor=by, at=now)
    NewsPost.objects.filter(pk=post.pk).delete()
    return post


def _draft(news_id: int) -> NewsPost:
    # Of two who publish at once the second finds it published, and nobody is told twice.
    post = NewsPost.objects.select_for_update().get(pk=news_id)
    if post.published_at is not None:
        raise ValidationError("This is published already: it stays as people were told.")
    return post
