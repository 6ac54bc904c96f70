"""App configuration: the outbox, delivery and in-app notices. Knows no domain."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Notifications"
