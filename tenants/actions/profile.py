"""What every signed-in person may change about themselves, and their keys to the API."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from shell.entry import name_of
from tenants import history
from tenants.models import ApiToken, Contact, User
from tenants.timezones import known_timezone
from tenants.tokens import API_TOKEN_PREFIX, digest, new_secret

MOST_TOKENS = 20


@transaction.atomic
def change_profile(*, user_id: int, name: str, timezone: str, now: datetime) -> User:
    """Change one's own name and the zone one reads times in ("" for the tenant's)."""
    user = User.objects.select_for_update().get(pk=user_id)
    name, timezone = name_of(name, "Tell us your name."), known_timezone(timezone)
    if history.change(user, "user.profile_changed", actor=user, at=now, name=name, timezone=timezone):
        Contact.objects.filter(user=user).update(name=user.name)
    return user


@transaction.atomic
def sign_out_everywhere(*, user_id: int, now: datetime) -> User:
    """End every session of a user, the one that asks included."""
    user = User.objects.select_for_update().get(pk=user_id)
    history.change(user, "user.sessions_ended", actor=user, at=now, sessions_ended_at=now)
    return user


@transaction.atomic
def create_api_token(*, user_id: int, name: str, now: datetime) -> tuple[ApiToken, str]:
    """Make a key to the API that acts as the user. Returns it with its secret, which cannot be shown a second time."""
    user = User.objects.select_for_update().get(pk=user_id)
    name = name_of(name, "Say what the token is for, so that you know later what to revoke.")
    if ApiToken.objects.filter(user=user, revoked_at=None).count() >= MOST_TOKENS:
        raise ValidationError(f"You have {MOST_TOKENS} tokens. Revoke one you no longer use first.")
    if ApiToken.objects.filter(user=user, revoked_at=None, name=name).exists():
        # A page that is loaded again sends its form again, and its reader would not see that there are two.
        raise ValidationError(
            {"name": "You have a token of this name, whose secret was shown once. Take another name."}
        )
    secret = new_secret(API_TOKEN_PREFIX)
    token = ApiToken.objects.create(user=user, name=name, digest=digest(secret), created_at=now)
    history.record(token, "api_token.created", actor=user, at=now)
    return token, secret


@transaction.atomic
def revoke_api_token(*, token_id: int, by: User, now: datetime) -> ApiToken:
    """Make one's own token worthless, at once. Raises ApiToken.DoesNotExist for somebody else's."""
    token = ApiToken.objects.select_for_update(of=("self",)).get(pk=token_id, user=by)
    if token.revoked_at is None:
        history.change(token, "api_token.revoked", actor=by, at=now, revoked_at=now)
    return token
