"""`/incidents/`: for whoever has the link of a page."""

from __future__ import annotations

from django.urls import path

from incidents.views import acknowledgement

urlpatterns = [path("acknowledge/<str:page_token>/", acknowledgement.acknowledge, name="acknowledge")]
