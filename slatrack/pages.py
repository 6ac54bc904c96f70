"""Where people arrive: a tenant's front page, its sign-in, and the list of workspaces on the bare host."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.governing import versions_governing
from slatrack.personas import personas
from tenants.accounts import front_door
from tenants.doors import ask_to_sign_in, page_of
from tenants.models import Tenant
from tenants.scope import tenant_scope


@require_safe
def home(request: Any) -> HttpResponse:
    """Whoever is somebody here goes to their work; a stranger reads whose desk this is."""
    if request.member is not None or request.contact is not None:
        return redirect(front_door(request))
    return render(request, "slatrack/landing.html")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For browsers that ask without having read a page, such as for a document or an answer of the API."""
    return redirect(static("img/mark.svg"))


@require_safe
def workspaces(request: HttpRequest) -> HttpResponse:
    """The bare host. Which tenants there are is nobody's business, but for those that exist to be looked at."""
    demos = Tenant.objects.filter(is_demo=True).order_by("name") if settings.DEMO else Tenant.objects.none()
    now = timezone.now()
    return render(request, "slatrack/workspaces.html", {"workspaces": [_card(demo, now) for demo in demos]})


def _card(demo: Tenant, now: datetime) -> dict[str, Any]:
    """One demo tenant, and by whose terms it lives."""
    with tenant_scope(demo):
        terms = [
            {"title": version.document.title, "summary": version.document.summary}
            for version in versions_governing(at=now)
        ]
    return {
        "name": demo.name,
        "accent": demo.accent,
        "url": demo.url(),
        "sign_in_url": demo.url("/accounts/login/"),
        "host": demo.host,
        "terms": terms,
    }


def page_too_old(request: Any, reason: str = "") -> HttpResponse:
    """A form from before its sender last signed in, or out, cannot be sent: its page has to be had anew.

    Django calls it where a request fails the protection against forgery. A part of a page takes the whole page along.
    """
    if not request.headers.get("HX-Request"):
        return render(request, "403_csrf.html", {"page": page_of(request)}, status=403)
    if not request.user.is_authenticated:
        return ask_to_sign_in(request)
    messages.warning(request, "Nothing was sent: this page was open for too long. It is fresh now; please send again.")
    return HttpResponse(status=403, headers={"HX-Redirect": page_of(request)})


class SignInView(LoginView):
    """django-allauth's sign-in; beside it, in a demo tenant, one button for each persona."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        tenant = self.request.tenant
        if settings.DEMO and tenant.is_demo:
            context["personas"] = personas()
        return context
