"""Settings: the programs that hear of events, and what was delivered to each."""

from __future__ import annotations

from typing import Any

from django.forms import model_to_dict
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from notifications import actions, webhooks
from notifications.forms import WebhookForm
from notifications.models import OutgoingMessage, WebhookEndpoint
from shell.forms import done, posted
from shell.paging import page_of
from tenants.doors import settings_view
from tenants.narration import entries_about, narrate


@settings_view.form
def endpoints(request: Any) -> HttpResponse:
    """The list; posting adds one, whose page then shows its secret, this once."""
    form = WebhookForm(posted(request))
    if form.carry_out(actions.add_webhook, by=request.user, now=timezone.now()):
        return _endpoint(request, form.result, secret=form.result.secret)
    context = {"form": form, "endpoints": WebhookEndpoint.objects.all()}
    return render(request, "notifications/webhooks.html", context, status=422 if form.errors else 200)


@settings_view.form
def endpoint(request: Any, endpoint_id: int) -> HttpResponse:
    """One endpoint with its deliveries; posting changes it."""
    found = get_object_or_404(WebhookEndpoint, pk=endpoint_id)
    form = WebhookForm(posted(request), initial=model_to_dict(found))
    if form.carry_out(actions.change_webhook, endpoint_id=found.pk, by=request.user, now=timezone.now()):
        return done(request, "The webhook is saved.", "settings-webhook", found.pk)
    return _endpoint(request, found, form=form)


@settings_view.post
def rotate(request: Any, endpoint_id: int) -> HttpResponse:
    """Make a new secret. The answer is the page that shows it, this once."""
    try:
        found, secret = actions.rotate_webhook_secret(endpoint_id=endpoint_id, by=request.user, now=timezone.now())
    except WebhookEndpoint.DoesNotExist as error:
        raise Http404("No such webhook.") from error
    return _endpoint(request, found, secret=secret)


def _endpoint(
    request: Any, found: WebhookEndpoint, *, secret: str = "", form: WebhookForm | None = None
) -> HttpResponse:
    form = form or WebhookForm(initial=model_to_dict(found))
    deliveries = OutgoingMessage.objects.filter(endpoint=found).defer("text", "html", "headers")
    context = {
        "endpoint": found,
        "secret": secret,
        "form": form,
        "both_sign": len(found.secrets(now=timezone.now())) > 1,
        "heard": [webhooks.events().get(event, event) for event in found.events],
        "page": page_of(deliveries, order="-queued_at", query=request.GET),
        "events": narrate(entries_about(found, limit=10)),
    }
    response = render(request, "notifications/webhook.html", context, status=422 if form.errors else 200)
    if secret:
        response.headers["Cache-Control"] = "no-store"
    return response


ping = settings_view.verb(
    actions.try_webhook, done=lambda found: "A ping goes out within seconds.", back="settings-webhook"
)
pause = settings_view.verb(
    actions.pause_webhook, done=lambda found: f"{found} hears of nothing until you resume it.", back="settings-webhook"
)
resume = settings_view.verb(
    actions.resume_webhook, done=lambda found: f"{found} hears of what happens from now on.", back="settings-webhook"
)
remove = settings_view.verb(
    actions.remove_webhook, done=lambda found: f"{found} is removed.", back="/settings/webhooks/"
)
