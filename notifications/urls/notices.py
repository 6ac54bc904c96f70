"""`/notices/`: what the app has to tell the person who is signed in."""

from django.urls import path

from notifications.views import notices as views

app_name = "notifications"
urlpatterns = [
    path("", views.notices, name="notices"),
    path("count", views.count, name="count"),
    path("read", views.read_all, name="read_all"),
    path("stop/<str:stop_token>/", views.stop, name="stop"),
    path("<int:notice_id>/", views.follow, name="follow"),
    path("<int:notice_id>/read", views.read, name="read"),
]
