"""Which tenant a request is for, and who asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from tenants.models import Contact, Member, Tenant
from tenants.scope import current_scope, tenant_scope

GetResponse = Callable[[HttpRequest], HttpResponse]


class TenantMiddleware:
    """One request is one transaction in one tenant's scope; a failed one leaves nothing behind.

    The bare host belongs to no tenant and gets URLs of its own; any other unknown host gets 404.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        host = request.get_host().rsplit(":", 1)[0] if not request.get_host().endswith("]") else request.get_host()
        request.tenant = Tenant.objects.at_host(host).first()
        if request.tenant is None:
            request.urlconf = "slatrack.urls_bare"
            if host in {settings.BASE_DOMAIN, "localhost", "127.0.0.1", "[::1]"}:
                return self.get_response(request)
            return render(request, "404.html", status=404)
        with tenant_scope(request.tenant):
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Django turns an exception into a response before it reaches us; what was written must go all the same."""
        if current_scope() is not None:
            transaction.set_rollback(True)


class ActorMiddleware:
    """Sets `request.member` or `request.contact` for who is signed in; both None for a stranger."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.member = request.contact = None
        if request.tenant is not None and request.user.is_authenticated:
            identify(request, request.user)
        with timezone.override(reading_zone(request)):
            return self.get_response(request)


def reading_zone(request: Any) -> str:
    """Where the reader reads times: their own zone, else the client's, else the tenant's. Programs read UTC."""
    if request.tenant is None or request.path.startswith("/api/"):
        return "UTC"
    own = request.user.timezone if request.user.is_authenticated else ""
    client = request.contact.client.timezone if request.contact is not None else ""
    return own or client or request.tenant.timezone


def identify(request: Any, user: Any) -> None:
    """Find what `user` is in the tenant in force: a member, or a contact. Somebody deactivated is neither."""
    request.member = Member.objects.active().select_related("user").filter(user=user).first()
    if request.member is None:
        request.contact = Contact.objects.active().select_related("client", "user").filter(user=user).first()
