"""URLs of a tenant's host."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

from slatrack import pages, theme

urlpatterns = [
    path("", pages.home, name="home"),
    path("theme.css", theme.theme_css, name="theme-css"),
    path("favicon.ico", pages.favicon, name="favicon"),
    path("accounts/", include("slatrack.urls_accounts")),
    path("desk/", include("tickets.urls.desk")),
    path("desk/", include("incidents.urls.desk")),
    path("incidents/", include("incidents.urls.acknowledge")),
    path("portal/", include("tickets.urls.portal")),
    path("portal/", include("incidents.urls.portal")),
    path("reports/", include("reports.urls")),
    path("status/", include("statuspage.urls.public")),
    path("settings/", include("slatrack.urls_settings")),
    path("addenda/", include("agreements.urls.addenda")),
    path("profile/", include("tenants.urls.profile")),
    path("profile/channels/", include("notifications.urls.profile")),
    path("calendars/", include("incidents.urls.calendars")),
    path("invitation/", include("tenants.urls.invitation")),
    path("notices/", include("notifications.urls.notices")),
    path("api/v1/", include("slatrack.urls_api")),
]

if settings.DEMO:
    from slatrack import gallery

    urlpatterns += [path("gallery/", gallery.gallery, name="gallery"), path("demo/", include("slatrack.urls_demo"))]
