"""Addresses below /api/v1/."""

from __future__ import annotations

from django.urls import path

from incidents.api import escalation, maintenance

urlpatterns = [
    path("incidents/<int:number>/escalation/", escalation.Escalation.as_view(), name="api-incident-escalation"),
    path(
        "incidents/<int:number>/acknowledgement/",
        escalation.Acknowledgement.as_view(),
        name="api-incident-acknowledgement",
    ),
    path("maintenance/", maintenance.MaintenanceList.as_view(), name="api-maintenances"),
    path("maintenance/<int:number>/", maintenance.MaintenanceDetail.as_view(), name="api-maintenance"),
    path("maintenance/<int:number>/announce/", maintenance.Announcing.as_view(), name="api-maintenance-announce"),
    path("maintenance/<int:number>/reschedule/", maintenance.Moving.as_view(), name="api-maintenance-reschedule"),
    path("maintenance/<int:number>/start/", maintenance.Starting.as_view(), name="api-maintenance-start"),
    path("maintenance/<int:number>/extend/", maintenance.Extending.as_view(), name="api-maintenance-extend"),
    path("maintenance/<int:number>/complete/", maintenance.Completing.as_view(), name="api-maintenance-complete"),
    path("maintenance/<int:number>/cancel/", maintenance.Cancelling.as_view(), name="api-maintenance-cancel"),
]
