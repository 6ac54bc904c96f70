"""Taking a user's access away, in one place: whoever loses it loses sessions and API tokens with it."""

from __future__ import annotations

from datetime import datetime

from tenants.models import ApiToken, User


def end_access(user: User, *, now: datetime) -> None:
    """Close the account: no sign-in, no session, no API token works from here on. Part of the caller's transaction."""
    user.is_active = False
    user.sessions_ended_at = now
    user.save(update_fields=["is_active", "sessions_ended_at"])
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now)


def restore_access(user: User) -> None:
    """Open the account again. Sessions and tokens from before stay dead."""
    user.is_active = True
    user.save(update_fields=["is_active"])
