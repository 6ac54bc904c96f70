"""`/settings/`: outgoing messages, webhooks and the team's channels, for owners."""

from django.urls import path

from notifications.urls.profile import channel_verbs
from notifications.views import channels, outgoing, webhooks
from tenants.doors import settings_view

urlpatterns = [
    path("mail/", outgoing.outgoing_messages, name="settings-mail"),
    path("mail/<int:outgoing_id>/resend", outgoing.resend, name="settings-mail-resend"),
    path("channels/", channels.team, name="settings-channels"),
    *channel_verbs(settings_view, "settings-channels", "channels/"),
    path("webhooks/", webhooks.endpoints, name="settings-webhooks"),
    path("webhooks/<int:endpoint_id>/", webhooks.endpoint, name="settings-webhook"),
    path("webhooks/<int:endpoint_id>/secret/", webhooks.rotate, name="settings-webhook-rotate"),
    path("webhooks/<int:endpoint_id>/ping/", webhooks.ping, name="settings-webhook-ping"),
    path("webhooks/<int:endpoint_id>/pause/", webhooks.pause, name="settings-webhook-pause"),
    path("webhooks/<int:endpoint_id>/resume/", webhooks.resume, name="settings-webhook-resume"),
    path("webhooks/<int:endpoint_id>/remove/", webhooks.remove, name="settings-webhook-remove"),
]
