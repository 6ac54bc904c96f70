"""What every signed-in person changes about themselves: name, zone, sessions, keys to the API."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from tenants import actions
from tenants.doors import person_view
from tenants.forms import ProfileForm, TokenForm
from tenants.models import ApiToken


def _page(request: Any, *, status: int = 200, **context: Any) -> HttpResponse:
    user = request.user
    context.setdefault("form", ProfileForm(initial={"name": user.name, "timezone": user.timezone}))
    context.setdefault("token_form", TokenForm())
    context["layout"] = "layouts/portal.html" if request.contact is not None else "layouts/settings.html"
    context["tokens"] = ApiToken.objects.filter(user=user, revoked_at=None)
    context["second_factor"] = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    context["role"] = request.member.get_role_display() if request.member else str(request.contact.client)
    return render(request, "tenants/profile.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@person_view
def profile(request: Any) -> HttpResponse:
    """One's own page; posting changes name and time zone."""
    if request.method != "POST":
        return _page(request)
    form = ProfileForm(request.POST)
    if form.carry_out(actions.change_profile, user_id=request.user.pk, now=timezone.now()):
        messages.success(request, "Your profile is saved.")
        return redirect("profile")
    return _page(request, form=form, status=422)


@require_POST
@person_view
def create_token(request: Any) -> HttpResponse:
    """Make an API token. The answer is the page that shows its secret, once; it is kept nowhere to be shown again."""
    form = TokenForm(request.POST)
    if form.carry_out(actions.create_api_token, user_id=request.user.pk, now=timezone.now()):
        token, secret = form.result
        response = _page(request, new_token=token, secret=secret)
        response.headers["Cache-Control"] = "no-store"
        return response
    return _page(request, token_form=form, status=422)


@require_POST
@person_view
def revoke_token(request: Any, token_id: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=token_id, user=request.user)
    actions.revoke_api_token(token_id=token.pk, user_id=request.user.pk, by=request.user, now=timezone.now())
    messages.success(request, f"The token “{token.name}” no longer works.")
    return redirect("profile")


@require_POST
@person_view
def end_sessions(request: Any) -> HttpResponse:
    """Sign out everywhere, here too."""
    actions.sign_out_everywhere(user_id=request.user.pk, now=timezone.now())
    logout(request)
    messages.success(request, "You are signed out everywhere. Sign in again to go on.")
    return redirect("account_login")
