"""`/profile/`, for everybody who is signed in."""

from django.urls import path

from tenants.views import profile

urlpatterns = [
    path("", profile.profile, name="profile"),
    path("tokens/", profile.create_token, name="profile-token-create"),
    path("tokens/<int:token_id>/revoke/", profile.revoke_token, name="profile-token-revoke"),
    path("sessions/end/", profile.end_sessions, name="profile-sessions-end"),
]
