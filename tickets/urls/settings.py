"""`/settings/`: what agreements do to tickets, for owners."""

from __future__ import annotations

from django.urls import path

from tickets.views.settings import publish

urlpatterns = [
    path("agreements/versions/<int:version_id>/publish/", publish.publish, name="settings-version-publish"),
    path("agreements/versions/<int:version_id>/impact/", publish.impact, name="settings-version-impact"),
]
