"""API tokens: `Authorization: Bearer slt_…`. A token acts as the person it belongs to, on that person's tenant only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from tenants.middleware import identify
from tenants.models import ApiToken
from tenants.tokens import digest

# Writing the last use at every call would make a read-only API write.
LAST_USE_PRECISION = timedelta(minutes=5)


class TokenAuthentication(BaseAuthentication):
    def authenticate(self, request: Any) -> tuple[Any, ApiToken] | None:
        words = get_authorization_header(request).decode("latin-1").split()
        if not words or words[0].lower() != "bearer":
            return None
        if len(words) != 2 or request._request.tenant is None:
            raise AuthenticationFailed("Send the token as “Authorization: Bearer <token>”.")
        token = (
            ApiToken.objects.filter(digest=digest(words[1]), revoked_at=None, user__is_active=True)
            .select_related("user")
            .first()
        )
        if token is None:
            raise AuthenticationFailed("This token is not known here, or was revoked.")
        now = timezone.now()
        if token.last_used_at is None or now - token.last_used_at > LAST_USE_PRECISION:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        identify(request._request, token.user)
        return token.user, token

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "tenants.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token made under Settings, API tokens."}
