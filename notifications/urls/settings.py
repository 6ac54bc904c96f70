"""`/settings/mail/`: the outgoing messages of the tenant, for owners."""

from django.urls import path

from notifications.views import outgoing

urlpatterns = [
    path("", outgoing.outgoing_messages, name="settings-mail"),
    path("<int:outgoing_id>/resend", outgoing.resend, name="settings-mail-resend"),
]
