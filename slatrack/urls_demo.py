"""`/demo/`: included in demo mode only."""

from django.urls import path

from slatrack import demo_pages

app_name = "demo"
urlpatterns = [
    path("", demo_pages.switch, name="switch"),
    path("sign-in/<int:user_id>/", demo_pages.sign_in, name="sign_in"),
    path("mail/", demo_pages.mails, name="mails"),
    path("mail/<int:mail_id>/", demo_pages.mail, name="mail"),
    path("mail/<int:mail_id>/body", demo_pages.mail_html, name="mail_html"),
]
