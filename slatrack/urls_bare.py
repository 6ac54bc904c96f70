"""URLs of the bare host, which belongs to no tenant."""

from __future__ import annotations

from django.urls import path

from slatrack import pages, theme

urlpatterns = [
    path("", pages.workspaces, name="home"),
    path("theme.css", theme.theme_css, name="theme-css"),
    path("favicon.ico", pages.favicon, name="favicon"),
]
