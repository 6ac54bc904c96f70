"""What people do with notices."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from notifications.models import Notice
from tenants.models import User


@transaction.atomic
def read_notice(*, notice_id: int, reader: User, now: datetime) -> Notice:
    """Mark one notice of `reader` as read; the first time counts. Raises Notice.DoesNotExist for anybody else's."""
    notice = Notice.objects.select_for_update().get(pk=notice_id, user=reader)
    if notice.read_at is None:
        notice.read_at = now
        notice.save(update_fields=["read_at"])
    return notice


@transaction.atomic
def read_all_notices(*, reader: User, now: datetime) -> int:
    """Mark every unread notice of `reader` as read; returns how many there were."""
    return Notice.objects.filter(user=reader, noticed_at__lte=now).unread().update(read_at=now)
