"""What people do with notices, with mail that did not get through, and with what they want to hear of."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from notifications.models import Notice, OutgoingMail, TopicSubscription
from notifications.topics import Topic
from tenants import history
from tenants.models import Contact, User


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


@transaction.atomic
def resend_mail(*, mail_id: int, by: User, now: datetime) -> OutgoingMail:
    """Put a dead mail back in the queue with all its attempts before it.

    Raises OutgoingMail.DoesNotExist for another tenant's, ValidationError when it is not dead.
    """
    # Two people who press the button at once resend it once.
    mail = OutgoingMail.objects.select_for_update().get(pk=mail_id)
    if mail.dead_at is None:
        raise ValidationError("This mail is not lost: it has gone out, or is waiting to.")
    data = {"last_error": mail.last_error, "attempts": mail.attempts}
    history.change(mail, "mail.resent", actor=by, at=now, data=data, dead_at=None, attempts=0, next_attempt_at=now)
    return mail


@transaction.atomic
def subscribe_to_topic(*, contact_id: int, topic: Topic, by: User | None, now: datetime) -> bool:
    """Let a contact hear of `topic` by mail from now on. Repeating it changes nothing; returns whether it did.

    Raises Contact.DoesNotExist for another tenant's, ValidationError for one who was deactivated.
    """
    # Lock the contact: of two presses at once the second finds the first one's row, and history tells it once.
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact_id)
    if contact.deactivated_at is not None:
        raise ValidationError(f"{contact.name} is deactivated and is sent nothing.")
    _, is_new = TopicSubscription.objects.get_or_create(
        contact=contact, topic=topic.key, about="", defaults={"since": now}
    )
    if is_new:
        history.record(contact, "contact.topic_subscribed", actor=by, at=now, reason=topic.name)
    return is_new


@transaction.atomic
def unsubscribe_from_topic(*, contact_id: int, topic: Topic, by: User | None, now: datetime) -> bool:
    """Send a contact nothing more of `topic`. Repeating it changes nothing; returns whether it did."""
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact_id)
    ended, _ = TopicSubscription.objects.filter(contact=contact, topic=topic.key, about="").delete()
    if ended:
        history.record(contact, "contact.topic_unsubscribed", actor=by, at=now, reason=topic.name)
    return bool(ended)
