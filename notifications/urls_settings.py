"""`/settings/mail/`: the outgoing mail of the tenant, for owners."""

from django.urls import path

from notifications import views

urlpatterns = [
    path("", views.outgoing_mail, name="settings-mail"),
    path("<int:mail_id>/resend", views.resend, name="settings-mail-resend"),
]
