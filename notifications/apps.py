"""App configuration: the outbox, delivery and in-app notices. Knows no domain."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Notifications"
    #: Events of the history in words; see `tenants.narration`.
    history_words = {
        "contact.topic_subscribed": ("bell-plus", "turned mail on for {subject}"),
        "contact.topic_unsubscribed": ("bell-off", "turned mail off for {subject}"),
        "mail.resent": ("send", "sent the mail {subject} again"),
        "chat.resent": ("send", "sent the message {subject} again"),
        "webhook.resent": ("send", "delivered {subject} again"),
        "channel.added": ("message-plus", "added the channel {subject}"),
        "channel.removed": ("message-off", "removed the channel {subject}"),
        "webhook.added": ("webhook", "added the webhook {subject}"),
        "webhook.changed": ("pencil", "changed the webhook {subject}"),
        "webhook.secret_rotated": ("key", "made a new secret for the webhook {subject}"),
        "webhook.paused": ("player-pause", "paused the webhook {subject}"),
        "webhook.resumed": ("player-play", "resumed the webhook {subject}"),
        "webhook.removed": ("webhook-off", "removed the webhook {subject}"),
    }
