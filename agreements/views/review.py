"""Settings: a draft is asked to be reviewed, approved by another owner, or sent back with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from agreements import actions
from agreements.forms.texts import ApprovalForm, SendBackForm
from agreements.models import AgreementVersion
from tenants.doors import settings_verb, settings_view


def _version(version_id: int) -> AgreementVersion:
    return get_object_or_404(AgreementVersion.objects.select_related("agreement").defer("source"), pk=version_id)


@require_POST
@settings_view
def ask(request: Any, version_id: int) -> HttpResponse:
    """Ask the other owners to read a draft."""
    found = _version(version_id)
    try:
        actions.ask_for_review(version_id=found.pk, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        alone = actions.may_approve(found, by=request.user)
        messages.success(
            request, "Read it through once more, then approve it." if alone else "The other owners are asked."
        )
    return redirect("settings-version", found.pk)


approve = settings_verb(
    actions.approve_version,
    of=_version,
    done=lambda version: "The draft is approved. It can be published now.",
    back="settings-version",
    form=ApprovalForm,
)


@require_http_methods(["GET", "HEAD", "POST"])
@settings_view
def send_back(request: Any, version_id: int) -> HttpResponse:
    """Say what has to change before it can be approved."""
    found = _version(version_id)
    if request.method != "POST" and (found.published_at is not None or found.review_asked_at is None):
        messages.info(request, "There is nothing to send back: nobody waits for a review of this version.")
        return redirect("settings-version", found.pk)
    form = SendBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.carry_out(
        actions.send_back, version_id=found.pk, by=request.user, now=timezone.now()
    ):
        messages.success(request, "The draft is sent back with your reason.")
        return redirect("settings-version", found.pk)
    context = {"version": found, "form": form}
    return render(request, "agreements/send_back.html", context, status=422 if form.errors else 200)
