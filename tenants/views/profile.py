"""What every signed-in person changes about themselves: name, zone, sessions, keys to the API."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import logout
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from shell.forms import done, posted
from tenants import actions
from tenants.doors import person_view
from tenants.forms import ProfileForm, TokenForm
from tenants.models import ApiToken


def _page(request: Any, **context: Any) -> HttpResponse:
    user = request.user
    context.setdefault("form", ProfileForm(initial=model_to_dict(user)))
    context.setdefault("token_form", TokenForm())
    wrong = context["form"].errors or context["token_form"].errors
    context["layout"] = "layouts/portal.html" if request.contact is not None else "layouts/settings.html"
    context["tokens"] = ApiToken.objects.filter(user=user, revoked_at=None)
    context["second_factor"] = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    context["role"] = request.member.get_role_display() if request.member else str(request.contact.client)
    return render(request, "tenants/profile.html", context, status=422 if wrong else 200)


@person_view.form
def profile(request: Any) -> HttpResponse:
    """One's own page; posting changes name and time zone."""
    form = ProfileForm(posted(request), initial=model_to_dict(request.user))
    if form.carry_out(actions.change_profile, user_id=request.user.pk, now=timezone.now()):
        return done(request, "Your profile is saved.", "profile")
    return _page(request, form=form)


@person_view.post
def create_token(request: Any) -> HttpResponse:
    """Make an API token. The answer is the page that shows its secret, once; it is kept nowhere to be shown again."""
    form = TokenForm(request.POST)
    if form.carry_out(actions.create_api_token, user_id=request.user.pk, now=timezone.now()):
        token, secret = form.result
        response = _page(request, new_token=token, secret=secret)
        response.headers["Cache-Control"] = "no-store"
        return response
    return _page(request, token_form=form)


revoke_token = person_view.verb(
    actions.revoke_api_token, done=lambda token: f"The token “{token.name}” no longer works.", back="profile"
)


@person_view.post
def end_sessions(request: Any) -> HttpResponse:
    """Sign out everywhere, here too."""
    actions.sign_out_everywhere(user_id=request.user.pk, now=timezone.now())
    logout(request)
    return done(request, "You are signed out everywhere. Sign in again to go on.", "account_login")
