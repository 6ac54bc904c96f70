"""Settings: system updates and the change log, written by owners and leads (A10)."""

from __future__ import annotations

from typing import Any

from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from agreements.models import Product
from notifications.models import Subscriber
from shell.forms import done, posted
from shell.paging import page_of
from statuspage import actions
from statuspage.forms import NewsForm
from statuspage.models import NewsPost
from tenants.doors import Door
from tenants.narration import entries_about, narrate

news_view = Door(lambda request: request.member, lambda member: member.writes_news)


@news_view
def posts(request: Any) -> HttpResponse:
    """Drafts, and what was published, the newest first."""
    published = page_of(NewsPost.objects.published(), order="-published_at", query=request.GET)
    context = {"drafts": NewsPost.objects.drafts(), "page": published}
    return render(request, "statuspage/settings/posts.html", context)


@news_view.form
def post(request: Any, news_id: int | None = None) -> HttpResponse:
    """One piece of news: a draft to write, with what people will read, or what was published."""
    found, now = get_object_or_404(NewsPost, pk=news_id) if news_id else None, timezone.now()
    products = [(product.key, product.name) for product in Product.objects.filter(retired_at=None)]
    initial = model_to_dict(found) if found else {"kind": NewsPost.Kind.SYSTEM_UPDATE}
    form = NewsForm(posted(request), initial=initial, choices={"products": products})
    if form.carry_out(actions.write_news, news_id=news_id, by=request.user, now=now):
        return done(request, "The draft is saved. This is what people will read.", "settings-news-post", form.result.pk)
    context: dict[str, Any] = {"form": form, "post": found}
    if found is not None:
        readers = Subscriber.objects.hearing(found.kind, found.products, since=now)
        context["readers"] = readers.welcome(everybody=request.tenant.status_is_public).count()
        context["about"] = [name for key, name in products if key in found.products]
        context["events"] = narrate(entries_about(found))
    return render(request, "statuspage/settings/post.html", context, status=422 if form.errors else 200)


publish = news_view.verb(
    actions.publish_news,
    done=lambda post: f"“{post.title}” is published; its subscribers are mailed within a minute.",
    back="settings-news-post",
)

discard = news_view.verb(
    actions.discard_news, done=lambda post: f"“{post.title}” is thrown away.", back="settings-news"
)
