"""Addresses below /api/v1/."""

from __future__ import annotations

from django.urls import path

from incidents.api import escalation

urlpatterns = [
    path("incidents/<int:number>/escalation/", escalation.Escalation.as_view(), name="api-incident-escalation"),
    path(
        "incidents/<int:number>/acknowledgement/",
        escalation.Acknowledgement.as_view(),
        name="api-incident-acknowledgement",
    ),
]
