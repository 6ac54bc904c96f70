"""Hearing of things without an account: asking, confirming by mail, choosing and stopping (A10, B13)."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from redis.exceptions import RedisError

from agreements.forms.topics import TopicsForm, offers_of
from agreements.models import Product
from notifications import actions
from notifications.models import OutgoingMessage, Subscriber
from notifications.topics import (
    CONFIRM_WITHIN,
    INCIDENTS,
    MAINTENANCE,
    chosen_words,
    manage_url,
    read_confirm_token,
    read_manage_token,
)
from shell.forms import posted
from statuspage.feeds.syndication import KINDS
from statuspage.forms import SubscribeForm
from statuspage.models import NewsPost
from statuspage.state.overview import documents_at, may_read
from tenants.doors import ask_to_sign_in

#: How often somebody at one address of the network may ask in an hour.
ASKED_AT_MOST = 20
HOUR = 3600
#: What is ticked already: an address and one press are enough for what most come for.
USUAL = ((INCIDENTS.key, ""), (MAINTENANCE.key, ""))


@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: Any) -> HttpResponse:
    """Ask for mail about single services and kinds. The answer is the same whether or not an address is known."""
    if not may_read(request):
        return ask_to_sign_in(request)
    now = timezone.now()
    own = "" if request.tenant.status_is_public else request.user.email
    offers = offers_of(documents_at(now), written=NewsPost.objects.kinds(), to_client=False)
    form = SubscribeForm(posted(request), offers=offers, held=USUAL, own_email=own)
    context: dict[str, Any] = {"form": form, "feeds": KINDS.items()}
    context["services"] = Product.objects.filter(retired_at=None)
    if request.method == "POST" and _asks_too_often(request):
        form.full_clean()
        form.add_error(None, "That was often. Try again in an hour.")
        return render(request, "statuspage/public/subscribe.html", context, status=429)
    if form.carry_out(actions.ask_to_confirm, names=_names(), now=now):
        context |= {"asked": form.cleaned_data["email"], "days": CONFIRM_WITHIN.days}
    return render(request, "statuspage/public/subscribe.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: Any, confirm_token: str) -> HttpResponse:
    """Whoever has the mail says that it wants more of them; following the link alone changes nothing."""
    if not may_read(request):
        return ask_to_sign_in(request)
    template = "statuspage/public/confirm.html"
    try:
        wish = read_confirm_token(confirm_token)
    except ValueError:
        return render(request, template, {"is_over": True}, status=404)
    if request.method != "POST" and OutgoingMessage.objects.filter(**wish.mail).exists():
        return render(request, template, {"wish": wish, "chosen": [*chosen_words(wish.choices, _names())]})
    try:
        subscriber = actions.confirm(wish=wish, now=timezone.now())
    except ValidationError as refused:
        return render(request, template, {"refused": refused.messages}, status=422)
    if subscriber is None:
        return render(request, template, {"is_over": True, "is_used": True}, status=404)
    return redirect(manage_url(request.tenant, subscriber_id=subscriber.pk) + "?confirmed")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: Any, manage_token: str) -> HttpResponse:
    """What one subscriber hears of. The link in its mails is the permission; `everything` stops it all."""
    try:
        subscribers = Subscriber.objects.filter(pk=read_manage_token(manage_token))
    except ValueError as error:
        raise Http404("This link is not one of ours.") from error
    found = subscribers.first()
    if found is None:
        return render(request, "statuspage/public/subscriptions.html", {"is_over": True})
    # Whoever may not read the page any more can stop what it hears of, and learns of nothing else.
    is_welcome = subscribers.welcome(everybody=request.tenant.status_is_public).exists()
    now, address = timezone.now(), {"email": found.email, "webhook_url": found.webhook_url}
    held = Subscriber.objects.choices_of(**address)
    data = posted(request)
    if data is not None and "stop" in data:
        data = {}
    documents, written = (documents_at(now), NewsPost.objects.kinds()) if is_welcome else ([], set())
    offers = offers_of(documents, held=held, written=written, to_client=False)
    form = TopicsForm(data, offers=offers, held=held)
    is_saved = form.carry_out(actions.choose_topics, **address, by=None, now=now)
    context = {
        "is_confirmed": "confirmed" in request.GET,
        "form": form,
        "subscriber": found,
        "is_over": is_saved and form.result is None,
        "is_saved": is_saved,
    }
    status = 422 if form.errors else 200
    return render(request, "statuspage/public/subscriptions.html", context, status=status)


def _names() -> dict[str, str]:
    return dict(Product.objects.values_list("key", "name"))


def _asks_too_often(request: Any) -> bool:
    """Counts who asks. Without Redis nobody is counted: an address is written to once an hour all the same."""
    key = f"statuspage.asked:{request.tenant.pk}:{get_adapter().get_client_ip(request)}"
    try:
        cache.add(key, 0, timeout=HOUR)
        return bool(cache.incr(key) > ASKED_AT_MOST)
    except (RedisError, ValueError):
        return False
