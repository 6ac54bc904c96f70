"""The addresses of demo mode, for tests: those of a tenant's host, and the gallery."""

from django.urls import path

from slatrack import gallery
from slatrack.urls import urlpatterns as tenant_patterns

urlpatterns = [*tenant_patterns, path("gallery/", gallery.gallery, name="gallery")]
