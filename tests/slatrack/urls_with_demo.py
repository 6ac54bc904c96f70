"""The URLs of a demo installation, which `slatrack.urls` has only where DEMO was on when it was read."""

from django.urls import include, path

from slatrack.urls import urlpatterns as production

urlpatterns = [*production, path("demo/", include("slatrack.urls_demo"))]
