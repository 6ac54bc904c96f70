"""What only a demo has: being somebody else with one click, and reading the mail that went out. 404 everywhere else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import nh3
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from notifications.models import OutgoingMessage
from shell.paging import page_of
from slatrack.personas import personas
from tenants.accounts import front_door
from tenants.middleware import identify

View = Callable[..., HttpResponse]

# A mail's own page inside a frame: its own inline styles, no script, no form, nothing from elsewhere.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation"
)
MAIL_TAGS = nh3.ALLOWED_TAGS | {"center", "font"}
MAIL_ATTRIBUTES = {tag: set(allowed) for tag, allowed in nh3.ALLOWED_ATTRIBUTES.items()} | {
    "*": {"style", "align", "valign", "width", "height", "bgcolor", "role", "lang", "dir"},
}


def demo_view(view: View) -> View:
    """Only on a demo tenant, and only where the installation is a demo: a real tenant's mail is nobody's to read."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO or not request.tenant.is_demo:
            raise Http404("No such page.")
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@demo_view
def switch(request: Any) -> HttpResponse:
    """Become somebody else, also while signed in."""
    return render(
        request, "slatrack/personas.html", {"personas": personas(), "redirect_field_value": request.GET.get("next", "")}
    )


@require_POST
@demo_view
def sign_in(request: Any, user_id: int) -> HttpResponse:
    """Sign in as one of the personas on offer, and nobody else."""
    persona = next((persona for persona in personas() if persona.user.pk == user_id), None)
    if persona is None:
        raise Http404("No such persona.")
    login(request, persona.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    identify(request, persona.user)
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None, require_https=request.is_secure())
    return redirect(target if target and safe else front_door(request))


@require_safe
@demo_view
def mails(request: Any) -> HttpResponse:
    page = page_of(
        OutgoingMessage.objects.mails().defer("text", "html", "headers"), order="-queued_at", query=request.GET
    )
    return render(request, "slatrack/demo_mails.html", {"page": page})


@require_safe
@demo_view
def mail(request: Any, mail_id: int) -> HttpResponse:
    return render(
        request, "slatrack/demo_mail.html", {"mail": get_object_or_404(OutgoingMessage.objects.mails(), pk=mail_id)}
    )


@require_safe
@demo_view
@xframe_options_sameorigin
def mail_html(request: Any, mail_id: int) -> HttpResponse:
    """The HTML part alone, cleaned, for the frame on the mail's page."""
    shown = get_object_or_404(OutgoingMessage.objects.mails().exclude(html=""), pk=mail_id)
    body = nh3.clean(
        shown.html, tags=MAIL_TAGS, attributes=MAIL_ATTRIBUTES, url_schemes={"http", "https", "mailto", "data"}
    )
    response = render(request, "slatrack/demo_mail_frame.html", {"body": body})
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response
