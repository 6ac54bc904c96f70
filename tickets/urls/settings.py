"""`/settings/`: what agreements do to tickets, for owners."""

from __future__ import annotations

from django.urls import path

from tickets.views.settings import publishing

urlpatterns = [
    path("agreements/versions/<int:version_id>/publish/", publishing.publish, name="settings-version-publish"),
    path("agreements/versions/<int:version_id>/impact/", publishing.impact, name="settings-version-impact"),
]
