"""The API: resources of the apps, the OpenAPI document and its browsable form."""

from __future__ import annotations

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.permissions import AllowAny

from slatrack.problems import NoSuchAddress

urlpatterns = [
    path("", include("agreements.api.urls")),
    path("", include("tickets.api.urls")),
    path("", include("statuspage.api.urls")),
    path("", include("incidents.api.urls")),
    path("", include("notifications.api.urls")),
    path(
        "schema/",
        SpectacularAPIView.as_view(permission_classes=[AllowAny], authentication_classes=[]),
        name="api-schema",
    ),
    path(
        "docs/",
        SpectacularSwaggerView.as_view(url_name="api-schema", permission_classes=[AllowAny], authentication_classes=[]),
        name="api-docs",
    ),
    # Whatever else is asked for below the API is answered like an API answers.
    # `<path:rest>` would leave out addresses with a line end in them.
    re_path(r"^(?P<rest>[\s\S]+)$", NoSuchAddress.as_view(), name="api-nothing"),
]
