"""`/profile/channels/`: how a member is reached at night."""

from django.urls import URLPattern, path

from notifications.views import channels
from tenants.doors import Door, member_view


def channel_verbs(door: Door, home: str, prefix: str) -> list[URLPattern]:
    return [
        path(f"{prefix}<int:channel_id>/{word}/", view, name=f"{home}-{word}")
        for word, view in channels.verbs(door, home).items()
    ]


urlpatterns = [
    path("", channels.own, name="profile-channels"),
    *channel_verbs(member_view, "profile-channels", ""),
]
