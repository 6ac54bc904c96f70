"""How sign-in (django-allauth) fits this installation: by invitation only, and to the right front door."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from tenants.middleware import identify


def front_door(request: Any) -> str:
    """The address where this person's work is."""
    if request.member is not None:
        return "/reports/" if not request.member.works_tickets else "/desk/"
    return "/portal/"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from invitations; mail goes through the outbox, because Django's mail backend is the outbox."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: Any) -> str:
        identify(request, request.user)
        return front_door(request)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """On the tenant's own address, like every link we mail: a request's host and port are its sender's choice."""
        link = urlsplit(super().get_reset_password_from_key_url(key))
        address: str = self.request.tenant.url(link.path)
        return address

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return "/accounts/login/"


class MfaAdapter(DefaultMFAAdapter):
    """The authenticator app shows which tenant a code is for."""

    def get_totp_issuer(self) -> str:
        from allauth.core import context

        tenant: Any = getattr(context.request, "tenant", None)
        return tenant.name if tenant else "slatrack"
