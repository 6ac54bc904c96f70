"""The bell that every signed-in page shows."""

from __future__ import annotations

from typing import Any

from django.utils.functional import SimpleLazyObject

from notifications.models import Notice

# Beyond this the number says nothing more to anybody, and counting on costs.
MANY = 100


def unread_count(user: Any) -> int:
    """How many notices `user` has not read, at most `MANY`."""
    return Notice.objects.filter(user=user).unread().order_by()[:MANY].count()


def bell(request: Any) -> Any:
    """What layouts read as `notifications`: nothing for a stranger, else where and how many. Asked, it is one query."""
    if getattr(request, "member", None) is None and getattr(request, "contact", None) is None:
        return None

    def ring() -> dict[str, Any]:
        count = unread_count(request.user)
        return {"url": "/notices/", "count": f"{MANY - 1}+" if count >= MANY else count}

    return SimpleLazyObject(ring)
