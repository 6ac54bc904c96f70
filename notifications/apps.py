"""App configuration: the outbox, delivery and in-app notices. Knows no domain."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Notifications"
    #: Events of the history in words; see `tenants.narration`.
    history_words = {
        "contact.topic_subscribed": ("bell-plus", "turned mail on for {subject}"),
        "contact.topic_unsubscribed": ("bell-off", "turned mail off for {subject}"),
    }
