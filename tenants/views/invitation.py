"""Where a mailed invitation leads: choose a name and a password, and be signed in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from shell.forms import posted
from tenants import actions
from tenants.accounts import front_door
from tenants.forms import AcceptInvitationForm
from tenants.middleware import identify


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: Any, token: str) -> HttpResponse:
    """Open to anybody who has the link; one that is used, withdrawn or too old says so, with 410."""
    now = timezone.now()
    invitation = actions.find_invitation(token, now=now)
    if invitation is None:
        return render(request, "tenants/invitation_over.html", status=410)
    form = AcceptInvitationForm(posted(request), initial={"name": invitation.name})
    if form.carry_out(actions.accept_invitation, token=token, now=now):
        user = form.result
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        identify(request, user)
        return redirect(front_door(request))
    context = {"form": form, "invitation": invitation, "role": invitation.get_role_display()}
    return render(request, "tenants/invitation.html", context, status=422 if form.errors else 200)
