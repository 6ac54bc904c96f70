"""What the gallery needs of demo mode's addresses, for tests."""

from django.urls import include, path

from slatrack import gallery, theme

urlpatterns = [
    path("gallery/", gallery.gallery, name="gallery"),
    path("theme.css", theme.theme_css, name="theme-css"),
    path("accounts/", include("slatrack.urls_accounts")),
]
