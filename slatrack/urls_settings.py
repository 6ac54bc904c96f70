"""`/settings/`: each app's pages for owners, and the list of them that the pages show beside their content."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("agreements.urls.settings")),
    path("", include("tickets.urls.settings")),
    path("", include("incidents.urls.settings")),
    path("", include("tenants.urls.settings")),
    path("", include("notifications.urls.settings")),
    path("news/", include("statuspage.urls.settings")),
]
